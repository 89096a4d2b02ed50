"""How good are these answers, by whose word, and how sure is that?

Every figure is a count over an "out of", summed over answers (citations.py, measures.py), with its interval, and
names its judge with that judge's exam. A figure of a judge that has not passed is a ``proxy``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pincite.evals import citations, measures
from pincite.evals.citations import Count
from pincite.evals.exam import Exam
from pincite.evals.intervals import Estimate, Numbers, bootstrap, powered, quantile, ratio, wilson
from pincite.evals.judging import Judged
from pincite.evals.record import Record
from pincite.types import Fact

Measure = Callable[[Judged], Count | None]


@dataclass(frozen=True)
class Figure:
    """A value and all that has to be known to believe it."""

    value: float
    low: float
    high: float
    n: int
    """Answers."""
    of: float
    """What was counted in them: statements, citations, answers."""
    judge: str = ""
    """Whose word it is; empty where nobody has to judge."""
    exam: str = ""
    proxy: bool = False
    unit: str = "%"

    def said(self) -> str:
        scale, form = (100, "{:.1f}") if self.unit == "%" else (1, "{:.2f}")
        value, low, high = (form.format(scale * each) for each in (self.value, self.low, self.high))
        return f"{value} [{low}, {high}] n {self.n}{' proxy' if self.proxy else ''}"

    def json(self) -> dict[str, Any]:
        numbers = {name: round(getattr(self, name), 4) for name in ("value", "low", "high", "of")}
        return {**numbers, "n": self.n, "unit": self.unit, "judge": self.judge, "exam": self.exam, "proxy": self.proxy}


@dataclass(frozen=True)
class Column:
    """The figures of one system by one judge."""

    system: str
    judge: str
    human: bool
    figures: dict[str, Figure]
    unjudged: int = 0
    """Answers that the judge could make nothing of."""

    @property
    def name(self) -> str:
        return f"{self.system} · {self.judge}"


# ── what is measured ──


def _matrices(measure: Callable[[citations.Matrix, citations.Matrix], Count | None]) -> Measure:
    def measured(one: Judged) -> Count | None:
        s = citations.supports(one)
        return None if not s else measure(citations.cites(one), s)

    return measured


def _uncited(one: Judged) -> Count | None:
    worthy = [ruling for ruling in one.rulings if ruling.worthy]
    return (float(sum(not ruling.each for ruling in worthy)), float(len(worthy))) if worthy else None


def _uncited_sources(one: Judged) -> Count | None:
    return citations.uncited_sources(citations.cites(one), len(one.record.answer.sources))


def _steady(one: Judged) -> Count | None:
    asked = [j.steady for r in one.rulings for j in (*r.each, *filter(None, [r.union])) if j.steady is not None]
    return (float(sum(asked)), float(len(asked))) if asked else None


def _opinion(name: str) -> Measure:
    """Only where somebody gave one."""

    def given(one: Judged) -> Count | None:
        value = getattr(one.opinion, name)
        return None if value is None else (float(value), 1.0)

    return given


def _answered(measure: Measure) -> Measure:
    """Only where something was answered: a refusal states nothing, whatever it quotes as nearest."""
    return lambda one: None if one.record.abstained else measure(one)


_RULED: dict[str, Measure] = {
    "citation recall": citations.liu_recall,
    "citation precision": citations.liu_precision,
    "ALCE recall": citations.alce_recall,
    "ALCE precision": citations.alce_precision,
    "citation accuracy": _matrices(citations.citation_accuracy),
    "citation thoroughness": _matrices(citations.citation_thoroughness),
    "unsupported statements": _matrices(lambda _, s: citations.unsupported_statements(s)),
    "source necessity": _matrices(lambda _, s: citations.source_necessity(s)),
    "one-sided": _opinion("one_sided"),
    "overconfident": _opinion("overconfident"),
    "judge says the same again": _steady,
}
JUDGED = {name: _answered(measure) for name, measure in _RULED.items()}
"""By a judge's word."""
F1: dict[str, tuple[str, str]] = {
    "citation F1": ("citation recall", "citation precision"),
    "ALCE F1": ("ALCE recall", "ALCE precision"),
}
OPINIONS: dict[str, Measure] = {"utility": _opinion("utility"), "fluency": _opinion("fluency")}
"""From 1 to 5."""


def scored(count: Callable[[Record], float]) -> Measure:
    """Only where a right answer is known and the answer could be found."""
    return lambda one: (count(one.record), 1.0) if one.record.gold and one.record.answerable is not False else None


def _given(count: Callable[[Record], Count | None]) -> Measure:
    return _answered(lambda one: count(one.record))


def _told(what: str, measure: Measure) -> Measure:
    """Only where the answer's maker says anything of it: a system that marks no short answer has given no wrong one."""
    return lambda one: None if what in one.record.untold else measure(one)


def shortest(record: Record) -> str:
    """What it gives as the short answer: shown strong in its text, or on a card beside it; empty if nothing."""
    if record.abstained:
        return ""
    text = record.answer.text
    strong = [text[one.short.start : one.short.end] for one in record.answer.sentences if one.short]
    facts = [card.body for card in record.answer.cards if isinstance(card.body, Fact)]
    return next(iter((*strong, *(fact.value for fact in facts if fact.value != fact.sentence))), "")


def _sentences(record: Record) -> list[str]:
    return [record.said(sentence) for sentence in record.answer.sentences]


def _orphans(record: Record) -> Count | None:
    sources = [{citation.source for citation in sentence.citations} for sentence in record.answer.sentences]
    found = measures.orphaned(_sentences(record), sources)
    return (float(sum(found)), float(len(found))) if found else None


def valid_markers(record: Record) -> Count | None:
    """Citations that lead to a passage that was shown, of all that were written."""
    led = [passage is not None for sentence in record.answer.sentences for passage in record.cited(sentence)]
    return (float(sum(led)), float(len(led))) if led else None


PLAIN: dict[str, Measure] = {
    "relevant statements": _answered(citations.relevant_statements),
    "uncited statements": _answered(_uncited),
    "uncited sources": _answered(_uncited_sources),
    "valid markers": _given(valid_markers),
    "answer hit": scored(lambda r: float(measures.contains(r.told, r.gold))),
    "lead hit": scored(lambda r: float(measures.contains(r.lead, r.gold))),
    "short answer exact": _told("short answer", scored(lambda r: float(measures.exact(shortest(r), r.gold)))),
    "short answer F1": _told("short answer", scored(lambda r: measures.f1(shortest(r), r.gold))),
    "nugget recall": lambda one: (
        (measures.nugget_recall(one.record.told, one.record.nuggets), 1.0) if one.record.nuggets else None
    ),
    "abstention recall": lambda one: (float(one.record.abstained), 1.0) if one.record.answerable is False else None,
    "abstention precision": lambda one: (
        (float(not one.record.answerable), 1.0) if one.record.abstained and one.record.answerable is not None else None
    ),
    "declined wrongly": lambda one: (float(one.record.abstained), 1.0) if one.record.answerable else None,
    "redundancy": _given(lambda r: (measures.redundancy(_sentences(r)), 1.0)),
    "orphan pronouns": _given(_orphans),
}
"""By nobody's word: they follow from the answer and from what is known to be right."""
COUNTS: dict[str, Measure] = {
    "words": _given(lambda r: (float(len(r.answer.text.split())), 1.0)),
    "model calls": _told("model calls", lambda one: (float(one.record.answer.usage.model_calls), 1.0)),
}
TIMES = {"first token": "first_token", "first cited sentence": "first_sentence", "last token": "total"}
"""Milliseconds; p50 and p95."""


# ── with how much certainty ──


def column(rows: Sequence[Judged], exam: Exam | None) -> Column:
    """All figures of one system by one judge; those that nothing is known of are not there."""
    one = rows[0]
    said = {
        "judge": one.judge,
        "exam": "people" if one.human else exam.said() if exam else "not taken",
        "proxy": not one.human and not (exam and exam.passed),
    }
    ruled = [row for row in rows if not row.failed]
    figures: dict[str, Figure] = {}
    for name, measure in JUDGED.items():
        _put(figures, name, estimate([measure(row) for row in ruled]), **said)
    for name, (recall, precision) in F1.items():
        if recall in figures and precision in figures:
            _put(figures, name, _harmonic(ruled, JUDGED[recall], JUDGED[precision]), **said)
    for name, measure in OPINIONS.items():
        _put(figures, name, estimate([measure(row) for row in rows], share=False), **said, unit="of 5")
    for name, measure in PLAIN.items():
        _put(figures, name, estimate([measure(row) for row in (ruled if name == "relevant statements" else rows)]))
    if "abstention recall" not in figures:  # nobody asked what can't be answered, so declining was never right
        figures.pop("abstention precision", None)
    for name, measure in COUNTS.items():
        _put(figures, name, estimate([measure(row) for row in rows], share=False), unit="a question")
    for name, timing in TIMES.items():
        times = [row.record.answer.timings[timing] for row in rows if timing in row.record.answer.timings]
        for share in (0.5, 0.95) if times else ():
            _put(figures, f"{name} p{share * 100:.0f}", (quantile(times, share), len(times)), unit="ms")
    return Column(one.record.system, one.judge, one.human, figures, len(rows) - len(ruled))


def _put(figures: dict[str, Figure], name: str, found: tuple[Estimate, float] | None, **more: Any) -> None:
    if found is not None:
        estimate, of = found
        figures[name] = Figure(estimate.value, estimate.low, estimate.high, estimate.n, of, **more)


def estimate(counts: Sequence[Count | None], *, share: bool = True) -> tuple[Estimate, float] | None:
    """Wilson where each answer is right or wrong, else a bootstrap over answers; each answer is one question's."""
    known = np.array([count for count in counts if count is not None and count[1]], dtype=np.float64)
    if not len(known):
        return None
    right, of = known[:, 0], known[:, 1]
    if share and (of == 1).all() and np.isin(right, (0.0, 1.0)).all():
        return wilson(float(right.sum()), len(known)), float(len(known))
    return bootstrap(known, ratio, share=share), float(of.sum())


def _harmonic(rows: Sequence[Judged], recall: Measure, precision: Measure) -> tuple[Estimate, float]:
    sums = np.array([[*(recall(row) or (0.0, 0.0)), *(precision(row) or (0.0, 0.0))] for row in rows])
    sums = sums[sums[:, 1] + sums[:, 3] > 0]

    def statistic(drawn: Numbers) -> Numbers:
        r, p = drawn[:, 0] / drawn[:, 1], drawn[:, 2] / drawn[:, 3]
        return np.asarray(np.where(r + p > 0, 2 * r * p / np.where(r + p > 0, r + p, 1), 0.0), dtype=np.float64)

    return bootstrap(sums, statistic), float(sums[:, 1].sum() + sums[:, 3].sum())


def columns(rows: Sequence[Judged], exams: Mapping[str, Exam]) -> list[Column]:
    """By system and judge, in the order in which they come; then those in which people and a judge are combined."""
    groups: dict[tuple[str, str], list[Judged]] = {}
    for row in rows:
        groups.setdefault((row.record.system, row.judge), []).append(row)
    found = [column(group, exams.get(judge)) for (_, judge), group in groups.items()]
    people = [group for group in groups.values() if group[0].human]
    judges = [group for group in groups.values() if not group[0].human]
    mixed = [
        combined
        for human in people
        for judge in judges
        if human[0].record.system == judge[0].record.system and (combined := _powered(human, judge))
    ]
    return [*found, *mixed]


def _powered(human: Sequence[Judged], judge: Sequence[Judged]) -> Column | None:
    """Prediction-powered means over answers, where people judged some and the judge all; ``None`` if too few."""
    by_id = {row.id: row for row in human}
    name = f"{human[0].judge} + {judge[0].judge}"
    figures: dict[str, Figure] = {}
    for what in ("citation recall", "citation precision"):
        labels, same, rest = [], [], []
        for row in judge:
            said = _share(JUDGED[what](row)) if not row.failed else None
            if said is None:
                continue
            if row.id not in by_id:
                rest.append(said)
            elif (label := _share(JUDGED[what](by_id[row.id]))) is not None:
                labels.append(label)
                same.append(said)
        if len(labels) >= 2 and len(rest) >= 2:
            exam = f"prediction-powered: {len(labels)} answers judged by people, {len(rest)} by the judge alone"
            found = powered(labels, same, rest)
            value, low, high = (min(1.0, max(0.0, each)) for each in (found.value, found.low, found.high))
            shares = Estimate(value, low, high, found.n)  # a correction may lead out of what a share can be
            _put(figures, what, (shares, len(labels) + len(rest)), judge=name, exam=exam)
    return Column(human[0].record.system, name, human=True, figures=figures) if figures else None


def _share(count: Count | None) -> float | None:
    return None if count is None else count[0] / count[1]
