"""Is the Anthropic dialect understood?"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from pincite.errors import ModelBusy, ModelGarbled
from pincite.models.anthropic import read
from pincite.models.call import Call, Endpoint, Whole
from pincite.models.reply import TOOL, Piece
from pincite.models.sse import ServerEvent
from pincite.testing.model_server import ModelServer

from .conftest import PROMPT, Ask

CALL = Call(httpx.AsyncClient(), Endpoint("e", "http://127.0.0.1/v1"), "e:m", "messages", {}, {})


def said(**body: Any) -> Piece:
    return read(ServerEvent(body["type"], json.dumps(body)), CALL)


def test_events_are_read() -> None:
    assert said(type="message_start", message={"usage": {"input_tokens": 7}}) == Piece(input_tokens=7)
    assert said(type="content_block_start", content_block={"type": "text", "text": ""}) == Piece()
    assert said(type="content_block_delta", delta={"type": "text_delta", "text": "a"}) == Piece("a")
    assert said(type="content_block_delta", delta={"type": "thinking_delta", "thinking": "x"}) == Piece(thought=True)
    assert said(type="message_delta", delta={"stop_reason": "max_tokens"}, usage={"output_tokens": 5}) == Piece(
        finish="length", output_tokens=5
    )
    assert said(type="message_delta", delta={"stop_reason": "refusal"}) == Piece(finish="filter")
    assert said(type="message_stop") == Piece(over=True)
    assert said(type="ping") == said(type="something_new") == Piece()


def test_overload_within_the_stream_is_busy() -> None:
    with pytest.raises(ModelBusy, match="Overloaded"):
        said(type="error", error={"type": "overloaded_error", "message": "Overloaded"})


def test_a_whole_reply_is_the_end() -> None:
    body = {"content": [{"type": "text", "text": "a"}], "stop_reason": "end_turn", "usage": {"output_tokens": 1}}
    assert read(Whole(body), CALL) == Piece("a", finish="stop", output_tokens=1, over=True)
    with pytest.raises(ModelGarbled):
        read(Whole({"content": "a"}), CALL)


def test_a_tool_in_place_of_an_answer_is_told() -> None:
    block = {"type": "tool_use", "id": "t", "name": "f", "input": {}}
    assert said(type="content_block_start", content_block=block) == Piece(instead=TOOL)
    assert read(Whole({"content": [block], "stop_reason": "tool_use"}), CALL).instead == TOOL


def test_thoughts_that_are_not_shown_are_thoughts() -> None:
    signed = {"type": "signature_delta", "signature": "EqQB"}
    assert said(type="content_block_delta", delta=signed) == Piece(thought=True)


async def test_a_model_that_takes_no_temperature_answers(ask: Ask, server: ModelServer) -> None:
    server.refuses = ("temperature",)
    heard = await ask("anthropic:test-model")
    assert heard.failed is None
    assert heard.text == server.answer
    assert server.requests[-1]["max_tokens"] == PROMPT.max_tokens * 4
