"""Does every way in which a model's server can fail end in the right error, in time, without the key?"""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import aclosing

import pytest

from pincite.errors import ModelBusy, ModelFailed, ModelGarbled, ModelRefused, ModelStalled, ModelUnreachable
from pincite.models import Picker
from pincite.models.call import error_message, message_of, status_of
from pincite.ports import Deadline, Token
from pincite.settings import AnswerSettings, EndpointSettings, ModelSettings
from pincite.testing.faults import FAULTS
from pincite.testing.model_server import ANSWER, ModelServer

from .conftest import KEY, PATIENCE, PROMPT, Ask, hear

HALF = "The tower was completed in 1889 [1]. It is 330 metres tall and was the tallest"
TALL = "The tower is tall [1]."

FAILING: dict[str, tuple[type[ModelFailed], str, str]] = {
    "400": (ModelRefused, "refused", ""),
    "401": (ModelRefused, "bad_key", ""),
    "402": (ModelRefused, "no_credit", ""),
    "403": (ModelRefused, "refused", ""),
    "404": (ModelRefused, "unknown_model", ""),
    "429": (ModelBusy, "rate_limited", ""),
    "500": (ModelBusy, "server_error", ""),
    "503": (ModelBusy, "server_error", ""),
    "redirect": (ModelRefused, "refused", ""),
    "reset-at-once": (ModelUnreachable, "unreachable", ""),
    "close-at-once": (ModelUnreachable, "unreachable", ""),
    "stall-at-once": (ModelStalled, "stalled", ""),
    "stall-first": (ModelStalled, "stalled", ""),
    "stall-mid": (ModelStalled, "stalled", HALF),
    "drip": (ModelStalled, "stalled", HALF),
    "reset-mid": (ModelGarbled, "cut", HALF),
    "cut-mid": (ModelGarbled, "cut", HALF),
    "eof": (ModelGarbled, "cut", HALF),
    "eof-first": (ModelGarbled, "cut", ""),
    "html": (ModelGarbled, "garbled", ""),
    "html-as-stream": (ModelGarbled, "garbled", ""),
    "json-nonsense": (ModelGarbled, "garbled", ""),
    "bad-json": (ModelGarbled, "garbled", HALF),
    "error-event": (ModelBusy, "server_error", HALF),
    "error-first": (ModelBusy, "server_error", ""),
    "empty": (ModelGarbled, "empty", ""),
    "empty-choices": (ModelGarbled, "cut", ""),
    "blank": (ModelGarbled, "empty", ""),
    "think-unclosed": (ModelGarbled, "empty", ""),
    "long-line": (ModelGarbled, "garbled", ""),
    "huge": (ModelGarbled, "garbled", "spam"),
}
ANSWERING: dict[str, tuple[str, str]] = {
    "no-done": (ANSWER, "stop"),
    "open-end": (ANSWER, "stop"),
    "whole": (ANSWER, "stop"),
    "whole-as-stream": (ANSWER, "stop"),
    "length": (HALF, "length"),
    "bytewise": (f"{ANSWER} naïve 東京 🗼", "stop"),
    "crlf": (ANSWER, "stop"),
    "controls": ("The tower is tall [1].[31m", "stop"),
    "surrogates": ("The tower 🗼 is tall [1]. \ufffd", "stop"),
    "think": (TALL, "stop"),
    "think-unopened": (TALL, "stop"),
    "think-apart": (ANSWER, "stop"),
    "roles": (TALL, "stop"),
}


def test_every_fault_has_an_expected_end() -> None:
    assert FAILING.keys() | ANSWERING.keys() == FAULTS.keys()


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
@pytest.mark.parametrize("fault", FAILING)
async def test_a_failing_server_ends_in_its_error(fault: str, dialect: str, ask: Ask, server: ModelServer) -> None:
    kind, reason, text = FAILING[fault]
    async with asyncio.timeout(60):
        heard = await ask(f"{dialect}:{fault}")
    assert heard.stop is None
    assert (type(heard.failed), heard.failed and heard.failed.reason) == (kind, reason)
    assert heard.text == text or (fault == "huge" and heard.text.startswith(text))
    assert len(server.requests) == 1, "one call, no retry"
    assert heard.failed is not None
    assert f"{dialect}:{fault}" in heard.failed.detail or dialect in heard.failed.detail
    assert heard.failed.hint
    said = f"{heard.failed!r} {heard.failed.problem()!r} {heard.failed.__cause__!r}"
    assert KEY not in said


@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
@pytest.mark.parametrize("fault", ANSWERING)
async def test_an_odd_server_that_answers_is_heard(fault: str, dialect: str, ask: Ask) -> None:
    text, reason = ANSWERING[fault]
    async with asyncio.timeout(60):
        heard = await ask(f"{dialect}:{fault}")
    assert heard.failed is None
    assert heard.text == text
    assert heard.stop is not None
    assert heard.stop.reason == reason


async def test_a_good_answer_comes_with_what_it_cost(ask: Ask) -> None:
    for dialect in ("openai", "anthropic"):
        heard = await ask(f"{dialect}:test-model")
        assert heard.text == ANSWER
        assert heard.stop is not None
        assert (heard.stop.input_tokens, heard.stop.output_tokens) == (100, len(ANSWER.split()))


async def test_no_server_is_no_connection() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/v1"
        picker = Picker(ModelSettings(endpoints={"gone": EndpointSettings(base_url=url, models=("m",))}), {}, PATIENCE)
        heard = await hear(await picker.pick("gone:m"))
        await picker.close()
    assert isinstance(heard.failed, ModelUnreachable)
    assert url in heard.failed.detail


async def test_a_busy_server_says_when_to_come_back(ask: Ask) -> None:
    heard = await ask("openai:429")
    assert heard.failed is not None
    assert heard.failed.retry_after_s == 7
    assert "7 s" in heard.failed.hint


async def test_the_deadline_ends_a_model_that_talks_on(picker: Picker, server: ModelServer) -> None:
    server.rate = 4
    heard = await hear(await picker.pick("openai:test-model"), deadline_s=1)
    assert isinstance(heard.failed, ModelStalled)
    assert heard.failed.reason == "timeout"
    assert ANSWER.startswith(heard.text)
    assert heard.text


async def test_a_slow_reader_is_not_a_silent_model(server: ModelServer) -> None:
    server.rate = 100
    limits = AnswerSettings(first_token_s=20, between_tokens_s=1)
    picker = Picker(ModelSettings(endpoints={"it": EndpointSettings(base_url=server.base_url)}), {}, limits)
    model = await picker.pick("it:test-model")
    assert model is not None
    text = ""
    async for piece in model.stream(PROMPT, Deadline.after(60)):
        if isinstance(piece, Token):
            if not text:
                await asyncio.sleep(limits.between_tokens_s * 1.5)
            text += piece.text
    await picker.close()
    assert text == ANSWER


async def test_the_first_word_may_take_longer_than_the_others(server: ModelServer) -> None:
    server.first_s = 1.2
    endpoints = {"slow": EndpointSettings(base_url=server.base_url)}
    patient = AnswerSettings(first_token_s=20, between_tokens_s=0.8)
    picker = Picker(ModelSettings(endpoints=endpoints), {}, patient)
    heard = await hear(await picker.pick("slow:test-model"))
    await picker.close()
    assert heard.text == ANSWER


@pytest.mark.parametrize("model", ["stall-first", "stall-mid", "test-model"])
async def test_closing_the_iterator_cancels_the_call(model: str, picker: Picker, server: ModelServer) -> None:
    server.rate = 5
    client = await picker.pick(f"openai:{model}")
    assert client is not None
    stream = client.stream(PROMPT, Deadline.after(60))
    async with aclosing(stream):  # type: ignore[type-var]
        reading = asyncio.create_task(anext(stream))  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    async with asyncio.timeout(30):
        while server.open:
            await asyncio.sleep(0.01)
    assert server.broken == 1


async def test_a_connection_is_used_again(picker: Picker, server: ModelServer) -> None:
    for _ in range(3):
        await hear(await picker.pick("openai:test-model"))
    assert server.connections == 1


def test_a_servers_words_are_found_in_all_shapes() -> None:
    assert error_message({"error": {"message": "no", "code": "rate_limit"}}) == "no (rate_limit)"
    assert error_message({"error": "no"}) == "no"
    assert error_message({"detail": "no"}) == "no"
    assert error_message([{"error": {"message": "no", "code": 429}}]) == "no"
    assert message_of("<html>sign in</html>") == ""
    assert message_of("plain words") == "plain words"


def test_an_error_within_a_stream_stands_for_a_status() -> None:
    assert status_of({"error": {"code": 429}}) == 429
    assert status_of({"error": {"type": "rate_limit_error"}}) == 429
    assert status_of({"error": {"type": "overloaded_error"}}) == 529
    assert status_of({"error": {"type": "invalid_request_error"}}) == 400
    assert status_of({"error": "boom"}) == 500


async def test_the_environments_proxies_are_not_asked(
    server: ModelServer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await ask("openai:test-model")).text == ANSWER


async def test_the_prompt_arrives_as_it_is(ask: Ask, server: ModelServer) -> None:
    await ask("openai:test-model")
    await ask("anthropic:test-model")
    first, second = server.requests
    assert first["messages"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "How tall is the tower?"},
    ]
    assert second["system"][0]["text"] == "Be short."
    assert second["messages"] == [{"role": "user", "content": "How tall is the tower?"}]
    assert KEY not in json.dumps([first, second])
