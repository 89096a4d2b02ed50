"""Days that words mean, seen from 29 November 2026, a Sunday."""

from __future__ import annotations

from datetime import date

import pytest

from pincite.search.tables.grammar.period import found, next_day
from pincite.search.tables.link import tokens

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("said", "begin", "end"),
    [
        ("in 2010", "2010-01-01", "2010-12-31"),
        ("in the 1990s", "1990-01-01", "1999-12-31"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("this quarter", "2026-10-01", "2026-12-31"),
        ("in Q3 2025", "2025-07-01", "2025-09-30"),
        ("in 2025 Q1", "2025-01-01", "2025-03-31"),
        ("in the fourth quarter of 2025", "2025-10-01", "2025-12-31"),
        ("in the second half of 2024", "2024-07-01", "2024-12-31"),
        ("in H1 2024", "2024-01-01", "2024-06-30"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("the past 30 days", "2026-10-30", "2026-11-29"),
        ("the last 3 months", "2026-08-29", "2026-11-29"),
        ("the last 99999 years", "0001-01-01", "2026-11-29"),
        ("the last 9999999999 days", "0001-01-01", "2026-11-29"),
        ("yesterday", "2026-11-28", "2026-11-28"),
        ("today", "2026-11-29", "2026-11-29"),
        ("May 2020", "2020-05-01", "2020-05-31"),
        ("in February 2024", "2024-02-01", "2024-02-29"),
        ("3 May 2020", "2020-05-03", "2020-05-03"),
        ("May 3, 2020", "2020-05-03", "2020-05-03"),
        ("2020-05-03", "2020-05-03", "2020-05-03"),
        ("2020-05", "2020-05-01", "2020-05-31"),
        ("in March", "2026-03-01", "2026-03-31"),
        ("in December", "2025-12-01", "2025-12-31"),
    ],
)
def test_words_mean_days(said: str, begin: str, end: str) -> None:
    [dated] = found(tokens(said), TODAY)
    assert (dated.begin.isoformat(), dated.end.isoformat()) == (begin, end)


@pytest.mark.parametrize("said", ["may I", "12 of 40", "the last one", "version 2", "2020-13-01", "the last ² days"])
def test_other_words_mean_none(said: str) -> None:
    assert found(tokens(said), TODAY) == []


def test_the_calendar_has_an_end() -> None:
    assert [next_day(date(9999, 12, day)) for day in (30, 31)] == ["9999-12-31", "9999-12-31"]
