"""Which documents are found? Other people's clients ask for so many documents, and a search gives passages."""

from __future__ import annotations

from dataclasses import replace

from pincite.ports import Hits, Query
from pincite.types import Hit
from pincite.web.acting import Acting

ROUNDS = (50, 200, 800)
"""Passages that are asked for, one round after the other, until they are of enough documents.

The same whatever is wanted, so that the pages of one search are parts of one list.
"""


async def hits_of(engine: Acting, query: Query, focus: str, documents: int) -> Hits:
    """Hits of as many ``documents``, best first, fewer only where no more are found; ``query.limit`` does not count.

    What a later round adds stands behind what was there. Raises as ``AnswerEngine.search``.
    """
    kept: dict[str, Hit] = {}
    found = Hits()
    for limit in ROUNDS:
        found = await engine.search(replace(query, limit=limit), focus)
        least = min((hit.score for hit in kept.values()), default=None)
        for hit in found:
            lower = least is not None and hit.score > least
            kept.setdefault(hit.passage.id, hit.model_copy(update={"score": least}) if lower else hit)
        if not found.more or len({hit.passage.document.id for hit in kept.values()}) >= documents:
            break
    return Hits.of(list(kept.values()), found.missing, found.note)
