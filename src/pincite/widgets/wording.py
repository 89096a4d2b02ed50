"""What is asked, without the manners? A question in small letters, without greeting, request and thanks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property

LONGEST = 200
"""Characters. What is longer is more than a widget's question."""

VETO = re.compile(
    r"\b(?:why|history|historical|historic|story|song|songs|lyrics?|movies?|films?|books?|novel|album|band|poem|poet|"
    r"episode|season|series|show(?! m[ey]\b)|theme|soundtrack|game|invented?|inventor|origin|originated?|definition|"
    r"define|meaning|means?|paradox|joke|pun|explain|explained|(?<!d[ei]vided )buy|price|cost|cheap|versus|vs|python|"
    r"javascript|java|excel|sql|regex|code|function|tutorial|restaurant|flights?|hotels?|alarm|timer|reminder|meeting|"
    r"actor|author|"
    r"singer|wrote|written|directed|starring)\b"
)
"""Words of other questions: about works, reasons, words, wares and programs. One of them silences every widget."""

LEAD = re.compile(
    r"(?:(?P<polite>hey|hi|hello|ok|okay|so|um|well|please|pls|now|"
    r"(?:can|could|would|will) you(?: please)?(?: kindly)?(?: mind)?)|(?P<request>"
    r"(?:tell(?:ing)?|give|show|help|remind|get|read) m[ey](?: please)?(?: to understand| understand| to| of| with)?|"
    r"let me know|share|provide|(?:i am )?needing to know|look up|search for|find out|find|"
    r"i(?: would|'d)? (?:need|want|like|wanna)(?: you)?(?: to)?(?: (?:know|find out|learn|understand|get))?|i am|i'm|"
    r"do you (?:happen to )?know|doy ou know|i wonder))\b[,:]?\s*"
)
TAIL = re.compile(r"[\s,]*\b(?:please|pls|thanks|thank you|for me)$")
TWICE = re.compile(r"\b(the|an?|is|of|in|to) \1\b")
"""A small word that was typed twice."""
TURNED = re.compile(r"what ((?!(?:time|day|date|year|month|hour)\b).+) is")
SAME = {"what's": "what is", "whats": "what is", "what're": "what are", "how's": "how is", "when's": "when is"}


def core(text: str) -> str:
    """The question itself, one line of small letters; empty where no widget should look at it. Linear in ``text``."""
    if len(text) > LONGEST:
        return ""
    text = unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("“", '"').replace("”", '"')
    text = TWICE.sub(r"\1", " ".join(text.split()).rstrip(" ?!."))
    if VETO.search(text):
        return ""
    before, requested = None, False
    while before != text:
        before = text
        tail = TAIL.search(text)
        if tail:
            text = text[: tail.start()]
            requested = True
        lead = LEAD.match(text)
        if lead:
            text = text[lead.end() :]
            requested = requested or lead["request"] is not None
    words = " ".join(SAME.get(word, word) for word in text.split())
    return _direct(words) if requested else words


def _direct(words: str) -> str:
    """A request as a question: "(tell me) the time" and "(I need to know) what 2+2 is" begin with *what is*."""
    if words.startswith(("the ", "today's ", "tomorrow's ")):
        return f"what is {words}"
    turned = TURNED.fullmatch(words)
    return f"what is {turned[1]}" if turned else words


_LETTERS = re.compile(r"[^\W\d_]+")


def words_of(names: Iterable[str]) -> frozenset[str]:
    """Every word that a name is made of, without figures and signs. Raises ``ValueError`` for a name without any."""
    found = [_LETTERS.findall(name) for name in names]
    if not all(found):
        raise ValueError("a name without letters can't be looked for by its words")
    return frozenset(word for words in found for word in words)


def may_name_two(question: str, words: frozenset[str]) -> bool:
    """Whether two of the ``words_of`` names stand in it. Where they don't, no grammar that wants two names fits."""
    return sum(word in words for word in _LETTERS.findall(question)) >= 2


class Grammar:
    """Sentences that each name two of many things. They are compiled for the first question that may name two: with
    hundreds of names in each that takes a tenth of a second."""

    def __init__(self, sentences: Iterable[str], names: Iterable[str]) -> None:
        """``sentences`` are patterns. Raises ``ValueError`` for a name without letters."""
        self._sentences = tuple(sentences)
        self.words = words_of(names)

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The sentences, compiled."""
        return tuple(map(re.compile, self._sentences))

    def read(self, question: str) -> Iterator[dict[str, str | None]]:
        """The groups of every sentence that takes in the whole question, in the order of the sentences."""
        if may_name_two(question, self.words):
            yield from (found.groupdict() for one in self.patterns if (found := one.fullmatch(question)))
