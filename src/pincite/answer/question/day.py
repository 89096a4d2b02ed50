"""Which day does a question name, and how else may it be written? 4 March 2026 is 2026-03-04 in a log or a table."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pincite.answer.terms import terms

_NAMES = "January February March April May June July August September October November December".split()
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_WRITTEN = tuple(
    re.compile(rf"(?<![\w-]){form}(?![\w-])", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{MONTH})\.?,? (?P<year>\d{{4}})",
        rf"(?P<month>{MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
    )
)
_TIME = re.compile(r"(?<![\w:])\d{1,2}:\d\d(?::\d\d)?(?![\w:])")
_HAPPENED = re.compile(
    r"(?:what (?:has |had )?(?:happened|happens|occurred)|(?:what )?events?|what did (?:i|we) (?:do|write|note)"
    r"|what (?:was i|were we) doing|(?:show |tell )?(?:me )?(?:(?:my|our|the) )?(?:notes?|diary|journal|entries))?"
    r"(?: ?\b(?:on|at|around|in|of|from|for|the|day))*"
)


@dataclass(frozen=True)
class Day:
    """A day: ``terms`` are the question's for it, ``elsewhere`` finds it in any text, however it is written there."""

    terms: frozenset[str]
    elsewhere: re.Pattern[str]
    time: str = ""
    """The time of the day that the question names."""
    all: bool = False
    """The question asks what happened then, and nothing else."""

    def held(self, text: str) -> bool:
        """Does ``text`` name the day, and the time where there is one?"""
        return bool(self.elsewhere.search(text) and re.search(rf"(?<![\w:])0?{re.escape(self.time)}", text))

    def another(self, title: str) -> bool:
        """Is what is called so of another day?"""
        return not self.elsewhere.search(title) and dated(title)


def day(question: str) -> Day | None:
    """The first day that the question names with its year; ``None`` where it names none."""
    named = _named(question)
    if named is None:
        return None
    found, (year, month, number) = named
    name = rf"{_MONTHS[month - 1]}[a-z]*\.?"
    forms = (
        rf"{year}-{month:02}-{number:02}(?!\d)",
        rf"0?{number}(?:st|nd|rd|th)? {name},? {year}",
        rf"{name} 0?{number}(?:st|nd|rd|th)?,? {year}",
    )
    elsewhere = re.compile(rf"(?<![\w-])(?:{'|'.join(forms)})", re.IGNORECASE)
    rest = f"{question[: found.start()]} {question[found.end() :]}"
    time = _TIME.search(rest)
    left = " ".join(_TIME.sub(" ", rest).lower().strip(" ?!.").split())
    whole = bool(_HAPPENED.fullmatch(left))
    return Day(frozenset(terms(found[0])), elsewhere, time[0] if time else "", whole)


def dated(text: str) -> bool:
    """Does it name a day with its year?"""
    return _named(text) is not None


def redated(question: str) -> str:
    """The question with its day as logs and files have it, 2026-03-04, or as texts do where it is so. Or nothing."""
    named = _named(question)
    if named is None:
        return ""
    found, (year, month, number) = named
    in_words = found[0][:4] != year
    other = f"{year}-{month:02}-{number:02}" if in_words else f"{number} {_NAMES[month - 1]} {year}"
    return f"{question[: found.start()]}{other}{question[found.end() :]}"


def _named(text: str) -> tuple[re.Match[str], tuple[str, int, int]] | None:
    """Where a day stands, and its year, month and number."""
    for form in _WRITTEN:
        if found := form.search(text):
            said = found.groupdict()
            month = int(said.get("number") or _MONTHS.index(said["month"][:3].lower()) + 1)
            if 1 <= month <= len(_MONTHS):
                return found, (said["year"], month, int(said["day"]))
    return None
