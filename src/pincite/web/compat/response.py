"""How does an answer look in OpenAI's Responses API? Whole, or as the events of a stream.

Both are projections of the same log. An event's ``sequence_number`` counts what the log comes to, so it is the same
for everybody and for ever: whoever was cut off gives the last one and gets exactly the rest, also after a restart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, assert_never

from pydantic_core import to_json

from pincite.events import (
    Asked,
    Carded,
    Cited,
    Event,
    Failed,
    Finished,
    Folding,
    Sourced,
    Stamped,
    Started,
    Stepped,
    Suggested,
    Wrote,
)
from pincite.types import Answer, Source, Status, Usage
from pincite.web.compat.completion import degraded_fields, finish_reason, problem_in, sources_fields
from pincite.web.compat.sent import Sent
from pincite.web.plain.marks import Mark, Marker, marked
from pincite.web.problems import message, openai_error, problem_of

Json = dict[str, Any]
PREFIX = "resp_"
_STATUS = {
    Status.RUNNING: "in_progress",
    Status.ANSWERED: "completed",
    Status.WAITING: "completed",
    Status.STOPPED: "cancelled",
    Status.INTERRUPTED: "incomplete",
    Status.FAILED: "failed",
}
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}
"""Why a response is incomplete, by a chat completion's ``finish_reason``."""


def response(answer: Answer, created: float, previous: str | None) -> Json:
    """``created`` in seconds since 1970; ``previous`` is the id of the answer that it follows on."""
    problem = None if answer.status is Status.RUNNING else problem_in(answer)
    cut = _cut(answer)
    text, marks = marked(answer)
    output = [search_item(answer)] if answer.sources else []
    if answer.status is not Status.RUNNING and problem is None:
        output.append(message_item(answer.id, text, quoting(marks, answer.sources), _item_status(answer)))
    return {
        "id": PREFIX + answer.id,
        "object": "response",
        "created_at": created,
        "status": "failed" if problem else "incomplete" if cut else _STATUS[answer.status],
        "error": {"code": "server_error", "message": message(problem)} if problem else None,
        "incomplete_details": {"reason": cut} if cut and not problem else None,
        "instructions": None,
        "metadata": {},
        "model": answer.model or "pincite",
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": PREFIX + previous if previous else None,
        "store": True,
        "temperature": None,
        "text": {"format": {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": None,
        "usage": None if answer.status is Status.RUNNING else usage(answer.usage),
        # Not fields of OpenAI's, and so ignored by its clients; the honest ones read them.
        "search_results": sources_fields(answer.sources)["search_results"],
        "degraded": degraded_fields(answer.degraded),
    }


def _cut(answer: Answer) -> str:
    """Why the end of the text is missing; empty where it is not, or not by accident."""
    if answer.status in {Status.RUNNING, Status.STOPPED}:
        return ""
    return _INCOMPLETE.get(finish_reason(answer.status, answer.degraded), "")


def _item_status(answer: Answer) -> str:
    return "incomplete" if _cut(answer) else "completed"


def search_item(answer: Answer) -> Json:
    """The search as a finished call of the built-in tool."""
    action = {
        "type": "search",
        "query": answer.question.text,
        "queries": [answer.question.text],
        "sources": [{"type": "url", "url": source.document.url} for source in answer.sources],
    }
    return {"type": "web_search_call", "id": f"ws_{answer.id}", "status": "completed", "action": action}


def message_item(answer_id: str, text: str, notes: Sequence[Json], status: str) -> Json:
    parts = [] if status == "in_progress" else [_part(text, notes)]
    return {"type": "message", "id": f"msg_{answer_id}", "role": "assistant", "status": status, "content": parts}


def _part(text: str, notes: Sequence[Json]) -> Json:
    return {"type": "output_text", "text": text, "annotations": list(notes), "logprobs": []}


def quoting(marks: Sequence[Mark], sources: Sequence[Source]) -> list[Json]:
    by_number = {source.number: source.document for source in sources}
    return [
        {
            "type": "url_citation",
            "start_index": mark.start,
            "end_index": mark.end,
            "url": by_number[mark.source].url,
            "title": by_number[mark.source].title,
        }
        for mark in marks
        if mark.source in by_number
    ]


def usage(spent: Usage) -> Json:
    return {
        "input_tokens": spent.input_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": spent.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": spent.input_tokens + spent.output_tokens,
    }


class Story(Sent):
    """Renders a stream of one answer's events as the events of the Responses API, those after number ``after``."""

    def __init__(self, created: float, previous: str | None, after: int = -1) -> None:
        self._created, self._previous, self._after = created, previous, after
        self._folding = Folding()
        self._marker = Marker()
        self._noted = self._annotated = 0
        self._number = -1
        self._searched = self._opened = False
        self._id = ""
        self._sources: Sequence[Source] = ()

    def broken(self, error: Exception) -> bytes:
        wrong = openai_error(problem_of(error))["error"]
        fields = {"code": str(wrong["code"]), "message": wrong["message"], "param": None}
        return _sent(self._next({"type": "error", **fields}))

    def render(self, batch: Sequence[Stamped]) -> bytes:
        made = [event for one in batch for event in self._told(one.event) if event["sequence_number"] > self._after]
        return b"".join(_sent(event) for event in _joined(made))

    def _told(self, event: Event) -> Iterator[Json]:
        """What one event of the log comes to. Depends on those before it and on nothing else."""
        self._folding.add(event)
        match event:
            case Started():
                self._id = event.answer_id
                yield self._about("response.created")
                yield self._about("response.in_progress")
            case Sourced():
                self._sources = event.sources
                if event.sources and not self._searched and not self._opened:
                    self._searched = True
                    yield from self._search()
            case Wrote():
                yield from self._text(self._marker.write(event.text))
            case Cited():
                yield from self._text(self._marker.cite(event.sentence))
                yield from self._notes()
            case Asked():
                yield from self._text(self._marker.ask(event.form))
            case Finished():
                yield from self._text(self._marker.finish())
                yield from self._close()
            case Carded():
                self._marker.show(event.card)
            case Suggested() | Failed() | Stepped():
                pass
            case _:
                assert_never(event)

    def _search(self) -> Iterator[Json]:
        item = search_item(self._folding.answer())
        yield self._item("response.output_item.added", 0, item | {"status": "in_progress"})
        for step in ("in_progress", "searching", "completed"):
            yield self._next({"type": f"response.web_search_call.{step}", "output_index": 0, "item_id": item["id"]})
        yield self._item("response.output_item.done", 0, item)

    def _text(self, text: str) -> Iterator[Json]:
        if text:
            if not self._opened:
                yield from self._open()
            yield self._next({"type": "response.output_text.delta", **self._place(), "delta": text, "logprobs": []})

    def _open(self) -> Iterator[Json]:
        self._opened = True
        yield self._item(
            "response.output_item.added", int(self._searched), message_item(self._id, "", [], "in_progress")
        )
        yield self._next({"type": "response.content_part.added", **self._place(), "part": _part("", [])})

    def _notes(self) -> Iterator[Json]:
        fresh = quoting(self._marker.marks[self._noted :], self._sources)
        self._noted = len(self._marker.marks)
        for note in fresh:
            place = self._place() | {"annotation_index": self._annotated}
            self._annotated += 1
            yield self._next({"type": "response.output_text.annotation.added", **place, "annotation": note})

    def _close(self) -> Iterator[Json]:
        answer = self._folding.answer()
        if problem_in(answer) is None:
            if not self._opened:
                yield from self._open()
            text, notes = self._marker.content, quoting(self._marker.marks, answer.sources)
            place = self._place()
            yield self._next({"type": "response.output_text.done", **place, "text": text, "logprobs": []})
            yield self._next({"type": "response.content_part.done", **place, "part": _part(text, notes)})
            item = message_item(answer.id, text, notes, _item_status(answer))
            yield self._item("response.output_item.done", int(self._searched), item)
        status = response(answer, self._created, self._previous)["status"]
        # OpenAI has no event for a response that was cancelled: it is one that is not complete.
        yield self._about(f"response.{'incomplete' if status == 'cancelled' else status}")

    def _place(self) -> Json:
        return {"item_id": f"msg_{self._id}", "output_index": int(self._searched), "content_index": 0}

    def _item(self, kind: str, index: int, item: Json) -> Json:
        return self._next({"type": kind, "output_index": index, "item": item})

    def _about(self, kind: str) -> Json:
        return self._next({"type": kind, "response": response(self._folding.answer(), self._created, self._previous)})

    def _next(self, event: Json) -> Json:
        self._number += 1
        return event | {"sequence_number": self._number}


def _joined(events: Sequence[Json]) -> Iterator[Json]:
    """Pieces of text that leave together, as one event with the number of the last."""
    held: Json | None = None
    for event in events:
        if held is not None and event["type"] == held["type"]:
            held = event | {"delta": held["delta"] + event["delta"]}
            continue
        if held is not None:
            yield held
        held = event if event["type"] == "response.output_text.delta" else None
        if held is None:
            yield event
    if held is not None:
        yield held


def _sent(event: Json) -> bytes:
    return f"id: {event['sequence_number']}\nevent: {event['type']}\ndata: ".encode() + to_json(event) + b"\n\n"
