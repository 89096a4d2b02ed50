"""When are the questions made that may come next? Beside the text, once it has a sentence. Nobody waits for them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing

from pincite.answer.tally import Tally
from pincite.events import Cited, Event, Stepped, Suggested
from pincite.ports import Deadline
from pincite.text.many import many
from pincite.types import Status

LATE_S = 1.5
"""Suggestions that are later than this after the text are dropped; nobody waits for them."""


async def with_suggestions(
    text: AsyncGenerator[Event, None],
    suggests: Callable[[int], Coroutine[object, object, tuple[str, ...]]],
    deadline: Deadline,
    tally: Tally,
) -> AsyncGenerator[Event, None]:
    """The text, then what may come next, made beside it; ``suggests`` is given the source that is cited first, or 0."""
    suggesting: asyncio.Task[tuple[str, ...]] | None = None
    try:
        async with aclosing(text) as events:
            async for event in events:
                yield event
                if suggesting is None and isinstance(event, Cited) and event.sentence.citations:
                    # Only now: before the first sentence nothing competes with it for the processor.
                    suggesting = asyncio.create_task(suggests(event.sentence.citations[0].source))
        if suggesting is None and tally.status is Status.ANSWERED:
            suggesting = asyncio.create_task(suggests(0))
        if suggesting is not None and tally.status is Status.ANSWERED:
            async with aclosing(_suggested(suggesting, deadline, tally)) as events:
                async for event in events:
                    yield event
    finally:
        if suggesting is not None:
            suggesting.cancel()
            await asyncio.gather(suggesting, return_exceptions=True)


async def _suggested(
    suggesting: asyncio.Task[tuple[str, ...]], deadline: Deadline, tally: Tally
) -> AsyncGenerator[Event, None]:
    """Suggestions are a courtesy: late ones are dropped, and a failed search costs no answer."""
    began = tally.ms()
    done, _ = await asyncio.wait([suggesting], timeout=deadline.within(LATE_S).left())
    late = not done
    error = None if late else suggesting.exception()
    if late or error is not None:
        yield Stepped(step="suggest", detail="late" if late else f"failed: {error}", ms=tally.ms() - began)
        return
    yield Stepped(step="suggest", detail=many(len(suggesting.result()), "question"), ms=tally.ms() - began)
    if suggesting.result():
        yield Suggested(follow_ups=suggesting.result())
