"""Do the intervals hold? Arenas whose truth is known, voted on and counted by the same code.

Each question has chances of its own, drawn around the truth (a Dirichlet distribution), so votes on one question are
alike. Some voters choose the left side out of habit; as the sides are shuffled, that moves wins and losses alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pincite.evals.arena.ballot import Ballot, Bout, Shown
from pincite.evals.arena.shares import shares
from pincite.evals.arena.tally import counted
from pincite.evals.arena.votes import Choice, Vote, unblinded
from pincite.evals.intervals import Estimate, Numbers, wilson
from pincite.evals.report import Report, Telling, silent

CONCENTRATION = 8.0
"""How alike questions are: with 8, the chance of a win at 0.5 has a standard deviation of 0.17 over questions."""
HABIT = 0.05
"""Share of the votes that go to the left side, whatever stands there."""
LEAST = 0.93
"""An interval of 95 % that covers the truth less often than this is not one."""


def ballot(questions: int, rng: np.random.Generator) -> Ballot:
    """Real pairs only, sides shuffled."""
    bouts = []
    for n, swapped in enumerate(rng.random(questions) < 0.5):
        sides = [Shown(pair=f"{n}", side="a"), Shown(pair=f"{n}", side="b")]
        left, right = reversed(sides) if swapped else sides
        bouts.append(Bout(id=f"{n}", pair=f"{n}", left=left, right=right))
    return Ballot(key="simulated", bouts=tuple(bouts))


def votes(drawn: Ballot, chances: Numbers, raters: int, rng: np.random.Generator) -> list[Vote]:
    """Of everybody on everything. ``chances`` (questions, 3): a better, can't tell, b better."""
    made = []
    for bout, mine in zip(drawn.bouts, chances, strict=True):
        habits = rng.random(raters) < HABIT
        said = rng.choice(3, size=raters, p=mine)
        for rater, (habit, better) in enumerate(zip(habits, said, strict=True)):
            side = "a" if better == 0 else "b"
            choice: Choice = "tie" if better == 1 else "left" if bout.left.side == side else "right"
            made.append(
                Vote(rater=f"rater {rater}", ballot=drawn.key, bout=bout.id, choice="left" if habit else choice)
            )
    return made


def run(
    *,
    truth: Sequence[float],
    runs: int = 1000,
    questions: int = 300,
    raters: int = 2,
    seed: int = 0,
    telling: Telling = silent,
) -> Report:
    """How often each interval covers what is true of all questions there could be, over ``runs`` arenas."""
    rng = np.random.default_rng(seed)
    win, tie, lose = truth
    true = {
        "win": (1 - HABIT) * win + HABIT / 2,
        "tie": (1 - HABIT) * tie,
        "lose": (1 - HABIT) * lose + HABIT / 2,
        "ahead": (1 - HABIT) * (win - lose),
    }
    found: dict[str, list[Estimate]] = {name: [] for name in true}
    for number in range(runs):
        drawn = ballot(questions, rng)
        by_id = {bout.id: bout for bout in drawn.bouts}
        chances = rng.dirichlet(np.asarray(truth) * CONCENTRATION, size=questions)
        casts = [unblinded(vote, by_id[vote.bout]) for vote in votes(drawn, chances, raters, rng)]
        counts = shares(counted(casts))
        for name, estimates in found.items():
            estimates.append(getattr(counts, name))
        if number % 20 == 19:
            telling("arenas", number + 1, runs)
    rows = {name: _row(true[name], estimates) for name, estimates in found.items()}
    facts = {"n": runs, "questions": questions, "raters": raters, "seed": seed}
    return Report("arena simulation", facts, rows)


def _row(true: float, estimates: Sequence[Estimate]) -> dict[str, float]:
    covered = wilson(sum(one.low <= true <= one.high for one in estimates), len(estimates))
    return {
        "truth": true,
        "mean": float(np.mean([one.value for one in estimates])),
        "width": float(np.mean([one.high - one.low for one in estimates])),
        "covered": covered.value,
        "covered_low": covered.low,
        "covered_high": covered.high,
    }
