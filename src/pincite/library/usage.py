"""How is the house used? Counts over the answers of the last days, from what is kept; no text of anybody is in them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles
from typing import Any

from sqlalchemy import Connection, select

from pincite.library.tables import answers, feedback
from pincite.types import Verdict

MOST = 5_000
"""Answers that are looked at; the newest count."""


@dataclass(frozen=True)
class Use:
    """What was asked and what came of it in a number of days. Times are milliseconds, of finished answers only."""

    days: int
    whole: bool
    """Whether all answers of these days were looked at, and not the newest ``MOST`` alone."""
    asked: int = 0
    people: int = 0
    by_day: tuple[tuple[date, int], ...] = ()
    """Each day, the oldest first, also those without a question."""
    by_focus: tuple[tuple[str, int], ...] = ()
    by_model: tuple[tuple[str, int], ...] = ()
    """``none`` counts answers that no model wrote."""
    by_status: tuple[tuple[str, int], ...] = ()
    first_ms: tuple[float, float] | None = None
    """Median and 95th percentile of the time to the first sentence."""
    total_ms: tuple[float, float] | None = None
    sentences: tuple[tuple[str, int], ...] = ()
    """Checked sentences by verdict, in the order of ``Verdict``; exempt ones are not counted."""
    tokens: tuple[int, int] = (0, 0)
    """Read and written by models."""
    thumbs: tuple[int, int] = (0, 0)
    """Up and down, of all time."""

    @property
    def supported(self) -> float | None:
        """The share of sentences that their sources support; ``None`` without any."""
        counts = dict(self.sentences)
        return counts.get(Verdict.SUPPORTED, 0) / total if (total := sum(counts.values())) else None


@dataclass
class _Tally:
    people: set[str] = field(default_factory=set)
    days: Counter[date] = field(default_factory=Counter)
    focus: Counter[str] = field(default_factory=Counter)
    model: Counter[str] = field(default_factory=Counter)
    status: Counter[str] = field(default_factory=Counter)
    verdict: Counter[str] = field(default_factory=Counter)
    first: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)
    read: int = 0
    written: int = 0

    def count(self, question: dict[str, Any], answer: dict[str, Any] | None) -> None:
        """``answer`` is ``None`` while it is being made."""
        self.people.add(question.get("asker", {}).get("id", ""))
        self.focus[question.get("focus", "")] += 1
        if answer is None:
            return
        self.model[answer.get("model") or "none"] += 1
        self.verdict.update(sentence["verdict"] for sentence in answer.get("sentences", ()))
        spent = answer.get("usage", {})
        self.read += spent.get("input_tokens", 0)
        self.written += spent.get("output_tokens", 0)
        times = answer.get("timings", {})
        self.first += [times["first_sentence"]] if "first_sentence" in times else []
        self.total += [times["total"]] if "total" in times else []


def use(connection: Connection, days: int, today: date | None = None) -> Use:
    """Of the last ``days`` days, today among them (UTC)."""
    until = today or datetime.now(UTC).date()
    since = until - timedelta(days=days - 1)
    rows = connection.execute(
        select(answers.c.question, answers.c.answer, answers.c.status, answers.c.asked)
        .where(answers.c.asked >= datetime(since.year, since.month, since.day, tzinfo=UTC).timestamp())
        .order_by(answers.c.asked.desc())
        .limit(MOST + 1)
    ).all()
    tally = _Tally()
    for row in rows[:MOST]:
        tally.days[datetime.fromtimestamp(row.asked, UTC).date()] += 1
        tally.status[row.status] += 1
        tally.count(json.loads(row.question), json.loads(row.answer) if row.answer else None)
    thumbs = Counter(connection.execute(select(feedback.c.thumb)).scalars())
    return Use(
        days=days,
        whole=len(rows) <= MOST,
        asked=sum(tally.days.values()),
        people=len(tally.people),
        by_day=tuple((day, tally.days[day]) for day in (since + timedelta(days=i) for i in range(days))),
        by_focus=_ranked(tally.focus),
        by_model=_ranked(tally.model),
        by_status=_ranked(tally.status),
        first_ms=_spread(tally.first),
        total_ms=_spread(tally.total),
        sentences=tuple((one.value, tally.verdict[one]) for one in Verdict if one is not Verdict.EXEMPT),
        tokens=(tally.read, tally.written),
        thumbs=(thumbs["up"], thumbs["down"]),
    )


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """The most first; ties by name."""
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _spread(times: Sequence[float]) -> tuple[float, float] | None:
    """Median and 95th percentile, by linear interpolation between the values; ``None`` without any."""
    if len(times) < 2:
        return (times[0], times[0]) if times else None
    cuts = quantiles(times, n=20, method="inclusive")
    return cuts[9], cuts[18]
