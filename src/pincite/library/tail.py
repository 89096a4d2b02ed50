"""What has just happened to an answer that is being written here? Its latest events in memory, and who waits for more.

Viewers that keep up are served from here, without a query for each event; one that falls more than ``KEPT`` behind
reads the log again. Everything in here is already committed.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence

from pincite.events import Finished, Stamped

KEPT = 256


class Tail:
    """The tail of a running answer's log. Belongs to one event loop."""

    def __init__(self, seq: int = 0) -> None:
        self.seq = seq
        """The last event's number."""
        self.ended = False
        """No more will come: finished, or deleted."""
        self._latest: deque[Stamped] = deque(maxlen=KEPT)
        self._waiting: set[asyncio.Future[None]] = set()

    def extend(self, more: Sequence[Stamped]) -> None:
        self._latest.extend(more)
        if more:
            self.seq = more[-1].seq
            self.ended = isinstance(more[-1].event, Finished)
        self._wake()

    def end(self) -> None:
        self.ended = True
        self._wake()

    def after(self, seq: int) -> list[Stamped] | None:
        """The events after ``seq``; ``None`` if some of them are only in the log."""
        missing = self.seq - seq
        if not missing:
            return []
        if missing > len(self._latest) or missing < 0:
            return None
        start = len(self._latest) - missing
        return [self._latest[at] for at in range(start, len(self._latest))]

    async def changed(self) -> None:
        """Wait for the next change."""
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)

    def _wake(self) -> None:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()
