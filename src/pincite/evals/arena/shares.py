"""Who wins, and how sure is that? Shares of votes over questions, each with an interval of 95 %.

What several people say of one question is not independent, so the unit is the question. Shares: Wilson's interval over
the effective number of votes, n_eff = p (1 − p) / v, where v is the linearised variance over questions (Dean & Pagano,
J. Survey Stat. Methodol. 2015). Difference of wins and losses: Bonett & Price's adjusted interval for paired shares
(Br. J. Math. Stat. Psychol. 2012), over questions: one more question is put in that a wins, and one that b
wins. Both hold for few questions and rare outcomes (``pincite arena simulate``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np

from pincite.evals.intervals import Estimate, Numbers, Z, wilson


@dataclass(frozen=True)
class Shares:
    """Of the votes. ``n`` of each estimate are questions."""

    win: Estimate
    """a is better."""
    tie: Estimate
    """Nobody can tell."""
    lose: Estimate
    """b is better."""
    ahead: Estimate
    """Wins less losses, −1 to 1."""
    p: float
    """Two-sided sign test over the questions that most votes decide."""
    votes: int


def shares(counts: Numbers) -> Shares:
    """``counts`` (questions, 3): votes for a, for neither, for b; each question has at least one.

    Raises ``ValueError`` for none.
    """
    if not len(counts) or not (counts.sum(axis=1) > 0).all():
        raise ValueError("a question without a vote")
    win, tie, lose = (_share(counts[:, k], counts.sum(axis=1)) for k in range(3))
    net = counts[:, 0] - counts[:, 2]
    p = sign_test(int((net > 0).sum()), int((net < 0).sum()))
    return Shares(win, tie, lose, _ahead(counts), p, int(counts.sum()))


def _share(right: Numbers, of: Numbers) -> Estimate:
    n, all_ = len(of), float(of.sum())
    share = float(right.sum()) / all_
    variance = _variance(right - share * of, all_)
    # Where all say the same, nobody has shown that votes on one question tell more than one vote does.
    effective = min(share * (1 - share) / variance, all_) if variance else float(n)
    found = wilson(share * effective, effective)
    return Estimate(share, found.low, found.high, n)


def _ahead(counts: Numbers) -> Estimate:
    votes = counts.sum(axis=1)
    a_wins, b_wins = [votes.mean(), 0, 0], [0, 0, votes.mean()]
    more = np.vstack([counts, a_wins, b_wins])
    of = more.sum(axis=1)
    middle = float((more[:, 0] - more[:, 2]).sum() / of.sum())
    half = Z * sqrt(_variance(more[:, 0] - more[:, 2] - middle * of, float(of.sum())))
    value = float((counts[:, 0] - counts[:, 2]).sum() / votes.sum())
    return Estimate(value, max(-1.0, middle - half), min(1.0, middle + half), len(counts))


def _variance(residuals: Numbers, of: float) -> float:
    """Of a ratio of sums over questions, by its residuals, which sum to 0."""
    n = len(residuals)
    return float((residuals**2).sum()) * n / (n - 1) / of**2 if n > 1 else 0.0


def sign_test(more: int, fewer: int) -> float:
    """The chance that questions split at least so unevenly if each side were as likely. 1 for none."""
    n, least = more + fewer, min(more, fewer)
    tail = sum(comb(n, k) for k in range(least + 1))
    return min(1.0, 2 * tail / 2**n) if n else 1.0


def said(found: Shares, names: Sequence[str], margin: float) -> str:
    """What is shown, in words. ``margin``: so much worse, as a share of votes, would still be no worse."""
    a, b = names
    low, high = found.ahead.low, found.ahead.high
    if low > 0:
        return f"{a} is better"
    if high < 0:
        return f"{b} is better"
    held = [name for name, worse in ((a, -low), (b, high)) if worse < margin]
    if len(held) == 2:
        return f"neither is worse than the other by {margin:.0%} of the votes or more"
    if held:
        other = b if held[0] == a else a
        return f"{held[0]} is not worse than {other} by {margin:.0%} of the votes or more"
    return "nothing is shown: the interval of the difference holds 0 and more than the margin on both sides"
