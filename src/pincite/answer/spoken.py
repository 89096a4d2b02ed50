"""What does a model say in all? For calls whose reply is read when it is complete: plans, forms, opinions."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from pincite.ports import Deadline, ModelClient, Prompt, Token


async def spoken(prompt: Prompt, model: ModelClient, deadline: Deadline) -> str:
    """The text of the whole reply. Raises ``ModelFailed``."""
    stream = model.stream(prompt, deadline)
    try:
        return "".join([piece.text async for piece in stream if isinstance(piece, Token)])
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
