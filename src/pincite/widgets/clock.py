"""What time is it there, and which zone is that? The machine's clock and the system's zones; no place, no guess."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from pincite.widgets import places
from pincite.widgets.places import Place
from pincite.widgets.widget import Reply, Widget

_NOW = r"(?:(?:right |just )?now|currently|at the moment|exactly|at present|today)"
_ASK = (
    r"(?:what time (?:is it|it is|would it be|will it be)|(?:what is )?the (?:(?:current|exact|local|right) )?time|"
    r"what is the time set to|(?:current|local|exact) time)"
)
HERE = re.compile(
    rf"(?:{_NOW} )?(?:what time (?:is it|it is)|what is the (?:(?:current|exact|right|correct) )?time|"
    rf"(?:the )?current time|do you have the time|have you the time|what hour and minute is it)(?: {_NOW})*"
)
THERE = [
    re.compile(pattern)
    for pattern in (
        rf"(?:{_ASK}|what time|time)(?: {_NOW})? (?:in|over in|for|on) (?:the )?(?P<place>[^?]+?)(?: {_NOW})?",
        rf"in (?P<place>[^?]+?),? {_ASK}(?: {_NOW})?",
        rf"(?:what is )?(?:the )?current (?P<place>[^?]+?) time(?: {_NOW})?",
        rf"{_ASK}(?: {_NOW})? (?P<place>\w+(?: standard| daylight)?(?: time)?)",
    )
]
APART = re.compile(r"(?:what is )?(?:the )?time difference (?:between|from) (?P<one>.+?) (?:and|to) (?P<other>.+)")
ZONE = re.compile(r"\btime ?zone\b")
FILLERS = set(
    "what which is in the of for does do they use uses used have has current currently it located correct applicable "
    "exact right now a you your are would be if i am im on lies fall falls observe observes information an about under "
    "can will tell me that please".split()
)
"""What may stand around a place where a time zone is asked for; any other word is part of its name."""
ASKS_TIME = re.compile(r"\btime\b(?! ?zone)")


def reply(question: str, now: datetime) -> Reply | None:
    """The time where the question says, or here if it names no place; or which zone a place keeps."""
    apart = APART.fullmatch(question)
    if apart:
        return _apart(_somewhere(apart["one"]), _somewhere(apart["other"]), now)
    if ZONE.search(question):
        return _of_zone(question, now)
    if HERE.fullmatch(question):
        return _time(None, now)
    for pattern in THERE:
        found = pattern.fullmatch(question)
        place = found and _somewhere(found["place"])
        if place:
            return _time(place, now) if place.zone else None
    return None


def _somewhere(name: str) -> Place | None:
    return places.zone(name) or places.find(name.removesuffix(" right"))


def _of_zone(question: str, now: datetime) -> Reply | None:
    rest = ZONE.sub(" ", question)
    words = re.findall(r"[^\s,]+", re.sub(r"'s\b", "", ASKS_TIME.sub(" ", rest)))
    kept = [at for at, word in enumerate(words) if word.replace("'", "").replace("’", "") not in FILLERS]
    # The fillers inside a name, as in "isle of man", belong to it; those around it do not.
    name = " ".join(words[kept[0] : kept[-1] + 1]) if kept else ""
    if ASKS_TIME.search(rest):
        place = _somewhere(name.removesuffix(" time"))
        return _time(place, now) if place and place.zone else None
    place = places.find(name)
    return _zone(place, now) if place else None


# ── telling ──


def _time(place: Place | None, now: datetime) -> Reply:
    there = now.astimezone(place.zone) if place else now
    value = f"{there:%H:%M}"
    where = f"in {place.name}" if place else "by the clock of this machine"
    text = f"It is {value} ({there:%-I:%M} {there:%p}) on {_day(there)} {where} ({_offset(there)})."
    return Reply("Time", value, text.replace(" AM)", " am)").replace(" PM)", " pm)"))


def _zone(place: Place, now: datetime) -> Reply | None:
    if place.zone is None:
        return None
    there = now.astimezone(place.zone)
    value = _offset(there)
    return Reply("Time zone", value, f"{place.name} keeps {place.zone.key}, at present {value}.")


def _apart(one: Place | None, other: Place | None, now: datetime) -> Reply | None:
    if one is None or other is None or one.zone is None or other.zone is None:
        return None
    gap = (now.astimezone(other.zone).utcoffset() or timedelta()) - (
        now.astimezone(one.zone).utcoffset() or timedelta()
    )
    if not gap:
        return Reply(
            "Time difference", "no difference", f"There is no difference between {one.name} and {other.name} now."
        )
    hours = abs(gap).total_seconds() / 3600
    value = f"{hours:g} hour{'' if hours == 1 else 's'}"
    way = "ahead of" if gap > timedelta() else "behind"
    return Reply("Time difference", value, f"{other.name} is {value} {way} {one.name} now.")


def _day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B} {moment.year}"


def _offset(moment: datetime) -> str:
    gap = moment.utcoffset() or timedelta()
    minutes = int(abs(gap).total_seconds() // 60)
    sign = "-" if gap < timedelta() else "+"
    utc = f"UTC{sign}{minutes // 60}{f':{minutes % 60:02d}' if minutes % 60 else ''}" if minutes else "UTC"
    name = moment.tzname() or ""
    return f"{name}, {utc}" if name.isalpha() and name != utc else utc


WIDGET = Widget(
    "clock",
    reply,
    shows=(
        "what time is it",
        "What time is it in Tokyo?",
        "time in tokyo",
        "in tokyo, what's the time",
        "what time is it in punta gorda, florida",
        "what is the current time in cst",
        "what's the time right now in the utc timezone",
        "which timezone is las vegas in",
        "italy's timezone is what",
        "what is the time difference between London and Tokyo",
    ),
    hides=(
        "what time is it in russia",
        "what time zone is springfield in",
        "what time is it in narnia",
        "what time is it on mars",
        "prime time in new york",
        "once upon a time in hollywood",
        "what time is it where you are",
        "what is a time zone",
        "when did france change its time zone",
        "what time does the sun rise",
        "what time is the super bowl",
        "reading time",
    ),
)
