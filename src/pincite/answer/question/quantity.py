"""How much of what is asked for, and does this sentence say how much? Dimensions and their units, by pattern.

"How tall is the tower?" is answered by "the 324 metre tower": the unit says what "tall" says. So a sentence that holds
a number with a fitting unit holds the words of the question that ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pincite.answer.terms import DEGREES, terms
from pincite.text.languages import detect
from pincite.text.tokens import normal, words

_DIGITS = r"(?<![\w.,])\d++(?:[.,]\d++)*+"
_COUNT = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty"
    r"(?:-\w+)?|hundreds?|thousands?|millions?|billions?|dozens?)"
)
_LARGE = r"(?: ?(?:hundred|thousand|million|billion|trillion))?"
_NUMBER = re.compile(rf"{_DIGITS}|\b{_COUNT}\b", re.IGNORECASE)
_COUNTED_WITHIN = 3
"""Words behind a number within which stands what it counts: "sixty-three known moons"."""

_PARTLY = re.compile(r"\w{2,}est|most|other|more|additional|further|remaining|new|last|first", re.IGNORECASE)
"""Words between a number and what it counts by which it counts only some: "the four largest moons"."""

_LENGTH = (
    r"(?:(?:kilo|centi|milli|nano)?met(?:re|er)s?|km|cm|mm|nm|m|feet|foot|ft|miles?|mi|inch(?:es)?|yards?"
    r"|light[- ]years?|AU)"
)
_AREA = r"(?:km²|mi²|m²|sq(?:uare)? ?\w+|hectares?|acres?)"
_TIME = r"(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|decades?|centur(?:y|ies))"
_SPEED = rf"(?:km/h|km/s|m/s|mph|kph|knots|{_LENGTH} (?:per|an?) \w+)"
_MASS = r"(?:kg|g|t|kilograms?|grams?|tons?|tonnes?|lbs?|pounds?)"
_HEAT = r"(?:° ?[CF]|K|degrees?)"
_MANY = r"(?:(?:million|billion|people|inhabitants|residents)|(?<=,\d{3}))"


def _of(nouns: str) -> str:
    """What is asked for by a noun: "what is the height of", "the average distance from"; "what is speed?" is not."""
    asking = r"^(?!who|when|where|why|how)(?:what(?:'s| is| are| was| were)? )?(?:\w+ ){0,2}?"
    return rf"{asking}(?:{nouns}) (?:of|in|at|between|from)\b"


_MEASURES = tuple(
    # ``word`` is what a fitting unit says by itself: "324 metres" is a height, "100 °C" need be no boiling point.
    (
        re.compile(asked, re.IGNORECASE),
        re.compile(
            rf"(?:{_DIGITS}|\b{_COUNT}){_LARGE}(?: ?[×x] ?10\^?\d+)?(?: \([^()]{{1,30}}\))?[ -]?{unit}(?![^\W_])",
            re.IGNORECASE,
        ),
    )
    for asked, unit in (
        (r"\bhow (?P<word>tall|high|deep|wide|far|thick)\b", _LENGTH),
        (_of("(?P<word>height|depth|width|distance|elevation|altitude|diameter|radius)"), _LENGTH),
        (r"\bhow (?P<word>long)\b", rf"(?:{_LENGTH}|{_TIME})"),
        (_of("(?P<word>length)"), rf"(?:{_LENGTH}|{_TIME})"),
        (r"\bhow (?P<word>large|big)\b", rf"(?:{_LENGTH}|{_AREA})"),
        (r"\bhow (?P<word>old)\b", r"(?:years?|months?|weeks?|days?|centuries)"),
        (r"\bhow (?P<word>fast)\b", _SPEED),
        (_of("(?P<word>speed|velocity)"), _SPEED),
        (r"\bhow (?P<word>heavy)\b|\bhow much (?:do|does|did) .{1,60} (?P<verb>weigh)\b", _MASS),
        (_of("(?P<word>weight|mass)"), _MASS),
        (r"\bhow (?P<word>hot|cold)\b", _HEAT),
        (_of("(?P<word>temperature)|(?:boiling|melting|freezing) point"), _HEAT),
        (_of("(?P<word>population)"), _MANY),
    )
)


def _number_of(units: str, unspaced: str) -> re.Pattern[str]:
    """A number with one of these units. In scripts without blanks both stand among letters."""
    return re.compile(rf"(?<!\d)\d++(?:[.,]\d++)*+[  -]?(?:(?:{units})(?![^\W_])|{unspaced})", re.IGNORECASE)


_LONG_ASKED = (
    r"\bwie (?:tief|breit|weit)\b|\b(?:hauteur|profondeur|largeur|altura|altezza|profundidad|larghezza)\b"
    r"|\bhoe (?:diep|breed|ver)\b|\b(?:высот|глубин|висот|глибин)\w+|\byüksekli\w+|\bderinli\w+"
    r"|多高|多深|高度|高さ|深さ|높이|깊이|\bارتفاع\w*|\bעומק\w*|\bגובה\w*|ऊँचाई|ऊंचाई|गहराई"
)
"""No "wie hoch", "hoe hoog", "wysokość": rents and fines are high, too."""
_LONG = _number_of(
    r"[kcm]?m|(?:kilo|centi|zenti|santi)?m(?:eter|[eè]tres?|etr[oiy]s?|etrów|etre(?:dir|lik)?)"
    r"|к?м|см|(?:кило|кіло)?метр\w*|متر\w*|מטר\w*|ס״?מ|ק[\"״]מ|मीटर",
    "[公千厘]?米|公尺|公里|メートル|センチ|미터|킬로미터|센티미터",
)
_HEAVY_ASKED = (
    r"\b(?:wie schwer|hoe zwaar|wiegt|wiegen|pèse(?:nt)?|poids|pesa(?:n|m|no)?|peso d\w+|weegt|wegen|waży|ważą"
    r"|вес(?:ит|ят)?|важ(?:ить|ать)|ağırlı\w+|kaç kilo)\b|多重|体重|體重|重さ|何キロ|몸무게|무게|\bوزن\w*"
    r"|\b(?:משקל\w*|שוקל\w*)|वज़न|वजन"
)
_HEAVY = _number_of(
    r"k?g|t|(?:kilo)?gram\w*|kilos?|ton(?:n?en?|nes?|eladas?|nellate)|к?г|т|(?:кило|кіло)?грам\w*|тонн\w*"
    r"|(?:كيلو)?غرام\w*|كيلو\w*|ק[\"״]ג|(?:קילו)?גרם|קילוגרם|किलो\w*|किग्रा|ग्राम",
    "公斤|千克|公噸|[吨噸克]|キロ|グラム|トン|킬로그램|그램",
)
_ELSEWHERE = tuple(
    (re.compile(asked, re.IGNORECASE), unit) for asked, unit in ((_LONG_ASKED, _LONG), (_HEAVY_ASKED, _HEAVY))
)
"""The same in other languages."""
_COUNTING = re.compile(
    r"\bhow many (?P<what>(?:[\w'’-]+ ){0,3}?[\w'’-]+)"
    r"(?= (?:is|are|was|were|do|does|did|has|have|had|can|live[sd]?|in|of|on)\b|$)",
    re.IGNORECASE,
)
_NOUNS = {
    "tall": "height",
    "high": "height",
    "deep": "depth",
    "wide": "width",
    "old": "age",
    "fast": "speed",
    "heavy": "weight",
    "far": "distance",
}
_HOW = re.compile(rf"\bhow (?P<word>{'|'.join(_NOUNS)})\b", re.IGNORECASE)
_DEGREE = re.compile(rf"\b(?:{'|'.join(DEGREES)})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Quantity:
    """What is to be measured or counted. ``implied`` are the question's terms that a fitting number stands for."""

    implied: frozenset[str] = frozenset()
    unit: re.Pattern[str] | None = None
    counted: str = ""
    """The plain form of what is counted."""
    some: frozenset[str] = frozenset()
    """Words of the question that say which of them: the largest, the other ones."""

    def said(self, sentence: str) -> bool:
        """Does ``sentence`` hold a number with a fitting unit, or in front of what is counted?"""
        if self.unit is not None:
            return bool(self.unit.search(sentence))
        before = (self._between(sentence, number.end()) for number in _NUMBER.finditer(sentence))
        return any(between is not None and not self._of_some(between) for between in before)

    def partial(self, sentence: str, span: tuple[int, int]) -> bool:
        """Is the span a number that stands in front of what is counted, and counts only some of it?"""
        number = self.counted and _NUMBER.fullmatch(sentence, *span)
        between = self._between(sentence, span[1]) if number else None
        return between is not None and self._of_some(between)

    def _of_some(self, between: Sequence[str]) -> bool:
        """Do the words before what is counted say that it is not all that is asked for?"""
        return any(_PARTLY.fullmatch(word) and word not in self.some for word in between)

    def _between(self, sentence: str, end: int) -> list[str] | None:
        """The words between a number that ends there and what it counts; ``None`` where it counts something else."""
        behind = words(sentence[end : end + 60])[:_COUNTED_WITHIN]
        plain = [normal(word) for word in behind]
        return behind[: plain.index(self.counted)] if self.counted in plain else None

    def whole(self, sentence: str, span: tuple[int, int]) -> tuple[int, int]:
        """The span with its unit, where it is a bare number that stands before a fitting one."""
        if self.unit is None or re.search(r"[^\W\d_]", sentence[slice(*span)]):
            return span
        measures = (found.span() for found in self.unit.finditer(sentence))
        return next((each for each in measures if each[0] <= span[0] and span[1] <= each[1]), span)


def quantity(question: str) -> Quantity | None:
    """The quantity a question asks for; ``None`` for other questions, and for those whose unit nobody knows."""
    plain = question.strip(" ¿?!.\"'")
    counting = _COUNTING.search(plain)
    if counting:
        found = terms(counting["what"])
        return Quantity(counted=found[-1], some=frozenset(words(plain))) if found else None
    for asked, unit in _MEASURES:
        match = asked.search(plain)
        if match:
            return Quantity(frozenset(terms(" ".join(filter(None, match.groups())))), unit)
    if (lang := detect(question)) != "en":
        for asked, unit in _ELSEWHERE:
            if match := asked.search(plain):
                return Quantity(frozenset(terms(match[0], lang)), unit)
    return None


def renamed(question: str) -> str:
    """The question in the words of texts, for a search: "age" for "how old", "largest" for "biggest". Or nothing."""
    found = _HOW.search(question)
    if found:
        return f"{question[: found.start()]}{_NOUNS[found['word'].lower()]}{question[found.end() :]}"
    said = _DEGREE.sub(lambda word: DEGREES[word[0].lower()], question)
    return said if said != question else ""
