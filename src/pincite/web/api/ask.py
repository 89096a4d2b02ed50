"""How is a question asked, its answer followed, read and stopped?"""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from hashlib import sha256
from typing import Annotated, Literal, Self

from fastapi import APIRouter, Header, Query, Request
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from starlette.responses import Response

from pincite.errors import BadInput, NotFound
from pincite.library.access import Scope, demand
from pincite.types import Answer, Filters, FormReply, Passage, Question, Status, new_id
from pincite.web.api.events import Lines, ServerSent
from pincite.web.problems import RESPONSES
from pincite.web.state import door_of, engine_of
from pincite.web.stream import Streamed
from pincite.web.wire import AnswerId, Filtering, PassageId, accepts, reply, url

router = APIRouter(prefix="/api", tags=["answers"], responses=RESPONSES)

_STREAMS = {
    "text/event-stream": {"schema": {"type": "string", "description": "Events: id, event, data."}},
    "application/jsonl": {"schema": {"type": "string", "description": "A numbered event a line."}},
}


FileId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]


class Reply(BaseModel):
    """What is chosen in the form of an answer whose status is ``waiting``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form_id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,100}$", description="The id of the answer's form.")
    values: dict[str, tuple[str, ...]] = Field(
        {},
        max_length=20,
        description="By a field's id: ids of its choices, or words where it takes them; of a range one number or two.",
        examples=[{"which": ["planet"]}],
    )
    skipped: bool = Field(False, description="Answer without a choice: what is recommended is assumed, and said.")


class Ask(BaseModel):
    """A question, and how it should be answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(
        "",
        validation_alias=AliasChoices("text", "question"),
        description="What to ask, in words. ``question`` is taken for its name too. A reply and SQL need none.",
        examples=["How do plants breathe?"],
    )
    thread_id: str | None = Field(
        None, pattern=r"^[0-9A-Za-z_-]{1,100}$", description="The thread it goes on; without one, a new thread begins."
    )
    focus: str = Field(
        "", max_length=100, description="Where to look: GET /api/focuses. Empty: the default, or the @NAME in the text."
    )
    model: str | None = Field(
        None, max_length=200, description='A model\'s id: GET /api/models. ``"none"`` asks for an answer without one.'
    )
    filters: Filtering = Field(default=Filters(), description="Which documents may be found.")
    files: tuple[FileId, ...] = Field(
        (), max_length=20, description="Files that it is about: GET /api/files. Without, those of the thread so far."
    )
    mode: Literal["quick", "copilot"] = Field(
        "quick", description="``copilot`` searches in steps, and may ask back: its answer is then ``waiting``."
    )
    reply: Reply | None = Field(None, description="To a form that was asked in the thread; a typed one is text.")
    temporary: bool = Field(
        False, description="Opens a thread that is kept in memory alone, in no list, and forgotten after an hour."
    )
    sql: str = Field(
        "",
        max_length=20_000,
        description="In a database's focus: one SELECT that is run as it is, in place of a query made of the text.",
        examples=["SELECT country, COUNT(*) FROM customers GROUP BY country"],
    )
    replaces: str | None = Field(
        None,
        pattern=r"^[0-9A-Za-z_-]{1,100}$",
        description="An answer of the thread that this one is a new version of, such as one to an earlier reply.",
    )

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.reply is None and not self.sql and "text" not in self.model_fields_set:
            raise ValueError("there is neither text nor a reply nor SQL")
        return self


class Asked(BaseModel):
    """The question was taken and will not be lost; its answer is being made."""

    answer_id: str
    thread_id: str
    answer: str = Field(description="Where the answer can be read.")
    events: str = Field(description="Where it can be followed as it comes.")


Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="Makes it safe to send the same question again: the first one's answer is returned.",
    ),
]


@router.post(
    "/ask",
    status_code=202,
    response_model=Asked,
    summary="Ask a question",
    responses={
        200: {"model": Answer, "description": "With Accept: an event stream; with Prefer: wait, the whole answer."}
        | {"content": _STREAMS}
    },
)
async def ask(
    request: Request, body: Ask, key: Key = None, prefer: Annotated[str | None, Header(max_length=100)] = None
) -> Response:
    """Takes a question and returns where its answer will be.

    With ``Accept: text/event-stream`` or ``application/jsonl`` the answer's events are the response; with
    ``Prefer: wait`` the response is the whole answer, with ``Prefer: wait=10`` only if it is there within 10 seconds.
    The answer goes on if the client leaves.
    """
    door = door_of(request)
    engine = door.engine
    streams = accepts(request, "text/event-stream") or accepts(request, "application/jsonl")
    wait_s = _wait_s(prefer)
    if streams or wait_s:
        demand(engine.visitor, Scope.READ)
    if streams:
        door.streams.admit()
    if body.thread_id is not None:
        await engine.library.thread(body.thread_id)
    if body.replaces is not None and (await engine.library.answer(body.replaces)).question.thread_id != body.thread_id:
        raise BadInput(f"answer {body.replaces!r} is of another thread", hint="send the thread_id of that answer")
    question = _question(body, None if key is None else engine.own(key))
    answer_id = await engine.ask(question, key=key)
    door.asked("api", answer_id)
    if streams:
        return _live(request, answer_id, 0, {"x-answer-id": answer_id, "x-thread-id": question.thread_id})
    if wait_s:
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                async for _ in engine.follow(answer_id):
                    pass
            return reply(await engine.library.answer(answer_id), headers={"preference-applied": "wait"})
    answer = url(request, f"/api/answers/{answer_id}")
    taken = Asked(answer_id=answer_id, thread_id=question.thread_id, answer=answer, events=f"{answer}/events")
    return reply(taken, 202, {"location": answer})


def _wait_s(prefer: str | None) -> float:
    """How long a client that says ``wait`` waits for the answer; 0 for one that does not say so."""
    found = _WAIT.search(prefer or "")
    return 0.0 if found is None else float(found[1] or "inf")


_WAIT = re.compile(r"(?<![^\s,;])wait(?:\s*=\s*\"?(\d{1,6})\"?)?(?![^\s,;])", re.I)


def _question(body: Ask, key: str | None) -> Question:
    """The same key makes the same question, identifiers included, so that a repetition names the first's thread."""
    return Question(
        id=new_id() if key is None else sha256(f"question {key}".encode()).hexdigest()[:32],
        thread_id=body.thread_id or (new_id() if key is None else sha256(f"thread {key}".encode()).hexdigest()[:32]),
        text=body.text or body.sql,
        focus=body.focus,
        model=body.model,
        filters=body.filters,
        file_ids=body.files,
        mode=body.mode,
        reply=FormReply(**body.reply.model_dump()) if body.reply else None,
        replaces=body.replaces,
        temporary=body.temporary,
        sql=body.sql,
    )


@router.get("/answers/{answer_id}", response_model=Answer, summary="Read an answer, finished or not")
async def answer(request: Request, answer_id: AnswerId) -> Response:
    return reply(await engine_of(request).library.answer(answer_id))


@router.get(
    "/answers/{answer_id}/events",
    response_class=Response,
    summary="Follow an answer as it comes",
    responses={
        200: {"description": "The events after the given one, then those to come.", "content": _STREAMS},
        204: {"description": "The answer is finished and there is nothing after the given event: don't come back."},
    },
)
async def events(
    request: Request,
    answer_id: AnswerId,
    after: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="Events up to this number are known.")] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", max_length=20)] = None,
) -> Response:
    """``id`` is the event's number: after a cut, ``Last-Event-ID`` (which browsers send by themselves) or ``after``
    gives exactly the rest. Server-sent events, or JSON lines with ``Accept: application/jsonl``.
    """
    seen = _seen(after, last_event_id)
    current = await engine_of(request).library.answer(answer_id)
    if seen and current.status is not Status.RUNNING and not await engine_of(request).library.events(answer_id, seen):
        return Response(status_code=204)
    return _live(request, answer_id, seen)


def _seen(after: int | None, last_event_id: str | None) -> int:
    """The header wins: a browser that reconnects repeats the URL's ``after`` and adds what it has seen since."""
    if not last_event_id:
        return after or 0
    if not (last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 10):
        raise BadInput(f"Last-Event-ID is {last_event_id!r}, not a number", hint="send the id of the last event seen")
    return int(last_event_id)


def _live(request: Request, answer_id: str, after: int, headers: dict[str, str] | None = None) -> Response:
    door = door_of(request)
    renderer = Lines() if accepts(request, "application/jsonl") else ServerSent()
    return Streamed(door.streams, door.engine.follow(answer_id, after), renderer, headers=headers)


@router.post("/answers/{answer_id}/stop", response_model=Answer, summary="Stop an answer; its text so far is kept")
async def stop(request: Request, answer_id: AnswerId) -> Response:
    engine = engine_of(request)
    await engine.stop(answer_id)
    return reply(await engine.library.answer(answer_id))


@router.post(
    "/answers/{answer_id}/now",
    response_model=Answer,
    summary="Answer now: research ends, and the answer is written from what is there",
)
async def now(request: Request, answer_id: AnswerId) -> Response:
    """For an answer in copilot mode. The answer goes on and is followed as before; any other stays as it is."""
    engine = engine_of(request)
    await engine.answer_now(answer_id)
    return reply(await engine.library.answer(answer_id))


@router.get(
    "/answers/{answer_id}/passages/{passage_id}",
    response_model=Passage,
    summary="Read a cited passage as it was when it was cited",
)
async def passage(request: Request, answer_id: AnswerId, passage_id: PassageId) -> Response:
    kept = await engine_of(request).library.passage(answer_id, passage_id)
    if kept is None:
        raise NotFound(
            f"answer {answer_id!r} has no passage {passage_id!r}", hint=f"GET /api/answers/{answer_id} lists them"
        )
    return reply(kept)
