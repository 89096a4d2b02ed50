"""Which passages match, and what is there to search? Search without an answer, and the index's state."""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from pincite.index import IndexStatus
from pincite.ports import Hits, Query
from pincite.rank import policy
from pincite.rank.told import told
from pincite.types import Filters, Hit
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import Filtering, reply

router = APIRouter(prefix="/api", tags=["search"], responses=RESPONSES)


class Search(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = Field(max_length=4000, description="What to look for, in words.", examples=["plant respiration"])
    limit: int = Field(10, ge=1, le=100, description="Passages at the most.")
    focus: str = Field("index", max_length=100, description="Where to look: GET /api/focuses. Empty: the default.")
    filters: Filtering = Field(default=Filters(), description="Which documents may be found.")
    why: bool = Field(False, description="Also say in words why each passage stands where it stands.")


class Found(BaseModel):
    """Passages, best first. ``signals`` of each say why it stands where it stands, and ``why`` in words."""

    hits: list[Hit]
    missing: list[str] = Field([], description="What the search went without: services, phrases that nothing has.")
    note: str = Field("", description="For what else was searched, where a word was misspelt.")
    why: list[list[str]] | None = Field(None, description="For each passage its reasons, where they were asked for.")
    ms: float


@router.post("/search", response_model=Found, summary="Search without an answer")
async def search(request: Request, body: Search) -> Response:
    began = time.perf_counter()
    text = body.query.replace("\0", " ").strip()
    engine = engine_of(request)
    hits = await engine.search(Query(text, body.limit, body.filters), body.focus) if text else Hits()
    rules = policy.load(engine.settings.policy_file) if body.why else policy.ANY
    why = [list(told(hit, rules)) for hit in hits] if body.why else None
    missing = [one.detail for one in hits.missing]
    ms = round((time.perf_counter() - began) * 1000, 2)
    return reply({"hits": hits, "missing": missing, "note": hits.note, "why": why, "ms": ms})


@router.get("/index", response_model=IndexStatus, summary="What is indexed, and how far the vectors are")
async def index(request: Request) -> Response:
    return reply(await asyncio.to_thread(engine_of(request).index.status))
