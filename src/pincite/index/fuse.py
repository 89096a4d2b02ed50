"""Words or meaning: whom to believe? A convex combination of z-scores, over what either of them found.

BM25 and cosine have no common scale; how far a hit stands out among the candidates of the same question is one.
``fused = (1 - weight) · bm25_z + weight · dense_z``. A passage that has no vector yet is judged by its text alone.

The weight follows what the vectors know. A z-score blows up any difference, also where all cosines are nearly
equal and mean nothing (names, codes, lists: LIMIT, Weller et al. 2025, on which vectors fail by design); there the
words decide alone. Where the best passage stands far above the others, meaning counts for more; where the words know
one passage far above the next, they do.

On top of it the best few are compared with the question's wording, see ``wording``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pincite.index.wording import Wording, part

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """A candidate, best fused score first, with what led to it."""

    number: int
    score: float
    signals: dict[str, float]


_FLAT, _UNEVEN = 0.06, 0.09
"""Standard deviation of the candidates' cosines up to which vectors know nothing, and from which they do fully."""
_SHARE, _LEAD, _SLOPE, _MOST = 0.6, 0.2, 2.5, 0.95
"""The vectors' share where the best cosine leads the mean by ``_LEAD``, how it grows beyond, and where it ends."""
_CLEAR, _CLEAREST = 0.1, 2.0
"""What the share loses by each standard deviation between the words' best and their next passage, up to so many.

Of some hundred choices of these and of ``_UNEVEN``, on 2,500 questions of SQuAD train and half of NQ's, over NQ's own
passages, over 1,351 more and over SQuAD's, one that gives most of what the best give (LAB.md).
"""


def trust(cosines: Floats, clear: float = 0.0) -> float:
    """The share that the vectors get, from how their cosines are spread over the candidates of one question.

    ``clear``: by how many standard deviations the words prefer their best passage to the next.
    """
    if len(cosines) < 2:
        return _SHARE
    gate = np.clip((cosines.std() - _FLAT) / (_UNEVEN - _FLAT), 0.0, 1.0)
    lead = float(cosines.max() - cosines.mean())
    return float(gate * np.clip(_SHARE + _SLOPE * (lead - _LEAD) - _CLEAR * min(clear, _CLEAREST), 0.0, _MOST))


_FOREIGN = 0.7
"""What vectors are worth for a question in Latin letters that is not English: less, but not nothing."""


def legible(question: str, lang: str = "en") -> float:
    """How much of the question the vectors can read: the share of Latin letters, 0 where they are not most of them.

    The embedder is an English one. On German and Spanish it helps all the same; of Thai and Arabic it knows nothing.
    """
    letters = [character for character in question if character.isalpha()]
    latin = sum(character < "\u0250" for character in letters)
    if not letters or latin * 2 <= len(letters):
        return 0.0
    return latin / len(letters) * (1.0 if lang == "en" else _FOREIGN)


def fuse(
    text: Mapping[int, float],
    dense: Mapping[int, float],
    weight: float | None = None,
    question: str = "",
    lang: str = "en",
) -> list[Scored]:
    """All candidates of both, best first; ties by number.

    ``text`` holds BM25 scores (a candidate without one has none of the words: 0), ``dense`` cosines. If only one of
    them has anything, it decides alone. ``weight`` is the vectors' share; ``None`` lets ``trust`` find
    it, as far as the ``question``, in the language ``lang``, is ``legible``.
    """
    numbers = sorted(text.keys() | dense.keys())
    if not numbers:
        return []
    bm25 = np.array([text.get(number, 0.0) for number in numbers])
    cosine = np.array([dense.get(number, np.nan) for number in numbers])
    bm25_z = z_scores(bm25)
    dense_z = np.where(np.isnan(cosine), bm25_z, z_scores(cosine))
    if weight is None:
        first, second = np.sort(bm25_z)[:-3:-1] if len(bm25_z) > 1 else (0.0, 0.0)
        weight = trust(cosine[~np.isnan(cosine)], float(first - second)) * legible(question, lang)
    share = 0.0 if not dense else 1.0 if not text else weight
    fused = (1 - share) * bm25_z + share * dense_z
    places = {"rank_text": _ranks(numbers, text), "rank_dense": _ranks(numbers, dense)}
    order = np.lexsort((np.array(numbers), -fused))
    scored = []
    for at in order:
        number = numbers[at]
        signals = {"fused": float(fused[at]), "weight": share}
        if number in text:
            signals |= {"bm25": float(bm25[at]), "bm25_z": float(bm25_z[at])}
        if number in dense:
            signals |= {"dense": float(cosine[at]), "dense_z": float(dense_z[at])}
        signals |= {name: float(ranks[number]) for name, ranks in places.items() if number in ranks}
        scored.append(Scored(number, float(fused[at]), signals))
    return scored


def worded(scored: Sequence[Scored], wordings: Mapping[int, Wording], question: str = "") -> list[Scored]:
    """The same candidates, best first, with what their wording adds. Those that were not compared get nothing.

    Nothing is ever taken away: among the best that were compared, none falls behind the rest.
    """
    share = part(question, vectors=any("dense" in each.signals for each in scored))
    found = []
    for each in scored:
        wording = wordings.get(each.number)
        if wording is None:
            found.append(each)
            continue
        more = wording.score * share
        signals = {
            "coverage_sentence": wording.sentence,
            "coverage_pair": wording.pair,
            "proximity": wording.proximity,
            "wording": more,
        }
        found.append(Scored(each.number, each.score + more, each.signals | signals))
    return sorted(found, key=lambda each: (-each.score, each.number))


def z_scores(values: Floats) -> Floats:
    """Distance from the mean in standard deviations; NaN stays NaN, equal values are all 0."""
    known = values[~np.isnan(values)]
    if not len(known):
        return values
    spread = float(known.std())
    return (values - known.mean()) / spread if spread > 1e-12 else values * 0.0


def _ranks(numbers: Sequence[int], scores: Mapping[int, float]) -> dict[int, int]:
    """Rank from 1 by score."""
    order = sorted((number for number in numbers if number in scores), key=lambda number: (-scores[number], number))
    return {number: rank for rank, number in enumerate(order, 1)}
