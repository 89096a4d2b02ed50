"""Is there an answer in these passages at all? A chance, and the features it comes from.

Below the threshold the honest answer is that nothing here answers the question. Fitted by ``scripts/fit_answer.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pincite.answer.candidates import Candidate
from pincite.answer.plan import Plan
from pincite.answer.score import FEATURES, Asked, Scored
from pincite.types import Hit

ENOUGH = 0.5
"""Chance from which on an answer is given."""


@dataclass(frozen=True)
class Evidence:
    """``chance`` that the passages answer the question."""

    chance: float
    features: dict[str, float]

    @property
    def enough(self) -> bool:
        return self.chance >= ENOUGH


def weigh(plan: Plan, hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored) -> Evidence:
    """The evidence of all candidates together. No candidates, no evidence."""
    if not sentences:
        return Evidence(0.0, {})
    asked = Asked(plan, hits, sentences)
    cosine = scored.features[:, FEATURES.index("cosine")]
    found = {
        "cosine": float(cosine.max()) if scored.vectors else 0.0,
        "dense": max(hit.signals.get("dense", 0.0) for hit in hits),
        "covered": max(asked.hit_overlap),
        "chance": float(scored.chance.max()),
        "sentence": float(scored.features[:, FEATURES.index("overlap_context")].max()),
    }
    good = 0.6 * max(found["covered"], 0) + (0.6 * found["cosine"] if scored.vectors else 0.3)
    return Evidence(float(1 / (1 + np.exp(-(good - 0.55) * 10))), found)
