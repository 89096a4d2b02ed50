"""How is a document left out of a search? Any backend is asked for more than is wanted, and some hits are dropped.

Backends need not know of it: one that finds passages by other means than a filter can be asked in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pincite.ports import Deadline, Hits, Query, SearchBackend
from pincite.types import Document, Hit

ROUNDS = (2, 8, 32)
"""How many times as many hits are asked for, one round after the other, until enough are left."""


class Without:
    """``inner`` without the documents that ``Filters.exclude_documents`` names and those that are ``refused``."""

    def __init__(self, inner: SearchBackend, refused: Callable[[Document], bool] | None = None) -> None:
        self._inner = inner
        self._refused = refused

    @property
    def name(self) -> str:
        return self._inner.name

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        """Hits, best first. Fewer than wanted only if the inner backend has no more, or hardly any other document.

        What came whole stays whole, beyond ``query.limit`` too.
        """
        excluded = frozenset(query.filters.exclude_documents)
        if not excluded and self._refused is None:
            return await self._inner.search(query, deadline)
        filters = query.filters.model_copy(update={"exclude_documents": ()})
        left: list[Hit] = []
        found = Hits()
        for times in ROUNDS:
            asked = query.limit * times
            hits = await self._inner.search(replace(query, limit=asked, filters=filters), deadline)
            found = hits if isinstance(hits, Hits) else Hits.of(hits)
            left = [hit for hit in hits if not self._out(hit.passage.document, excluded)]
            if len(left) >= query.limit or len(hits) < asked:
                break
        here = {hit.passage.document.id for hit in left}
        whole = [document_id for document_id in found.whole if document_id in here]
        beyond = [hit for hit in left[query.limit :] if hit.passage.document.id in whole]
        return Hits.of([*left[: query.limit], *beyond], found.missing, found.note, whole)

    def _out(self, document: Document, excluded: frozenset[str]) -> bool:
        return document.id in excluded or (self._refused is not None and self._refused(document))
