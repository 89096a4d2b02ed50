"""How much is that in another unit? A list of units that people write, converted by pint in exact fractions.

Left out are units of which there are several in one country (ton, league), and those of no fixed length (month, year).
Cups, pints and gallons are those of the United States, and the reply says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import Any

from pincite.widgets.numerals import digits, written
from pincite.widgets.widget import Reply, Widget
from pincite.widgets.wording import Grammar

LARGEST = 10**15
SHOWN_DIGITS = 7


@dataclass(frozen=True)
class Unit:
    """``key`` is pint's name; ``one`` and ``many`` are a person's."""

    key: str
    one: str
    many: str
    kind: str


def _units() -> dict[str, Unit]:
    """Every way in which a unit is written, with the unit: lines of key, one, many, and more."""
    found: dict[str, Unit] = {}
    for kind, lines in UNITS.items():
        for line in lines.strip().splitlines():
            key, one, many, *also = (each.strip() for each in line.split("|"))
            unit = Unit(key, one, many, kind)
            for name in [one, many, *(" ".join(also)).split(",")]:
                found[name.strip().lower()] = unit
            for name in (one, many):
                found[name.lower().removeprefix("us ")] = unit
    found.pop("", None)
    return found


UNITS = {
    "length": """
        millimeter|millimeter|millimeters|mm,millimetre,millimetres
        centimeter|centimeter|centimeters|cm,cms,centimetre,centimetres
        decimeter|decimeter|decimeters|dm,decimetre,decimetres
        meter|meter|meters|m,metre,metres,mtr
        kilometer|kilometer|kilometers|km,kms,kilometre,kilometres
        inch|inch|inches|in
        foot|foot|feet|ft
        yard|yard|yards|yd,yds
        mile|mile|miles|mi
        nautical_mile|nautical mile|nautical miles|nmi""",
    "mass": """
        milligram|milligram|milligrams|mg
        gram|gram|grams|g,gr,gramme,grammes
        kilogram|kilogram|kilograms|kg,kgs,kilo,kilos,kilogramme,kilogrammes
        metric_ton|metric ton|metric tons|tonne,tonnes
        ounce|ounce|ounces|oz
        pound|pound|pounds|lb,lbs
        stone|stone|stone|stones""",
    "volume": """
        milliliter|milliliter|milliliters|ml,mls,ml's,millilitre,millilitres
        centiliter|centiliter|centiliters|cl,centilitre,centilitres
        deciliter|deciliter|deciliters|dl,decilitre,decilitres
        liter|liter|liters|l,litre,litres
        teaspoon|US teaspoon|US teaspoons|tsp
        tablespoon|US tablespoon|US tablespoons|tbsp,tablesppons
        fluid_ounce|US fluid ounce|US fluid ounces|fl oz
        cup|US cup|US cups|
        pint|US pint|US pints|
        quart|US quart|US quarts|qt
        gallon|US gallon|US gallons|gal
        meter ** 3|cubic meter|cubic meters|cubic metre,cubic metres,m3
        foot ** 3|cubic foot|cubic feet|
        inch ** 3|cubic inch|cubic inches|""",
    "area": """
        meter ** 2|square meter|square meters|square metre,square metres,sqm,sq m,m2
        kilometer ** 2|square kilometer|square kilometers|square kilometre,square kilometres,sq km,km2
        foot ** 2|square foot|square feet|sq ft,sqft
        inch ** 2|square inch|square inches|sq in
        yard ** 2|square yard|square yards|
        mile ** 2|square mile|square miles|sq mi
        hectare|hectare|hectares|ha
        acre_of_feet|acre|acres|""",
    "time": """
        millisecond|millisecond|milliseconds|ms
        second|second|seconds|sec,secs
        minute|minute|minutes|min,mins
        hour|hour|hours|hr,hrs
        day|day|days|
        week|week|weeks|""",
    "speed": """
        mile / hour|mile per hour|miles per hour|mph
        kilometer / hour|kilometer per hour|kilometers per hour|km/h,kph,kmh,kilometres per hour
        meter / second|meter per second|meters per second|m/s,metres per second
        knot|knot|knots|""",
    "temperature": """
        degree_Celsius|°C|°C|celsius,celcius,degrees celsius,degree celsius,degrees celcius,c,degrees c,centigrade
        degree_Fahrenheit|°F|°F|fahrenheit,degrees fahrenheit,degree fahrenheit,farenheit,degrees farenheit,f,degrees f
        kelvin|K|K|kelvin,kelvins""",
    "energy": """
        joule|joule|joules|
        kilojoule|kilojoule|kilojoules|kj
        kilocalorie|kilocalorie|kilocalories|kcal
        kilowatt_hour|kilowatt hour|kilowatt hours|kwh,kilowatt-hours""",
    "power": """
        watt|watt|watts|
        kilowatt|kilowatt|kilowatts|kw
        horsepower|horsepower|horsepower|hp""",
    "pressure": """
        pascal|pascal|pascals|
        kilopascal|kilopascal|kilopascals|kpa
        bar|bar|bar|
        psi|psi|psi|
        atmosphere|atmosphere|atmospheres|atm""",
}
NAMES = _units()
SHORT = {"cm", "mm", "km", "kg", "ml", "oz", "lb", "lbs", "ft", "mph", "kph", "tsp", "tbsp", "kwh"}
"""Abbreviations that are units even without a number before them."""

_U = "|".join(sorted(map(re.escape, NAMES), key=len, reverse=True))
LONG = "|".join(sorted((re.escape(n) for n in NAMES if len(n) > 3 or n in SHORT), key=len, reverse=True))
"""A pattern of the names that need no number before them."""
_HALF = r"(?:half|1/2)(?: of)?(?: an?| 1)?"
_N = rf"\d+ and (?:an? )?(?:half|1/2)(?: an?)?|-?\d+(?:\.\d+)?(?: \d+)?(?:/\d+)?|-?\.\d+|an?|{_HALF}"
_AMOUNT = rf"(?P<n>{_N}) ?(?P<from>{_U})(?:,? (?:and )?(?P<n2>\d+(?:\.\d+)?) ?(?P<from2>{_U}))?"
_ONE = rf"(?:(?P<n>{_N}) )?(?P<from>{LONG})"
_TO = rf"(?:an? )?(?P<to>{_U})(?: and (?P<to2>{_U}))?"
_LONG_TO = rf"(?P<to>{LONG})"
_HOW = r"(?:how (?:do|can|could|would|should) (?:you|i|we|one)(?: go about)?|how (?:are|is|to)|to)"
_WAY = r"(?:(?:what is )?(?:the|is there an?) (?:proper |best |right |easy |easiest )?way to)"
_COUNT = r"(?:how many|(?:what (?:is the )?|the )(?:total |correct |exact )?(?:amount|number) of)"
_ARE = r"(?: are| is| do| does| make| would| equals?)?(?: there| equal| equivalent| you get| fit| up| it take to make)?"
_RATIO = r"(?:what is |what would be )?the (?:conversion|conversion rate|conversion factor|ratio|relation)"
_SIZE = r"(?:what is|what are|what would|what do|how much is|how (?:tall|long|far|heavy|fast|hot|big) is)"
GRAMMAR = Grammar(
    (
        rf"(?:to )?(?:convert|change|turn|express) {_AMOUNT} (?:to|into|in|as) {_TO}",
        rf"(?:{_SIZE} )?{_AMOUNT}(?: be| equal| equals| is| are)? (?:in|to|into|as|converted to) {_TO}(?: is| be)?",
        rf"{_COUNT} {_TO}{_ARE}(?: up)?(?: in| to| into| make| makes| equals?| per)?(?: an?)? {_AMOUNT}",
        rf"{_COUNT} {_LONG_TO}{_ARE}(?: in| to| make| makes| per)+(?: an?)? {_ONE}",
        rf"(?:{_HOW} |{_WAY} )?(?:convert|change|converting|turn) (?:{_AMOUNT}|(?P<bare>{LONG})) (?:to|into|in) {_TO}",
        rf"how (?:are|is) (?P<bare>{LONG}) (?:converted|changed) (?:to|into) {_LONG_TO}",
        rf"{_RATIO} (?:between|of|from|for) (?P<bare>{LONG}) (?:and|to|into) {_LONG_TO}",
        rf"what is (?P<bare>{LONG}) in {_LONG_TO}",
        rf"(?P<bare>{LONG}) (?:to|into) {_LONG_TO}",
        rf"{_HOW} (?:convert|change) (?P<bare>{LONG}) and {_LONG_TO}",
        rf"(?:if i have )?{_AMOUNT},? (?:(?:is|are)(?: equal to)? |equals? )?how many {_TO}(?: (?:is|are) that)?",
        rf"what is the equivalent of {_AMOUNT} (?:in|to) {_TO}",
    ),
    NAMES,
)
COUNTED_TOGETHER = {
    ("pound", "ounce"), ("stone", "pound"), ("foot", "inch"), ("mile", "foot"), ("week", "day"), ("day", "hour"),
    ("hour", "minute"), ("minute", "second"), ("meter", "centimeter"), ("kilogram", "gram"),
}  # fmt: skip
"""Which units a measure is counted in at once, the larger first."""
HEIGHT = re.compile(r"(\d)'\s?(\d{1,2}(?:\.\d+)?)(?:\"|'')?")


def reply(question: str, _now: datetime) -> Reply | None:
    """The same amount in the unit that is asked for, where the two measure the same thing."""
    question = HEIGHT.sub(r"\1 feet \2 inches", digits(question))
    return next(filter(None, map(_read, GRAMMAR.read(question))), None)


def _read(found: dict[str, str | None]) -> Reply | None:
    bare = found.get("bare")
    source, target = NAMES[bare or str(found["from"])], NAMES[str(found["to"])]
    source, target = _ounces(source, target), _ounces(target, source)
    if source.kind != target.kind or source == target:
        return None
    if source.kind == "temperature" and (bare or found.get("n") in {None, "a", "an"}):
        return None
    amount = _amount(found.get("n") or "1")
    second = found.get("from2")
    if amount is None or abs(amount) > LARGEST or (amount < 0 and source.kind != "temperature"):
        return None
    said = _said(amount, source)
    if second:
        smaller, more = NAMES[second], _amount(str(found["n2"]))
        if smaller.kind != source.kind or source.kind == "temperature" or more is None:
            return None
        said += f" {_said(more, smaller)}"
        amount += _converted(more, smaller, source)
    other = NAMES.get(found.get("to2") or "")
    return _told(said, amount, source, target) if other is None else _both(said, amount, source, target, other)


def _both(said: str, amount: Fraction, source: Unit, target: Unit, other: Unit) -> Reply | None:
    """Pounds and ounces are one measure in two units; inches and centimeters are two answers."""
    if len({source, target, other}) < 3 or other.kind != target.kind or target.kind == "temperature":
        return None
    if (target.key, other.key) not in COUNTED_TOGETHER:
        one, two = _told(said, amount, source, target), _told(said, amount, source, other)
        value = f"{one.value} or {two.value}" if one and two else ""
        return Reply("Units", value, f"{said} = {value}") if value else None
    total = _converted(amount, source, target)
    whole = Fraction(int(total))
    rest, exact = written(round(_converted(total - whole, target, other), 2), SHOWN_DIGITS)
    if not whole or amount < 0:
        return None
    value = f"{_said(whole, target)} {rest} {other.one if rest == '1' else other.many}"
    exact = exact and _converted(total - whole, target, other) == round(_converted(total - whole, target, other), 2)
    return Reply("Units", value, f"{said} {'=' if exact else '≈'} {value}")


def _told(said: str, amount: Fraction, source: Unit, target: Unit) -> Reply | None:
    result = _converted(amount, source, target)
    if source.kind == "temperature" and _converted(amount, source, NAMES["kelvin"]) < 0:
        return None
    number, whole = written(result, SHOWN_DIGITS)
    value = f"{number} {target.one if number == '1' else target.many}"
    return Reply("Units", value, f"{said} {'=' if whole else '≈'} {value}")


def _ounces(unit: Unit, other: Unit) -> Unit:
    """An ounce beside a volume is a fluid one."""
    return NAMES["fluid ounce"] if unit.key == "ounce" and other.kind == "volume" else unit


def _amount(words: str) -> Fraction | None:
    if words in {"a", "an"}:
        return Fraction(1)
    if re.fullmatch(_HALF, words):
        return Fraction(1, 2)
    more = re.fullmatch(r"(\d+) and .+", words)
    if more:
        return Fraction(more[1]) + Fraction(1, 2)
    whole, _, part = words.rpartition(" ")
    if whole and "/" not in part:
        return None
    try:
        sign = -1 if whole.startswith("-") else 1  # of both: -3 1/2
        return (Fraction(whole) if whole else Fraction(0)) + sign * Fraction(part)
    except ZeroDivisionError:
        return None


def _said(amount: Fraction, unit: Unit) -> str:
    return f"{written(amount)[0]} {unit.one if amount == 1 else unit.many}"


def _converted(amount: Fraction, source: Unit, target: Unit) -> Fraction:
    return Fraction(_registry().Quantity(amount, source.key).to(target.key).magnitude)


@cache
def _registry() -> Any:
    """Pint's units, in exact fractions. Loaded when the first question needs them: that takes a third of a second."""
    registry = import_module("pint").UnitRegistry(non_int_type=Fraction)
    registry.define("acre_of_feet = 43560 * foot ** 2")
    return registry


WIDGET = Widget(
    "units",
    reply,
    shows=(
        "convert 2 inches to meters",
        "how many kilometers is 26.2 miles",
        "what's 32 degrees fahrenheit in celsius",
        "how do you convert miles to kilometers",
        "how many tablespoons are in three cups",
        "what is 15 ounces in grams, please",
        "how many square feet in an acre",
        "5'10\" in cm",
        "what would five pounds be in kilos",
        "inch to cm",
    ),
    hides=(
        "how many crows are in 10 murders",
        "pounds to pennies",
        "how many cups in a pound",
        "how many weeks are in 3 months",
        "how many yards in a football field",
        "celsius to fahrenheit",
        "-300 celsius in fahrenheit",
        "20,000 leagues under the sea in km",
        "the green mile in km",
        "how many feet does a spider have",
        "10 tons in kg",
    ),
)
