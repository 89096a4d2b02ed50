"""Is there an answer in these passages at all? A chance, and the features it comes from.

Below ``ENOUGH`` the honest answer is that nothing here answers the question. The features look for the passage that
the best sentence stands in: how much of the question it covers, whether it knows the names asked about, whether its
document is about them, and how close its vector is. Fitted by ``scripts/fit_answer.py`` on questions whose article is
in the index (1) and on the same questions with their article taken out (0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from pincite.answer.quote.candidates import Candidate
from pincite.answer.quote.score import Asked, Scored
from pincite.answer.terms import terms
from pincite.types import Hit

ENOUGH = 0.5
"""Chance from which on an answer is given."""
FOREIGN = 0.7
"""Added for questions in other languages than English, whose words have more forms than their stems hold together. Over
ten languages of XQuAD (150 questions each) 9 % of the answerable ones are declined with it, and 84 % without their
article; at 0 it is 19 and 95 %, at 1.2 it is 5 and 67 % (LAB.md)."""
FEW = 4
AHEAD, DENSE_AHEAD = 0.28, 0.13
"""Among fewer hits than ``FEW`` nothing says how far ahead of the others the best one is: half-way between what is
usual of questions with an answer and of those without. A single short text would be refused for being alone."""

FEATURES = (
    "covered",
    "covered_anywhere",
    "sentence",
    "sentence_alone",
    "bigrams",
    "chance",
    "names",
    "no_names",
    "title",
    "question_words",
    "unshaped",
    "ahead",
    "dense",
    "dense_ahead",
    "cosine",
    "cosine_of_best",
)
# Fitted on 500 questions, each with and without its article, 2026-11-23, by scripts/fit_answer.py --train 500. The bias
# lets 10 % of the answerable ones fall below ENOUGH without vectors and 4 % with them.
WITHOUT_VECTORS: dict[str, float] = {
    "covered": 1.02,
    "covered_anywhere": -0.28,
    "sentence": 1.49,
    "sentence_alone": 0.55,
    "bigrams": 0.67,
    "chance": 1.86,
    "names": 1.44,
    "no_names": 1.22,
    "title": 2.56,
    "question_words": 1.23,
    "unshaped": -0.49,
    "ahead": 1.7,
    "bias": -4.61,
}
WITH_VECTORS: dict[str, float] = {
    "covered": 1.0,
    "covered_anywhere": -0.4,
    "sentence": 0.55,
    "sentence_alone": 0.4,
    "bigrams": 0.21,
    "chance": 2.16,
    "names": 1.13,
    "no_names": 0.92,
    "title": 0.87,
    "question_words": 0.07,
    "unshaped": 0.18,
    "ahead": 1.33,
    "bias": -7.76,
    "dense": 2.94,
    "dense_ahead": 2.59,
    "cosine": 3.11,
    "cosine_of_best": 3.03,
}


@dataclass(frozen=True)
class Evidence:
    """``chance`` that the passages answer the question."""

    chance: float
    features: dict[str, float]

    @property
    def enough(self) -> bool:
        return self.chance >= ENOUGH

    def shifted(self, odds: float) -> Evidence:
        """The same with ``odds``, in logits, added."""
        return replace(self, chance=1 / (1 + (1 / self.chance - 1) * exp(-odds))) if self.chance else self


def weigh(hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored) -> Evidence:
    """The evidence of all candidates together. No candidates, no evidence."""
    if not sentences:
        return Evidence(0.0, {})
    found = measure(hits, sentences, scored)
    weights = WITH_VECTORS if scored.vectors else WITHOUT_VECTORS
    odds = sum(weights.get(name, 0.0) * value for name, value in found.items()) + weights["bias"]
    odds += 0.0 if scored.asked.lang == "en" else FOREIGN
    return Evidence(1 / (1 + exp(-odds)), found)


def measure(hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored) -> dict[str, float]:
    """The features, each in about 0…1."""
    asked = scored.asked
    best = int(np.argmax(scored.chance))
    hit = sentences[best].hit
    about = set(terms(hits[hit].passage.document.title, asked.lang))
    # Only what the search found by: of an index without vectors nearly everything looked like an answer (decision 34).
    dense = np.array([one.signals.get("dense", 0.0) for one in hits])
    cosine = scored.column("cosine")
    everywhere = frozenset().union(*asked.held)
    few = len(hits) < FEW
    return {
        "covered": asked.hit_overlap[hit],
        "covered_anywhere": asked.covered(everywhere),
        "sentence": float(scored.column("overlap_context").max()),
        "sentence_alone": float(scored.column("overlap").max()),
        "bigrams": float(scored.column("bigrams").max()),
        "chance": float(scored.chance[best]),
        **_names(asked),
        "title": len(about & asked.terms) / len(about) if about else 0.0,
        "question_words": min(1.0, len(asked.terms) / 8),
        "unshaped": float(scored.column("no_shape")[best]),
        "ahead": AHEAD if few else max(asked.hit_overlap) - float(np.median(asked.hit_overlap)),
        "dense": float(dense.max()),
        "dense_ahead": DENSE_AHEAD if few else float(dense.max() - np.median(dense)),
        "cosine": float(cosine.max()),
        "cosine_of_best": float(cosine[best]),
    }


def _names(asked: Asked) -> dict[str, float]:
    """Share of the names and numbers in the question that one passage knows all of."""
    if not asked.named:
        return {"names": 0.0, "no_names": 1.0}
    return {"names": 1 - min(asked.unnamed, default=1.0), "no_names": 0.0}
