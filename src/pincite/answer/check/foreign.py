"""Can this be checked at all? Not by words, nor by vectors of English, where a sentence and its source are in different
languages. What a translation leaves as it is, can: its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pincite.answer.check.check import titled
from pincite.text.languages import detect
from pincite.types import Passage

_LOOK = 400
"""Characters of text up to a sentence's end by which its language is told: of one that is short they say too little."""
_NUMBER = re.compile(r"\d[\d.,\u00a0\u202f' ]*\d\d")
"""Of three digits or more, as a year is. Shorter ones change with their unit: 1.4亿 is 140 million."""


def foreign(text: str, statement: str, passages: Sequence[Passage]) -> bool:
    """Are all ``passages`` in other languages than ``text``, which ends with ``statement``, and its numbers in one?"""
    if not passages:
        return False
    lang, numbers = detect(text[-_LOOK:]), _numbers(statement)
    if any(_language(passage.text) == lang for passage in passages):
        return False
    return any(numbers <= _numbers(f"{titled(passage)} {passage.text}") for passage in passages)


_language = lru_cache(maxsize=512)(detect)


def _numbers(text: str) -> frozenset[str]:
    """By their digits alone: languages part thousands and decimals in different ways."""
    return frozenset(re.sub(r"\D", "", found[0]) for found in _NUMBER.finditer(text))
