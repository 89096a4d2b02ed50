"""How does an answer look as a chat completion? Whole, or as the chunks of a stream.

Both are projections of the same events: ``citations`` and ``search_results`` are the sources in the order of their
numbers, ``[n]`` in the text is 1-based into both, ``annotations`` say where each marker stands.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, assert_never

from pydantic_core import to_json

from pincite.events import (
    Asked,
    Carded,
    Cited,
    Event,
    Failed,
    Finished,
    Sourced,
    Stamped,
    Started,
    Stepped,
    Suggested,
    Wrote,
)
from pincite.types import Answer, Degradation, Problem, Source, Status, Usage
from pincite.web.compat.sent import Sent
from pincite.web.plain.marks import Mark, Marker, marked
from pincite.web.problems import openai_error, problem_of

UNFINISHED = Problem(type="interrupted", title="The answer was cut off before it began", status=502, retryable=True)


def completion(answer: Answer, related: bool) -> dict[str, Any]:
    """A finished answer that has a text."""
    content, marks = marked(answer)
    message = {"role": "assistant", "content": content, "annotations": notes(marks, answer.sources)}
    return {
        "id": answer.id,
        "object": "chat.completion",
        "created": int(time.time()),
        "model": answer.model or "pincite",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason(answer.status, answer.degraded),
                "message": message,
                "delta": {"role": "assistant", "content": ""},
            }
        ],
        **sources_fields(answer.sources),
        **({"related_questions": list(answer.follow_ups)} if related else {}),
        "images": [],
        "usage": usage_fields(answer.usage),
        "degraded": degraded_fields(answer.degraded),
    }


def problem_in(answer: Answer) -> Problem | None:
    """Why there is no text to give; ``None`` if there is one."""
    if answer.status is Status.FAILED or (answer.problem is not None and not answer.text):
        return answer.problem or UNFINISHED
    return None


def finish_reason(status: Status, degraded: Sequence[Degradation]) -> str:
    """A text that was cut off says ``length``, the one word these clients have for it, or ``content_filter``."""
    cut = {one.reason for one in degraded if one.part == "model"}
    if "filter" in cut:
        return "content_filter"
    return "length" if status is Status.INTERRUPTED or "length" in cut else "stop"


def sources_fields(sources: Sequence[Source]) -> dict[str, Any]:
    return {
        "citations": [source.document.url for source in sources],
        "search_results": [
            {
                "title": source.document.title,
                "url": source.document.url,
                "date": source.document.published.isoformat() if source.document.published else None,
                "last_updated": None,
                "snippet": source.passages[0].text if source.passages else None,
                "source": "web",
            }
            for source in sources
        ],
    }


def notes(marks: Sequence[Mark], sources: Sequence[Source]) -> list[dict[str, Any]]:
    by_number = {source.number: source.document for source in sources}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": mark.start,
                "end_index": mark.end,
                "url": by_number[mark.source].url,
                "title": by_number[mark.source].title,
            },
        }
        for mark in marks
        if mark.source in by_number
    ]


def usage_fields(usage: Usage) -> dict[str, Any]:
    """Tokens as the model counted them. The total cost is 0 where ``models.prices`` has no price for the model."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "num_search_queries": usage.searches,
        "reasoning_tokens": 0,
        "search_context_size": "medium",
        "cost": {
            "input_tokens_cost": 0.0,
            "output_tokens_cost": 0.0,
            "request_cost": 0.0,
            "total_cost": usage.dollars or 0.0,
        },
    }


def degraded_fields(degraded: Sequence[Degradation]) -> list[dict[str, str]]:
    """Not a field of either vendor, and so ignored by their clients; the honest ones read it."""
    return [one.model_dump() for one in degraded]


class Chunks(Sent):
    """Renders a stream of one answer's events as chunks.

    ``mode``: ``plain`` sends what is new; ``full`` also repeats the text so far as ``message``; ``concise`` tells of
    the search in objects of its own, and names the sources only there and at the end.
    """

    def __init__(self, mode: str, related: bool) -> None:
        self._mode = mode
        self._related = related
        self._marker = Marker()
        self._opened = False
        self._id = ""
        self._model = "pincite"
        self._question = ""
        self._created = int(time.time())
        self._sources: Sequence[Source] = ()
        self._follow_ups: Sequence[str] = ()
        self._problem: Problem | None = None

    def broken(self, error: Exception) -> bytes:
        return _error(problem_of(error))

    def render(self, batch: Sequence[Stamped]) -> bytes:
        """New text of the whole batch goes out as one chunk."""
        out: list[bytes] = []
        text: list[str] = []
        for one in batch:
            text.append(self._take(one.event))
            match one.event:
                case Sourced() if not self._opened:
                    out.append(self._open())
                case Finished() as finished:
                    out += [self._text("".join(text)), self._close(finished)]
                    text = []
                case _:
                    pass
        return b"".join([*out, self._text("".join(text))])

    def _take(self, event: Event) -> str:
        """Remembers what ``event`` says, and returns the marked text that it sets free."""
        match event:
            case Started():
                self._id, self._model, self._question = event.answer_id, event.model or "pincite", event.question.text
            case Sourced():
                self._sources = event.sources
            case Wrote():
                return self._marker.write(event.text)
            case Cited():
                return self._marker.cite(event.sentence)
            case Suggested():
                self._follow_ups = event.follow_ups
            case Failed():
                self._problem = event.problem
            case Asked():
                return self._marker.ask(event.form)
            case Finished():
                return self._marker.finish()
            case Carded():
                self._marker.show(event.card)
            case Stepped():
                pass
            case _:
                assert_never(event)
        return ""

    def _open(self) -> bytes:
        """The sources come first: some clients look for them in the first chunk only."""
        self._opened = True
        fields = sources_fields(self._sources)
        if self._mode != "concise":
            return self._chunk(self._choice({"role": "assistant", "content": ""}), **fields)
        search = {"search_keywords": [self._question], "search_results": fields["search_results"]}
        step = {"thought": "Searching the index", "type": "web_search", "web_search": search}
        reasoning = self._choice({"role": "assistant", "content": "", "reasoning_steps": [step]})
        done = self._choice({"role": "assistant", "content": ""})
        done["message"] = {"role": "assistant", "content": "", "reasoning_steps": [step]}
        return self._chunk(reasoning, kind="chat.reasoning") + self._chunk(
            done, kind="chat.reasoning.done", search_results=fields["search_results"], images=[]
        )

    def _text(self, text: str) -> bytes:
        if not text:
            return b""
        before = b"" if self._opened else self._open()
        return before + self._chunk(self._choice({"role": "assistant", "content": text}))

    def _close(self, finished: Finished) -> bytes:
        if finished.status is Status.FAILED or (self._problem is not None and not self._marker.content):
            return _error(self._problem or UNFINISHED)
        before = b"" if self._opened else self._open()
        self._model = finished.usage.writer or self._model  # who began need not be who wrote
        said = notes(self._marker.marks, self._sources)
        choice = self._choice({"role": "assistant", "content": "", "annotations": said})
        choice["finish_reason"] = finish_reason(finished.status, finished.degraded)
        choice["message"] = {"role": "assistant", "content": self._marker.content, "annotations": said}
        last = self._chunk(
            choice,
            kind="chat.completion.done" if self._mode == "concise" else "chat.completion.chunk",
            **sources_fields(self._sources),
            **({"related_questions": list(self._follow_ups)} if self._related else {}),
            images=[],
            usage=usage_fields(finished.usage),
            degraded=degraded_fields(finished.degraded),
        )
        return before + last + b"data: [DONE]\n\n"

    def _choice(self, delta: dict[str, Any]) -> dict[str, Any]:
        choice: dict[str, Any] = {"index": 0, "finish_reason": None, "delta": delta}
        if self._mode == "full":
            choice["message"] = {"role": "assistant", "content": self._marker.content}
        return choice

    def _chunk(self, choice: dict[str, Any], *, kind: str = "chat.completion.chunk", **more: Any) -> bytes:
        head = {"id": self._id, "object": kind, "created": self._created, "model": self._model, "choices": [choice]}
        return b"data: " + to_json(head | more) + b"\n\n"


def _error(problem: Problem) -> bytes:
    return b"event: error\ndata: " + to_json(openai_error(problem)) + b"\n\n"
