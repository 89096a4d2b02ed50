"""What does the own index have to say? The embedded index as a search backend.

The index is blocking; here it runs in a thread, so that a slow disk never stops the event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pincite.index import Index
from pincite.ports import Deadline, Query
from pincite.types import Hit


class OwnIndex:
    """The ``SearchBackend`` named ``index``. Sees what was committed before the search began."""

    name = "index"

    def __init__(self, index: Index, dense_weight: float | None = None) -> None:
        """``dense_weight`` fixes the vectors' share in the score; with ``None`` it follows the question."""
        self._index = index
        self._dense_weight = dense_weight

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        """Hits, best first, each passage once. Raises ``TimeoutError`` when the deadline passes first.

        The thread can't be killed; one that comes too late ends by itself and nobody looks at its hits.
        """
        if not query.text.strip():
            return []
        async with asyncio.timeout(deadline.left()):
            return await asyncio.to_thread(self._search, query)

    def _search(self, query: Query) -> list[Hit]:
        self._index.refresh()
        return self._index.search(query, weight=self._dense_weight)
