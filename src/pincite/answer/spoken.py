"""What does a model say in all? For calls whose reply is read when it is complete, and for who listens to one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable

from pincite.ports import Deadline, ModelClient, Prompt, Stop, Token


async def spoken(prompt: Prompt, model: ModelClient, deadline: Deadline) -> str:
    """The text of the whole reply. Raises ``ModelFailed``."""
    stream = model.stream(prompt, deadline)
    try:
        return "".join([piece.text async for piece in stream if isinstance(piece, Token)])
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


async def overheard(
    stream: AsyncIterator[Token | Stop], heard: Callable[[str, Stop | None], None]
) -> AsyncGenerator[Token | Stop]:
    """``stream`` as it is. However it ends, ``heard`` is told the text that came, and its stop if it came to one."""
    pieces: list[str] = []
    stop: Stop | None = None
    try:
        async for piece in stream:
            if isinstance(piece, Token):
                pieces.append(piece.text)
            else:
                stop = piece
            yield piece
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()
        heard("".join(pieces), stop)
