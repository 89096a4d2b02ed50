"""Is the OpenAI dialect understood with its accents?"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from pincite.errors import ModelFailed, ModelRefused
from pincite.models.call import Call, Endpoint, Whole
from pincite.models.openai import read
from pincite.models.reply import TOOL, Piece
from pincite.models.sse import ServerEvent
from pincite.testing.model_server import ModelServer

from .conftest import PROMPT, Ask

CALL = Call(httpx.AsyncClient(), Endpoint("e", "http://127.0.0.1/v1"), "e:m", "chat/completions", {}, {})


def said(body: Any) -> Piece:
    return read(ServerEvent("message", json.dumps(body)), CALL)


@pytest.mark.parametrize(
    ("body", "piece"),
    [
        ({"choices": [{"delta": {"content": "a"}}]}, Piece("a")),
        ({"choices": [{"delta": {"content": [{"type": "text", "text": "a"}]}}]}, Piece("a")),
        ({"choices": [{"delta": {"content": None, "reasoning": "x"}}]}, Piece(thought=True)),
        ({"choices": [{"delta": {}, "finish_reason": "length"}]}, Piece(finish="length")),
        ({"choices": [{"delta": {}, "finish_reason": "content_filter"}]}, Piece(finish="filter")),
        ({"choices": [{"delta": {}, "finish_reason": "eos"}]}, Piece(finish="stop")),
        ({"choices": [{"delta": {"content": None, "refusal": "No."}}]}, Piece(instead="refused to answer")),
        (
            {"choices": [{"delta": {"tool_calls": [{"index": 0}]}}]},
            Piece(instead=TOOL),
        ),
        ({"choices": [{"delta": None}]}, Piece()),
        ({"choices": None}, Piece()),
        ({"choices": [{"index": 1, "delta": {"content": "a second reply"}}]}, Piece()),
        ({}, Piece()),
        (
            {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 4}},
            Piece(input_tokens=3, output_tokens=4),
        ),
        ({"choices": [], "usage": {"prompt_tokens": None, "completion_tokens": "x"}}, Piece()),
        ({"choices": [], "usage": {"prompt_tokens": 10**30, "completion_tokens": -1}}, Piece()),
        ({"choices": [{"delta": {"function_call": {"name": "f"}}}]}, Piece(instead=TOOL)),
    ],
)
def test_an_event_is_read(body: Any, piece: Piece) -> None:
    assert said(body) == piece


@pytest.mark.parametrize("body", [[], 1, "x", {"choices": ["x"]}, {"choices": [{"finish_reason": "error"}]}])
def test_an_event_that_makes_no_sense_is_an_error(body: Any) -> None:
    with pytest.raises(ModelFailed):
        said(body)


def test_an_error_event_is_that_error() -> None:
    with pytest.raises(ModelRefused, match="bad model"):
        said({"error": {"message": "bad model", "type": "invalid_request_error"}})


def test_a_whole_reply_is_the_end() -> None:
    body = {"choices": [{"message": {"content": "a"}, "finish_reason": "stop"}]}
    assert read(Whole(body), CALL) == Piece("a", finish="stop", over=True)


async def test_models_that_refuse_max_tokens_are_spared_it(ask: Ask, server: ModelServer) -> None:
    server.extra_models = ("gpt-5-mini", "vendor/o3")
    await ask("openai:gpt-5-mini")
    await ask("openai:vendor/o3")
    await ask("openai:test-model")
    assert ["max_tokens" in body for body in server.requests] == [False, False, True]


async def test_what_a_model_refuses_is_left_out_of_the_next_request(ask: Ask, server: ModelServer) -> None:
    server.refuses = ("stream_options", "max_tokens", "temperature")
    first, second = await ask("openai:test-model"), await ask("openai:test-model")
    assert first.failed is None
    assert first.text == second.text == server.answer
    assert len(server.requests) == 4  # two refusals, and no third one with the second question
    assert server.requests[-1]["max_completion_tokens"] == PROMPT.max_tokens * 4
    assert not {"stream_options", "max_tokens", "temperature"} & set(server.requests[-1])


async def test_a_temperature_alone_may_be_refused(ask: Ask, server: ModelServer) -> None:
    server.refuses = ("temperature",)
    assert (await ask("openai:test-model")).text == server.answer
    assert server.requests[-1]["max_tokens"] == PROMPT.max_tokens * 4


def test_a_prompt_that_is_too_long_is_no_field_to_leave_out() -> None:
    words = "'max_tokens' or 'max_completion_tokens' is too large: 900. The maximum context length is 1024 tokens"
    refused = CALL.failure(400, words)
    assert isinstance(refused, ModelRefused)
    assert refused.unwanted == ""


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 4096 tokens (context_length_exceeded)",
        "the request exceeds the available context size (exceed_context_size_error)",
        "prompt is too long: 210000 tokens > 200000 maximum",
    ],
)
def test_a_prompt_that_is_too_long_is_told_what_to_lower(words: str) -> None:
    assert "answer.sources" in CALL.failure(400, words).hint
    assert "answer.sources" not in CALL.failure(400, "this request makes no sense").hint


async def test_a_model_that_refuses_for_another_reason_is_asked_once(ask: Ask, server: ModelServer) -> None:
    server.refuses = ("messages",)
    heard = await ask("openai:test-model")
    assert isinstance(heard.failed, ModelRefused)
    assert len(server.requests) == 1
