"""Does a client of SearXNG work unchanged? Its JSON results, by GET and by form.

A search asks the focus that a question without one would be asked with. Engines and categories are hints: where all
that are named belong to one focus that can be picked, that focus is asked; names that mean nothing here are passed
over, so nobody is sent away empty. ``language`` and ``safesearch`` are taken and change nothing.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from pincite.errors import BadInput
from pincite.ports import Query as Search
from pincite.types import Filters, Hit
from pincite.web.compat.found import hits_of
from pincite.web.compat.routes import Form as FormRoute
from pincite.web.pages import page
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import reply

PAGE = 10
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
_FOCUS = {
    "arxiv": "academic",
    "crossref": "academic",
    "google scholar": "academic",
    "openalex": "academic",
    "pubmed": "academic",
    "science": "academic",
    "scientific publications": "academic",
    "semantic scholar": "academic",
    "hackernews": "discussions",
    "lobste.rs": "discussions",
    "reddit": "discussions",
    "social media": "discussions",
    "askubuntu": "stackoverflow",
    "q&a": "stackoverflow",
    "stackoverflow": "stackoverflow",
    "superuser": "stackoverflow",
    "wikipedia": "wikipedia",
}
"""Which focus an engine or a category of SearXNG stands for."""
Names = Annotated[str, Query(max_length=500, description="With commas between.")]

router = APIRouter(tags=["compatible"], responses=RESPONSES)
form_router = APIRouter(tags=["compatible"], responses=RESPONSES, route_class=FormRoute)


@router.get(
    "/search",
    response_model=None,
    summary="SearXNG's search; without format=json, the page asks at once",
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
        303: {"description": "The answer's page."},
    },
)
async def by_query(
    request: Request,
    q: Annotated[str, Query(max_length=4000)],
    format: Literal["json", "html"] = "html",  # noqa: A002 - the name is SearXNG's
    pageno: Annotated[int, Query(ge=1, le=10)] = 1,
    time_range: Annotated[str | None, Query(description="day, week, month or year.")] = None,
    engines: Names = "",
    categories: Names = "",
    focus: Annotated[str, Query(max_length=100, description="pincite's own: where to look.")] = "",
) -> Response:
    if format == "html":
        if request.scope.get("head"):  # asking is work, and nobody would read the answer
            raise HTTPException(405, headers={"allow": "GET, POST"})
        return await page.ask_at_once(request, q)
    return await _search(request, q, pageno, time_range, focus or await _meant(request, engines, categories))


@form_router.post("/search", response_model=None, include_in_schema=False)
async def by_form(
    request: Request,
    q: Annotated[str, Form(max_length=4000)],
    pageno: Annotated[int, Form(ge=1, le=10)] = 1,
    time_range: Annotated[str | None, Form()] = None,
    engines: Annotated[str, Form(max_length=500)] = "",
    categories: Annotated[str, Form(max_length=500)] = "",
    focus: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    return await _search(request, q, pageno, time_range, focus or await _meant(request, engines, categories))


async def _meant(request: Request, engines: str, categories: str) -> str:
    """The one focus that the names stand for, if it can be picked; empty for the default one."""
    names = [name.strip().lower() for name in (engines or categories).split(",")]
    found = {_FOCUS.get(name, "") for name in names}
    if len(found) != 1 or found == {""}:
        return ""
    cards = await asyncio.to_thread(engine_of(request).focuses.cards)
    return next((card.id for card in cards if card.id in found and not card.locked), "")


async def _search(request: Request, q: str, pageno: int, time_range: str | None, focus: str) -> Response:
    text = q.replace("\0", " ").strip()
    if not text:
        raise BadInput("the query is empty", hint="say what to look for: q=…")
    days = _DAYS.get(time_range or "")
    filters = Filters(after=datetime.now(UTC).date() - timedelta(days=days)) if days else Filters()
    hits = await hits_of(engine_of(request), Search(text, filters=filters), focus, pageno * PAGE)
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.document.id, hit)
    results = [_result(hit) for hit in best.values()][(pageno - 1) * PAGE : pageno * PAGE]
    empty: dict[str, list[Any]] = {name: [] for name in ("answers", "corrections", "infoboxes", "suggestions")}
    missing = {"unresponsive_engines": [[one.part, one.reason] for one in hits.missing]}
    return reply({"query": q, "number_of_results": len(results), "results": results, **empty, **missing})


def _result(hit: Hit) -> dict[str, Any]:
    document = hit.passage.document
    return {
        "url": document.url,
        "title": document.title,
        "content": hit.passage.text,
        "engine": hit.backend,
        "engines": [hit.backend],
        "score": hit.score,
        "category": "general",
        "publishedDate": document.published.isoformat() if document.published else None,
        "img_src": None,
        "thumbnail": None,
    }
