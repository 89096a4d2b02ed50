"""What do the models of one answer cost? Every call is read by a meter, whoever makes it and however it ends."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial

from pincite.answer.spoken import overheard
from pincite.ports import Deadline, ModelCard, ModelClient, Prompt, Stop, Token
from pincite.text.size import tokens
from pincite.types import Usage

_MILLION = 1_000_000


class Meter:
    """The calls of one answer, added up.

    Tokens are those that the server told. Of a call that was broken off, or whose server tells none, they are
    estimated from the text, rather too many: it was paid for all the same. One that said nothing cost nothing.
    """

    def __init__(self) -> None:
        self._calls = self._input = self._output = 0
        self._dollars: float | None = 0.0

    def on(self, model: ModelClient) -> ModelClient:
        """``model``, with a meter between."""
        return _Metered(model, self)

    def read(self, card: ModelCard, input_tokens: int, output_tokens: int) -> None:
        """A call has ended. One of a model without a known price makes the whole sum unknown."""
        self._input += input_tokens
        self._output += output_tokens
        price = card.dollars
        if price is None or self._dollars is None:
            self._dollars = None
        else:
            self._dollars += (input_tokens * price[0] + output_tokens * price[1]) / _MILLION

    def begun(self) -> None:
        """A call begins."""
        self._calls += 1

    def usage(self, before: Usage) -> Usage:
        """``before``, with all calls so far."""
        told = {"model_calls": self._calls, "input_tokens": self._input, "output_tokens": self._output}
        return before.model_copy(update={**told, "dollars": self._dollars if self._calls else None})


class _Metered:
    """A ``ModelClient`` that says what it does to a meter."""

    def __init__(self, model: ModelClient, meter: Meter) -> None:
        self._model = model
        self._meter = meter

    @property
    def card(self) -> ModelCard:
        return self._model.card

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncGenerator[Token | Stop]:
        self._meter.begun()
        stream = self._model.stream(prompt, deadline)
        async with aclosing(overheard(stream, partial(self._read, prompt))) as pieces:
            async for piece in pieces:
                yield piece

    def _read(self, prompt: Prompt, text: str, stop: Stop | None) -> None:
        if stop is not None and (stop.input_tokens or stop.output_tokens):
            self._meter.read(self.card, stop.input_tokens, stop.output_tokens)
        elif text:
            sent = prompt.system + "".join(turn.text for turn in prompt.turns)
            self._meter.read(self.card, tokens(sent), tokens(text))
