"""Which words of a question say what to do with the data? Counting, comparing, ordering, and what adjectives measure.

The words are in ``wording.toml`` beside this, for they are text and no code.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from pincite.text.tokens import normal


def _read() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("wording.toml").read_text(encoding="utf-8"))


def _measures(words: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {word: tuple(measures.split()) for word, measures in words.items()}


def _thesaurus(lines: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in lines.strip().splitlines():
        stems = frozenset(normal(word) for word in line.split())
        for stem in stems:
            found[stem] = found.get(stem, frozenset()) | stems
    return found


_SAID = _read()

OPERATORS: dict[str, tuple[str, str]] = {
    " ".join(phrase.split()): (row["does"], row.get("which", ""))
    for row in _SAID["operator"]
    for phrase in row["phrases"].split("|")
}
"""Words of a question → (what they do, which)."""
LONGEST = max(len(phrase.split()) for phrase in OPERATORS)
SUPERLATIVES: dict[str, tuple[bool, tuple[str, ...]]] = {
    word: (said.startswith("+"), tuple(said[1:].split())) for word, said in _SAID["superlative"].items()
}
"""Word → the greatest?, and what it measures; nothing for what is named next."""
SIZES = _measures(_SAID["alone"])
"""What superlatives measure where nothing is named: the largest state."""
OCCURRENCE = ("#",)
"""What *most common* measures: how often something occurs."""
SOLD = ("#sold",)
"""What *best selling* measures: how many pieces were sold."""
GRADED = _measures(_SAID["most"])
"""After *most* or *least*: what the adjective measures."""
HOW = _measures(_SAID["how"])
"""After *how*: what is asked for."""
PLACES = tuple(_SAID["words"]["places"].split())
"""What *where* asks for, the nearest first."""
BIRTH = tuple(_SAID["words"]["birth"].split())
"""By these the oldest is found where there is no age."""
THESAURUS = _thesaurus(_SAID["words"]["kin"])
"""Plain form of a word → plain forms of words that may mean the same column."""
SILENT = frozenset(_SAID["words"]["silent"].split())
"""Words that may stay unexplained."""
ACTS = frozenset(_SAID["words"]["acts"].split())
"""Verbs between an actor and what is theirs: where a key relates the two, they say nothing new."""
COMPARATIVES: dict[str, tuple[str, ...]] = {word: HOW[adjective] for word, adjective in _SAID["comparative"].items()}
"""Word of a comparison → what it measures."""
COMPARES = frozenset(_SAID["words"]["compares"].split())
"""Words that hold groups against each other."""
UNITS: dict[str, float] = {word: float(size) for word, size in _SAID["unit"].items()}
"""Word after a number → how many seconds it is; 0 for money."""
PARTS: dict[str, float] = {word: float(size) for word, size in _SAID["part"].items()}
"""Word of a column of money → how many of what it holds are one euro or dollar."""
MONEY = frozenset(normal(word) for word in _SAID["words"]["money"].split())
"""Plain forms of words of columns that hold money."""
SPENDS = frozenset(_SAID["words"]["spends"].split())
"""Verbs that mean money."""
PAID = tuple(_SAID["words"]["paid"].split())
"""Words of columns that say what was paid, the likeliest first."""
PIECES = tuple(_SAID["words"]["pieces"].split())
"""Words of columns that say how many pieces."""
ADDS = frozenset(normal(word) for word in _SAID["words"]["adds"].split())
"""Plain forms of words of columns whose numbers add up over rows."""
RATES = frozenset(normal(word) for word in _SAID["words"]["rates"].split())
"""Plain forms of words of columns whose numbers do not."""
SALES = frozenset(normal(word) for word in _SAID["words"]["sales"].split())
"""Plain forms of words of tables whose rows are sales."""
PROSE = tuple(_SAID["words"]["prose"].split())
"""Words of columns that hold running text, the likeliest first."""
TAKINGS = frozenset(_SAID["words"]["takings"].split())
"""What is taken in: said alone, it is its sum."""
