"""Which hit comes first? One list out of many, each passage and each thought once, no document crowding out the rest.

Scores of different lists are not comparable; ranks are: several lists are joined by reciprocal rank fusion (Cormack,
Clarke & Büttcher, SIGIR 2009): score(d) = Σ 1 / (k + rank(d)). A single list keeps its own scores. Each step leaves
a signal behind: ``rank`` always; ``rrf`` where lists were joined; ``copies`` where near-duplicates were dropped;
``crowded`` where a passage stepped back behind other documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from pincite.text.tokens import words
from pincite.types import Hit

RRF_K = 10
"""Damps the top ranks. Our lists are short (20) and good; the paper's 60 suits lists of a thousand."""
SHINGLE = 4
"""Words a shingle."""
SAME_SHINGLES = 0.8
"""Share of the shorter passage's shingles that the other one holds, from which on both say the same."""
SAME_COSINE = 0.97
"""Cosine from which on two passages say the same. Below, paraphrases and neighbours in a series begin."""
PER_DOCUMENT = 4
"""Passages of one document before the others get their turn."""

VectorsOf = Callable[[Sequence[str]], Mapping[str, NDArray[np.float32]]]
"""Unit vectors of passages by id, where they exist."""


class Order:
    """The ``Ranker`` without a model. The same hits in the same order give the same list."""

    def __init__(self, vectors: VectorsOf | None = None, per_document: int = PER_DOCUMENT) -> None:
        self._vectors = vectors
        self._per_document = per_document

    def rank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:  # noqa: ARG002 - a reranker reads it
        """Best first. Hits of one list (same ``backend`` and signal ``query``) come best first among themselves."""
        fused = fuse([list(some) for _, some in groupby(sorted(hits, key=_list), key=_list)])
        spread = self._spread(self._distinct(fused))
        return [_with(hit, rank=float(place)) for place, hit in enumerate(spread, start=1)]

    def _distinct(self, hits: Sequence[Hit]) -> list[Hit]:
        """Without near-duplicates; of two, the better one stays and counts its copies."""
        vectors = self._vectors([hit.passage.id for hit in hits]) if self._vectors else {}
        kept: list[tuple[Hit, frozenset[int]]] = []
        copies: dict[str, int] = {}
        for hit in hits:
            shingles = _shingles(hit.passage.text)
            twin = next((k for k, s in kept if _same(k, s, hit, shingles, vectors)), None)
            if twin is None:
                kept.append((hit, shingles))
            else:
                copies[twin.passage.id] = copies.get(twin.passage.id, 0) + 1
        return [_with(h, copies=float(copies[h.passage.id])) if h.passage.id in copies else h for h, _ in kept]

    def _spread(self, hits: Sequence[Hit]) -> list[Hit]:
        """Passages beyond the first few of a document step back behind the other documents, in their order."""
        seen: dict[str, int] = {}
        first: list[Hit] = []
        later: list[Hit] = []
        for hit in hits:
            count = seen[hit.passage.document.id] = seen.get(hit.passage.document.id, 0) + 1
            if count <= self._per_document:
                first.append(hit)
            else:
                later.append(_with(hit, crowded=1.0))
        return first + later


def fuse(lists: Sequence[Sequence[Hit]], k: int = RRF_K) -> list[Hit]:
    """One list, best first, each passage once with the signals of its best-ranked hit. Ties keep the order of lists."""
    lists = [_once(some) for some in lists if some]
    if len(lists) == 1:
        return list(lists[0])
    scores: dict[str, float] = {}
    best: dict[str, tuple[int, Hit]] = {}
    for some in lists:
        for place, hit in enumerate(some, start=1):
            key = hit.passage.id
            scores[key] = scores.get(key, 0.0) + 1 / (k + place)
            if key not in best or place < best[key][0]:
                best[key] = (place, hit)
    order = sorted(best, key=lambda key: -scores[key])
    return [_with(best[key][1], rrf=scores[key]).model_copy(update={"score": scores[key]}) for key in order]


def _once(hits: Sequence[Hit]) -> list[Hit]:
    kept: dict[str, Hit] = {}
    for hit in hits:
        kept.setdefault(hit.passage.id, hit)
    return list(kept.values())


def _list(hit: Hit) -> tuple[str, float]:
    return hit.backend, hit.signals.get("query", 0.0)


def _with(hit: Hit, **signals: float) -> Hit:
    return hit.model_copy(update={"signals": {**hit.signals, **signals}})


def _shingles(text: str) -> frozenset[int]:
    tokens = words(text)
    return frozenset(hash(tuple(tokens[i : i + SHINGLE])) for i in range(max(1, len(tokens) - SHINGLE + 1)))


def _same(
    a: Hit, ours: frozenset[int], b: Hit, theirs: frozenset[int], vectors: Mapping[str, NDArray[np.float32]]
) -> bool:
    shared = len(ours & theirs)
    if shared >= SAME_SHINGLES * min(len(ours), len(theirs)):
        return True
    if not shared or a.passage.id not in vectors or b.passage.id not in vectors:
        return False
    return float(vectors[a.passage.id] @ vectors[b.passage.id]) >= SAME_COSINE
