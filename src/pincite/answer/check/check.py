"""Does this passage say so? By words alone.

How many of the statement's content words stand together in one or two neighbouring sentences of the passage, with
its title as context, and then what words alone can contradict: a number, a date or a name that is not there, a *not*
on one side only. Trustworthy where the writer stays near its source's words, and weak on free paraphrase (LAB.md has
the figures); ``support.py`` adds what the words mean.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import nextafter

from pincite.ports import Bounds, Support
from pincite.text.sentences import split
from pincite.text.tokens import STOP_WORDS, normal, words
from pincite.types import Passage, Span

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[^\W\d_a-z]\w+")
_NOT = frozenset(
    ["not", "no", "never", "none", "neither", "nor", "without", "cannot", "nobody", "nothing", "nowhere", "hardly"]
)
_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SPELLED = {name: str(n) for n, name in enumerate(_UNITS, 1)} | {name: str(10 * n) for n, name in enumerate(_TENS, 2)}

NUMBER_MISSING = 0.55
"""The score is multiplied by this for a number of the statement that the passage does not have …"""
NAME_MISSING = 0.85
"""… by this for a name …"""
NEGATION_DIFFERS = 0.8
"""… and by this if only one side says *not* …"""
DENIED = nextafter(Bounds().supported, 0)
"""… which is then never supported, were all other words the same: *it is not tall* has every word of *it is tall*."""
PAIRED = 0.97
"""Two sentences must beat one clearly: the quote is to be short, and words of two may not belong together."""
IN_TITLE = 0.9
"""A word that stands only in the title or a heading counts this much …"""
ELSEWHERE = 0.4
"""… and one that stands elsewhere in the passage this much: near is not the same statement."""


@dataclass(frozen=True)
class Reading:
    """What a check needs to know of a text, computed once."""

    spans: tuple[tuple[int, int], ...]
    words: tuple[frozenset[str], ...]
    """The plain content words of each sentence; numbers as written without separators."""
    negated: tuple[bool, ...]
    all: frozenset[str]


class Lexical:
    """A ``SupportChecker`` that compares words. Deterministic; safe to call from several threads."""

    bounds = Bounds()

    def read(self, passages: Sequence[Passage]) -> None:
        """Words are read while they are compared."""

    def check(self, statement: str, passages: Sequence[Passage]) -> list[Support]:
        claim = terms(statement)
        names = _names(statement)
        negated = _negates(statement)
        return [_support(claim, names, negated, passage) for passage in passages]


def strange_number(statement: str, passage: Passage) -> bool:
    """Has ``statement`` a number that stands nowhere in the passage, nor over it?"""
    numbers = {term for term in terms(statement) if term[0].isdigit()}
    return not numbers <= reading(passage.text).all | terms(titled(passage))


def at_odds(statement: str, passage: Passage, quote: Span | None) -> bool:
    """Do words alone show that ``quote`` does not say so? By a number or a name that the passage does not have at all,
    or a *not* on one side only.
    """
    numbers = {term for term in terms(statement) if term[0].isdigit()}
    if not numbers | _names(statement) <= reading(passage.text).all | terms(titled(passage)):
        return True
    return quote is not None and _negates(statement) != _negates(passage.text[quote.start : quote.end])


def titled(passage: Passage) -> str:
    """What stands over a passage: the context in which it is read."""
    return " ".join((passage.document.title, *passage.headings))


def _support(claim: frozenset[str], names: set[str], negated: bool, passage: Passage) -> Support:
    if not claim:
        return Support(0.0, None)
    read = reading(passage.text)
    title = terms(titled(passage))
    score, first, last = 0.0, 0, 0
    count = len(read.spans)
    windows = [(n, n + 1) for n in range(count)] + [(n, n + 2) for n in range(count - 1)]
    for begin, end in windows:
        here = frozenset().union(*read.words[begin:end])
        value = _score(claim, names, here, title, read.all)
        if negated != any(read.negated[begin:end]):
            value = min(value * NEGATION_DIFFERS, DENIED)
        value *= PAIRED if end - begin == 2 else 1.0
        if value > score:
            score, first, last = value, begin, end
    if last == 0:
        return Support(0.0, None)
    return Support(min(1.0, score), Span(start=read.spans[first][0], end=read.spans[last - 1][1]))


def _score(
    claim: frozenset[str], names: set[str], here: frozenset[str], title: frozenset[str], passage: frozenset[str]
) -> float:
    missing = claim - here - title
    value = (len(claim & here) + IN_TITLE * len((claim & title) - here) + ELSEWHERE * len(missing & passage)) / len(
        claim
    )
    for word in sorted(missing):  # products of floats depend on their order, and a set's is another on every run
        factor = NUMBER_MISSING if word[0].isdigit() else NAME_MISSING if word in names else 1.0
        value *= (1 + factor) / 2 if word in passage else factor
    return value


@lru_cache(maxsize=512)
def reading(text: str) -> Reading:
    spans = tuple(split(text))
    each = tuple(terms(text[start:end]) for start, end in spans)
    negated = tuple(_negates(text[start:end]) for start, end in spans)
    return Reading(spans, each, negated, frozenset().union(*each))


def terms(text: str) -> frozenset[str]:
    """The plain content words; numbers without separators, and those that are spelled as numbers."""
    found = (w for w in words(text) if w not in STOP_WORDS or w in _SPELLED)
    plain = (_number(w) if w[0].isdigit() else _SPELLED.get(w) or normal(w) for w in found)
    return frozenset(filter(None, plain))


def _number(word: str) -> str:
    """``1,234`` and ``1234`` are one number, ``1.50`` and ``1.5`` too; ``5th`` is 5."""
    found = _NUMBER.match(word)
    number = re.sub(r",(?=\d{3}(?:\D|$))", "", found[0]) if found else word
    return number.rstrip("0").rstrip(".") if "." in number else number


def _names(text: str) -> set[str]:
    return {word for name in _NAME.finditer(text) for word in terms(name[0])}


def _negates(text: str) -> bool:
    return any(w in _NOT or w.endswith("n't") for w in words(text))
