"""Which days does a question mean? Years, months, days, and those that count from today, as first and last day."""

from __future__ import annotations

import re
from calendar import month_abbr, month_name, monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pincite.search.tables.link import Token
from pincite.search.tables.meaning import Part

_MONTHS = {name.lower(): at for at, name in enumerate(month_name) if name} | {
    name.lower(): at for at, name in enumerate(month_abbr) if name
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?$")
_UNITS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


@dataclass(frozen=True)
class Dated:
    """Tokens ``first:last`` mean these days, both ends included."""

    first: int
    last: int
    begin: date
    end: date


def next_day(day: date) -> str:
    """ISO 8601; none follows the last of the calendar, which is never a real one."""
    return (day + timedelta(days=1) if day < date.max else day).isoformat()


def found(words: Sequence[Token], today: date) -> list[Dated]:
    """Every stretch that means days, longest first at each place. A bare number is a year from 1000 to 2999."""
    made: list[Dated] = []
    at = 0
    while at < len(words):
        dated = next((d for size in (5, 4, 3, 2, 1) if (d := _dated(words, at, at + size, today)) is not None), None)
        if dated is None:
            at += 1
        else:
            made.append(dated)
            at = dated.last
    return made


def _dated(words: Sequence[Token], first: int, last: int, today: date) -> Dated | None:
    if last > len(words):
        return None
    said = [word.low for word in words[first:last]]
    days = _relative(said, today) or _part_of_year(said) or _calendar(said, words[first:last], today)
    return Dated(first, last, *days) if days else None


def _relative(said: Sequence[str], today: date) -> tuple[date, date] | None:
    """*last month*, *the past 30 days*, *this year*, *yesterday*."""
    if said == ["today"]:
        return today, today
    if said == ["yesterday"]:
        day = today - timedelta(days=1)
        return day, day
    if len(said) == 2 and said[0] in ("last", "this", "past", "previous", "current"):
        unit = said[1].removesuffix("s")
        return _unit(unit, 0 if said[0] in ("this", "current") else 1, today)
    if len(said) == 3 and said[0] in ("last", "past", "previous") and said[1].isdecimal():
        unit = said[2].removesuffix("s")
        if unit in _UNITS:
            try:
                return _back(today, int(said[1]), unit), today
            except (ValueError, OverflowError):  # before the calendar begins
                return date.min, today
    return None


def whole(begin: date, end: date) -> tuple[Part, str] | None:
    """Of which kind days are that are just a year, a month or a day, and how SQL writes that one."""
    if (begin.month, begin.day, end.month, end.day, end.year) == (1, 1, 12, 31, begin.year):
        return "year", f"{begin:%Y}"
    if begin.day == 1 and begin.month % 3 == 1 and end == _end(_back(begin, -2, "month")):
        return "quarter", f"{begin:%Y}-Q{begin.month // 3 + 1}"
    if begin.day == 1 and end == begin.replace(day=monthrange(begin.year, begin.month)[1]):
        return "month", f"{begin:%Y-%m}"
    return ("day", begin.isoformat()) if begin == end else None


def _unit(unit: str, back: int, today: date) -> tuple[date, date] | None:
    if unit == "year":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    if unit == "month":
        first = _back(today.replace(day=1), back, "month")
        return first, first.replace(day=monthrange(first.year, first.month)[1])
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=6)
    if unit == "quarter":
        first = _back(today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1), 3 * back, "month")
        end = _back(first, -2, "month")
        return first, end.replace(day=monthrange(end.year, end.month)[1])
    return None


def _back(day: date, number: int, unit: str) -> date:
    """So many units before, in the calendar for months and years."""
    if unit in ("month", "quarter", "year"):
        months = number * {"month": 1, "quarter": 3, "year": 12}[unit]
        year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day - timedelta(days=number * _UNITS[unit])


def _end(day: date) -> date:
    """The last day of a month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _part_of_year(said: Sequence[str]) -> tuple[date, date] | None:
    """*Q3 2025*, *2025 Q3*, *the third quarter of 2025*, *the first half of 2025*, *H1 2025*."""
    plain = [word for word in said if word not in ("of", ",", "the")]
    years = [word for word in plain if re.fullmatch(r"[12]\d{3}", word)]
    rest = [word for word in plain if word not in years]
    if len(years) != 1 or said[0] in ("of", ",", "the") or said[-1] in ("of", ",", "the"):
        return None
    short = re.fullmatch(r"q([1-4])|h([12])", rest[0]) if len(rest) == 1 else None
    place = _PLACES.get(rest[0], 0) if len(rest) == 2 else int(short[1] or short[2]) if short else 0
    months = 3 if (short and short[1]) or rest[1:] == ["quarter"] else 6 if short or rest[1:] == ["half"] else 0
    if not months or not 0 < place <= 12 // months:
        return None
    first = date(int(years[0]), months * (place - 1) + 1, 1)
    return first, _end(_back(first, 1 - months, "month"))


_PLACES = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}


def _calendar(said: Sequence[str], words: Sequence[Token], today: date) -> tuple[date, date] | None:
    if len(said) == 1:
        match = _ISO.match(said[0])
        if match:
            return _days(int(match[1]), int(match[2]), int(match[3]) if match[3] else None)
        if re.fullmatch(r"[12]\d{3}s?", said[0]):
            year = int(said[0][:4])
            return date(year, 1, 1), date(year + (9 if said[0].endswith("s") else 0), 12, 31)
        if said[0] in _MONTHS and words[0].text[:1].isupper() and len(said[0]) > 2:
            month = _MONTHS[said[0]]
            year = today.year if month <= today.month else today.year - 1
            return _days(year, month, None)
        return None
    months = [_MONTHS[word] for word in said if word in _MONTHS]
    numbers = [word.number for word in words if word.number is not None and word.low not in _MONTHS]
    plain = [word for word in said if word not in _MONTHS and word not in (",", "of")]
    if (
        len(months) != 1
        or len(plain) != len(numbers)
        or not numbers
        or said[0] in (",", "of")
        or said[-1] in (",", "of")
    ):
        return None
    years = [int(n) for n in numbers if 1000 <= n < 3000]
    days = [int(n) for n in numbers if 1 <= n <= 31]
    if len(years) != 1 or len(days) > 1 or len(years) + len(days) != len(numbers):
        return None
    return _days(years[0], months[0], days[0] if days else None)


def _days(year: int, month: int, day: int | None) -> tuple[date, date] | None:
    try:
        if day is not None:
            return date(year, month, day), date(year, month, day)
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    except ValueError:
        return None
