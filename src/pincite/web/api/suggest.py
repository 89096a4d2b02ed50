"""What may I ask, of whom, and where? Suggestions while typing, the models, the focuses."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from pincite.ports import FocusCard, ModelCard
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import reply

router = APIRouter(prefix="/api", tags=["choices"], responses=RESPONSES)


class Suggestions(BaseModel):
    suggestions: list[str]


class Models(BaseModel):
    """The models that may write. ``default`` is who writes if a question names none; null: answers are extracted."""

    default: str | None
    models: list[ModelCard]


class Focuses(BaseModel):
    """Where to look. ``asks`` names who would see the question; ``locked`` says why one can't be picked."""

    focuses: list[FocusCard]


@router.get(
    "/suggest",
    response_model=Suggestions,
    summary="Suggest while typing",
    responses={200: {"content": {"application/x-suggestions+json": {"schema": {"type": "array"}}}}},
)
async def suggest(
    request: Request,
    q: Annotated[str, Query(max_length=500, description="What was typed so far.")] = "",
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
    format: Annotated[  # noqa: A002 - the name is OpenSearch's
        Literal["json", "opensearch"], Query(description="``opensearch`` is the list that browsers expect.")
    ] = "json",
) -> Response:
    """Titles in the index that begin so; on the page's own list also the visitor's threads with such a title."""
    engine = engine_of(request)
    prefix = q.replace("\0", " ").strip()
    titles = list(await asyncio.to_thread(engine.index.titles, prefix, limit)) if prefix else []
    if prefix and format == "json":
        # The library finds a thread by its answers, too: here that would be a question about something else.
        found = await engine.library.threads(search=prefix, limit=4 * limit)
        words = prefix.casefold().split()
        fitting = [one.title for one in found if all(word in one.title.casefold() for word in words)]
        earlier = fitting[: limit // 2]
        titles = list(dict.fromkeys([*earlier, *titles]))[:limit]
    if format == "opensearch":
        response = reply([q, titles])
        response.headers["content-type"] = "application/x-suggestions+json"
        return response
    return reply({"suggestions": titles})


@router.get("/models", response_model=Models, summary="List the models")
async def models(request: Request) -> Response:
    engine = engine_of(request)
    return reply({"default": engine.settings.models.default, "models": await engine.models.cards()})


@router.get("/focuses", response_model=Focuses, summary="List where to look")
async def focuses(request: Request) -> Response:
    return reply({"focuses": await asyncio.to_thread(engine_of(request).focuses.cards)})
