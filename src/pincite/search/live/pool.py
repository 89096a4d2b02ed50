"""Which of these passages match? Passages in memory, ranked as the index ranks its own: words, meaning, wording.

Full text is BM25 (k₁ = 1.2, b = 0.75) over the same terms that the index makes; how rare a word is, the pool itself
says, for nobody else has seen these pages. Vectors are made for the best few only, as long as there is time: without
any, words decide alone, which is the index's own rung for passages that have no vector yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pincite.index import analysis, wording
from pincite.index.face import embedding_text
from pincite.index.fuse import fuse, worded
from pincite.index.searcher import CANDIDATES, COMPARED
from pincite.index.wording import Asked, Read
from pincite.ports import Deadline, Embedder
from pincite.text import languages
from pincite.types import Hit, Passage

EMBEDDED = 24
"""Passages that get a vector, the best by words first."""
_STEP = 4
"""Passages embedded between two looks at the clock, about 30 ms."""
_ENOUGH_S = 0.08
"""With less time left than this, no more vectors are made."""
_K1, _B = 1.2, 0.75


@dataclass(frozen=True)
class _Known:
    """A passage with its terms."""

    passage: Passage
    read: Read

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each term is there; title and headings count as text, as they do in the index."""
        counts = Counter({term: len(places) for term, places in self.read.places.items()})
        counts.update(self.read.above)
        return counts


class Pool:
    """A fixed set of passages. Blocking: search it in a thread."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._known = [_Known(passage, wording.read(passage)) for passage in passages]
        self._mean = sum(each.counts.total() for each in self._known) / max(1, len(self._known))
        self._holding = Counter(term for each in self._known for term in each.counts)
        self._vectors: dict[int, NDArray[np.float32]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def search(
        self, question: str, limit: int, embedder: Embedder | None, deadline: Deadline, backend: str
    ) -> list[Hit]:
        """The passages that match, best first, ties in the pool's order. Nothing for a question without a word."""
        langs = list(dict.fromkeys([languages.detect(question), *(k.passage.document.lang for k in self._known)]))
        terms = analysis.question_terms(question, langs)
        lexical = self._by_words(terms)
        if not lexical:
            return []
        dense = self._by_meaning(question, list(lexical), embedder, deadline)
        scored = fuse(lexical, dense, None, question, langs[0])
        holding = [max(self._holding[form] for form in forms) for forms in terms]
        asked = Asked(terms, [wording.rarity(len(self._known), each) for each in holding])
        wordings = {each.number: wording.compare(asked, self._known[each.number].read) for each in scored[:COMPARED]}
        return [
            Hit(passage=self._known[each.number].passage, score=each.score, backend=backend, signals=each.signals)
            for each in worded(scored, wordings, question)[:limit]
        ]

    def _by_words(self, terms: Sequence[tuple[str, ...]]) -> dict[int, float]:
        scores: dict[int, float] = {}
        for forms in terms:
            rarity = wording.rarity(len(self._known), max(self._holding[form] for form in forms))
            for number, each in enumerate(self._known):
                count = max(each.counts[form] for form in forms)
                if count:
                    length = 1 - _B + _B * each.counts.total() / self._mean
                    more = rarity * count * (_K1 + 1) / (count + _K1 * length)
                    scores[number] = scores.get(number, 0.0) + more
        best = sorted(scores, key=lambda number: (-scores[number], number))[:CANDIDATES]
        return {number: scores[number] for number in best}

    def _by_meaning(
        self, question: str, numbers: Sequence[int], embedder: Embedder | None, deadline: Deadline
    ) -> dict[int, float]:
        if embedder is None or deadline.left() < _ENOUGH_S:
            return {}
        asked = embedder.embed([question])[0]
        cosines: dict[int, float] = {}
        for at in range(0, min(EMBEDDED, len(numbers)), _STEP):
            if deadline.left() < _ENOUGH_S:
                break
            some = numbers[at : at + _STEP]
            new = [number for number in some if number not in self._vectors]
            if new:
                vectors = embedder.embed([embedding_text(self._known[number].passage) for number in new])
                self._vectors |= dict(zip(new, vectors, strict=True))
            cosines |= {number: float(self._vectors[number] @ asked) for number in some}
        return cosines
