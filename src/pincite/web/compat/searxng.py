"""Does a client of SearXNG work unchanged? Its JSON results, by GET and by form.

Engines, categories and language are hints there, not conditions: whatever a client names, it gets what was found.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from pincite.errors import BadInput
from pincite.ports import Query as Search
from pincite.types import Filters, Hit
from pincite.web import page
from pincite.web.compat.routes import Form as FormRoute
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import reply

PAGE = 10
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}

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
) -> Response:
    return await (_search(request, q, pageno, time_range) if format == "json" else page.ask_at_once(request, q))


@form_router.post("/search", response_model=None, include_in_schema=False)
async def by_form(
    request: Request,
    q: Annotated[str, Form(max_length=4000)],
    pageno: Annotated[int, Form(ge=1, le=10)] = 1,
    time_range: Annotated[str | None, Form()] = None,
) -> Response:
    return await _search(request, q, pageno, time_range)


async def _search(request: Request, q: str, pageno: int, time_range: str | None) -> Response:
    text = q.replace("\0", " ").strip()
    if not text:
        raise BadInput("the query is empty", hint="say what to look for: q=…")
    days = _DAYS.get(time_range or "")
    filters = Filters(after=datetime.now(UTC).date() - timedelta(days=days)) if days else Filters()
    hits = await engine_of(request).search(Search(text, min(100, pageno * PAGE * 2), filters))
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.document.id, hit)
    results = [_result(hit) for hit in best.values()][(pageno - 1) * PAGE : pageno * PAGE]
    empty: dict[str, list[Any]] = {
        name: [] for name in ("answers", "corrections", "infoboxes", "suggestions", "unresponsive_engines")
    }
    return reply({"query": q, "number_of_results": len(results), "results": results, **empty})


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
