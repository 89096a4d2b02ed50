"""What is this value of a database, as a cell of a table? Numbers, texts, flags; dates as ISO 8601.

A cell is data: nothing in it is ever read as SQL, as markup or as an instruction.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from pincite.types import Cell

Kind = Literal["number", "text", "date", "time", "flag"]

EXACT = 2**53
"""From here on a float, and so a page's script, can't tell neighbouring whole numbers apart."""
DIGITS = 15
"""Significant digits that every float keeps."""
PLACES = 8
"""Behind the point: nobody stores as many of a longer number than a float. PostgreSQL gives a mean 8 or more."""
HEADING = 120
"""Characters of a column's name."""
LONGEST = 10_000
"""Characters of a cell that are kept; where it is cut stands an ellipsis."""

_PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {0x7F: 0x2421}
"""Control characters, of which a terminal makes commands and PostgreSQL no text, and the signs that show them."""
_DAY = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")

_MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]00:00(:00(\.0+)?)?")


def cell(value: Any) -> Cell:
    """``value`` as a driver gives it. What no cell can hold exactly is text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else {math.inf: "∞", -math.inf: "−∞"}.get(value, "not a number")
    if isinstance(value, Decimal):
        return _decimal(value)
    if isinstance(value, datetime):
        return value.isoformat(sep="T")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"({len(bytes(value)):,} bytes)"
    if isinstance(value, dict | list | tuple):
        return _cut(json.dumps(value, ensure_ascii=False, default=str))
    return _cut(str(value))


def heading(name: str) -> str:
    """The name of a column: one line of at most ``HEADING`` characters."""
    text = " ".join(name.split()).translate(_PICTURES)
    return text if len(text) <= HEADING else text[: HEADING - 1] + "…"


def kinds(rows: Sequence[Sequence[Any]], width: int) -> tuple[Kind, ...]:
    """What the columns of ``rows`` hold, by the drivers' values: one kind each, text where they differ."""
    return tuple(_kind([row[place] for row in rows if row[place] is not None]) for place in range(width))


def whole_days(kinds: Sequence[Kind], rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Kind, ...], list[list[Cell]]]:
    """Columns of times that are all midnight as days: databases without a type for days keep them so."""
    told: list[Kind] = list(kinds)
    days = [list(row) for row in rows]
    for place, kind in enumerate(kinds):
        there = [str(row[place]) for row in rows if row[place] is not None]
        if kind == "time" and there and all(_MIDNIGHT.fullmatch(one) for one in there):
            told[place] = "date"
            for row in days:
                row[place] = row[place] and str(row[place])[:10]
    return tuple(told), days


def _kind(values: Sequence[Any]) -> Kind:
    if not values:
        return "text"
    if all(isinstance(one, bool) for one in values):
        return "flag"
    if all(isinstance(one, int | float | Decimal) and not isinstance(one, bool) for one in values):
        return "number" if all(isinstance(cell(one), int | float) for one in values) else "text"
    if all(isinstance(one, datetime) for one in values):
        return "time"
    if all(isinstance(one, date) and not isinstance(one, datetime) for one in values):
        return "date"
    if all(isinstance(one, str) and _DAY.fullmatch(one) for one in values):
        return "date"
    if all(isinstance(one, str) and _TIME.fullmatch(one) for one in values):
        return "time"
    return "text"


def _decimal(value: Decimal) -> Cell:
    if not value.is_finite():
        return cell(float(value)) if not value.is_snan() else "not a number"
    if value == value.to_integral_value():
        return cell(int(value)) if value.adjusted() < 20 else str(value)
    digits, exponent = value.normalize().as_tuple().digits, value.as_tuple().exponent
    quotient = isinstance(exponent, int) and -exponent >= PLACES
    return float(value) if len(digits) <= DIGITS or quotient else str(value)


def _duration(value: timedelta) -> str:
    """ISO 8601, such as ``P1DT2H0M3S``."""
    sign = "-" if value < timedelta(0) else ""
    value = abs(value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{value.microseconds:06d}".rstrip("0") if value.microseconds else ""
    return f"{sign}P{value.days}DT{hours}H{minutes}M{seconds}{fraction}S"


def _cut(text: str) -> str:
    text = text.replace("\r\n", "\n").translate(_PICTURES)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
