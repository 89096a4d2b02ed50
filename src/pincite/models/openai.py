"""How is a server spoken to that speaks OpenAI's chat completions? Nearly all do, each with an accent.

``POST {base_url}/chat/completions`` with ``stream``. Accepted as the end: a ``finish_reason``, with or without
``[DONE]``; ``[DONE]`` alone after text, as some older servers send it. A stream that ends with neither was cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from pincite.models.call import Call, Whole, error_message, status_of
from pincite.models.dialect import WITH_THOUGHTS, Dialect, count
from pincite.models.reply import TOOL, Finish, Piece
from pincite.models.sse import ServerEvent
from pincite.ports import Prompt

_FINISHES: Mapping[str, Finish] = {"length": "length", "max_tokens": "length", "content_filter": "filter"}
_THOUGHT_FIELDS = ("reasoning_content", "reasoning", "thinking")
_INSTEAD = {"refusal": "refused to answer", "tool_calls": TOOL, "function_call": TOOL}
_LONG_LIMIT_NAMES = ("gpt-5", "gpt-6", "o1", "o3", "o4")
"""Families known to refuse ``max_tokens`` and a temperature of one's own; others say so when they are asked."""


def headers(key: str) -> dict[str, str]:
    """As ``Dialect.headers``."""
    return {"authorization": f"Bearer {key}"} if key else {}


def body(model: str, prompt: Prompt, unwanted: Set[str]) -> dict[str, Any]:
    """As ``Dialect.body``."""
    turns = [{"role": "system", "content": prompt.system}] if prompt.system else []
    turns += [{"role": turn.role, "content": turn.text} for turn in prompt.turns]
    request: dict[str, Any] = {"model": model, "messages": turns, "stream": True}
    if "stream_options" not in unwanted:
        request["stream_options"] = {"include_usage": True}
    long_name = "max_tokens" in unwanted or model.rpartition("/")[2].startswith(_LONG_LIMIT_NAMES)
    limit = "max_completion_tokens" if long_name else "max_tokens"
    if long_name or "temperature" in unwanted:
        return request | {limit: prompt.max_tokens * WITH_THOUGHTS}
    return request | {limit: prompt.max_tokens, "temperature": prompt.temperature}


def read(event: ServerEvent | Whole, call: Call) -> Piece:
    """What one event of this dialect says."""
    if isinstance(event, Whole):
        return _whole(event.body, call)
    data = event.data.strip()
    if data == "[DONE]":
        return Piece(over=True)
    return _read(call.json(data), "delta", call)


def _whole(body: dict[str, Any], call: Call) -> Piece:
    """A reply that was not streamed is as good, if it is one."""
    piece = _read(body, "message", call)
    if not body.get("choices"):
        raise call.garbled("sent JSON that is no answer")
    return replace(piece, over=True)


def _read(body: dict[str, Any], part: str, call: Call) -> Piece:
    if body.get("error"):
        raise call.failure(status_of(body), error_message(body))
    choices = body.get("choices") or []
    choice = choices[0] if isinstance(choices, list) and choices else {}
    if not isinstance(choice, dict):
        raise call.garbled("sent a choice that is no object")
    if choice.get("index"):
        choice = {}  # another reply, which nobody asked for
    message = choice.get(part) or {}
    reason = choice.get("finish_reason")
    if reason == "error":
        raise call.failure(500, "the server gave up in the middle")
    return Piece(
        text=_text(message.get("content")) if isinstance(message, dict) else "",
        thought=isinstance(message, dict) and any(message.get(field) for field in _THOUGHT_FIELDS),
        instead=next((did for field, did in _INSTEAD.items() if isinstance(message, dict) and message.get(field)), ""),
        finish=_FINISHES.get(reason, "stop") if isinstance(reason, str) else None,
        input_tokens=count(body, "prompt_tokens"),
        output_tokens=count(body, "completion_tokens"),
    )


def _text(content: Any) -> str:
    """Text, or the text parts of a list of parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


OPENAI = Dialect("chat/completions", headers, body, read)
