"""Is every call of a model paid for once, also one that was broken off?"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest

from pincite.answer.meter import Meter
from pincite.errors import ModelBusy, ModelStalled
from pincite.ports import Deadline, ModelCard, ModelClient, Prompt, Stop, Token, Turn
from pincite.types import Usage

PROMPT = Prompt(system="Be short.", turns=(Turn("user", "How tall is the tower?"),), max_tokens=100)


class Speaker:
    """A ``ModelClient`` with a script."""

    def __init__(self, *script: Token | Stop | Exception, dollars: tuple[float, float] | None = (1.0, 10.0)) -> None:
        self.card = ModelCard("x:m", "m", "x", "openai", "vendor", dollars=dollars)
        self.closed = False
        self._script = script

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
        try:
            for line in self._script:
                if isinstance(line, Exception):
                    raise line
                yield line
        finally:
            self.closed = True


async def heard(model: ModelClient, pieces: int | None = None) -> list[Token | Stop]:
    stream = model.stream(PROMPT, Deadline.after(20))
    assert isinstance(stream, AsyncGenerator)
    found: list[Token | Stop] = []
    async with aclosing(stream):
        async for piece in stream:
            found.append(piece)
            if len(found) == pieces:
                break
    return found


async def test_what_the_servers_told_is_added_up_and_priced() -> None:
    meter = Meter()
    for _ in range(2):
        said = await heard(meter.on(Speaker(Token("330"), Token(" metres."), Stop("stop", 2_000, 100))))
        assert said == [Token("330"), Token(" metres."), Stop("stop", 2_000, 100)]
    usage = meter.usage(Usage(searches=3))
    assert (usage.model_calls, usage.input_tokens, usage.output_tokens, usage.searches) == (2, 4_000, 200, 3)
    assert usage.dollars == pytest.approx((4_000 * 1 + 200 * 10) / 1e6)


async def test_a_call_that_is_broken_off_is_estimated_and_closed() -> None:
    meter, model = Meter(), Speaker(Token("The tower is 330"), Token(" metres tall."), Stop("stop", 9, 9))
    await heard(meter.on(model), pieces=1)
    usage = meter.usage(Usage())
    assert model.closed
    assert usage.model_calls == 1
    assert 4 <= usage.output_tokens <= 8
    assert 8 <= usage.input_tokens <= 20
    assert usage.dollars


async def test_a_server_that_tells_no_tokens_is_estimated() -> None:
    meter = Meter()
    await heard(meter.on(Speaker(Token("The tower is 330 metres tall."), Stop("stop"))))
    assert meter.usage(Usage()).output_tokens > 5


async def test_a_call_that_said_nothing_cost_nothing() -> None:
    meter = Meter()
    with pytest.raises(ModelBusy):
        await heard(meter.on(Speaker(ModelBusy("429", reason="rate_limited"))))
    assert meter.usage(Usage()) == Usage(model_calls=1, dollars=0.0)


async def test_one_that_fails_in_the_middle_was_paid_for() -> None:
    meter = Meter()
    with pytest.raises(ModelStalled):
        await heard(meter.on(Speaker(Token("The tower"), ModelStalled("silent", reason="stalled"))))
    assert meter.usage(Usage()).output_tokens > 0


async def test_one_price_that_is_not_known_makes_the_sum_unknown() -> None:
    meter = Meter()
    for dollars in ((1.0, 1.0), None, (1.0, 1.0)):
        await heard(meter.on(Speaker(Token("a"), Stop("stop", 10, 10), dollars=dollars)))
    assert meter.usage(Usage()).dollars is None
    assert meter.usage(Usage()).input_tokens == 30


def test_without_a_call_there_is_no_price() -> None:
    assert Meter().usage(Usage()) == Usage()
