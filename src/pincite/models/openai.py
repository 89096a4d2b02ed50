"""How is a server spoken to that speaks OpenAI's chat completions? Nearly all do, each with an accent.

``POST {base_url}/chat/completions`` with ``stream``. Accepted as the end: a ``finish_reason``, with or without
``[DONE]``; ``[DONE]`` alone after text, as some older servers send it. A stream that ends with neither was cut.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx

from pincite.models.call import Call, Endpoint, Patience, Whole, error_message, status_of
from pincite.models.pace import Heard, unheard
from pincite.models.reply import Finish, Piece, converse
from pincite.models.sse import ServerEvent
from pincite.ports import Deadline, ModelCard, Prompt, Stop, Token

_FINISHES: Mapping[str, Finish] = {"length": "length", "max_tokens": "length", "content_filter": "filter"}
_THOUGHT_FIELDS = ("reasoning_content", "reasoning", "thinking")
_LONG_LIMIT_NAMES = ("gpt-5", "o1", "o3", "o4")
"""Families that refuse ``max_tokens`` and a temperature of one's own."""


class OpenAIModel:
    """A ``ModelClient`` for the OpenAI dialect."""

    def __init__(
        self,
        card: ModelCard,
        endpoint: Endpoint,
        http: httpx.AsyncClient,
        patience: Patience,
        heard: Heard = unheard,
    ) -> None:
        self.card = card
        self._endpoint = endpoint
        self._http = http
        self._patience = patience
        self._heard = heard

    def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncGenerator[Token | Stop]:
        """Tokens, then one ``Stop``; a ``ModelFailed`` for anything else."""
        return converse(self._call(prompt), self.card.name, read, self._patience, deadline, self._heard)

    def _call(self, prompt: Prompt) -> Call:
        turns = [{"role": "system", "content": prompt.system}] if prompt.system else []
        turns += [{"role": turn.role, "content": turn.text} for turn in prompt.turns]
        body: dict[str, Any] = {"model": self.card.name, "messages": turns, "stream": True}
        body["stream_options"] = {"include_usage": True}
        if self.card.name.rpartition("/")[2].startswith(_LONG_LIMIT_NAMES):
            # These count thoughts as output, so the answer needs room beside them.
            body["max_completion_tokens"] = prompt.max_tokens * 4
        else:
            body |= {"max_tokens": prompt.max_tokens, "temperature": prompt.temperature}
        headers = {"authorization": f"Bearer {self._endpoint.key}"} if self._endpoint.key else {}
        return Call(self._http, self._endpoint, self.card.id, "chat/completions", headers, body)


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
    return Piece(piece.text, piece.thought, piece.finish, piece.input_tokens, piece.output_tokens, over=True)


def _read(body: dict[str, Any], part: str, call: Call) -> Piece:
    if body.get("error"):
        raise call.failure(status_of(body), error_message(body))
    usage = body.get("usage") or {}
    tokens = (_count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))
    choices = body.get("choices") or []
    choice = choices[0] if isinstance(choices, list) and choices else {}
    if not isinstance(choice, dict):
        raise call.garbled("sent a choice that is no object")
    message = choice.get(part) or {}
    reason = choice.get("finish_reason")
    if reason == "error":
        raise call.failure(500, "the server gave up in the middle")
    return Piece(
        text=_text(message.get("content")) if isinstance(message, dict) else "",
        thought=isinstance(message, dict) and any(message.get(field) for field in _THOUGHT_FIELDS),
        finish=_FINISHES.get(reason, "stop") if isinstance(reason, str) else None,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
    )


def _text(content: Any) -> str:
    """Text, or the text parts of a list of parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _count(usage: Any, name: str) -> int | None:
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and value >= 0 else None
