"""How near does a passage come to the question's own words? What BM25 can't see: words that stand together.

BM25 counts words wherever they are; a passage that answers a question has most of its words in one sentence, or in
two that follow each other, and often in the same order. Three shares say so, each word weighed by its rarity (idf).
They are taken of the best candidates alone, by the analysis that full text uses, and added to the fused score.
Linear in the length of the texts.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log

from pincite.index import analysis
from pincite.text import sentences
from pincite.text.tokens import segment
from pincite.types import Passage

NEAR = 3
"""Content words apart up to which two neighbours of the question stand together in a passage too."""
SENTENCE, PAIR, PROXIMITY = 2.0, 0.5, 0.8
"""What each full share adds to a fused score, which is in standard deviations.

From a grid of 135 on 1,500 questions of SQuAD train and 350 of NQ, over NQ's passages and over those of both
(nDCG@10). Coverage by the whole passage was in the grid too: SQuAD gains .1 % by it and NQ loses as much.
"""
WITHOUT_VECTORS = 0.5
"""Part of it that is added while nothing has a vector: SQuAD and NQ gain, but Cranfield would lose 2 % to all of it."""

UNSPACED = 0.7
"""Part of it for a question in a script without spaces: its overlapping pairs of characters each say things twice."""


@dataclass(frozen=True)
class Asked:
    """A question's content words in order, each in its possible forms, with how rare each is."""

    words: Sequence[tuple[str, ...]]
    rarity: Sequence[float]

    @cached_property
    def total(self) -> float:
        return sum(self.rarity)


@dataclass(frozen=True)
class Read:
    """A passage as its terms: where each stands, where sentences begin, and which stand in title and headings."""

    places: Mapping[str, Sequence[int]]
    begins: Sequence[int]
    above: frozenset[str]


@dataclass(frozen=True)
class Wording:
    """Shares of the question's words, 0 to 1, by rarity."""

    sentence: float
    """In the best sentence; what title and headings say counts for every sentence."""
    pair: float
    """In the best two sentences that follow each other, without title and headings."""
    proximity: float
    """Of the pairs of neighbours in the question: those that stand near each other in that order."""

    @property
    def score(self) -> float:
        return SENTENCE * self.sentence + PAIR * self.pair + PROXIMITY * self.proximity


def part(question: str, *, vectors: bool) -> float:
    """How much of a wording's score counts for this question."""
    return (1.0 if vectors else WITHOUT_VECTORS) * (1.0 if segment(question) == question else UNSPACED)


def rarity(passages: int, holding: int) -> float:
    """Inverse document frequency as in BM25, of a word that ``holding`` of the passages have."""
    return log(1 + (max(passages, holding) - holding + 0.5) / (holding + 0.5))


def read(passage: Passage) -> Read:
    """A passage, analysed as full text analyses it. Depends on nothing but the passage, so it may be kept."""
    lang = passage.document.lang
    places: dict[str, list[int]] = {}
    begins: list[int] = []
    at = 0
    for start, end in sentences.split(passage.text):
        begins.append(at)
        for term in analysis.terms(passage.text[start:end], lang):
            places.setdefault(sys.intern(term), []).append(at)
            at += 1
    above = analysis.terms("\n".join((passage.document.title, *passage.headings)), lang)
    return Read(places, begins, frozenset(map(sys.intern, above)))


def compare(asked: Asked, passage: Read) -> Wording:
    """How near the passage comes to the question's words. All 0 for a question without a content word."""
    if not asked.total:
        return Wording(0.0, 0.0, 0.0)
    places = [_places(passage, forms) for forms in asked.words]
    count = len(passage.begins)
    titled = 0.0
    one = [0.0] * count
    two = [0.0] * (count + 1)  # two[i]: what sentences i - 1 and i hold between them
    for weight, forms, where in zip(asked.rarity, asked.words, places, strict=True):
        holding = {bisect_right(passage.begins, at) - 1 for at in where}
        for pair in holding | {sentence + 1 for sentence in holding}:
            two[pair] += weight
        if not passage.above.isdisjoint(forms):
            titled += weight
            continue
        for sentence in holding:
            one[sentence] += weight
    return Wording(
        sentence=(max(one, default=0.0) + titled) / asked.total,
        # A single sentence has no neighbour: both of its pairs are itself alone.
        pair=max(two[1:-1] or two) / asked.total,
        proximity=_proximity(asked, places),
    )


def _places(passage: Read, forms: tuple[str, ...]) -> Sequence[int]:
    found = [passage.places[form] for form in forms if form in passage.places]
    return found[0] if len(found) == 1 else sorted({at for each in found for at in each})


def _proximity(asked: Asked, places: Sequence[Sequence[int]]) -> float:
    near = weight = 0.0
    for (firsts, a), (seconds, b) in pairwise(zip(places, asked.rarity, strict=True)):
        weight += min(a, b)
        near += min(a, b) if _follows(firsts, seconds) else 0.0
    return near / weight if weight else 0.0


def _follows(firsts: Sequence[int], seconds: Sequence[int]) -> bool:
    """Whether any of the second stands soon after one of the first. Both ascend."""
    for first in firsts:
        at = bisect_right(seconds, first)
        if at < len(seconds) and seconds[at] - first <= NEAR:
            return True
    return False
