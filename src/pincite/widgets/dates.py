"""Which day is that, and how far off? Days are counted in the calendar of today, from 14 September 1752 on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from pincite.text.many import many
from pincite.widgets.numerals import digits
from pincite.widgets.widget import Reply, Widget

FIRST = date(1752, 9, 14)
"""Before this day Britain and its colonies counted otherwise; a weekday of then has two answers."""
FARTHEST = 1_000_000
"""Days."""
_MONTHS = "january february march april may june july august september october november december".split()
MONTHS = {name: at for at, name in enumerate(_MONTHS, 1)} | {name[:3]: at for at, name in enumerate(_MONTHS, 1)}
MONTHS["sept"] = 9
HOLIDAYS = {
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "xmas": (12, 25),
    "christmas eve": (12, 24),
    "boxing day": (12, 26),
    "halloween": (10, 31),
    "valentine's day": (2, 14),
    "valentines day": (2, 14),
    "new year's eve": (12, 31),
    "new years eve": (12, 31),
    "new year's day": (1, 1),
    "new years day": (1, 1),
    "new year's": (1, 1),
    "new years": (1, 1),
    "new year": (1, 1),
    "the new year": (1, 1),
}
"""Those that fall on the same day every year, everywhere."""

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
DATE = (
    rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTH})\.?(?:,? \d{{4}})?|"
    rf"(?:{_MONTH})\.? (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{4}}-\d\d-\d\d|\d{{1,2}}/\d{{1,2}}/\d{{4}}|"
    rf"{'|'.join(sorted(map(re.escape, HOLIDAYS), key=len, reverse=True))}(?: \d{{4}})?|today|tomorrow)"
)
_SPAN = r"(?P<n>\d{1,6}|a) (?P<unit>days?|weeks?)"
OFFSET = re.compile(
    rf"(?:\b(?:in|after)(?: another)? {_SPAN}(?: from now| from today)?|\b(?P<n2>\d{{1,6}}|a) (?P<unit2>days?|weeks?) "
    r"(?P<way>from now|from today|ago)|\bthe day after tomorrow|\btomorrow|\byesterday|\btoday)(?:'s)?\b"
)
FILLERS = set(
    "what which is it the will be was on for month year and current full day date that would get gonna going to of "
    "week information exactly have do you have calendar calender when right now are we at in".split()
)
OPENS = {"what", "which", "the", "current", "do", "have", "information"}
ASKS = {"date", "day", "month", "year"}
ALONE = re.compile(r"what is today|what is tomorrow on the calend[ae]r|what is the next day|what is the day today")
WEEKDAY = re.compile(
    r"(?:what|which) (?:day|weekday)(?: of the week)? (?P<was>is|was|will|did|does)(?: it)?(?: be)?(?: on)? "
    rf"(?P<date>{DATE})(?: be| fall| fall on| on)*"
)
_WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
IS_IT = re.compile(rf"is (?P<day>today|tomorrow|it) (?:an? )?(?:{_WEEKDAYS})(?: today)?")
UNTIL = re.compile(
    r"(?:how many (?P<unit>days|weeks)|(?P<bare>days|weeks)|how long)(?: is| are)?(?: there| it| left)*"
    rf" (?P<way>until|till|til|to|before|since)(?: the)? (?P<date>{DATE})"
)
BETWEEN = re.compile(
    r"(?:how many |(?:what is )?the number of )?(?P<unit>days|weeks)(?: are)?(?: there)? (?:between|from) "
    rf"(?P<one>{DATE}) (?:and|to|until|till) (?P<other>{DATE})"
)
COUNTED = re.compile(
    rf"(?:what (?:day|date) (?:is|will be|was) (?:it )?)?{_SPAN} (?P<way>after|before|from) (?P<date>{DATE})"
)


def reply(question: str, now: datetime) -> Reply | None:
    """A day's date or weekday, or a number of days, where the whole question asks for that."""
    question = digits(question)
    today = now.date()
    for pattern, tell in READERS:
        found = pattern.fullmatch(question)
        if found:
            return tell(found, today)
    return _day_asked(question, today)


def _day_asked(question: str, today: date) -> Reply | None:
    """Today, tomorrow, in ten days: one such word, and around it nothing but the question for a date."""
    if ALONE.fullmatch(question):
        return _dated(today + timedelta(1 if "next" in question or "tomorrow" in question else 0), today)
    offsets = list(OFFSET.finditer(question))
    if len(offsets) > 1:
        return None
    rest = OFFSET.sub(" ", question)
    words = re.findall(r"[^\s,]+", rest)
    asks = {word.removesuffix("'s") for word in words}
    numbered = bool(offsets and (offsets[0]["n"] or offsets[0]["n2"]))
    if asks - FILLERS or not (asks & ASKS or (numbered and "it" in asks and asks & {"what", "when"})):
        return None
    if not offsets and not asks & {"what", "which", "current", "date"}:
        return None
    if not offsets and (len(words) < 2 or words[0] not in OPENS):
        return None
    if not offsets and question in {"the date", "the day", "the year", "the month", "the day of the week"}:
        return _dated(today, today) if question == "the date" else None
    day = _moved(today, offsets[0]) if offsets else today
    past = "was" in asks
    if day is None or (past and day > today) or (past and not offsets):
        return None
    return _dated(day, today)


def _moved(today: date, offset: re.Match[str]) -> date | None:
    words = offset[0].removesuffix("'s")
    named = {"today": 0, "tomorrow": 1, "yesterday": -1, "the day after tomorrow": 2}
    if words in named:
        return _later(today, named[words])
    number, unit = offset["n"] or offset["n2"], offset["unit"] or offset["unit2"]
    return _later(today, _days(number, unit) * (-1 if offset["way"] == "ago" else 1))


def _days(number: str, unit: str) -> int:
    return (1 if number == "a" else int(number)) * (7 if unit.startswith("week") else 1)


def _later(day: date, days: int) -> date | None:
    if abs(days) > FARTHEST or not FIRST.toordinal() <= day.toordinal() + days <= date.max.toordinal():
        return None
    return day + timedelta(days)


# ── what each question gets ──


def _weekday(found: re.Match[str], today: date) -> Reply | None:
    past = found["was"] in {"was", "did"}
    day = named_day(found["date"], today, None if past else "year")
    if day is None:
        return None
    verb = "is" if day == today else "was" if day < today else "will be"
    return Reply("Date", f"{day:%A}", f"{said_day(day)} {verb} a {day:%A}.")


def _is_it(found: re.Match[str], today: date) -> Reply | None:
    day = today + timedelta(1 if found["day"] == "tomorrow" else 0)
    return _dated(day, today)


def _until(found: re.Match[str], today: date) -> Reply | None:
    since = found["way"] == "since"
    day = named_day(found["date"], today, None if since else "next")
    if day is None or (day > today if since else day < today):
        return None
    value = counted(abs((day - today).days), found["unit"] or found["bare"] or "days")
    way = f"have passed since {long_day(day)}" if since else f"from today until {long_day(day)}"
    return Reply("Days", value, f"{value} {way}." if since else f"It is {value} {way}.")


def _between(found: re.Match[str], today: date) -> Reply | None:
    one, other = named_day(found["one"], today, None), named_day(found["other"], today, None)
    if one is None or other is None:
        return None
    value = counted(abs((other - one).days), found["unit"])
    return Reply("Days", value, f"From {long_day(min(one, other))} to {long_day(max(one, other))} it is {value}.")


def counted(days: int, unit: str) -> str:
    if unit == "days":
        return many(days, "day")
    weeks, rest = divmod(days, 7)
    told = many(weeks, "week")
    return f"{told} and {counted(rest, 'days')}" if rest else told


def _from(found: re.Match[str], today: date) -> Reply | None:
    day = named_day(found["date"], today, "year")
    days = _days(found["n"], found["unit"]) * (-1 if found["way"] == "before" else 1)
    there = _later(day, days) if day else None
    return _dated(there, today) if there else None


READERS: list[tuple[re.Pattern[str], Callable[[re.Match[str], date], Reply | None]]] = [
    (WEEKDAY, _weekday),
    (IS_IT, _is_it),
    (UNTIL, _until),
    (BETWEEN, _between),
    (COUNTED, _from),
]


def named_day(words: str, today: date, missing: str | None) -> date | None:
    """The day that ``words`` name. Without a year ``missing`` decides: this year's, the next one, or ``None``."""
    named = {"today": today, "tomorrow": today + timedelta(1)}
    if words in named:
        return named[words]
    year_given = re.search(r"(?<!\d)\d{4}(?!\d)", words)
    year = int(year_given[0]) if year_given else None
    month_day = _month_and_day(words)
    if month_day is None or (year is None and missing is None):
        return None
    try:
        day = date(year or today.year, *month_day)
        if year is None and missing == "next" and day < today:
            day = date(today.year + 1, *month_day)
    except ValueError:  # there is no such day
        return None
    return day if day >= FIRST else None


def _month_and_day(words: str) -> tuple[int, int] | None:
    holiday = HOLIDAYS.get(re.sub(r" \d{4}$", "", words))
    if holiday:
        return holiday
    iso = re.fullmatch(r"\d{4}-(\d\d)-(\d\d)", words)
    if iso:
        return int(iso[1]), int(iso[2])
    slashed = re.fullmatch(r"(\d{1,2})/(\d{1,2})/\d{4}", words)
    if slashed:
        first, second = int(slashed[1]), int(slashed[2])
        # 7/4/1776 is a day in April to some and in July to others.
        if first == second or second > 12:
            return first, second
        return (second, first) if first > 12 else None
    month = re.search(rf"\b({_MONTH})\b", words)
    day = re.search(r"(?<!\d)\d{1,2}(?!\d)", words)
    return (MONTHS[month[1]], int(day[0])) if month and day else None


# ── telling ──


def _dated(day: date, today: date) -> Reply:
    days = (day - today).days
    named = {0: "Today is", 1: "Tomorrow is", -1: "Yesterday was"}
    lead = named.get(days, f"In {days:,} days it will be" if days > 0 else f"{-days:,} days ago it was")
    return Reply("Date", long_day(day), f"{lead} {long_day(day)}.")


def long_day(day: date) -> str:
    return f"{day:%A}, {said_day(day)}"


def said_day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


WIDGET = Widget(
    "dates",
    reply,
    shows=(
        "what day is it",
        "what's today's date",
        "current date",
        "what date will it be 9 days from now",
        "what day is it gonna be in twenty-one days",
        "what day of the week was 4 July 1776",
        "how many days until christmas",
        "days between 2024-02-01 and 2024-03-01",
        "how many days since 20 July 1969",
        "what is tomorrow's date, please",
    ),
    hides=(
        "the day after tomorrow",
        "yesterday",
        "what day of the week was 12 October 1492",
        "what day was 7/4/1776",
        "what day was 30 February 2020",
        "what day did the war end",
        "28 days later",
        "friday the 13th",
        "what is a leap year",
        "when is it easter",
        "what day is it in groundhog day",
    ),
)
