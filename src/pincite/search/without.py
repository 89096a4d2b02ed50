"""How is a document left out of a search? Any backend is asked for more than is wanted, and some hits are dropped.

Backends need not know of it: one that finds passages by other means than a filter can be asked in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pincite.ports import Deadline, Query, SearchBackend
from pincite.types import Hit

ROUNDS = (2, 8, 32)
"""How many times as many hits are asked for, one round after the other, until enough are left."""


class Without:
    """``inner`` without the documents that ``Filters.exclude_documents`` names; as it is where none is named."""

    def __init__(self, inner: SearchBackend) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        return self._inner.name

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        """Hits, best first. Fewer than wanted only if the inner backend has no more, or hardly any other document."""
        excluded = frozenset(query.filters.exclude_documents)
        if not excluded:
            return await self._inner.search(query, deadline)
        filters = query.filters.model_copy(update={"exclude_documents": ()})
        left: list[Hit] = []
        for times in ROUNDS:
            asked = query.limit * times
            hits = await self._inner.search(replace(query, limit=asked, filters=filters), deadline)
            left = [hit for hit in hits if hit.passage.document.id not in excluded]
            if len(left) >= query.limit or len(hits) < asked:
                break
        return left[: query.limit]
