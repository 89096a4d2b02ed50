"""In which ways does a model's server fail? By name; the name is also the model to ask for.

Each fault is the list of steps that a server takes after it has read a request. ``OPENAI`` and ``ANTHROPIC`` say
how a dialect puts words into events; the faults know no dialect.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Head:
    """The status line and headers."""

    status: int = 200
    kind: str = "text/event-stream"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Send:
    """Bytes of the body, as they are."""

    data: bytes


@dataclass(frozen=True)
class Wait:
    """Seconds of silence."""

    seconds: float


@dataclass(frozen=True)
class End:
    """``clean``: the body is complete. ``cut``: the connection ends within it. ``reset``: with a TCP reset."""

    how: Literal["clean", "cut", "reset"] = "clean"


Step = Head | Send | Wait | End

FOREVER = Wait(3600)


@dataclass(frozen=True)
class Dialect:
    """How one API says a few things."""

    begin: Callable[[], bytes]
    word: Callable[[str], bytes]
    thought: Callable[[str], bytes]
    stop: Callable[[str, int], bytes]
    """The end, with its reason (``stop`` or ``length``) and the number of words."""
    done: bytes
    error: Callable[[str], bytes]
    whole: Callable[[str], bytes]
    refusal: Callable[[str], bytes]


def _openai_event(delta: Mapping[str, object], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def _openai_stop(reason: str, words: int) -> bytes:
    usage = {"prompt_tokens": 100, "completion_tokens": words, "total_tokens": 100 + words}
    last = json.dumps({"id": "c1", "object": "chat.completion.chunk", "choices": [], "usage": usage})
    return _openai_event({}, reason) + f"data: {last}\n\n".encode()


def _openai_whole(text: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": len(text.split())}
    return json.dumps({"id": "c1", "object": "chat.completion", "choices": [choice], "usage": usage}).encode()


def _openai_error(message: str) -> bytes:
    return json.dumps({"error": {"message": message, "type": "server_error", "code": None}}).encode()


OPENAI = Dialect(
    begin=lambda: _openai_event({"role": "assistant", "content": ""}),
    word=lambda text: _openai_event({"content": text}),
    thought=lambda text: _openai_event({"reasoning_content": text}),
    stop=_openai_stop,
    done=b"data: [DONE]\n\n",
    error=lambda message: b"data: " + _openai_error(message) + b"\n\n",
    whole=_openai_whole,
    refusal=_openai_error,
)


def _anthropic_event(kind: str, **body: object) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **body})}\n\n".encode()


def _anthropic_begin() -> bytes:
    message = {"id": "m1", "type": "message", "role": "assistant", "content": [], "usage": {"input_tokens": 100}}
    block = {"type": "text", "text": ""}
    return (
        _anthropic_event("message_start", message=message)
        + _anthropic_event("content_block_start", index=0, content_block=block)
        + _anthropic_event("ping")
    )


def _anthropic_stop(reason: str, words: int) -> bytes:
    named = {"stop": "end_turn", "length": "max_tokens"}[reason]
    return _anthropic_event("content_block_stop", index=0) + _anthropic_event(
        "message_delta", delta={"stop_reason": named}, usage={"output_tokens": words}
    )


def _anthropic_whole(text: str) -> bytes:
    usage = {"input_tokens": 100, "output_tokens": len(text.split())}
    content = [{"type": "text", "text": text}]
    body = {"id": "m1", "type": "message", "content": content, "stop_reason": "end_turn", "usage": usage}
    return json.dumps(body).encode()


def _anthropic_error(message: str) -> bytes:
    return json.dumps({"type": "error", "error": {"type": "overloaded_error", "message": message}}).encode()


ANTHROPIC = Dialect(
    begin=_anthropic_begin,
    word=lambda text: _anthropic_event("content_block_delta", index=0, delta={"type": "text_delta", "text": text}),
    thought=lambda text: _anthropic_event(
        "content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": text}
    ),
    stop=_anthropic_stop,
    done=_anthropic_event("message_stop"),
    error=lambda message: b"event: error\ndata: " + _anthropic_error(message) + b"\n\n",
    whole=_anthropic_whole,
    refusal=_anthropic_error,
)

Fault = Callable[[Dialect, list[str]], list[Step]]
"""What a server does in place of, or with, the words of a good answer."""


def _streamed(d: Dialect, words: list[str], reason: str = "stop") -> list[Step]:
    return [Head(), Send(d.begin()), *(Send(d.word(w)) for w in words), Send(d.stop(reason, len(words))), Send(d.done)]


def _half(d: Dialect, words: list[str]) -> list[Step]:
    return [Head(), Send(d.begin()), *(Send(d.word(w)) for w in words[: max(1, len(words) // 2)])]


def _always(*steps: Step) -> Fault:
    """The same in every dialect and whatever the answer would be."""
    return lambda _dialect, _words: list(steps)


def _refused(status: int, message: str, *headers: tuple[str, str]) -> Fault:
    return lambda d, _: [Head(status, "application/json", headers), Send(d.refusal(message)), End()]


def _bytewise(d: Dialect, words: list[str]) -> list[Step]:
    """Each byte alone: characters, events and line ends are all cut in two."""
    steps = _streamed(d, [*words, " naïve 東京 🗼"])
    return [Send(bytes([b])) if cut else s for s in steps for cut, b in _bytes_of(s)] + [End()]


def _bytes_of(step: Step) -> list[tuple[bool, int]]:
    return [(True, b) for b in step.data] if isinstance(step, Send) else [(False, 0)]


def _said(text: str) -> Fault:
    """A good stream of exactly this text, in small pieces."""
    return lambda d, _: [*_streamed(d, [text[i : i + 3] for i in range(0, len(text), 3)]), End()]


def _drip(d: Dialect, words: list[str]) -> list[Step]:
    comments: list[Step] = [Wait(0.05), Send(b": still here\n\n")]
    return _half(d, words) + comments * 200


def _crlf(d: Dialect, words: list[str]) -> list[Step]:
    return [Send(s.data.replace(b"\n", b"\r\n")) if isinstance(s, Send) else s for s in _streamed(d, words)] + [End()]


def _think_apart(d: Dialect, words: list[str]) -> list[Step]:
    begin: list[Step] = [Head(), Send(d.begin()), Send(d.thought("Let me see. "))]
    return [*begin, *(Send(d.word(word)) for word in words), Send(d.stop("stop", 1)), Send(d.done), End()]


_PAGE = b"<!doctype html><html><body><h1>Sign in to the hotel's network</h1></body></html>"
_SECRETIVE = "Incorrect API key provided: sk-test-0123456789abcdef"

FAULTS: Mapping[str, Fault] = {
    "400": _refused(400, "this request makes no sense"),
    "401": _refused(401, _SECRETIVE),
    "403": _refused(403, "your country is not served"),
    "404": _refused(404, "the model does not exist"),
    "402": _refused(402, "insufficient credits"),
    "429": _refused(429, "slow down", ("Retry-After", "7")),
    "500": _refused(500, "boom"),
    "503": _refused(503, "loading the model", ("Retry-After", "2")),
    "redirect": _always(Head(302, "text/html", (("Location", "http://127.0.0.1:9/v1"),)), Send(_PAGE), End()),
    "reset-at-once": _always(End("reset")),
    "close-at-once": _always(End("cut")),
    "stall-at-once": _always(FOREVER),
    "stall-first": lambda d, _: [Head(), Send(d.begin()), FOREVER],
    "stall-mid": lambda d, words: [*_half(d, words), FOREVER],
    "drip": _drip,
    "reset-mid": lambda d, words: [*_half(d, words), Wait(0.05), End("reset")],
    "cut-mid": lambda d, words: [*_half(d, words), Wait(0.05), End("cut")],
    "eof": lambda d, words: [*_half(d, words), End()],
    "eof-first": _always(Head(), End()),
    "no-done": lambda d, words: [*_streamed(d, words)[:-1], End()],
    "open-end": lambda d, words: [*_streamed(d, words), FOREVER],
    "html": _always(Head(kind="text/html"), Send(_PAGE), End()),
    "html-as-stream": _always(Head(), Send(_PAGE), End()),
    "whole": lambda d, words: [Head(kind="application/json"), Send(d.whole("".join(words))), End()],
    "whole-as-stream": lambda d, words: [Head(), Send(d.whole("".join(words))), End()],
    "json-nonsense": _always(Head(kind="application/json"), Send(b'{"hello": 1}'), End()),
    "bad-json": lambda d, words: [*_half(d, words), Send(b'data: {"choices": [{"del\n\n'), End()],
    "error-event": lambda d, words: [*_half(d, words), Send(d.error("out of memory")), End()],
    "error-first": lambda d, _: [Head(), Send(d.error("out of memory")), End()],
    "empty": lambda d, _: [*_streamed(d, []), End()],
    "empty-choices": _always(Head(), Send(b'data: {"choices": []}\n\n' * 5), End()),
    "blank": _said("  \n \n"),
    "length": lambda d, words: [*_streamed(d, words[: max(1, len(words) // 2)], "length"), End()],
    "bytewise": _bytewise,
    "crlf": _crlf,
    "controls": _said("The tower\x00 is \u202etall\u202c [1].\x1b[31m"),
    "surrogates": lambda d, _: [*_streamed(d, ["The tower ", "\ud83d", "\uddfc", " is tall [1]. \ud83d"]), End()],
    "think": _said("<think>\nThe user asks [1]. Hmm.\n</think>\n\nThe tower is tall [1]."),
    "think-unopened": _said("Okay, so the user asks about it [1].\n</think>\n\nThe tower is tall [1]."),
    "think-unclosed": _said("<think>\nThe user asks about the tower and "),
    "think-apart": _think_apart,
    "roles": _said("<|im_start|>assistant\nAssistant: The tower is tall [1].<|im_end|>\n<|im_start|>user\nMore!"),
    "long-line": _always(Head(), Send(b"data: " + b"x" * (2 << 20)), End()),
    "huge": lambda d, _: [Head(), *[Send(d.word("spam " * 20000))] * 120, End()],
}
