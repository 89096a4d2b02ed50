"""Which passages match, and what is there to search? Search without an answer, and the index's state."""

from __future__ import annotations

import asyncio
import time

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from pincite.index import IndexStatus
from pincite.ports import Query
from pincite.types import Filters, Hit
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import Filtering, reply

router = APIRouter(prefix="/api", tags=["search"], responses=RESPONSES)


class Search(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    query: str = Field(max_length=4000, description="What to look for, in words.", examples=["plant respiration"])
    limit: int = Field(10, ge=1, le=100, description="Passages at the most.")
    filters: Filtering = Field(default=Filters(), description="Which documents may be found.")


class Found(BaseModel):
    """Passages, best first. ``signals`` of each say why it stands where it stands."""

    hits: list[Hit]
    ms: float


@router.post("/search", response_model=Found, summary="Search without an answer")
async def search(request: Request, body: Search) -> Response:
    began = time.perf_counter()
    text = body.query.replace("\0", " ").strip()
    hits = await engine_of(request).search(Query(text, body.limit, body.filters)) if text else []
    return reply({"hits": hits, "ms": round((time.perf_counter() - began) * 1000, 2)})


@router.get("/index", response_model=IndexStatus, summary="What is indexed, and how far the vectors are")
async def index(request: Request) -> Response:
    return reply(await asyncio.to_thread(engine_of(request).index.status))
