"""What do judgements teach? LambdaMART (Burges 2010) by LightGBM, from hits that people have judged, and its reasons.

A learned ranker is a text file: LightGBM's own, which names its features. One whose features are not those of this
version is refused, for it would read one signal as another. Every score explains itself: the base is what the model
expects of any hit, and each feature's contribution (Lundberg's TreeSHAP) is what it adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pincite.errors import BadInput, BadSettings, MissingExtra
from pincite.rank.linear import ADDS, Linear, boosted, total
from pincite.rank.policy import ANY, Policy
from pincite.rank.signals import SIGNALS, Asking, Seen
from pincite.types import Hit

MIN_LISTS = 2000
"""Judged lists from which on trees are worth more than a sum by hand."""
FOUND = "found"
"""The feature that holds the backends' own score."""
_INDEX = (
    "bm25",
    "bm25_z",
    "dense",
    "dense_z",
    "coverage_sentence",
    "coverage_pair",
    "proximity",
    "rank_text",
    "rank_dense",
)
FEATURES: tuple[str, ...] = (FOUND, *_INDEX, *(signal.name for signal in SIGNALS))
PARAMETERS: dict[str, Any] = {
    "objective": "lambdarank",
    "learning_rate": 0.05,
    "num_leaves": 15,
    "min_data_in_leaf": 50,
    "lambdarank_truncation_level": 15,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 1,
    "verbosity": -1,
}
ROUNDS = 150


@dataclass(frozen=True)
class Judged:
    """One question's hits in their order, each with its grade: 0 is wrong, more is better."""

    question: str
    hits: tuple[Hit, ...]
    grades: tuple[float, ...]


def train(lists: Sequence[Judged], at_least: int = MIN_LISTS) -> str:
    """A learned ranker as text. The same lists give the same one. Lists where all grades are equal teach nothing.

    Raises ``BadInput`` for too few, ``MissingExtra`` without LightGBM.
    """
    telling = _telling(lists, at_least)
    lightgbm = _lightgbm()
    table = np.vstack([table_of(one.question, one.hits) for one in telling])
    grades = np.array([round(grade) for one in telling for grade in one.grades])
    data = lightgbm.Dataset(table, grades, group=[len(one.hits) for one in telling], feature_name=list(FEATURES))
    model: str = lightgbm.train(PARAMETERS, data, ROUNDS).model_to_string()
    return model


def _telling(lists: Sequence[Judged], at_least: int) -> list[Judged]:
    telling = [one for one in lists if len(set(one.grades)) > 1]
    if len(telling) < at_least:
        raise BadInput(
            f"{len(telling):,} judged lists with right and wrong hits; at least {at_least:,} are needed",
            hint="the linear ranker needs none; judge more questions, or say --at-least N to try with fewer",
        )
    return telling


class Learned:
    """Scores hits by a learned ranker; the policy's boosts come on top, as with ``Linear``."""

    def __init__(self, text: str, policy: Policy = ANY, today: date | None = None, name: str = "the ranker") -> None:
        """Raises ``BadSettings`` for a text that is no ranker or has other features; ``MissingExtra``."""
        self._booster = _booster(text, name)
        self._policy = policy
        self._today = today

    def score(self, question: str, hits: Sequence[Hit], base: Sequence[float]) -> list[Hit]:
        """The hits, best first, with their score and what makes it. Ties keep their order."""
        if not hits:
            return []
        table = table_of(question, hits, base, self._policy, self._today)
        adds = self._booster.predict(table, pred_contrib=True, num_threads=1)
        scored = [
            self._one(hit, row, found)
            for hit, row, found in zip(hits, np.asarray(table), np.asarray(adds), strict=True)
        ]
        return sorted(scored, key=lambda hit: -hit.score)

    def _one(self, hit: Hit, row: NDArray[np.float64], adds: NDArray[np.float64]) -> Hit:
        known = {name: float(value) for name, value in zip(FEATURES, row, strict=True) if value == value and value}
        found = {**known, "base": float(adds[-1])}
        found |= {f"{ADDS}{name}": float(value) for name, value in zip(FEATURES, adds[:-1], strict=True) if value}
        found |= boosted(self._policy.of(hit.passage.document))
        return hit.model_copy(update={"signals": {**hit.signals, **found}, "score": total(found)})


def table_of(
    question: str,
    hits: Sequence[Hit],
    base: Sequence[float] | None = None,
    policy: Policy = ANY,
    today: date | None = None,
) -> NDArray[np.float64]:
    """(hits, FEATURES). What the index did not say is NaN, which trees know how to take; a silent signal is 0."""
    asking = Asking(question, today or date.today())
    bases = base if base is not None else [hit.signals.get("base", hit.score) for hit in hits]
    rows = [
        [
            found,
            *(hit.signals.get(name, np.nan) for name in _INDEX),
            *(signal.read(Seen(asking, hit, policy.of(hit.passage.document))) for signal in SIGNALS),
        ]
        for hit, found in zip(hits, bases, strict=True)
    ]
    return np.array(rows, dtype=np.float64).reshape(len(hits), len(FEATURES))


def load(path: Path, policy: Policy = ANY) -> Learned | None:
    """The ranker that the file holds; ``None`` where there is no such file. It is read again only after a change."""
    try:
        about = path.stat()
        text = _text(path, about.st_mtime_ns, about.st_size)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings(f"{path} can't be read: {error}", hint="check rank.learned") from None
    return Learned(text, policy, name=str(path))


@lru_cache(maxsize=2)
def _text(path: Path, changed_ns: int, size: int) -> str:  # noqa: ARG001 -- they tell one state from another
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=2)
def _booster(text: str, name: str) -> Any:
    lightgbm = _lightgbm()
    try:
        booster = lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as error:
        raise BadSettings(f"{name} is no learned ranker: {error}", hint="make it anew: pincite rank learn") from None
    names = tuple(booster.feature_name())
    if names != FEATURES:
        odd = ", ".join(sorted(set(names) ^ set(FEATURES))) or "in another order"
        raise BadSettings(
            f"{name} was learned from other signals than this version has: {odd}",
            hint="make it anew: pincite rank learn; or remove it, and the linear ranker works",
        )
    return booster


def _lightgbm() -> Any:
    try:
        import lightgbm  # an optional extra
    except ImportError:
        raise MissingExtra(
            "a learned ranker needs LightGBM, which is not installed", hint="pip install 'pincite[ltr]'"
        ) from None
    return lightgbm


def held_out(lists: Sequence[Judged], at_least: int = MIN_LISTS) -> list[tuple[list[Hit], list[Hit]]]:
    """For each list its hits by the linear ranker, and by one that learned from the other half of the lists.

    Halves are every second list, so that neither is of another time or theme. Raises as ``train`` does.
    """
    _telling(lists, at_least)
    models = [Learned(train(lists[half::2], at_least // 2)) for half in (1, 0)]
    found = []
    for place, one in enumerate(lists):
        bases = [hit.signals.get("base", hit.score) for hit in one.hits]
        found.append(
            (Linear().score(one.question, one.hits, bases), models[place % 2].score(one.question, one.hits, bases))
        )
    return found
