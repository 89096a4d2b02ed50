"""Which thing takes another one's place? "And in Japan?" after "What is the capital of France?"; "no, I meant whales".

Such a fragment asks the question before it once more, of something else. Where it begins with a small word that stands
in that question, it replaces what follows it there; else it replaces what that question was about, if both are names or
neither is one. What names only a side ("what about its history") replaces nothing. So does "compare the two" ask about
two things that stood in one question's place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pincite.answer.question.alone import begins, owned, points
from pincite.text.function_words import function_words
from pincite.text.languages import detect
from pincite.text.tokens import STOP_WORDS, normal, words


class Swap(NamedTuple):
    """The question before, asked of ``new`` in the place of ``old``, which is empty where both are about one thing."""

    question: str
    old: str
    new: str


_OTHER = re.compile(
    r"^(?:(?:ok(?:ay)?|yes|thanks|now),? )?"
    r"(?:(?:(?:and|or|but|so),? )?(?:what|how) about|(?:and|or),?) (?P<other>.+)$",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"^(?:und|oder|et|ou|y|e|o|ed|en|и|а|och|i|a|ve),? (?P<other>.+)$", re.IGNORECASE)
"""Where the question before is in another language."""
_MEANT = re.compile(
    r"^(?:(?:no|nope|sorry|actually|wait|oh),? )*i (?:meant?|was (?:asking|talking) about)(?: to (?:ask|say))?"
    r"(?: about)? (?P<other>.+)$",
    re.IGNORECASE,
)
_WHERE = frozenset("in of for at on from with during by to under after before since until about as into".split())
"""After these stands a thing of the question's own."""
_DAYS = r"(?:yesterday|today|tonight|tomorrow|nowadays|(?:last|next|this) (?:night|week|weekend|month|year|century))"
_WHEN = re.compile(rf"^{_DAYS}$", re.IGNORECASE)
_WHEN_ENDS = re.compile(rf" {_DAYS}$", re.IGNORECASE)
_TAIL = re.compile(r"(?:,.*| (?:in particular|specifically|instead|then|too|though|please))+$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|an?) ", re.IGNORECASE)
_WORD = re.compile(r"[\w'-]+")
_BEFORE = re.compile(r"\b(?:the|an?) $", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|they|them|he|him|she)\b", re.IGNORECASE)
_RUN = re.compile(r"(?<!^)\b[A-Z][\w'’.-]*(?: (?:(?:of|the|de|von|van) ){0,2}(?=[A-Z])[\w'’.-]+)*")
_THERE = re.compile(r" (?:t?here)$", re.IGNORECASE)
_DEFINES = re.compile(r"^(?:what|who)(?:'s| is| are| was| were) (?:an? |the )?\S+(?: \S+)?$", re.IGNORECASE)
_LONG = 6
"""Words from which on it is more than the name of a thing."""
_TWO = re.compile(
    r"\bbetween (?:them|the two|the 2|these(?: two)?|those(?: two)?|both)\b"
    r"|\b(?:both(?: of them)?|(?:the|these|those) (?:two|2)(?: of them)?)$"
    r"|(?<=^compare )(?:them|these|those|both|the two)\b",
    re.IGNORECASE,
)
_WHICH = re.compile(
    r"^(?:which|who)(?: one)?(?: of (?:them|the two|these|those|both))? (?:is|was|are|were) \w+er$", re.I
)


def instead(text: str, before: str, topic: str) -> Swap | None:
    """``before``, the last question made self-contained, asked of what ``text`` names; ``None`` if it names no other.

    ``topic`` is what took a pronoun's place in ``before``; empty where there was none.
    """
    plain, before = _plain(text), _plain(before)
    meant = _MEANT.match(plain)
    found = meant or _OTHER.match(plain) or (_FOREIGN.match(plain) if detect(before) != "en" else None)
    if not found or not (begins(before) or detect(before) != "en") or _FOREIGN.match(before):
        return None
    other = _TAIL.sub("", found["other"])
    if not 1 <= len(words(other)) <= _LONG or begins(other) or points(other):
        return None
    if _WHEN.match(other):
        return Swap(f"{_WHEN_ENDS.sub('', before)} {other}?", "", other)
    if other.isdigit():
        return _counted(other, before)
    return _placed(other, before, topic) if _placing(other, before) else _named(other, before, topic, sure=bool(meant))


def two(text: str, earlier: Sequence[str]) -> str:
    """``text`` with the last two different things of ``earlier``, oldest first, where it speaks of two; else empty."""
    plain = _plain(text)
    b = earlier[-1] if earlier else ""
    a = next((thing for thing in reversed(earlier) if not _same(thing, b)), "")
    if not a:
        return ""
    if _WHICH.match(plain):
        return f"{re.sub(r' of (?:them|the two|these|those|both)(?= )', '', plain)}, {a} or {b}?"
    found = _TWO.search(plain)
    if not found:
        return ""
    between = "between " if found[0].lower().startswith("between") else ""
    return f"{plain[: found.start()]}{between}{a} and {b}{plain[found.end() :]}"


def thing(question: str, topic: str) -> str:
    """What ``question`` is about and could be asked of another thing; empty if that can't be told."""
    plain = _plain(question)
    span = _span(plain, topic) or _common(plain)
    return plain[slice(*span)] if span and begins(plain) else ""


def _same(a: str, b: str) -> bool:
    """Is one a longer name of the other? "Beethoven", "Ludwig van Beethoven"."""
    one, other = ({normal(word) for word in words(each)} for each in (a, b))
    return one <= other or other <= one


def _plain(text: str) -> str:
    return " ".join(text.replace("’", "'").strip(" ?.!¿¡").split())


def _placing(other: str, before: str) -> bool:
    first, lang = words(other)[0], detect(before)
    return first in _WHERE or (lang != "en" and first in function_words(lang) and len(words(other)) > 1)


def _placed(other: str, before: str, topic: str) -> Swap | None:
    """It begins with "in", "of", …: in the place of what follows that word, or else added."""
    first, _, new = other.partition(" ")
    word = rf"\b{re.escape(first)} "
    stops = "|".join(sorted(_WHERE))
    old = rf"(?!.*{word})\S+(?: (?!(?:{stops}) )\S+){{0,4}}?"
    rule = rf"{word}(?P<old>{re.escape(topic) + '|' if topic else ''}{old})(?= (?:{stops}) |$)"
    if new and (found := re.search(rule, before, re.IGNORECASE)):
        return Swap(f"{before[: found.start('old')]}{new}{before[found.end('old') :]}?", found["old"], new)
    return Swap(f"{_THERE.sub('', before)} {other}?", "", new) if new and first in _WHERE else None


def _counted(other: str, before: str) -> Swap | None:
    """Another year, or another number of as many digits."""
    like = [match for match in re.finditer(r"(?<![\d.,])\d+(?![\d.,]*\d)", before) if len(match[0]) == len(other)]
    if not like:
        return None
    return Swap(f"{before[: like[-1].start()]}{other}{before[like[-1].end() :]}?", "", other)


def _named(other: str, before: str, topic: str, *, sure: bool) -> Swap | None:
    """In the place of what is called alike, of the topic, of a pronoun, of a name, or of what was asked about."""
    own = owned(other)
    defined = bool(_DEFINES.match(before)) and not sure
    if not own or (defined and _ARTICLE.match(other)):
        return None
    span = _alike(other, before)
    if span is None and not sure and {normal(word) for word in own} & {normal(word) for word in words(before)}:
        return None
    span = span or _span(before, topic)
    if span and not sure and other.islower() and not before[slice(*span)].islower():
        return None  # a name was asked about, and this is none: a side of it, rather
    if span is None and len(words(other)) < 4 and not defined:
        span = _common(before)
    if span is None:
        return None
    start = span[0] - len(found[0]) if (found := _BEFORE.search(before[: span[0]])) else span[0]
    return Swap(f"{before[:start]}{other}{before[span[1] :]}?", before[slice(*span)], _ARTICLE.sub("", other))


def _alike(other: str, before: str) -> tuple[int, int] | None:
    """The same sort of thing there: "angora goats" for "boer goats"."""
    *qualities, head = words(_ARTICLE.sub("", other))
    found = [match for match in _WORD.finditer(before) if normal(match[0].lower()) == normal(head)]
    if not qualities or not found:
        return None
    kept = [match for match in _WORD.finditer(before) if match.start() < found[-1].start()][-len(qualities) :]
    if not kept or any(match[0].lower() in STOP_WORDS - {"other"} for match in kept):
        return None
    return kept[0].start(), found[-1].end()


def _span(before: str, topic: str) -> tuple[int, int] | None:
    """Where the topic, or else a pronoun, or else the last name stands."""
    if topic and (at := before.lower().rfind(topic.lower())) >= 0:
        return at, at + len(topic)
    if found := _PRONOUN.search(before):
        return found.span()
    last = [match for match in _RUN.finditer(before) if match[0].lower() not in STOP_WORDS][-1:]
    return (last[0].start(), last[0].start() + len(last[0][0].removesuffix("'s"))) if last else None


def _common(before: str) -> tuple[int, int] | None:
    """Where what is asked about stands in lower case: one place only, or else it can't be told."""
    own = owned(before)
    if not 1 <= len(own) <= 3:
        return None
    found = [match for match in _WORD.finditer(before) if match[0].lower() in own]
    return (found[-1].start(), found[-1].end()) if found else None
