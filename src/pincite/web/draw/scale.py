"""Where do values stand on an axis, which round numbers are named there, and how? Pure arithmetic; it draws nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from unicodedata import east_asian_width

from pincite.types import Cell, Column
from pincite.web.words import t

NARROWEST = 288
"""Pixels of width that all letters must fit in: a phone of 320 without its margins."""
LETTER = 7.4
"""Pixels of a letter, on average, in the widest of the usual fonts; one of Chinese or Japanese takes two such."""
LARGEST = 1e100
"""Beyond this, and below its inverse, steps between numbers can no longer be reckoned."""

THOUSANDS = 1e4
"""From here on numbers are told in thousands, then in millions and billions …"""
HUGE = 1e13
"""… and from here on with an exponent."""

_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?")


@dataclass(frozen=True)
class Scale:
    """Numbers between two round ones, as shares of the room there is."""

    ticks: Sequence[float]

    def share(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return (value - low) / (high - low)

    def labels(self) -> list[str]:
        return short(self.ticks)


def ticks(low: float, high: float, most: int = 5, *, whole: bool = False) -> list[float]:
    """Round numbers, evenly spaced by 1, 2 or 5 times a power of ten, from at most ``low`` to at least ``high``.

    At least two, and at most ``most + 2``; ``whole``: steps of less than 1 would name numbers that can't be.
    """
    span = high - low or abs(high) or 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(one * power for one in (1, 2, 5, 10) if one * power * most >= span * (1 - 1e-9))
    step = max(step, 1.0) if whole else step
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 1 - math.floor(math.log10(step)))
    return [round(n * step, digits) for n in range(first, max(last, first + 1) + 1)]


def number(cell: Cell) -> float | None:
    """What can be drawn: a number that is one, of a size with which can be reckoned."""
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not abs(cell) < LARGEST:
        return None
    return float(cell) if abs(cell) > 1 / LARGEST else 0.0


def near_zero(low: float, high: float) -> tuple[float, float]:
    """With zero where that leaves the line half of the room or more."""
    if 0 < low <= high / 2:
        return 0.0, high
    return (low, 0.0) if low / 2 <= high < 0 else (low, high)


def are_whole(values: Iterable[float]) -> bool:
    return all(value.is_integer() for value in values)


def places(cells: Sequence[Cell], column: Column) -> list[float]:
    """Where each stands between the first and the last, from 0 to 1: in time or by size, or else in their order."""
    moments = [_moment(cell) if column.kind in {"date", "time"} else number(cell) for cell in cells]
    known = [moment for moment in moments if moment is not None]
    if len(known) < len(cells) or min(known) == max(known):
        return [place / max(1, len(cells) - 1) for place in range(len(cells))]
    return [(moment - min(known)) / (max(known) - min(known)) for moment in known]


def _moment(cell: Cell) -> float | None:
    """Seconds of a day, a month, a year or a point in time."""
    if not isinstance(cell, str):
        return number(cell)
    if found := _MONTH.fullmatch(cell):
        cell = f"{found[1]}-{found[2] or '01'}-01"
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def spread(number: int, longest: int) -> list[int]:
    """Which of so many names there is room for, as evenly as their number allows, the first one among them."""
    fit = max(2, int(NARROWEST * 0.8 / (pixels(longest) + 12)))
    if number <= fit:
        return list(range(number))
    if fit > 2 and number <= 3 * fit:  # here a step between them that is not the same would be seen
        return list(range(0, number, math.ceil((number - 1) / (fit - 1))))
    return [round(n * (number - 1) / (fit - 1)) for n in range(fit)]


# ── words ──


def short(numbers: Sequence[float]) -> list[str]:
    """The round numbers of an axis: in thousands, millions or billions, all alike but 0, where they are that large."""
    largest = max(map(abs, numbers))
    return [_scaled(n, largest, "{:,.10g}") if n else "0" for n in numbers]


def rounded(value: float) -> str:
    """A number by itself, with three digits that count where it is large."""
    if abs(value) >= HUGE:
        return f"{value:.3g}"
    digits = float(f"{value:.3g}") if abs(value) >= THOUSANDS else value
    return _scaled(digits, digits, "{:,.10g}")


def _scaled(value: float, size: float, form: str) -> str:
    if abs(size) >= 1e9:
        return t("{n} bn", n=form.format(value / 1e9))
    if abs(size) >= 1e6:
        return t("{n} M", n=form.format(value / 1e6))
    if abs(size) >= THOUSANDS:
        return t("{n} k", n=form.format(value / 1e3))
    return form.format(value)


def width(text: str) -> int:
    """In letters."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def pixels(letters: float) -> float:
    """How wide so many letters are."""
    return letters * LETTER
