"""Does a client of Tavily work unchanged? Its search and its extract, below ``/tavily``.

Search asks the focus that a question without one would be asked with. Extract reads what is indexed: it fetches
nothing, and says so of every address that it does not know.
"""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from pincite.errors import BadInput
from pincite.ports import Query
from pincite.types import Answer, Filters, Hit, Question, new_id
from pincite.web.compat.asking import Finding
from pincite.web.compat.completion import degraded_fields, problem_in
from pincite.web.compat.found import hits_of
from pincite.web.compat.known import document_at
from pincite.web.compat.whole import finished
from pincite.web.plain.marks import marked
from pincite.web.state import door_of, engine_of
from pincite.web.wire import reply

_ERROR = {"content": {"application/json": {"schema": {"type": "object"}}}, "description": '{"detail": {"error": …}}'}
router = APIRouter(prefix="/tavily", tags=["compatible"], responses={"4XX": _ERROR, "5XX": _ERROR})

_RANGES = {"d": "day", "w": "week", "m": "month", "y": "year"}
Wanted = bool | Literal["basic", "advanced", "markdown", "text"]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$", description="YYYY-MM-DD.")]


class Search(BaseModel):
    """A search. Fields that are not here are accepted and ignored."""

    model_config = ConfigDict(extra="ignore")

    query: str = Field(min_length=1, max_length=4000)
    max_results: int | None = Field(5, ge=0, le=20)
    include_domains: list[str] | None = None
    exclude_domains: list[str] | None = None
    include_answer: Wanted | None = Field(
        False, description="Also answer the query, with [n] into the answer's sources."
    )
    include_raw_content: Wanted | None = Field(False, description="Also the whole text of what is in the index.")
    time_range: Literal["day", "week", "month", "year", "d", "w", "m", "y"] | None = None
    topic: Literal["general", "news", "finance"] | None = "general"
    days: int | None = Field(None, ge=1, le=100_000, description="Counts where the topic is news, as with Tavily.")
    start_date: Day | None = None
    end_date: Day | None = None
    focus: str | None = Field(None, max_length=100, description="pincite's own: where to look, see GET /api/focuses.")

    def filters(self, today: date) -> Filters:
        """Raises ``BadInput`` for a date or a domain that is none."""
        recency = _RANGES.get(self.time_range or "", self.time_range)
        hosts = [*(self.include_domains or []), *(f"-{host}" for host in self.exclude_domains or [])]
        found = Finding.model_validate({"search_domain_filter": hosts, "search_recency_filter": recency}).filters(today)
        lately = self.days if self.topic == "news" else None
        since = [found.after, _day(self.start_date), today - timedelta(days=lately) if lately else None]
        after = max((one for one in since if one), default=None)
        return found.model_copy(update={"after": after, "before": _day(self.end_date)})


class Extract(BaseModel):
    """Addresses to read."""

    model_config = ConfigDict(extra="ignore")

    urls: str | Annotated[list[str], Field(min_length=1, max_length=20)]


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(f"{text!r} is not a day", hint="write it as YYYY-MM-DD, such as 2025-03-31") from None


@router.post("/search", response_model=None, summary="Tavily's search")
async def search(request: Request, body: Search) -> Response:
    began = time.perf_counter()
    most = 5 if body.max_results is None else body.max_results
    filters = body.filters(datetime.now(UTC).date())
    hits = await hits_of(engine_of(request), Query(body.query, filters=filters), body.focus or "", most)
    best: dict[str, list[Hit]] = {}
    for hit in hits:
        best.setdefault(hit.passage.document.id, []).append(hit)
    raw = body.include_raw_content not in {None, False}
    results = [await _result(request, found, raw=raw) for found in list(best.values())[:most]]
    wanted = body.include_answer not in {None, False}
    answer = await _answer(request, body, filters) if wanted else None
    told = marked(answer)[0] if answer and problem_in(answer) is None and not answer.declined else None
    degraded = degraded_fields(list(dict.fromkeys([*hits.missing, *(answer.degraded if answer else ())])))
    took = round(time.perf_counter() - began, 2)
    return reply(
        {"query": body.query, "answer": told, "images": [], "results": results, "response_time": took}
        | {"follow_up_questions": None, "request_id": new_id(), "degraded": degraded}
    )


async def _result(request: Request, found: list[Hit], *, raw: bool) -> dict[str, Any]:
    """One document: its best passages, and the best one's score brought between 0 and 1."""
    document = found[0].passage.document
    original = await asyncio.to_thread(engine_of(request).index.original, document.id) if raw else None
    score = found[0].score
    return {
        "title": document.title,
        "url": document.url,
        "content": "\n\n".join(dict.fromkeys(hit.passage.text for hit in found[:3])),
        "score": max(0.0, score / (1 + abs(score))),
        "raw_content": original.text if original else None,
        **({"published_date": document.published.isoformat()} if document.published else {}),
    }


async def _answer(request: Request, body: Search, filters: Filters) -> Answer:
    door = door_of(request)
    answer_id = await door.engine.ask(Question(text=body.query, focus=body.focus or "", filters=filters))
    door.asked("tavily", answer_id)
    return await finished(request, door, answer_id)


@router.post("/extract", response_model=None, summary="Tavily's extract, of what is indexed")
async def extract(request: Request, body: Extract) -> Response:
    began = time.perf_counter()
    results, failed = [], []
    for url in [body.urls] if isinstance(body.urls, str) else body.urls:
        original = await asyncio.to_thread(document_at, engine_of(request).index, url)
        if original is None:
            failed.append(
                {"url": url, "error": "not in the index; add it with: pincite crawl URL, or pincite index PATH"}
            )
        else:
            results.append({"url": url, "title": original.document.title, "raw_content": original.text, "images": []})
    took = round(time.perf_counter() - began, 2)
    return reply({"results": results, "failed_results": failed, "response_time": took, "request_id": new_id()})
