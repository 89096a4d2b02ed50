"""Does a model work? One short question to it: what it says, and how soon."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pincite.errors import ModelGarbled
from pincite.ports import Deadline, ModelClient, Prompt, Token, Turn

PROMPT = Prompt(system="Answer in one short sentence.", turns=(Turn("user", "Why is the sky blue?"),), max_tokens=200)


@dataclass(frozen=True)
class Attempt:
    """The reply, the seconds to its first words, and from there to its end."""

    text: str
    first_s: float
    rest_s: float


async def attempt(model: ModelClient, deadline: Deadline) -> Attempt:
    """Raises ``ModelFailed``, also where the reply is empty."""
    began = time.monotonic()
    first = 0.0
    pieces: list[str] = []
    async for piece in model.stream(PROMPT, deadline):
        if isinstance(piece, Token):
            first = first or time.monotonic()
            pieces.append(piece.text)
    text = "".join(pieces).strip()
    if not text:
        raise ModelGarbled(f"{model.card.id} replied with nothing", reason="empty", hint="try another model")
    return Attempt(text, first - began, time.monotonic() - first)
