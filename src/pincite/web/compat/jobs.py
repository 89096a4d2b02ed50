"""Does a client of Perplexity's asynchronous completions work unchanged? Hand a question in, come back for its answer.

A job is an answer in a thread of its own whose id says that it is one; so it is kept, found again and listed after a
restart like every other answer. What ran when the server died has failed, with the text that it had.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from pincite.errors import Conflict, NotFound
from pincite.types import Answer, Status, Thread, new_id
from pincite.web.compat.ask import ask
from pincite.web.compat.asking import Chat, known_model
from pincite.web.compat.completion import UNFINISHED, completion, problem_in
from pincite.web.problems import message
from pincite.web.state import door_of, engine_of
from pincite.web.wire import reply

_ERROR = {"content": {"application/json": {"schema": {"type": "object"}}}, "description": '{"error": {…}}'}
router = APIRouter(prefix="/async/chat/completions", tags=["compatible"], responses={"4XX": _ERROR, "5XX": _ERROR})

MARK = "job-"
"""What the id of a job's thread begins with."""
PAGE = 50
"""Threads looked through for one page of the list."""

JobId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,100}$", description="A job's id.")]


class Job(BaseModel):
    """A question to be answered while nobody waits."""

    model_config = ConfigDict(extra="ignore")

    request: Chat
    idempotency_key: str | None = Field(
        None, min_length=1, max_length=200, description="The same key returns the first one's job; kept for 48 hours."
    )


@router.post("", response_model=None, summary="Perplexity's asynchronous completions: hand in")
async def create(request: Request, body: Job) -> Response:
    door = door_of(request)
    engine = door.engine
    model = await known_model(body.request.model, engine.models.cards)
    question, history = body.request.question(model, datetime.now(UTC).date())
    # The same key names the same thread, so that a repetition finds the first one's.
    given = body.idempotency_key
    name = new_id() if given is None else sha256(engine.own(given).encode()).hexdigest()[:32]
    key = None if given is None else f"{MARK}{name}"
    question = question.model_copy(update={"thread_id": MARK + name})
    try:
        answer_id = await ask(engine, question, history, key)
    except Conflict:
        if key is None:
            raise
        raise Conflict(  # the key that is kept is none that the caller knows
            f"the idempotency_key {given!r} was used for another request",
            hint="a new request needs a new idempotency_key",
        ) from None
    door.asked("jobs", answer_id)
    return reply(await _described(request, await engine.library.answer(answer_id)))


@router.get("", response_model=None, summary="Perplexity's asynchronous completions: list")
async def listed(
    request: Request,
    next_token: Annotated[str | None, Query(pattern=r"^[0-9]{1,9}$", description="As the page before gave it.")] = None,
) -> Response:
    """The newest first. A page may have few jobs, or none, and yet a ``next_token``: other threads lie between."""
    library = engine_of(request).library
    offset = int(next_token or 0)
    threads = await library.threads(limit=PAGE + 1, offset=offset)
    jobs = [thread for thread in threads[:PAGE] if thread.id.startswith(MARK)]
    answers = await asyncio.gather(*(library.answers(thread.id) for thread in jobs))
    found = [_standing(thread, answer) for thread, (answer, *_) in zip(jobs, answers, strict=True)]
    return reply({"requests": found, "next_token": str(offset + PAGE) if len(threads) > PAGE else None})


@router.get("/{job_id}", response_model=None, summary="Perplexity's asynchronous completions: come back")
async def read(request: Request, job_id: JobId) -> Response:
    answer = await engine_of(request).library.answer(job_id)
    if not answer.question.thread_id.startswith(MARK):
        raise NotFound(f"answer {job_id!r} was not handed in as a job", hint=f"GET /api/answers/{job_id} has it")
    return reply(await _described(request, answer))


async def _described(request: Request, answer: Answer) -> dict[str, Any]:
    thread = await engine_of(request).library.thread(answer.question.thread_id)
    standing = _standing(thread, answer)
    whole = answer.status is not Status.RUNNING and problem_in(answer) is None
    made = completion(answer, related=True) | {"created": standing["created_at"]} if whole else None
    problem = (answer.problem or UNFINISHED) if standing["status"] == "FAILED" else None
    return standing | {"response": made, "error_message": problem and message(problem)}


def _standing(thread: Thread, answer: Answer) -> dict[str, Any]:
    """Moments in whole seconds since 1970; the end is the beginning and the milliseconds that the answer took.

    One that died with its server took nobody knows how long: it ends when that was seen, the last that became of it.
    """
    created = int(thread.created.timestamp())
    took_ms = answer.timings.get("total")
    seen = thread.updated if took_ms is None and thread.answers == 1 else thread.created
    ended = int(seen.timestamp() + (took_ms or 0.0) / 1000)
    done = answer.status in {Status.ANSWERED, Status.WAITING, Status.STOPPED}
    failed = not done and answer.status is not Status.RUNNING
    return {
        "id": answer.id,
        "model": answer.model or "pincite",
        "created_at": created,
        "started_at": created,
        "completed_at": ended if done else None,
        "failed_at": ended if failed else None,
        "status": "COMPLETED" if done else "FAILED" if failed else "IN_PROGRESS",
    }
