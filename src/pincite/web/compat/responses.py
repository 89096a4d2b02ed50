"""Does a client of OpenAI's Responses API work unchanged? Create, follow, read, cancel and delete.

A response is an answer, a chain of them a thread of the library: it survives a restart, and the page shows it too.
``previous_response_id`` goes on in its thread, with what led to that response and with nothing that was asked beside
it. Everything is kept, whatever ``store`` says; instructions and metadata are not.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from pincite.errors import BadInput, Conflict
from pincite.types import Answer, Question, Status, lineage
from pincite.web.compat.ask import ask
from pincite.web.compat.asking import (
    Chat,
    Finding,
    Message,
    Mode,
    ResponseFormat,
    ToolChoice,
    forced,
    known_model,
    only_text,
)
from pincite.web.compat.response import PREFIX, Story, response
from pincite.web.compat.sent import WHOLE
from pincite.web.compat.whole import finished
from pincite.web.state import Door, door_of, engine_of
from pincite.web.stream import Streamed
from pincite.web.wire import reply

_ERROR = {"content": {"application/json": {"schema": {"type": "object"}}}, "description": '{"error": {…}}'}
router = APIRouter(prefix="/v1/responses", tags=["compatible"], responses={"4XX": _ERROR, "5XX": _ERROR})

ResponseId = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{1,100}$", description="A response's id.")]


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Item(_Lenient):
    """What else than messages a client sends back (calls, reasoning): it is passed over."""

    type: str
    role: None = None


class TextFormat(_Lenient):
    format: ResponseFormat | None = None


class ToolFilters(_Lenient):
    allowed_domains: list[str] | None = None


class Tool(_Lenient):
    """Searching is what happens anyway; functions of the client's are never called."""

    type: str = ""
    filters: ToolFilters | None = None


class Respond(Finding):
    """A request for a response. Fields that are not here are accepted and ignored."""

    input: str | Annotated[list[Message | Item], Field(min_length=1, max_length=2000)]
    model: str | None = Field(None, description="As for chat completions.")
    previous_response_id: str | None = Field(
        None, pattern=r"^[0-9A-Za-z_-]{1,100}$", description="The response that this one goes on from."
    )
    conversation: str | dict[str, Any] | None = Field(None, description="Is refused: a chain of responses is a thread.")
    stream: bool | None = False
    mode: Mode = None
    background: bool | None = Field(False, description="Return at once; the response is made meanwhile.")
    text: TextFormat | None = None
    tools: list[Tool] | None = Field(None, description="A web search's allowed_domains are honoured.")
    tool_choice: ToolChoice = None

    def chat(self) -> Chat:
        """The same request as a chat's. Raises ``BadInput``."""
        given = [Message(role="user", content=self.input)] if isinstance(self.input, str) else self.input
        spoken = [one for one in given if isinstance(one, Message)]
        if not spoken:
            raise BadInput("the input has no message", hint='send input as text, or [{"role": "user", "content": …}]')
        only_text(self.text.format if self.text else None, "text.format")
        if self.conversation is not None:
            raise BadInput("conversation is not supported", hint="go on by previous_response_id")
        finding = {name: getattr(self, name) for name in Finding.model_fields}
        allowed = [host for tool in self.tools or [] if tool.filters for host in tool.filters.allowed_domains or []]
        finding["search_domain_filter"] = [*(self.search_domain_filter or []), *allowed]
        must = forced(self.tool_choice)
        kinds = [tool.type for tool in self.tools or []] if must == "required" else [must]
        searches = any(kind.startswith("web_search") for kind in kinds)  # as it does anyway
        return Chat(
            messages=spoken,
            tool_choice=None if searches else self.tool_choice,
            mode=self.mode,
            **finding,
        )


@router.post("", response_model=None, responses=WHOLE, summary="OpenAI's responses: create one")
async def create(request: Request, body: Respond) -> Response:
    door = door_of(request)
    engine = door.engine
    if body.stream:
        door.streams.admit()
    model = await known_model(body.model, engine.models.cards)
    question, history = body.chat().question(model, datetime.now(UTC).date())
    if body.previous_response_id:
        question, before = await _going_on(door, question, body.previous_response_id)
        history = [*before, *history]
    answer_id = await ask(engine, question, history)
    door.asked("responses", answer_id)
    if body.stream:
        return await _told(request, answer_id, stops=not body.background)
    answer = await (engine.library.answer(answer_id) if body.background else finished(request, door, answer_id))
    return reply(await _described(door, answer))


async def _going_on(door: Door, question: Question, previous: str) -> tuple[Question, list[Answer]]:
    """``question`` in the thread of ``previous``, and what led to that. Raises ``NotFound``."""
    last = await door.engine.library.answer(previous.removeprefix(PREFIX))
    said = await door.engine.library.answers(last.question.thread_id)
    placed = {"thread_id": last.question.thread_id, "follows": last.id}
    return question.model_copy(update=placed), lineage(said, last.id)


async def _placed(door: Door, answer: Answer) -> tuple[float, str | None]:
    """When it was asked, in seconds since 1970, and which answer it goes on from."""
    library = door.engine.library
    names = [one.id for one in await library.answers(answer.question.thread_id)]
    at = names.index(answer.id)
    return await library.asked(answer.id), answer.question.follows or (names[at - 1] if at else None)


async def _described(door: Door, answer: Answer) -> dict[str, Any]:
    return response(answer, *await _placed(door, answer))


async def _told(request: Request, answer_id: str, after: int = -1, *, stops: bool) -> Response:
    door = door_of(request)

    async def gone() -> None:
        await door.engine.stop(answer_id)

    created, previous = await _placed(door, await door.engine.library.answer(answer_id))
    story = Story(created, previous, after)
    return Streamed(door.streams, door.engine.follow(answer_id), story, gone=gone if stops else None)


@router.get("/{response_id}", response_model=None, responses=WHOLE, summary="OpenAI's responses: read or follow one")
async def read(
    request: Request,
    response_id: ResponseId,
    stream: bool = False,
    starting_after: Annotated[int | None, Query(ge=0, le=2**31 - 1, description="The last event seen.")] = None,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID", pattern=r"^[0-9]{1,9}$")] = None,
) -> Response:
    door = door_of(request)
    answer = await door.engine.library.answer(response_id.removeprefix(PREFIX))
    if stream:
        seen = int(last_event_id) if last_event_id else -1 if starting_after is None else starting_after
        return await _told(request, answer.id, seen, stops=False)
    return reply(await _described(door, answer))


@router.get("/{response_id}/input_items", response_model=None, summary="OpenAI's responses: what was asked")
async def inputs(request: Request, response_id: ResponseId) -> Response:
    answer = await engine_of(request).library.answer(response_id.removeprefix(PREFIX))
    name = f"in_{answer.id}"
    content = [{"type": "input_text", "text": answer.question.text}]
    content += [{"type": "input_file", "file_id": file_id} for file_id in answer.question.file_ids]
    item = {"id": name, "type": "message", "role": "user", "status": "completed", "content": content}
    return reply({"object": "list", "data": [item], "first_id": name, "last_id": name, "has_more": False})


@router.post("/{response_id}/cancel", response_model=None, summary="OpenAI's responses: stop one")
async def cancel(request: Request, response_id: ResponseId) -> Response:
    """Its text so far is kept."""
    door = door_of(request)
    await door.engine.stop(response_id.removeprefix(PREFIX))
    return reply(await _described(door, await door.engine.library.answer(response_id.removeprefix(PREFIX))))


@router.delete("/{response_id}", response_model=None, summary="OpenAI's responses: delete one")
async def delete(request: Request, response_id: ResponseId) -> Response:
    """The library forgets threads, not single answers: one that others stand beside is kept, with 409."""
    engine = engine_of(request)
    answer = await engine.library.answer(response_id.removeprefix(PREFIX))
    thread_id = answer.question.thread_id
    if len(await engine.library.answers(thread_id)) > 1:
        raise Conflict(
            f"response {response_id!r} is one of several in its conversation",
            hint=f"DELETE /api/threads/{thread_id} deletes the whole conversation",
        )
    if answer.status is Status.RUNNING:
        await engine.stop(answer.id)
    await engine.library.delete(thread_id)
    return reply({"id": response_id, "object": "response", "deleted": True})
