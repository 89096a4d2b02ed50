"""What was asked before? Threads: list, search, read, rename, delete."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from pincite.types import Answer, Thread
from pincite.web.problems import RESPONSES
from pincite.web.state import engine_of
from pincite.web.wire import ThreadId, reply

router = APIRouter(prefix="/api/threads", tags=["threads"], responses=RESPONSES)


class Threads(BaseModel):
    """Threads, the newest first. ``next`` is the offset of the next page, null at the end."""

    threads: list[Thread]
    next: int | None


class Conversation(BaseModel):
    """A thread with all its answers, in the order of their questions."""

    thread: Thread
    answers: list[Answer]


class Rename(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=200, pattern=r"\S")


@router.get("", response_model=Threads, summary="List and search threads")
async def threads(
    request: Request,
    search: Annotated[str, Query(max_length=500, description="Words in questions, answers and source titles.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    found = await engine_of(request).library.threads(search=search.replace("\0", " "), limit=limit + 1, offset=offset)
    return reply({"threads": found[:limit], "next": offset + limit if len(found) > limit else None})


@router.get("/{thread_id}", response_model=Conversation, summary="Read a thread")
async def thread(request: Request, thread_id: ThreadId) -> Response:
    library = engine_of(request).library
    return reply({"thread": await library.thread(thread_id), "answers": await library.answers(thread_id)})


@router.patch("/{thread_id}", response_model=Thread, summary="Rename a thread")
async def rename(request: Request, thread_id: ThreadId, body: Rename) -> Response:
    library = engine_of(request).library
    await library.rename(thread_id, body.title)
    return reply(await library.thread(thread_id))


@router.delete("/{thread_id}", status_code=204, response_class=Response, summary="Delete a thread and its answers")
async def delete(request: Request, thread_id: ThreadId) -> Response:
    """An answer that is still being made is stopped first."""
    engine = engine_of(request)
    await engine.stop_thread(thread_id)
    await engine.library.delete(thread_id)
    return Response(status_code=204)
