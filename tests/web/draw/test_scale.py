"""Where values stand on an axis, and which numbers are named there."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pincite.types import Cell, Column
from pincite.web.draw.scale import Scale, near_zero, number, pixels, places, rounded, short, spread, ticks

DATE, TEXT, NUMBER = (Column(name="x", kind=kind) for kind in ("date", "text", "number"))
SIZES = st.floats(-1e90, 1e90, allow_nan=False).map(number)


@pytest.mark.parametrize(
    ("low", "high", "named"),
    [
        (0, 12431, [0, 5000, 10000, 15000]),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-3, 7, [-4, -2, 0, 2, 4, 6, 8]),
        (900, 1299, [900, 1000, 1100, 1200, 1300]),
        (0.012, 0.019, [0.012, 0.014, 0.016, 0.018, 0.02]),
        (5, 5, [5, 6]),
        (0, 0, [0, 0.2]),
    ],
)
def test_the_numbers_of_an_axis_are_round_and_hold_all_that_is_drawn(
    low: float, high: float, named: list[float]
) -> None:
    assert ticks(low, high) == named


def test_whole_numbers_get_no_steps_between_them() -> None:
    assert ticks(0, 2, whole=True) == [0, 1, 2]
    assert ticks(0, 2) == [0, 0.5, 1, 1.5, 2]


@given(SIZES, SIZES)
@example(1e-99, 1e90)
@example(1e16, 1e16 + 2)
def test_whatever_is_drawn_stands_between_the_ends(one: float, other: float) -> None:
    low, high = sorted((one, other))
    scale = Scale(ticks(low, high))
    assert 2 <= len(scale.ticks) <= 7
    assert all(-0.01 <= scale.share(value) <= 1.01 for value in (low, high))


@pytest.mark.parametrize(
    ("cell", "drawn"),
    [(3, 3.0), (2.5, 2.5), (True, None), ("3", None), (None, None), (float("nan"), None), (10**400, None)],
)
def test_only_numbers_are_drawn(cell: Cell, drawn: float | None) -> None:
    assert number(cell) == drawn


def test_a_line_shows_zero_only_where_that_costs_less_than_half_of_its_room() -> None:
    assert near_zero(40, 100) == (0, 100)
    assert near_zero(60, 100) == (60, 100)
    assert near_zero(-100, -40) == (-100, 0)
    assert near_zero(-5, 100) == (-5, 100)


def test_dates_stand_where_they_are_in_time() -> None:
    assert places(["2000", "2001", "2010"], DATE) == pytest.approx([0, 0.1, 1], abs=0.01)
    assert places(["2021-01", "2021-02", "2021-12"], DATE)[1] == pytest.approx(31 / 334)
    assert places(["2021-03-01T00:00:00", "2021-03-01T12:00:00+00:00", "2021-03-02T00:00:00"], DATE) == [0, 0.5, 1]
    assert places([1990, 2000, 2020], NUMBER) == pytest.approx([0, 1 / 3, 1])


def test_what_is_no_date_stands_in_its_order() -> None:
    assert places(["Q1", "Q2", "Q3"], TEXT) == [0, 0.5, 1]
    assert places(["2021", "soon", "2023"], DATE) == [0, 0.5, 1]
    assert places(["2021", "2021"], DATE) == [0, 1]
    assert places(["2021"], DATE) == [0]


def test_names_are_left_out_where_there_is_no_room() -> None:
    assert spread(3, 7) == [0, 1, 2]
    some = spread(60, 7)
    assert (some[0], some[-1]) == (0, 59)
    assert len(some) * pixels(7) < 288
    assert spread(4, 7) == [0, 2], "with the last one they would not be evenly spaced"
    assert spread(2, 200) == [0, 1]


def test_large_numbers_are_short_and_all_alike() -> None:
    assert short([0, 500, 1000]) == ["0", "500", "1,000"]
    assert short([0, 5000, 15000]) == ["0", "5 k", "15 k"]
    assert short([1_000_000, -250_000]) == ["1 M", "-0.25 M"]
    assert short([2e9, 5e8]) == ["2 bn", "0.5 bn"]


def test_a_large_number_by_itself_is_rounded_and_no_small_one_becomes_nothing() -> None:
    assert [rounded(n) for n in (0, 0.25, 9, 4100, 12431, 531_200.25, -1_243_100)] == [
        "0", "0.25", "9", "4,100", "12.4 k", "531 k", "-1.24 M"
    ]  # fmt: skip
    assert [rounded(n) for n in (999_999, 3.2e9, 1e19)] == ["1 M", "3.2 bn", "1e+19"]
