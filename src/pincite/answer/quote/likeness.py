"""How near are two sentences to each other? By their vectors, else by the pairs of words that both have."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pincite.answer.quote.candidates import Candidate
from pincite.answer.quote.score import Scored

SAME_COSINE = 0.85
SAME_PAIRS = 0.5
"""A sentence this close to one already taken says it again: its cosine, or its share of common word pairs."""


def closest(at: int, taken: Sequence[int], sentences: Sequence[Candidate], scored: Scored) -> float:
    """How near ``at`` is to the nearest of those ``taken``; 0 where there is none."""
    return max((_likeness(at, other, sentences, scored) for other in taken), default=0.0)


def _likeness(a: int, b: int, sentences: Sequence[Candidate], scored: Scored) -> float:
    if a in scored.vectors and b in scored.vectors:
        return float(scored.vectors[a] @ scored.vectors[b])
    return _common_pairs(sentences[a].terms, sentences[b].terms)


def says_again(at: int, taken: Sequence[int], sentences: Sequence[Candidate], scored: Scored) -> bool:
    """Does ``at`` say what one of those ``taken`` says?"""
    return any(
        _common_pairs(sentences[at].terms, sentences[other].terms) >= SAME_PAIRS
        or (
            at in scored.vectors
            and other in scored.vectors
            and float(scored.vectors[at] @ scored.vectors[other]) >= SAME_COSINE
        )
        for other in taken
    )


def _common_pairs(a: Sequence[str], b: Sequence[str]) -> float:
    ours, theirs = set(pairwise(a)), set(pairwise(b))
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else float(a == b)
