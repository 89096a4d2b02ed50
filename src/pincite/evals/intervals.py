"""How sure is a figure? Intervals of 95 %, agreement, and what a judge's chances are worth.

Wilson for shares (Wilson, JASA 1927); a bootstrap over questions for everything else (Efron & Tibshirani 1993), since
what stands in one answer is not independent; prediction-powered inference (Angelopoulos et al., Science 2023) where
people have judged a few answers and a machine many. Every draw is seeded: the same data gives the same figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Z = 1.959964
ROUNDS = 2000
_SEED = 20231
_AT_ONCE = 2_000_000
"""Counts of drawn clusters that are held in memory together."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval, over ``n`` (what, its maker says)."""

    value: float
    low: float
    high: float
    n: int


def wilson(right: float, n: float) -> Estimate:
    """A share, ``right`` of ``n``, which may be an effective number. Raises ``ValueError`` for n = 0."""
    if n <= 0:
        raise ValueError("a share of nothing")
    share = right / n
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half), round(n))


def bootstrap(clusters: Numbers, statistic: Callable[[Numbers], Numbers], *, share: bool = True) -> Estimate:
    """A figure made of sums over clusters (n, k), such as Σ right / Σ all, with n clusters drawn again and again.

    ``statistic`` turns sums (rounds, k) into values (rounds,); draws in which it is not a number are left out. Where
    all draws give the same (every answer is right, or there is one answer), a ``share`` gets Wilson's interval over
    the clusters: nobody has shown that it is certain.
    """
    value = float(statistic(clusters.sum(axis=0, keepdims=True))[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        values = statistic(_drawn(clusters))
    return _between(value, values[np.isfinite(values)], len(clusters), share=share)


def means(clusters: Numbers) -> list[Estimate]:
    """The mean of each column of (n, k), shares all, over the same draws: k figures at the price of one."""
    n = len(clusters)
    drawn = _drawn(clusters) / n
    return [_between(float(value), drawn[:, at], n) for at, value in enumerate(clusters.mean(axis=0))]


def _drawn(clusters: Numbers) -> Numbers:
    """(rounds, k): the sums over n clusters drawn again, in blocks, since rounds × n counts may be gigabytes."""
    n, chance = len(clusters), np.random.default_rng(_SEED)
    block = max(1, _AT_ONCE // n)
    sizes = [min(block, ROUNDS - at) for at in range(0, ROUNDS, block)]
    return np.concatenate([chance.multinomial(n, np.full(n, 1 / n), size=size) @ clusters for size in sizes])


def _between(value: float, drawn: Numbers, n: int, *, share: bool = True) -> Estimate:
    low, high = np.percentile(drawn, [2.5, 97.5]) if len(drawn) else (value, value)
    if share and low == high:
        return wilson(value * n, n)
    return Estimate(value, float(low), float(high), n)


def ratio(sums: Numbers) -> Numbers:
    """Column 0 over column 1."""
    return np.asarray(sums[:, 0] / sums[:, 1], dtype=np.float64)


def quantile(values: Sequence[float], share: float) -> Estimate:
    """The value that ``share`` of the values do not exceed, and the values whose ranks bound it, free of any shape."""
    ordered, n = sorted(values), len(values)
    half = Z * sqrt(n * share * (1 - share))
    first, last = int(np.floor(n * share - half)) - 1, int(np.ceil(n * share + half))
    at = min(n - 1, max(0, int(np.ceil(n * share)) - 1))
    return Estimate(ordered[at], ordered[max(0, min(first, at))], ordered[min(n - 1, max(last, at))], n)


def powered(human: Sequence[float], same: Sequence[float], rest: Sequence[float]) -> Estimate:
    """The mean of what people would say of everything, from a few labels of theirs and a judge's of all.

    ``human`` and ``same`` are people's and the judge's values of the same n answers; ``rest`` the judge's of N others.
    Mean(rest) − mean(same − human), variance var(rest) / N + var(same − human) / n. Unbiased however wrong the judge
    is; the better it is, the narrower. Raises ``ValueError`` below two labels of either.
    """
    if len(human) != len(same) or len(human) < 2 or len(rest) < 2:
        raise ValueError(f"{len(human)} labels of people, {len(same)} of the judge on the same, {len(rest)} on others")
    wrong = np.asarray(same, float) - np.asarray(human, float)
    others = np.asarray(rest, float)
    value = float(others.mean() - wrong.mean())
    half = Z * sqrt(others.var(ddof=1) / len(others) + wrong.var(ddof=1) / len(wrong))
    return Estimate(value, value - half, value + half, len(human) + len(rest))


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> float | None:
    """Cohen's κ: agreement beyond what chance gives raters of these habits.

    ``None`` if both only ever say one same thing: chance alone would give that too.
    """
    n = len(one)
    if n == 0 or n != len(other):
        raise ValueError(f"{n} and {len(other)} labels")
    agreed = sum(a == b for a, b in zip(one, other, strict=True)) / n
    counts, others = Counter(one), Counter(other)
    chance = sum(counts[label] * others[label] for label in counts) / (n * n)
    return None if chance == 1 else (agreed - chance) / (1 - chance)


# ── a judge's chances against the truth ──


def auc(scores: Numbers, right: NDArray[np.bool_], weights: Numbers) -> float:
    """The chance that a true claim scores above a false one, ties half (Mann–Whitney). Not a number without both."""
    _, rank = np.unique(scores, return_inverse=True)
    good = np.bincount(rank, weights * right)
    bad = np.bincount(rank, weights * ~right)
    total = good.sum() * bad.sum()
    return float((good * (np.cumsum(bad) - bad / 2)).sum() / total) if total else float("nan")


def balanced_accuracy(said: NDArray[np.bool_], right: NDArray[np.bool_], weights: Numbers) -> float:
    """Mean of the shares of true claims that are accepted and of false ones that are not."""
    good, bad = weights[right].sum(), weights[~right].sum()
    if not good or not bad:
        return float("nan")
    return float((weights[right & said].sum() / good + weights[~right & ~said].sum() / bad) / 2)


def calibration_error(chances: Numbers, right: NDArray[np.bool_], weights: Numbers, bins: int = 10) -> float:
    """ECE: how far chances are from shares, in bins of equal width, by how many fall in (Guo et al., ICML 2017)."""
    bin_of = np.minimum((chances * bins).astype(int), bins - 1)
    gaps = np.bincount(bin_of, weights * (chances - right), minlength=bins)
    return float(np.abs(gaps).sum() / weights.sum())


def weights_of(clusters: Sequence[Hashable], rounds: int) -> Numbers:
    """(rounds, rows): how often each row counts when whole clusters are drawn again."""
    names = {name: n for n, name in enumerate(dict.fromkeys(clusters))}
    index = np.array([names[name] for name in clusters])
    draws = np.random.default_rng(_SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), size=rounds)
    return np.asarray(draws[:, index], dtype=np.float64)
