"""On which day is that feast, and is that day a holiday there? Public holidays of whole countries, and a few feasts.

A feast without a country means the one that most people mean, and the reply says whose it is. Days that an authority
announces when the moon is seen are estimates, and are called so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from importlib import import_module
from typing import Any

from pincite.widgets import dates, places
from pincite.widgets.numerals import digits
from pincite.widgets.places import Place
from pincite.widgets.widget import Reply, Widget

YEARS = range(1950, 2101)
"""Far from today calendars were others, or are not made yet."""

FEASTS: dict[str, tuple[str, str, str]] = {
    "easter": ("NO", "Easter Sunday", "in the Western churches"),
    "easter sunday": ("NO", "Easter Sunday", "in the Western churches"),
    "orthodox easter": ("RO", "Easter", "in the Orthodox churches"),
    "easter monday": ("NO", "Easter Monday", "in the Western churches"),
    "good friday": ("NO", "Good Friday", "in the Western churches"),
    "maundy thursday": ("NO", "Maundy Thursday", "in the Western churches"),
    "ascension day": ("NO", "Ascension Day", "in the Western churches"),
    "pentecost": ("NO", "Pentecost", "in the Western churches"),
    "whit sunday": ("NO", "Pentecost", "in the Western churches"),
    "pentecost monday": ("NO", "Pentecost Monday", "in the Western churches"),
    "whit monday": ("NO", "Pentecost Monday", "in the Western churches"),
    "thanksgiving": ("US", "Thanksgiving Day", ""),
    "thanksgiving day": ("US", "Thanksgiving Day", ""),
    "labor day": ("US", "Labor Day", ""),
    "memorial day": ("US", "Memorial Day", ""),
    "mlk day": ("US", "Martin Luther King Jr. Day", ""),
    "martin luther king day": ("US", "Martin Luther King Jr. Day", ""),
    "presidents day": ("US", "Washington's Birthday", ""),
    "president's day": ("US", "Washington's Birthday", ""),
    "presidents' day": ("US", "Washington's Birthday", ""),
    "veterans day": ("US", "Veterans Day", ""),
    "columbus day": ("US", "Columbus Day", ""),
    "juneteenth": ("US", "Juneteenth National Independence Day", ""),
    "canada day": ("CA", "Canada Day", ""),
    "australia day": ("AU", "Australia Day", ""),
    "anzac day": ("AU", "ANZAC Day", ""),
    "bastille day": ("FR", "National Day", ""),
    "german unity day": ("DE", "German Unity Day", ""),
    "chinese new year": ("CN", "Chinese New Year (Spring Festival)", ""),
    "lunar new year": ("CN", "Chinese New Year (Spring Festival)", ""),
    "dragon boat festival": ("CN", "Dragon Boat Festival", ""),
    "mid-autumn festival": ("CN", "Mid-Autumn Festival", ""),
    "diwali": ("IN", "Diwali", ""),
    "holi": ("IN", "Holi", ""),
    "eid al-fitr": ("AE", "Eid al-Fitr", ""),
    "eid al-adha": ("AE", "Eid al-Adha", ""),
}
"""What people say: the country whose calendar has it, its name there, and who keeps it if not that country."""

ALSO = {
    "thanksgiving": "Thanksgiving Day",
    "easter": "Easter Sunday",
    "labour day": "Labor Day",
    "christmas": "Christmas Day",
    "whit monday": "Pentecost Monday",
    "new year": "New Year's Day",
}
"""Names that a country's calendar has in other words."""

_NAME = r"(?P<name>[a-z][a-z' .-]{2,40}?)"
_IN = r" in (?:the )?(?P<{}>[a-z][a-z .-]{{1,40}}?)"
_WHERE = rf"(?:{_IN.format('place')})?"
_WHICH_YEAR = r"(?P<year>\d{4}|this year|next year)"
_KIND = r"(?:public|bank|national|federal|official|legal)"
_BE = r"(?:is|will|does|was|did)"
WHEN = re.compile(
    rf"(?:(?P<when>when) {_BE}|(?:on )?(?:what|which) (?:day|date)(?: of the (?:week|month|year))? {_BE}|"
    rf"what is the date (?:of|for)|(?:the )?date of)(?: the)? {_NAME}"
    rf"(?: be celebrated| be| fall on| fall| happen| celebrated)?{_WHERE}(?:,? (?:in |of |for )?{_WHICH_YEAR})?"
    rf"(?:{_IN.format('place2')})?"
)
NAMED = re.compile(rf"{_NAME}{_WHERE},? (?:in )?{_WHICH_YEAR}(?: date)?")
UNTIL = re.compile(
    r"(?:how many (?P<unit>days|weeks)|(?P<bare>days|weeks)|how long)(?: is| are)?(?: there| it| left)*"
    rf" (?:until|till|til|to|before)(?: the)? {_NAME}"
)
IS_ONE = re.compile(
    rf"(?:is|(?P<was>was)|will) (?P<date>{dates.DATE})(?: be)? (?:an? )?(?:{_KIND} )?(?:holiday|day off)"
    r" in (?:the )?(?P<place>.+)"
)
NEXT = re.compile(
    rf"(?:(?:when|what|which)(?: day)? is )?(?:the |(?P<its>[a-z ]+)'s )?next (?:{_KIND} )?holiday"
    r"(?: in (?:the )?(?P<place>.+))?"
)
ALL = re.compile(
    rf"(?:what are |list |how many )?(?:all )?(?:the )?{_KIND} holidays(?: are there| does)?"
    rf"(?: in| of)? (?:the )?(?P<place>[a-z .-]+?)(?: have)?,? (?:in |for )?{_WHICH_YEAR}"
)


def reply(question: str, now: datetime) -> Reply | None:
    """The day of a feast, whether a day is a holiday, or which comes next, where the whole question asks for that."""
    question, today = digits(question), now.date()
    for pattern, tell in (
        (IS_ONE, _is_one), (NEXT, _next), (ALL, _all), (UNTIL, _until), (WHEN, _when), (NAMED, _named),
    ):  # fmt: skip
        found = pattern.fullmatch(question)
        told = found and tell(found.groupdict(), today)
        if told:
            return told
    return None


# ── what each question gets ──


def _when(asked: Mapping[str, str | None], today: date) -> Reply | None:
    place = asked["place"] or asked["place2"]
    if asked["name"] in dates.HOLIDAYS and not asked["when"]:
        return None  # "what day is Christmas" asks the calendar for a weekday
    return _feast(str(asked["name"]), place, _year(asked["year"], today), today)


def _named(asked: Mapping[str, str | None], today: date) -> Reply | None:
    """A name and a year, which may be anything that happened then: only from this year on."""
    year = _year(asked["year"], today)
    if year is None or year < today.year or (asked["place"] is None and asked["name"] not in FEASTS):
        return None
    return _feast(str(asked["name"]), asked["place"], year, today)


def _feast(name: str, place: str | None, year: int | None, today: date) -> Reply | None:
    found = _found(name, place, year, today)
    if found is None:
        return None
    day, called, whose = found
    verb = "was" if day < today else "is"
    return Reply("Holiday", dates.long_day(day), f"{called}{whose} {verb} on {dates.long_day(day)}.")


def _until(asked: Mapping[str, str | None], today: date) -> Reply | None:
    found = None if asked["name"] in dates.HOLIDAYS else _found(str(asked["name"]), None, None, today)
    if found is None:
        return None
    day, called, whose = found
    value = dates.counted((day - today).days, asked["unit"] or asked["bare"] or "days")
    return Reply("Days", value, f"It is {value} from today until {called}{whose} on {dates.long_day(day)}.")


def _is_one(asked: Mapping[str, str | None], today: date) -> Reply | None:
    missing = "year" if asked["was"] else "next"
    where, day = _country(asked["place"]), dates.named_day(str(asked["date"]), today, missing)
    if where is None or day is None or day.year not in YEARS:
        return None
    name = _calendar(where.code, day.year).get(day)
    verb = "is" if day >= today else "was"
    on = f"{dates.long_day(day)}"
    if name is None:
        return Reply("Holiday", "no public holiday", f"{on}, {verb} no public holiday in the whole of {_said(where)}.")
    return Reply("Holiday", name, f"{on}, {verb} a public holiday in {_said(where)}: {name}.")


def _next(asked: Mapping[str, str | None], today: date) -> Reply | None:
    where = _country(asked["place"] or asked["its"])
    if where is None or (asked["place"] and asked["its"]):
        return None
    days = {**_calendar(where.code, today.year), **_calendar(where.code, today.year + 1)}
    coming = min((day for day in days if day > today), default=None)
    if coming is None:
        return None
    value = f"{days[coming]}, {dates.long_day(coming)}"
    return Reply("Holiday", value, f"The next public holiday in the whole of {_said(where)} is {value}.")


def _all(asked: Mapping[str, str | None], today: date) -> Reply | None:
    where, year = _country(asked["place"]), _year(asked["year"], today)
    days = _calendar(where.code, year) if where and year else {}
    if not days or where is None:
        return None
    value = f"{len(days)} public holidays"
    listed = "; ".join(f"{day.day} {day:%B}, {name.replace('; ', ' and ')}" for day, name in sorted(days.items()))
    return Reply("Holidays", value, f"There are {value} in the whole of {_said(where)} in {year}: {listed}.")


# ── days ──


def _found(name: str, place: str | None, year: int | None, today: date) -> tuple[date, str, str] | None:
    """The day of a feast, or the next one if no year is given; its name, and where it is kept."""
    if place is None and name in dates.HOLIDAYS:
        month, number = dates.HOLIDAYS[name]
        years = [today.year, today.year + 1] if year is None else [year] if year else []
        fixed = (date(each, month, number) for each in years)
        return next(((each, name.title().replace("'S", "'s"), "") for each in fixed if year or each >= today), None)
    code, wanted, whose = FEASTS.get(name, ("", "", "")) if place is None else ("", ALSO.get(name, name), "")
    where = _country(place) if place else None
    code = where.code if where else code
    whose = f" {whose}" if whose else f" in {_said(where) if where else COUNTRIES.get(code, code)}"
    if not code:
        return None
    for each in [today.year, today.year + 1] if year is None else [year]:
        for day, called in _calendar(code, each, FEAST_DAYS).items():
            match = next((one for one in called.split("; ") if _same(one, wanted)), None)
            if match and (year or day >= today):
                return day, match, whose
    return None


FEAST_DAYS = ("public", "government", "optional")
"""Kinds of days among which a feast is looked for; only the first kind is a holiday for all."""
COUNTRIES = {
    "US": "the United States", "CA": "Canada", "AU": "Australia", "FR": "France", "DE": "Germany", "CN": "China",
    "IN": "India", "AE": "the United Arab Emirates",
}  # fmt: skip
"""Whose feasts are known by name alone."""


def _same(called: str, wanted: str) -> bool:
    """Whether a calendar's name is that; an estimated day is the same feast, a day that makes up for it is none."""
    plain = called.lower().removesuffix(" (estimated)").replace("'", "")
    name = wanted.lower().replace("'", "")
    return plain in {name, f"{name} day", name.removesuffix(" day")}


def _year(words: str | None, today: date) -> int | None:
    """``None`` where no year is said, and 0 for one that no calendar here reaches: it has no days."""
    if words is None:
        return None
    year = {"this year": today.year, "next year": today.year + 1}.get(words) or int(words)
    return year if year in YEARS else 0


def _country(name: str | None) -> Place | None:
    """A country, a state of the United States, or a part of the United Kingdom. Georgia is two of them."""
    place = places.find(name) if name else None
    whole = place is not None and ("," not in place.name or place.code.startswith("GB-"))
    return place if place is not None and whole and place.code != "US-GA" else None


def _said(place: Place) -> str:
    return f"the {place.name}" if place.name.startswith(("United ", "Netherlands", "Philippines")) else place.name


@lru_cache(512)
def _calendar(code: str, year: int, kinds: tuple[str, ...] = ("public",)) -> Mapping[date, str]:
    """The holidays of a country or part of one in their order, with English names where the library has them.

    Empty for a country that it does not know, and for years far away. It is loaded when the first question needs it:
    that takes half a second.
    """
    country, _, part = code.partition("-")
    library: Any = import_module("holidays")
    if year not in YEARS:
        return {}
    try:
        known = library.country_holidays(country, subdiv=part or None)
    except NotImplementedError:
        return {}
    wanted = tuple(kind for kind in kinds if kind in known.supported_categories)
    found: Mapping[date, str] = library.country_holidays(
        country, subdiv=part or None, years=year, language="en_US", expand=False, categories=wanted
    )
    return dict(sorted(found.items()))


WIDGET = Widget(
    "holidays",
    reply,
    shows=(
        "when is easter",
        "when is Thanksgiving 2027",
        "thanksgiving 2027",
        "what date is good friday next year",
        "when is thanksgiving in canada",
        "is 3 October a holiday in Germany",
        "is tomorrow a public holiday in France",
        "when is the next bank holiday in England",
        "what are the public holidays in Norway in 2027",
        "how many days until easter",
        "when is halloween",
    ),
    hides=(
        "easter 1916",
        "easter island",
        "when is easter in narnia",
        "is christmas a holiday",
        "holiday in cambodia",
        "roman holiday",
        "holidays in germany",
        "when is the next holiday",
        "when is the next holiday in georgia",
        "when was thanksgiving made a holiday",
        "easter eggs",
        "thanksgiving turkey 2027",
        "when is independence day in theaters",
        "best holiday in spain",
    ),
)
