"""Was a word of the question misspelt? What the index would call it, searched for as well and never instead.

Only words that the index does not have are looked at, and that are no common words either: a rare word that is there is
what was meant. Names are touched only where the word meant stands with others of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pincite.ports import Lexicon
from pincite.text.function_words import function_words
from pincite.text.languages import detect
from pincite.text.tokens import content_words

LONG = 8
"""Letters from which on a word may have two slips."""
SHORT = 3
"""Letters of the shortest word that is looked at."""
MOST = 3
"""Misspelt words of one question. With more it is in a language, or on a subject, that the index does not know."""

SHOWN = 1.0
"""Odds from which on the other words of a question speak for a name: about three times as often as by chance."""

_TOKEN = re.compile(r"\S+")
_WORD = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*")
_LANGUAGE = re.compile(r"[^\w\s+#@/\\-]*(?P<words>[^\W\d_]+(?:['’-][^\W\d_]+)*)[^\w\s+#@/\\-]*")
"""A token that is a word, or some with hyphens: no address, file name, number, flag or code."""
_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|`[^`]*`")


def respelt(question: str, lexicon: Lexicon) -> str:
    """The question with its misspelt words put right; empty where there is none. Blocking, some milliseconds."""
    lang = detect(question)
    if lang not in lexicon.langs:
        return ""
    unknown = [match for match in _words(question) if not lexicon.knows(match[0])]
    if not unknown or len(unknown) > MOST:
        return ""
    beside = [word for word in content_words(question) if lexicon.knows(word)]
    small = function_words(lang)
    wrong = [match for match in unknown if match[0].lower() not in small]
    right = {match.span(): _right(match, question, beside, lexicon) for match in wrong}
    cuts = [0, *(at for span, word in right.items() if word for at in span), len(question)]
    if len(cuts) == 2:
        return ""
    parts = [right.get(span) or question[slice(*span)] for span in pairwise(cuts)]
    return "".join(parts)


def _words(question: str) -> Iterator[re.Match[str]]:
    """Words that may be misspelt: in no quotation, no abbreviation, no part of something that is not language."""
    quoted = [match.span() for match in _QUOTED.finditer(question)]
    for token in _TOKEN.finditer(question):
        said = _LANGUAGE.fullmatch(token[0])
        if said is None or any(a <= token.start() < b for a, b in quoted):
            continue
        for match in _WORD.finditer(question, token.start() + said.start("words"), token.start() + said.end("words")):
            if len(match[0]) >= SHORT and not any(c.isupper() for c in match[0][1:]):
                yield match


def _right(match: re.Match[str], question: str, beside: list[str], lexicon: Lexicon) -> str:
    """What was meant, written as it was; empty where that can't be said."""
    word = match[0]
    meant = lexicon.meant(word, beside, 2 if len(word) >= LONG else 1)
    if meant is None:
        return ""
    named = word[0].isupper() and any(c.isalnum() for c in question[: match.start()])
    if named and meant.odds < SHOWN:
        return ""
    return meant.word.capitalize() if word[0].isupper() else meant.word
