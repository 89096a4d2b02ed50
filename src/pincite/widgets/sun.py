"""When does the sun rise and set there, and how long is the day? By the hour of the place, as astronomers reckon it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

from pincite.widgets import dates, places
from pincite.widgets.numerals import digits
from pincite.widgets.places import Place
from pincite.widgets.widget import Reply, Widget

FIRST, LAST = date(1900, 1, 1), date(2100, 12, 31)
"""The formulas hold to a minute between these days."""


def _day(group: str) -> str:
    return rf"(?:on |for )?(?P<{group}>{dates.DATE}|tonight)"


_BEFORE, _AFTER = rf"(?:{_day('before')},? )?", rf"(?:,? {_day('after')})?"
_PLACE = r"(?:in|for|at|over) (?:the )?(?P<place>[a-z][a-z .,'-]{1,40}?)"
_THERE = rf"{_BEFORE}{_PLACE}{_AFTER}"
_NAMED = r"(?P<place>[a-z][a-z .'-]{1,40}?)"
_EVENT = r"(?P<event>sunrise|sunset|sun ?up|sun ?down)"
_TIME = r"(?:what time (?:is|will be|was)|when (?:is|will be|was)|what is|(?:what is )?the time (?:of|for))"
_LENGTH = r"(?:how long is the day|(?:what is )?(?:the )?(?:day length|length of (?:the )?day))"
SENTENCES = [
    re.compile(pattern)
    for pattern in (
        rf"(?:{_TIME} )?(?:the )?{_EVENT}(?: times?)?(?: be)? {_THERE}",
        rf"(?:at )?(?:what time|when) (?:does|will|did) the sun (?P<way>rise|set|come up|go down) {_THERE}",
        rf"{_EVENT} {_NAMED} {_day('after')}",
        rf"{_NAMED} {_EVENT} times?{_AFTER}",
        rf"{_LENGTH} {_THERE}",
        rf"how (?:many hours of|much) day ?light (?:(?:are there|is there|will there be) )?{_THERE}",
    )
]
RISES = {"sunrise", "sunup", "sun up", "rise", "come up"}


def reply(question: str, now: datetime) -> Reply | None:
    """When the sun rises or sets, or how long it shines, where the whole question asks for that at one place."""
    if "sun" not in question and "day" not in question:
        return None
    question = digits(question)
    for pattern in SENTENCES:
        found = pattern.fullmatch(question)
        told = found and _told(found.groupdict(), now)
        if told:
            return told
    return None


def _told(asked: Mapping[str, str | None], now: datetime) -> Reply | None:
    place = places.town(str(asked["place"]))
    if place is None or place.zone is None or (asked.get("before") and asked.get("after")):
        return None
    today = now.astimezone(place.zone).date()
    said = asked.get("before") or asked.get("after") or "today"
    day = today if said == "tonight" else dates.named_day(said, today, "next")
    if day is None or not FIRST <= day <= LAST:
        return None
    event = asked.get("event") or asked.get("way")
    return _event(event in RISES, place, day) if event else _length(place, day)


def _event(rises: bool, place: Place, day: date) -> Reply:
    verb, title = ("rises", "Sunrise") if rises else ("sets", "Sunset")
    there = _at("sunrise" if rises else "sunset", place, day)
    if isinstance(there, str):
        value = f"does not {verb[:-1] if rises else 'set'}"
        return Reply(title, value, f"The sun {value} in {place.name} on {dates.long_day(day)}: it stays {there}.")
    value = f"{there:%H:%M}"
    hour = f"{there:%I:%M %p}".lstrip("0").lower()
    return Reply(title, value, f"The sun {verb} at {value} ({hour}) in {place.name} on {dates.long_day(day)}.")


def _length(place: Place, day: date) -> Reply:
    rise, sets = _at("sunrise", place, day), _at("sunset", place, day)
    if isinstance(rise, str) or isinstance(sets, str):
        stays = rise if isinstance(rise, str) else sets
        value = "24 hours of daylight" if stays == "up" else "no daylight"
        return Reply("Daylight", value, f"{place.name} has {value} on {dates.long_day(day)}: the sun stays {stays}.")
    if sets < rise:  # it sets after midnight, where nights are white
        sets += timedelta(days=1)
    minutes = round((sets - rise).total_seconds() / 60)
    value = f"{minutes // 60} hours {minutes % 60} minutes"
    times = f"from {rise:%H:%M} to {sets:%H:%M}"
    return Reply("Daylight", value, f"The sun is up for {value} in {place.name} on {dates.long_day(day)}, {times}.")


def _at(event: str, place: Place, day: date) -> datetime | str:
    """When the sun rises or sets by the clock of the place, or where it stays all day: ``up`` or ``down``.

    The library is loaded when the first question needs it.
    """
    astral: Any = import_module("astral")
    sun: Any = import_module("astral.sun")
    assert place.at is not None
    observer = astral.Observer(*place.at, 0.0)
    try:
        moment: datetime = getattr(sun, event)(observer, day, tzinfo=place.zone)
    except ValueError:
        noon = sun.noon(observer, day, tzinfo=place.zone)
        return "up" if sun.elevation(observer, noon) > 0 else "down"
    # To the nearest minute: half of them would otherwise be told too early.
    return (moment + timedelta(seconds=30)).replace(second=0, microsecond=0)


WIDGET = Widget(
    "sun",
    reply,
    shows=(
        "sunset in Oslo tomorrow",
        "sunrise in london",
        "what time does the sun rise in paris",
        "when will the sun set tomorrow in new york",
        "what time is sunset in los angeles on 21 June 2027",
        "sunset murmansk 21 june",
        "tokyo sunrise time",
        "how long is the day in reykjavik on 21 december",
        "how many hours of daylight are there in Helsinki today",
    ),
    hides=(
        "sunset boulevard",
        "sunrise florida",
        "sunset beach",
        "sunset",
        "what time is sunset",
        "sunset in norway",
        "sunset in springfield",
        "before sunset in vienna",
        "the sun also rises in spain",
        "best sunset in santorini",
        "when did the sun set on the british empire",
        "sunset park new york",
        "sunrise in narnia",
        "how long is a day on mars",
        "how long is the day",
    ),
)
