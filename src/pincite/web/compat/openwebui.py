"""Does Open WebUI work with pincite as its external search engine and web loader?

Set as its engine ``external`` with ``…/openwebui/search`` as the address, and as its loader ``…/openwebui/load``.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from pincite.ports import Query
from pincite.web.compat.found import hits_of
from pincite.web.compat.known import document_at
from pincite.web.compat.perplexity import by_document
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import reply

router = APIRouter(prefix="/openwebui", tags=["compatible"], responses=RESPONSES)

SHOWN = 4
"""Passages of a document, the best ones."""


class Wanted(BaseModel):
    """What Open WebUI sends."""

    model_config = ConfigDict(extra="ignore")

    query: str = Field(min_length=1, max_length=4000)
    count: int | None = Field(3, ge=1, le=100)
    focus: str | None = Field(None, max_length=100, description="pincite's own: where to look, see GET /api/focuses.")


class Result(BaseModel):
    """A document, with the best of the passages that were found of it."""

    link: str
    title: str
    snippet: str


class Pages(BaseModel):
    """Addresses to load."""

    model_config = ConfigDict(extra="ignore")

    urls: Annotated[list[str], Field(max_length=100)]


class Page(BaseModel):
    """The text of one of them."""

    page_content: str
    metadata: dict[str, str]


@router.post("/search", response_model=list[Result], summary="Open WebUI's external search")
async def search(request: Request, body: Wanted) -> Response:
    most = body.count or 3
    hits = await hits_of(engine_of(request), Query(body.query), body.focus or "", most)
    found = by_document([hits], most)
    return reply([Result(link=one.url, title=one.title, snippet="\n\n".join(texts[:SHOWN])) for one, texts in found])


@router.post("/load", response_model=list[Page], summary="Open WebUI's external web loader, of what is indexed")
async def load(request: Request, body: Pages) -> Response:
    """Fetches nothing: addresses that are not indexed are left out."""
    found = await asyncio.gather(*(asyncio.to_thread(document_at, engine_of(request).index, url) for url in body.urls))
    pages = [
        Page(page_content=one.text, metadata={"source": url, "title": one.document.title})
        for url, one in zip(body.urls, found, strict=True)
        if one is not None
    ]
    return reply(pages)
