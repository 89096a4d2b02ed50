"""What time is it there, and which zone is that? The machine's clock and the system's zones; no place, no guess."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from pincite.widgets import places
from pincite.widgets.places import Place
from pincite.widgets.widget import Reply, Widget

_NOW = r"(?:(?:right |just )?now|currently|at the moment|exactly|at present|today)"
_ASK = (
    r"(?:what time (?:of (?:the )?day )?(?:is it|it is|would it be|will it be|is it getting to be)|"
    r"(?:what is )?the (?:(?:current|exact|local|right) )?time(?: of (?:the )?day)?|"
    r"what is the time set to|(?:current|local|exact) time)"
)
HERE = re.compile(
    rf"(?:{_NOW} )?(?:what time (?:of (?:the )?day )?(?:is it|it is|is it getting to be|do you have|have you got)|"
    r"what is the (?:(?:current|exact|right|correct) )?time(?: of (?:the )?day)?|"
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
WITHIN = re.compile(
    r"(?:is|are) (?P<place>[^?]+?) (?:in|on|part of) (?:the )?(?P<zone>[a-z ]+) time ?zone|"
    r"(?:does|is) (?:the )?(?P<zone2>[a-z ]+) time ?zone (?:include|includes|used in|kept in) (?P<place2>.+)"
)
ZONE = re.compile(r"\btime ?zone\b")
FILLERS = set(
    "what which is in the of for does do they use uses used have has current currently it located correct applicable "
    "exact right now a you your are would be if i am im on lies fall falls observe observes information an about under "
    "can will tell me that please exactly like how you're one be find traveled travelled travel went go going to visit "
    "visited moved would live lived living contains contain where city town".split()
)
"""What may stand around a place where a time zone is asked for; any other word is part of its name."""
PEOPLE = {
    people: country
    for country, _, words in (
        pair.partition(":")
        for pair in (
            "france:french germany:german italy:italian spain:spanish portugal:portuguese england:english,british "
            "scotland:scottish ireland:irish norway:norwegian sweden:swedish denmark:danish finland:finnish "
            "iceland:icelandic poland:polish austria:austrian switzerland:swiss belgium:belgian netherlands:dutch "
            "greece:greek turkey:turkish hungary:hungarian romania:romanian bulgaria:bulgarian ukraine:ukrainian "
            "japan:japanese china:chinese india:indian pakistan:pakistani bangladesh:bangladeshi nepal:nepalese "
            "thailand:thai vietnam:vietnamese philippines:filipino,philippine singapore:singaporean israel:israeli "
            "egypt:egyptian morocco:moroccan kenya:kenyan nigeria:nigerian peru:peruvian colombia:colombian "
            "venezuela:venezuelan argentina:argentine,argentinian cuba:cuban jamaica:jamaican"
        ).split()
    )
    for people in words.split(",")
}
"""Whose time zone is asked for, where that is one country's."""
ASKS_TIME = re.compile(r"\btime\b(?! ?zone)")


def reply(question: str, now: datetime) -> Reply | None:
    """The time where the question says, or here if it names no place; or which zone a place keeps."""
    apart = APART.fullmatch(question)
    if apart:
        return _apart(_somewhere(apart["one"]), _somewhere(apart["other"]), now)
    within = WITHIN.fullmatch(question)
    if within and places.zone(within["zone"] or within["zone2"]):
        place = places.find(within["place"] or within["place2"])
        return _zone(place, now) if place else None
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
    place = places.find(PEOPLE.get(name, name))
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
