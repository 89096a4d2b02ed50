"""Does a sentence that holds the question's words say something else with them? Four ways in which it may.

The second longest river is not the longest, nor is the longest of one country; what comes of a thing is not why it
is so; how many there were in 1703 is not how many there are; and ticket 231 is not ticket 232.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pincite.answer.question.day import MONTH
from pincite.answer.quote.shape import A_YEAR, BECAUSE
from pincite.answer.terms import alike
from pincite.text.tokens import STOP_WORDS, normal

_ORDINAL = (
    r"(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|\w+teenth|\w+tieth"
    r"|\w+ty-(?:first|second|third|\w+th)|\d+(?:st|nd|rd|th)|next)"
)
_SUPERLATIVE = re.compile(r"\b(?:\w{2,}est|most \w+)\b", re.IGNORECASE)
_BEFORE_THING = re.compile(
    r"^(?:,? (?:and|or) (?:\w{2,}est|most \w+)(?= )| (?:point|part|spot|place) (?:in|of|on) the(?= ))", re.IGNORECASE
)
"""What may stand before the thing: "the largest and most populous continent", "the deepest point in the ocean"."""
_BEHIND = re.compile(rf"\b(?:{_ORDINAL}(?: (?:or|to|and) {_ORDINAL})?[ -]|one of (?:the|\w+['’]s) )$", re.IGNORECASE)
_RANK_WITHIN = 30
"""Characters before a superlative in which its rank stands: "the world's third or fourth largest"."""
KIND_WITHIN = 5
"""Words behind a superlative within which stands what it is said of."""
_AT_ALL = frozenset("known living existing extant recorded single".split())
"""Words before a thing that leave it what it is: the largest living animal is the largest animal."""
_ASIDE = re.compile(r"\([^()]*\)")
_OF_THESE = re.compile(r"^ of (?:which|whom|these|those|them|its|his|her|their)\b", re.IGNORECASE)
PLACE_WITHIN = 80
"""Characters behind it within which stands where."""
_WORLD = re.compile(r"\b(?:in|of|on) (?:the )?(?:whole |entire )?(?:world|earth|planet|globe)\b", re.IGNORECASE)
_OF_SOME = re.compile(r"\b(?!world|earth|planet|globe)\w+['’]s $", re.IGNORECASE)
_IN_SOME = re.compile(r"^[^,.;]*? (?:in|of|on|within) (?:the )?(?:[\w-]+ )?[A-Z]")
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|(?:is|are|was|were|been|be) caused by|thanks to|as a result of)\b"
    rf"|{BECAUSE}",
    re.IGNORECASE,
)
_HENCE = re.compile(
    r"\b(?:cause[sd]?(?! by)(?: of)?|causing|(?:leads?|led|leading) to|result(?:s|ed|ing)? in|therefore|hence"
    r"|reasons? for|(?:creat|produc)(?:es?|ed|ing)|gives? rise to|responsible for)\b",
    re.IGNORECASE,
)
_DAY = re.compile(
    rf"(?<![^\W_])(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{MONTH})|(?P<named>{MONTH}) (?P<behind>\d{{1,2}}))"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?<![^\W_])(?P<stem>[^\W\d_]{1,12}[-/#]?)(?P<number>\d+(?:[.-]\d+)*)(?![^\W_])")
_COUNTED = re.compile(r"(?<![^\W_])(?P<stem>[^\W\d_]{2,20} )(?P<number>\d+(?:[.-]\d+)*)(?![^\W_])")
_VERSION = re.compile(r"(?<![\w.])v?(?P<number>\d+(?:\.\d+)+)(?![\w])", re.IGNORECASE)
_RELEASE = re.compile(r"^\[?v?(\d+(?:\.\d+)+)(?!\w)", re.IGNORECASE | re.MULTILINE)
"""A line of a list of changes under which stands what is new in that version."""
YEAR = 4
"""Digits."""
_YEAR = re.compile(rf"\b{A_YEAR}\b")
_LONG_AGO = 1950
_IS = re.compile(r"\b(?:is|are|does|do|has|have)\b", re.IGNORECASE)
_WAS = re.compile(r"\b(?:was|were|did|had)\b", re.IGNORECASE)
MOSTLY = 0.6
"""Share of the question that an effect holds, from which on it is what is asked about."""
MOST_CUES = 4
"""Of a sentence that are looked at; more make no statement that anybody follows."""


def outdone(question: str, sentence: str) -> bool:
    """Is the superlative that is asked for, wherever ``sentence`` has it, that of a second, or of one of many?"""
    said = _said(question, sentence)
    return bool(said) and all(map(_is_behind, said))


def narrower(question: str, sentence: str) -> bool:
    """Is it that of something less: at its best the first of a narrower kind or place, or of another thing?"""
    said = _said(question, sentence)
    asked, everywhere = _superlatives(question)
    less = [_is_behind(found) or _is_of_less(found, asked[_plain(found)], everywhere) for found in said]
    return bool(said) and all(less) and not all(map(_is_behind, said))


def _said(question: str, sentence: str) -> list[re.Match[str]]:
    """The superlatives of the sentence that are asked for."""
    asked, _ = _superlatives(question)
    return [found for found in _SUPERLATIVE.finditer(sentence) if _plain(found) in asked] if asked else []


@lru_cache(maxsize=64)
def _superlatives(question: str) -> tuple[dict[str, list[str]], bool]:
    """Those of a question with what it says each of, none beside a rank, and whether it means all the world."""
    ranked = re.search(rf"\b{_ORDINAL}\b", question, re.IGNORECASE)
    found = () if ranked else _SUPERLATIVE.finditer(question)
    return {_plain(each): _things(question[each.end() :]) for each in found}, bool(_WORLD.search(question))


def _plain(superlative: re.Match[str]) -> str:
    return alike(superlative[0].lower())


def _things(behind: str) -> list[str]:
    """What a superlative is said of: "land", "animal" in "fastest land animal in the world"."""
    found: list[str] = []
    for word in re.findall(r"[\w-]+|[^\w\s]", _ASIDE.sub("", behind))[:KIND_WITHIN]:
        if word.lower() in STOP_WORDS or not word[0].isalnum():
            break
        if word.lower() not in _AT_ALL:
            found.append(normal(word.lower()))
    return found


def _is_behind(found: re.Match[str]) -> bool:
    return bool(_BEHIND.search(found.string[max(0, found.start() - _RANK_WITHIN) : found.start()]))


def _is_of_less(found: re.Match[str], asked: Sequence[str], everywhere: bool) -> bool:
    before = found.string[max(0, found.start() - _RANK_WITHIN) : found.start()]
    behind = found.string[found.end() : found.end() + PLACE_WITHIN]
    said = _things(_BEFORE_THING.sub("", behind))
    of_less = bool(asked and said) and (asked[-1] not in said or bool(set(said[: said.index(asked[-1])]) - set(asked)))
    elsewhere = everywhere and not _WORLD.search(behind) and bool(_OF_SOME.search(before) or _IN_SOME.search(behind))
    return of_less or elsewhere or bool(_OF_THESE.match(behind))


def backwards(sentence: str, asked: Callable[[str], float]) -> bool:
    """Does ``sentence`` give what is asked about as the reason of something else, and nowhere as what has a reason?

    ``asked`` is the share of the question that a text holds. A sentence that names no reason is not backwards.
    """
    parts = _parts(sentence)
    return bool(parts) and all(asked(effect) < asked(reason) for effect, reason in parts)


def explains(sentence: str, asked: Callable[[str], float]) -> bool:
    """Does ``sentence`` give a reason for most of what is asked about?"""
    return any(asked(effect) >= MOSTLY and asked(effect) > asked(reason) for effect, reason in _parts(sentence))


def _parts(sentence: str) -> list[tuple[str, str]]:
    """The effects that a sentence names, each with its reason."""
    parts = [(sentence[cue.end() :], sentence[: cue.start()]) for cue in islice(_HENCE.finditer(sentence), MOST_CUES)]
    return _explained(sentence) + parts


def _explained(sentence: str) -> list[tuple[str, str]]:
    """What "because" explains, and by what. At a sentence's start the reason comes first and ends at a comma."""
    found = []
    for cue in islice(_BECAUSE.finditer(sentence), MOST_CUES):
        effect, reason = sentence[: cue.start()], sentence[cue.end() :]
        if not effect.strip():
            reason, _, effect = reason.partition(", ")
        found.append((effect, reason))
    return found


def bygone(question: str, sentence: str) -> bool:
    """Does ``sentence`` tell how it was in years long gone, where the question asks how it is?"""
    now = _IS.search(question) and not (_WAS.search(question) or _YEAR.search(question))
    years = _YEAR.findall(sentence)
    long_ago = bool(years) and max(map(int, years)) < _LONG_AGO
    return bool(now) and long_ago and bool(_WAS.search(sentence)) and not _IS.search(sentence)


# ── numbered things ──


@dataclass(frozen=True)
class Numbered:
    """A thing that is told from its like by a number: HER-232, E4012, version 2.1, 4 March."""

    number: str
    like: re.Pattern[str]
    """Where it or its like is named; the group ``number`` says which."""

    def named(self, text: str) -> frozenset[str]:
        """The numbers of all its like in ``text``."""
        return frozenset(number for found in self.like.finditer(text) for number in found.groups() if number)


def numbered(question: str) -> tuple[Numbered, ...]:
    """The numbered things that a question names, a few at most."""
    found: list[Numbered] = []
    for day in _DAY.finditer(question):
        month = day["month"] or day["named"]
        like = rf"(?P<number>\d{{1,2}})(?:st|nd|rd|th)? {month}|{month} (?P<behind>\d{{1,2}})"
        found.append(_numbered(day["before"] or day["behind"], like))
    for named in (*_CODE.finditer(question), *_COUNTED.finditer(question)):
        number = named["number"]
        if named["stem"].strip().lower() not in STOP_WORDS or named["stem"][-1] in "-/#":
            # "March 2026" is no other day than "March 4", nor is "Apollo 1969" another flight than "Apollo 11".
            digits = (
                rf"\d{{{len(number)}}}" if len(number) == YEAR else r"\d{1,3}" if len(number) < YEAR - 1 else r"\d+"
            )
            found.append(_numbered(number, rf"{re.escape(named['stem'])}(?P<number>{digits}(?:[.-]\d+)*)"))
    found += (Numbered(version["number"], _RELEASE) for version in _VERSION.finditer(question))
    return tuple(found[:MOST_CUES])


def _numbered(number: str, like: str) -> Numbered:
    return Numbered(number, re.compile(rf"(?<![^\W_])(?:{like})(?![^\W_])", re.IGNORECASE))


def another(things: Sequence[Numbered], text: str) -> bool:
    """Does ``text`` name another of such things and not the one that is asked for?"""
    return any((named := thing.named(text)) and thing.number not in named for thing in things)
