"""How is a server spoken to that speaks Anthropic's messages?

``POST {base_url}/messages`` with ``stream``. The end is ``message_stop``; a stream that ends without it was cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

from pincite.models.call import Call, Whole, error_message, status_of
from pincite.models.dialect import WITH_THOUGHTS, Dialect, count
from pincite.models.reply import TOOL, Finish, Piece
from pincite.models.sse import ServerEvent
from pincite.ports import Prompt

VERSION = "2023-06-01"
_FINISHES: Mapping[str, Finish] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "filter",
}


def headers(key: str) -> dict[str, str]:
    """As ``Dialect.headers``."""
    return {"anthropic-version": VERSION} | ({"x-api-key": key} if key else {})


def body(model: str, prompt: Prompt, unwanted: Set[str]) -> dict[str, Any]:
    """As ``Dialect.body``."""
    thinks = "temperature" in unwanted
    request: dict[str, Any] = {
        "model": model,
        "system": [{"type": "text", "text": prompt.system, "cache_control": {"type": "ephemeral"}}],
        "messages": [{"role": turn.role, "content": turn.text} for turn in prompt.turns],
        "max_tokens": prompt.max_tokens * (WITH_THOUGHTS if thinks else 1),
        "stream": True,
    }
    return request if thinks else request | {"temperature": prompt.temperature}


def read(event: ServerEvent | Whole, call: Call) -> Piece:
    """What one event of this dialect says."""
    if isinstance(event, Whole):
        return _whole(event.body, call)
    body = call.json(event.data)
    match body.get("type", event.name):
        case "error":
            raise call.failure(status_of(body), error_message(body))
        case "message_start":
            message = body.get("message")
            return Piece(input_tokens=count(message, "input_tokens"))
        case "content_block_start":
            return _block(body.get("content_block"))
        case "content_block_delta":
            return _block(body.get("delta"))
        case "message_delta":
            delta = body.get("delta")
            reason = delta.get("stop_reason") if isinstance(delta, dict) else None
            return Piece(finish=_finish(reason), output_tokens=count(body, "output_tokens"))
        case "message_stop":
            return Piece(over=True)
        case _:
            return Piece()


def _whole(body: dict[str, Any], call: Call) -> Piece:
    """A reply that was not streamed is as good, if it is one."""
    if body.get("type") == "error" or body.get("error"):
        raise call.failure(status_of(body), error_message(body))
    blocks = body.get("content")
    if not isinstance(blocks, list):
        raise call.garbled("sent JSON that is no answer")
    pieces = [_block(block) for block in blocks]
    return Piece(
        text="".join(piece.text for piece in pieces),
        instead=next((piece.instead for piece in pieces if piece.instead), ""),
        finish=_finish(body.get("stop_reason")),
        input_tokens=count(body, "input_tokens"),
        output_tokens=count(body, "output_tokens"),
        over=True,
    )


def _block(block: Any) -> Piece:
    if not isinstance(block, dict):
        return Piece()
    text = block.get("text")
    # Thoughts that are not shown leave a signature alone.
    thought = bool(block.get("thinking") or block.get("signature"))
    instead = TOOL if block.get("type") == "tool_use" else ""
    return Piece(text=text if isinstance(text, str) else "", thought=thought, instead=instead)


def _finish(reason: Any) -> Finish | None:
    return _FINISHES.get(reason, "stop") if isinstance(reason, str) else None


ANTHROPIC = Dialect("messages", headers, body, read)
