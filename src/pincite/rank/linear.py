"""How good is a hit, and why? A sum that can be read: the backend's score, and what each signal adds to it.

``score = base + Σ weight · signal + boost``. What each part adds stays in ``signals`` as ``adds_<name>``, so that the
score of every hit is ``base`` plus all that its signals say they add, to the last digit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from math import log2

from pincite.rank.policy import ANY, Policy, Standing
from pincite.rank.signals import SIGNALS, Asking, Seen, Signal
from pincite.types import Hit

ADDS = "adds_"
PER_DOUBLING = 1.0
"""What a boost of ×2 adds: one standard deviation of the candidates' scores. ×½ takes as much away."""


class Linear:
    """Scores hits by their signals. ``weights`` replaces single weights by name."""

    def __init__(
        self, policy: Policy = ANY, weights: Mapping[str, float] | None = None, today: date | None = None
    ) -> None:
        known = {one.name for one in SIGNALS}
        unknown = sorted(set(weights or {}) - known)
        if unknown:
            raise ValueError(f"there is no signal {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        self._policy = policy
        self._signals = [replace(one, weight=(weights or {}).get(one.name, one.weight)) for one in SIGNALS]
        self._today = today

    def score(self, question: str, hits: Sequence[Hit], base: Sequence[float]) -> list[Hit]:
        """The hits, best first, with their score and what makes it. Ties keep their order."""
        asking = Asking(question, self._today or date.today())
        scored = [self._one(asking, hit, value) for hit, value in zip(hits, base, strict=True)]
        return sorted(scored, key=lambda hit: -hit.score)

    def _one(self, asking: Asking, hit: Hit, base: float) -> Hit:
        standing = self._policy.of(hit.passage.document)
        seen = Seen(asking, hit, standing)
        found = {"base": base}
        for signal in self._signals:
            found |= _told(signal, signal.read(seen))
        if "fresh" in found and asking.sensitivity:
            found["sensitivity"] = asking.sensitivity
        found |= boosted(standing)
        return hit.model_copy(update={"signals": {**hit.signals, **found}, "score": total(found)})


def _told(signal: Signal, value: float) -> dict[str, float]:
    """Silence is not told: most signals say nothing of most hits."""
    if not value:
        return {}
    adds = signal.weight * value
    return {signal.name: value, **({f"{ADDS}{signal.name}": adds} if adds else {})}


def boosted(standing: Standing) -> dict[str, float]:
    """The policy's boost as a signal; nothing where there is none."""
    return {"boost": standing.boost, f"{ADDS}boost": PER_DOUBLING * log2(standing.boost)} if standing.boost != 1 else {}


def total(signals: Mapping[str, float]) -> float:
    """The score that a hit's signals add up to."""
    return signals["base"] + sum(value for name, value in signals.items() if name.startswith(ADDS))
