"""What came out? Win, tie and lose by people and by each judge, what each contender cost, and who voted how.

Votes alone reward length and citations that hold nothing (Search Arena, 2025): beside them stands what share of the
sentences their passages support. People and judges are never added up. A person who took more than half of the broken
controls for the better answer, or could not tell, is left out, and it is said so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from pincite.errors import BadInput
from pincite.evals import plot
from pincite.evals.arena.ballot import ballots
from pincite.evals.arena.contender import Side
from pincite.evals.arena.match import pairs
from pincite.evals.arena.shares import Shares, said, shares
from pincite.evals.arena.votes import Cast, read
from pincite.evals.intervals import Estimate, Numbers, bootstrap, kappa, quantile, ratio, wilson
from pincite.evals.record import Record
from pincite.types import Verdict

_SIDES: tuple[Side, Side] = ("a", "b")
PEOPLE = "people"


@dataclass(frozen=True)
class Voter:
    """How one voter did on the controls, and how often the left side was chosen."""

    name: str
    judge: bool
    votes: int
    """On real pairs."""
    same: tuple[int, int]
    """Pairs with one answer on both sides: where nobody could tell, and of how many."""
    broken: tuple[int, int]
    """Pairs with an answer to another question: seen, and of how many."""
    left: Estimate | None
    """Share of the left side among the votes for a side; ``None`` for none."""

    @property
    def counts(self) -> bool:
        """A person who did not look is left out; what a judge can't see is the same everywhere, and told."""
        seen, of = self.broken
        return self.judge or seen * 2 >= of


@dataclass(frozen=True)
class Agreement:
    """Of two voters on the pairs that both voted on."""

    one: str
    other: str
    n: int
    equal: float
    kappa: float | None
    """``None``: both only ever said one same thing."""


@dataclass(frozen=True)
class Tally:
    """All that is told of an arena."""

    names: Mapping[Side, str]
    pairs: int
    groups: Mapping[str, Shares]
    """``people``, and each judge by its name."""
    voters: Sequence[Voter]
    agreements: Sequence[Agreement]
    costs: Mapping[Side, Mapping[str, Estimate]]
    margin: float
    alike: int = 0
    """Of the questions that were drawn for a page, both said the same to so many; nobody was asked about these."""
    people: int = field(default=0)

    def json(self) -> str:
        def numbers(found: Estimate) -> dict[str, Any]:
            return {"value": _r(found.value), "low": _r(found.low), "high": _r(found.high), "n": found.n}

        groups = {
            name: {
                "win": numbers(one.win),
                "tie": numbers(one.tie),
                "lose": numbers(one.lose),
                "ahead": numbers(one.ahead),
                "sign_test_p": _r(one.p),
                "votes": one.votes,
                "proxy": name != PEOPLE,
                "shown": said(one, [self.names["a"], self.names["b"]], self.margin),
            }
            for name, one in self.groups.items()
        }
        voters = [
            {
                "voter": one.name,
                "judge": one.judge,
                "votes": one.votes,
                "counts": one.counts,
                "broken_seen": one.broken,
                "same_seen": one.same,
                "left": numbers(one.left) if one.left else None,
            }
            for one in self.voters
        ]
        costs = {side: {what: numbers(one) for what, one in row.items()} for side, row in self.costs.items()}
        agreed = [
            {**vars(one), "equal": _r(one.equal), "kappa": None if one.kappa is None else _r(one.kappa)}
            for one in self.agreements
        ]
        whole = {"kind": "arena", "a": self.names["a"], "b": self.names["b"], "pairs": self.pairs, "alike": self.alike}
        return json.dumps(
            {**whole, "groups": groups, "contenders": costs, "voters": voters, "agreement": agreed},
            indent=2,
            ensure_ascii=False,
        )

    def table(self) -> str:
        """Markdown: who wins, what it cost, who voted."""
        return "\n\n".join(["\n".join(part) for part in (self._wins(), self._shown(), self._costs(), self._voters())])

    def _wins(self) -> list[str]:
        a, b = (_cell(self.names[side]) for side in _SIDES)
        lines = [
            f"| | {a} better | can't tell | {b} better | difference, points | sign test p | questions | votes |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for name, one in self.groups.items():
            who = f"{self.people} {PEOPLE}" if name == PEOPLE else f"{_cell(name)} (*proxy*)"
            values = [_percent(each) for each in (one.win, one.tie, one.lose)]
            more = [
                _percent(one.ahead, ""),
                "< .001" if one.p < 0.001 else f"{one.p:.3f}",
                f"{one.win.n}",
                f"{one.votes}",
            ]
            lines.append(f"| {' | '.join([who, *values, *more])} |")
        return lines

    def _shown(self) -> list[str]:
        names = [self.names["a"], self.names["b"]]
        lines = [f"- {name}: {said(one, names, self.margin)}." for name, one in self.groups.items()]
        if self.alike:
            lines.append(
                f"- to {self.alike} questions both said the same, word for word: nobody was asked about these."
            )
        out = [one for one in self.voters if not one.counts]
        lines += [f"- left out: {one.name}, who saw {one.broken[0]} of {one.broken[1]} broken answers." for one in out]
        return lines

    def _costs(self) -> list[str]:
        lines = [
            f"| {self.pairs} questions | {' | '.join(_cell(self.names[side]) for side in _SIDES)} |",
            "|---|---|---|",
        ]
        for what in dict.fromkeys(name for row in self.costs.values() for name in row):
            cells = [_plain(self.costs[side].get(what), what) for side in _SIDES]
            lines.append(f"| {what} | {' | '.join(cells)} |")
        return lines

    def _voters(self) -> list[str]:
        lines = ["| voter | votes | broken seen | same seen | left chosen |", "|---|---|---|---|---|"]
        for one in self.voters:
            left = _percent(one.left) if one.left else ""
            broken, same = (f"{seen} of {of}" for seen, of in (one.broken, one.same))
            lines.append(f"| {_cell(one.name)} | {one.votes} | {broken} | {same} | {left} |")
        if self.agreements:
            lines += ["", "| agreement | n | equal | κ |", "|---|---|---|---|"]
        for each in self.agreements:
            pair = f"{_cell(each.one)} · {_cell(each.other)}"
            kappa = "" if each.kappa is None else f"{each.kappa:.2f}"
            lines.append(f"| {pair} | {each.n} | {each.equal:.0%} | {kappa} |")
        return lines

    def chart(self) -> str:
        """Bars of win, tie and lose, per cent."""
        rows = {
            name: {
                f"{self.names['a']} better": one.win.value * 100,
                "can't tell": one.tie.value * 100,
                f"{self.names['b']} better": one.lose.value * 100,
            }
            for name, one in self.groups.items()
        }
        return plot.bars("Which answer is better? (% of votes)", rows, "{:.0f}")


def _r(value: float) -> float:
    return round(value, 4)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _percent(found: Estimate, sign: str = " %") -> str:
    value, low, high = (f"{each * 100:.1f}" for each in (found.value, found.low, found.high))
    return f"{value}{sign} [{low}, {high}]"


def _plain(found: Estimate | None, what: str) -> str:
    if found is None:
        return ""
    if what in _SHARES or what.startswith("written by "):
        return _percent(found)
    value, low, high = (
        f"{each:.2f}" if abs(each) < 1 else f"{each:.1f}" if abs(each) < 100 else f"{each:,.0f}"
        for each in (found.value, found.low, found.high)
    )
    return f"{value} [{low}, {high}]"


# ── counting ──


def tally(folder: Path, files: Sequence[Path], *, margin: float = 0.05) -> Tally:
    """Everything from the pairs in ``folder`` and these files of votes.

    ``margin``: so many votes behind, as a share, is no worse. Raises ``BadInput``.
    """
    known, pages = pairs(folder), ballots(folder)
    casts = read(files, pages)
    voters = _voters(casts)
    kept = {(one.name, one.judge) for one in voters if one.counts}
    real = [cast for cast in casts if cast.kind == "real" and (cast.rater, cast.judge) in kept]
    if not real:
        raise BadInput(
            f"no vote in {len(files)} files counts",
            hint="everybody missed more than half of the broken answers, or voted on controls alone",
        )
    alike = {pair for page in pages for pair in page.alike}
    return Tally(
        names={"a": known[0].a.system, "b": known[0].b.system},
        pairs=len(known),
        groups=_groups(real),
        voters=voters,
        agreements=_agreements(real),
        costs={side: costs([pair.of(side) for pair in known]) for side in _SIDES},
        margin=margin,
        alike=len(alike),
        people=len({cast.rater for cast in real if not cast.judge}),
    )


def _groups(casts: Sequence[Cast]) -> dict[str, Shares]:
    names = [PEOPLE, *sorted({cast.rater for cast in casts if cast.judge})]
    found = {}
    for name in names:
        mine = [cast for cast in casts if (cast.judge and cast.rater == name) or (not cast.judge and name == PEOPLE)]
        if mine:
            found[name] = shares(counted(mine))
    return found


def counted(casts: Sequence[Cast]) -> Numbers:
    """(questions, 3): votes for a, for neither, for b."""
    rows: dict[str, list[float]] = {}
    for cast in casts:
        rows.setdefault(cast.pair, [0.0, 0.0, 0.0])[{"a": 0, None: 1, "b": 2}[cast.better]] += 1
    return np.array(list(rows.values()), dtype=np.float64).reshape(-1, 3)


def _voters(casts: Sequence[Cast]) -> list[Voter]:
    mine: dict[tuple[bool, str], list[Cast]] = {}
    for cast in casts:
        mine.setdefault((cast.judge, cast.rater), []).append(cast)
    return [_voter(name, judge, some) for (judge, name), some in sorted(mine.items())]


def _voter(name: str, judge: bool, casts: Sequence[Cast]) -> Voter:
    controls = {
        kind: (sum(bool(c.right) for c in casts if c.kind == kind), sum(c.kind == kind for c in casts))
        for kind in ("same", "broken")
    }
    # Only where the sides were shuffled between contenders: there, half of the better ones stand left.
    sided = [c.choice for c in casts if c.choice != "tie" and c.kind != "broken"]
    left = wilson(sided.count("left"), len(sided)) if sided else None
    votes = sum(c.kind == "real" for c in casts)
    return Voter(name, judge, votes, controls["same"], controls["broken"], left)


def _agreements(casts: Sequence[Cast]) -> list[Agreement]:
    by_voter: dict[tuple[bool, str], dict[str, Side | None]] = {}
    for cast in casts:
        by_voter.setdefault((cast.judge, cast.rater), {})[cast.pair] = cast.better
    found = []
    for ((_, one), hers), ((_, other), his) in combinations(sorted(by_voter.items()), 2):
        both = [pair for pair in hers if pair in his]
        if both:
            a, b = [hers[pair] for pair in both], [his[pair] for pair in both]
            equal = sum(x == y for x, y in zip(a, b, strict=True)) / len(both)
            found.append(Agreement(one, other, len(both), equal, kappa(a, b)))
    return found


# ── what each contender is and costs ──


def _supported(record: Record) -> tuple[float, float]:
    worthy = [each for each in record.answer.sentences if each.verdict is not Verdict.EXEMPT]
    return float(sum(each.verdict is Verdict.SUPPORTED for each in worthy)), float(len(worthy))


_SHARES: dict[str, Callable[[Record], tuple[float, float]]] = {
    "sentences supported by what they cite": _supported,
    "declined": lambda record: (float(record.abstained), 1.0),
}
_MEANS: dict[str, Callable[[Record], float]] = {
    "words": lambda record: float(len(record.answer.text.split())),
    "model calls": lambda record: float(record.answer.usage.model_calls),
    "tokens in": lambda record: float(record.answer.usage.input_tokens),
    "tokens out": lambda record: float(record.answer.usage.output_tokens),
}
_TIMES = {"first word": "first_token", "whole text": "write"}


def costs(records: Sequence[Record]) -> dict[str, Estimate]:
    """Shares over sentences and answers, means a question, and milliseconds of writing, what is found aside.

    Dollars only where the price of every call is known.
    """
    found = {}
    for name, share in _SHARES.items():
        sums = np.array([each for each in map(share, records) if each[1]], dtype=np.float64)
        if len(sums):
            found[name] = bootstrap(sums, ratio)
    writers = sorted({writer for record in records if (writer := record.answer.usage.writer)})
    for writer in writers if len(writers) > 1 else ():
        found[f"written by {writer}"] = wilson(sum(r.answer.usage.writer == writer for r in records), len(records))
    for name, count in _MEANS.items():
        sums = np.array([(count(record), 1.0) for record in records], dtype=np.float64)
        found[f"{name} a question"] = bootstrap(sums, ratio, share=False)
    dollars = [record.answer.usage.dollars for record in records if record.answer.usage.dollars is not None]
    if len(dollars) == len(records):
        sums = np.array([(1000 * each, 1.0) for each in dollars], dtype=np.float64)
        found["dollars for 1,000 questions"] = bootstrap(sums, ratio, share=False)
    for name, timing in _TIMES.items():
        times = [record.answer.timings[timing] for record in records if timing in record.answer.timings]
        for part in (0.5, 0.95) if times else ():
            found[f"{name} p{part * 100:.0f}, ms"] = quantile(times, part)
    return found
