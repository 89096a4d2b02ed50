from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from pincite.search.tables.cells import EXACT, HEADING, LONGEST, cell, heading, kinds, whole_days


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (EXACT, EXACT),
        (EXACT + 1, str(EXACT + 1)),
        (-(10**30), str(-(10**30))),
        (0.1, 0.1),
        (math.nan, "not a number"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (Decimal("12.50"), 12.5),
        (Decimal("300.00"), 300),
        (Decimal("1e3"), 1000),
        (Decimal("0.33333333333333333333"), 1 / 3),
        (Decimal("28.7275630252100840"), 28.727563025210084),
        (Decimal("60358.947826086957"), 60358.947826086957),
        (Decimal("340958130.12345679"), 340958130.12345679),
        (Decimal("12345678901234.5678"), "12345678901234.5678"),
        (Decimal("123456789012345678901234567890"), "123456789012345678901234567890"),
        (Decimal("1e400"), "1E+400"),
        (Decimal("NaN"), "not a number"),
        (Decimal("sNaN"), "not a number"),
        (Decimal("Infinity"), "∞"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 13, 5), "2024-02-29T13:05:00"),
        (datetime(2024, 2, 29, 13, 5, tzinfo=UTC), "2024-02-29T13:05:00+00:00"),
        (time(13, 5), "13:05:00"),
        (timedelta(days=1, hours=2, seconds=3), "P1DT2H0M3S"),
        (timedelta(seconds=-1.5), "-P0DT0H0M1.5S"),
        (b"\0\xff", "(2 bytes)"),
        (memoryview(b"abc"), "(3 bytes)"),
        ([1, "a"], '[1, "a"]'),
        ({"a": Decimal(1)}, '{"a": "1"}'),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("x" * (LONGEST + 1), "x" * LONGEST + "…"),
        ("a\0b\x1b[31mc\x7f\r\nd\te", "a␀b␛[31mc␡\nd\te"),
        ("<b>not markup</b>\n; DROP TABLE x", "<b>not markup</b>\n; DROP TABLE x"),
    ],
)
def test_a_value_is_a_cell_that_json_takes(value: Any, expected: object) -> None:
    made = cell(value)
    assert made == expected
    assert type(made) is type(expected)
    assert json.loads(json.dumps(made, allow_nan=False)) == expected


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2.5, None, Decimal("3.1")], "number"),
        ([EXACT * 4, 1], "text"),
        ([math.nan, 1.0], "text"),
        ([True, False, None], "flag"),
        ([True, 1], "text"),
        ([date(2024, 1, 1)], "date"),
        (["2024-01-01", None], "date"),
        (["2024-01", "2024-02"], "date"),
        (["2024-01-01", "soon"], "text"),
        (["2024-01-01 10:00:00", "2024-01-02T10:00"], "time"),
        ([datetime(2024, 1, 1)], "time"),
        (["2024"], "text"),
        ([None, None], "text"),
        ([], "text"),
        ([b"x"], "text"),
    ],
)
def test_a_column_has_the_kind_that_all_its_values_have(values: list[Any], kind: str) -> None:
    assert kinds([[value] for value in values], 1) == (kind,)


def test_a_heading_is_one_short_line() -> None:
    assert heading("SUM( total )\n / 7") == "SUM( total ) / 7"
    assert heading("x" * 500) == "x" * (HEADING - 1) + "…"
    assert heading("a\x1bb") == "a␛b"


def test_times_that_are_all_midnight_are_days() -> None:
    rows: list[tuple[Any, ...]] = [
        ("2025-11-13 00:00:00", "2025-11-13 00:00:00", "2025-11-13 00:00:00+02:00"),
        (None, "2025-11-13T09:30:00", None),
    ]
    assert whole_days(("time", "time", "time"), rows) == (
        ("date", "time", "time"),
        [
            ["2025-11-13", "2025-11-13 00:00:00", "2025-11-13 00:00:00+02:00"],
            [None, "2025-11-13T09:30:00", None],
        ],
    )
    assert whole_days(("time",), [(None,)]) == (("time",), [[None]])
