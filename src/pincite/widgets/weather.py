"""What will the weather be there? A forecast of the server that the settings name; without one this widget is silent.

The server learns where the place lies, to a hundredth of a degree, and nothing of the question. Numbers are told in the
units of the place.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from pincite.widgets import dates, places
from pincite.widgets.numerals import digits
from pincite.widgets.places import Place
from pincite.widgets.sources import Sources
from pincite.widgets.widget import Lookup, Reply, Widget

FRESH_S = 15 * 60.0
DAYS = 8
"""Asked for at once, today among them: what comes later nobody knows well."""
FAHRENHEIT = {"US", "BS", "BZ", "KY", "PW", "FM", "MH", "LR"}
COLDEST, HOTTEST = -95.0, 65.0
"""Degrees Celsius; what is beyond was never measured on this planet's ground."""

SKY = {
    0: "clear", 1: "mostly clear", 2: "partly cloudy", 3: "overcast", 45: "fog", 48: "freezing fog",
    51: "light drizzle", 53: "drizzle", 55: "heavy drizzle", 56: "freezing drizzle", 57: "freezing drizzle",
    61: "light rain", 63: "rain", 65: "heavy rain", 66: "freezing rain", 67: "freezing rain",
    71: "light snow", 73: "snow", 75: "heavy snow", 77: "snow grains",
    80: "light showers", 81: "showers", 82: "violent showers", 85: "snow showers", 86: "heavy snow showers",
    95: "thunderstorms", 96: "thunderstorms with hail", 99: "thunderstorms with hail",
}  # fmt: skip
"""The codes of the World Meteorological Organization that a forecast uses."""

_DAY = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_NOW = "right now|now|currently|at the moment|outside"
_SPAN = rf"today|tonight|tomorrow|this weekend|the weekend|this week|the week|{_NOW}|(?:this |next )?(?:{_DAY})"
_BEFORE = rf"(?: (?:on |for |over )?(?P<before>{_SPAN}))?"
_AFTER = rf"(?:,? (?:on |for |over )?(?P<after>{_SPAN}))?"
_PLACE = r"(?:over )?(?:in|for|at) (?:the city of )?(?P<place>[a-z][a-z .,'-]{1,40}?)"
_THERE = rf"{_BEFORE} {_PLACE}{_AFTER}"
_NAMED = r"(?P<place>[a-z][a-z .'-]{1,40}?)"
_KIND = r"(?:current |local )?(?:weather|forecast|temperatures?|temp)"
_WHAT = (
    rf"(?:{_KIND}(?: (?:forecast|report|outlook|conditions?|situation|predictions?))?|(?:weather )?conditions|"
    r"(?:high|low|highest|lowest) temperatures?)"
)
_WILL = r"(?: going to be| gonna be| supposed to be| be)?(?: like| doing| looking like| looking)?"
_SIGN = (
    r"(?:rain(?:ing|y)?|snow(?:ing|y)?|sun(?:ny|shine)|cloudy|windy|stormy|storm(?:ing)?|hot|cold|warm|cool|"
    r"freez(?:e|ing)|foggy|drizzl(?:e|ing)|thunderstorms?|hail(?:ing)?)"
)
_BE = r"(?:is it|will it|will it be|is it going to|is it going to be|is it gonna|is it gonna be|will there be|is there)"
SENTENCES = [
    re.compile(pattern)
    for pattern in (
        rf"(?:what is|what will|how is|what are|how will)? ?(?:the |today's )?{_WHAT}{_WILL}{_THERE}",
        rf"what (?:kind|sort) of weather (?:is|are) (?:it|there|we having){_THERE}",
        rf"(?:what is |how is )?(?:the )?(?P<first>today's|tomorrow's|this weekend's) {_WHAT} {_PLACE}",
        rf"{_NAMED}(?:'s)? (?:current )?(?:weather|forecast)(?: forecast| report)?{_AFTER}",
        rf"(?:what is|how is|what will) (?:the )?{_NAMED}(?:'s)? weather(?: forecast| report)?{_WILL}{_AFTER}",
        rf"weather {_NAMED},? (?P<after>{_SPAN})",
        rf"{_BE} {_SIGN}(?: or {_SIGN})?{_THERE}",
        rf"how (?:hot|cold|warm|windy|cloudy) (?:is it|will it be|is it going to be|will it get){_THERE}",
        rf"(?:what is |what are )?(?:the )?(?:chance|chances|probability|likelihood) of (?:rain|snow|showers){_THERE}",
        rf"(?:do|will|should) i (?:need|take|bring) (?:an umbrella|a coat|a jacket|sunscreen){_THERE}",
    )
]


@dataclass(frozen=True)
class Day:
    """``lowest`` and ``highest`` in degrees Celsius; ``rain`` is a probability in percent, where it is known."""

    day: date
    sky: str
    lowest: float
    highest: float
    rain: int | None


@dataclass(frozen=True)
class Forecast:
    at: datetime
    """By the clock of the place."""
    sky: str
    celsius: float
    days: tuple[Day, ...]
    """One after the other, today by the clock of the place the first."""


def reply(question: str, now: datetime) -> Lookup | None:
    """The forecast for one town, where the whole question asks for that."""
    question = digits(question)
    for pattern in SENTENCES:
        found = pattern.fullmatch(question)
        words = found.groupdict() if found else {}
        place = places.town(str(words["place"])) if found else None
        said = [words.get(group) for group in ("before", "after", "first") if words.get(group)]
        if place is not None and place.zone is not None and len(said) < 2:
            here = now.astimezone(place.zone).date()
            wanted = _days(str(said[0]).removesuffix("'s") if said else "", here)
            return Lookup(partial(_found, place, wanted, now)) if wanted else None
    return None


def _days(said: str, today: date) -> tuple[date, ...]:
    """The days that are meant; none where that is not said plainly. An empty word means today, and what follows."""
    if said in {"", "today", "tonight", *_NOW.split("|")}:
        return (today,) if said else (today, today + timedelta(1))
    if said == "tomorrow":
        return (today + timedelta(1),)
    if said.endswith("weekend"):
        saturday = today + timedelta((5 - today.weekday()) % 7)
        return (today,) if today.weekday() == 6 else (saturday, saturday + timedelta(1))
    if said.endswith("week"):
        return tuple(today + timedelta(ahead) for ahead in range(DAYS - 1))
    if said.startswith("next "):  # the coming one to some, the one after it to others
        return ()
    weekday = _DAY.split("|").index(said.removeprefix("this "))
    return (today + timedelta((weekday - today.weekday()) % 7),)


async def _found(place: Place, wanted: tuple[date, ...], now: datetime, sources: Sources) -> Reply | None:
    service = sources.settings.weather.rstrip("/")
    if not service or place.at is None:
        return None
    address = (
        f"{service}/v1/forecast?latitude={place.at[0]:.2f}&longitude={place.at[1]:.2f}&timezone=auto"
        f"&forecast_days={DAYS}&current=temperature_2m,weather_code"
        "&daily=weather_code,temperature_2m_max,temperature_2m_min,precipitation_probability_max"
    )
    found = (await sources.get(address, forecast, fresh_s=FRESH_S, service=service)).value
    days = [day for day in found.days if day.day in wanted]
    if not days:
        return None
    hot = place.country in FAHRENHEIT
    today = now.astimezone(place.zone).date()
    told = "; ".join(f"{_named(day.day, today)} {_day(day, hot)}" for day in days)
    if days[0].day == today:
        value = f"{_degrees(found.celsius, hot)}, {found.sky}"
        text = f"In {place.name} it is {value} now; {told}."
    else:
        value = _day(days[0], hot)
        text = f"In {place.name} {told}."
    at = f"{dates.said_day(found.at.date())}, {found.at:%H:%M} there"
    return Reply("Weather", value, f"{text} Open-Meteo's forecast of {at}.")


def _named(day: date, today: date) -> str:
    ahead = (day - today).days
    return {0: "today", 1: f"tomorrow, {day:%A} {day.day} {day:%B},"}.get(ahead, f"on {day:%A} {day.day} {day:%B}")


def _day(day: Day, hot: bool) -> str:
    lowest, highest = _degrees(day.lowest, hot, unit=False), _degrees(day.highest, hot)
    range_ = highest if lowest == highest.partition(" ")[0] else f"{lowest} to {highest}"
    return f"{range_}, {day.sky}" + (f", chance of rain or snow {day.rain} %" if day.rain is not None else "")


def _degrees(celsius: float, hot: bool, *, unit: bool = True) -> str:
    number = round(celsius * 9 / 5 + 32) if hot else round(celsius)
    return f"{number}{(' °F' if hot else ' °C') if unit else ''}".replace("-", "−")


# ── what the server says ──


def forecast(body: bytes) -> Forecast:
    """A reply of Open-Meteo's ``/v1/forecast``. Raises ``ValueError`` for anything else."""
    try:
        told: Any = json.loads(body)
        units = told["daily_units"]
        if {units["temperature_2m_max"], units["temperature_2m_min"], told["current_units"]["temperature_2m"]} != {
            "°C"
        }:
            raise ValueError("temperatures in other units than were asked for")
        daily, current = told["daily"], told["current"]
        rows = zip(
            daily["time"],
            daily["weather_code"],
            daily["temperature_2m_min"],
            daily["temperature_2m_max"],
            daily["precipitation_probability_max"],
            strict=True,
        )
        # Of the last days a model may not know everything yet.
        days = tuple(_read(*row) for row in rows if None not in row[:4])
        at = datetime.fromisoformat(current["time"])
        return Forecast(at, SKY[current["weather_code"]], _measured(current["temperature_2m"]), days)
    except (LookupError, TypeError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from None


def _read(day: str, code: int, lowest: float, highest: float, rain: int | None) -> Day:
    if rain is not None and not (isinstance(rain, int | float) and 0 <= rain <= 100):
        raise ValueError(f"a probability of {rain!r} %")
    low, high = _measured(lowest), _measured(highest)
    if low > high:
        raise ValueError(f"the lowest, {low}, is above the highest, {high}")
    return Day(date.fromisoformat(day), SKY[code], low, high, None if rain is None else round(rain))


def _measured(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not COLDEST <= value <= HOTTEST:
        raise ValueError(f"{str(value)[:20]!r} degrees")
    return float(value)


WIDGET = Widget(
    "weather",
    reply,
    shows=(
        "weather in Oslo tomorrow",
        "what is the weather like in denver",
        "will it rain in Paris this weekend",
        "costa mesa weather",
        "what's tomorrow's weather in tokyo",
        "how cold is it in Chicago right now",
        "what's the forecast like for pittsburgh",
        "is it raining in sparks",
        "do I need an umbrella in London today",
        "weather tokyo friday",
        "chance of rain in Seattle on Friday",
    ),
    hides=(
        "weather",
        "what is the weather",
        "weather the storm",
        "under the weather",
        "stormy weather",
        "climate of norway",
        "weather in norway",
        "weather in springfield",
        "weather in narnia",
        "how does weather forecasting work",
        "what was the weather in dallas when jfk was shot",
        "is it cold in siberia",
        "purple rain",
        "it never rains in southern california",
        "raining in my heart",
        "will it rain next friday in paris",
        "temperature of the sun",
        "weather underground chicago",
        "average rainfall in london",
    ),
)
