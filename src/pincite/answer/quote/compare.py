"""What sets two things apart? Which two are meant, and their sentences side by side.

A comparison is asked for in words ("the difference between A and B", "A vs B"); each thing is then searched for by its
own name. Told are first the sentences that name both, then a table: what each of them is, and below that pairs of
sentences that speak of the same. Every cell is a sentence of a source; the heads name the things as their documents do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from pincite.answer.quote.candidates import Candidate
from pincite.answer.quote.opening import bare_title, first_defining, opens
from pincite.answer.quote.score import Scored
from pincite.answer.terms import terms
from pincite.types import Hit

MOST_PAIRS = 2
"""Rows below the definitions."""
SAME_MATTER = 0.2
"""Share of common words from which on two sentences speak of the same, what the two things are called left out."""
SHARED = 2
"""Words that they must have in common at the least."""
MOST_WORDS = 45
"""Of a cell; more makes a column that nobody reads."""

_LIKENESS = re.compile(
    r"^(?:unlike|like|similar|compared|in (?:contrast|comparison)|both|whereas|while)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Compared:
    """Indices of sentences: those that name both things, and the rows of the table under the two ``heads``."""

    both: tuple[int, ...]
    heads: tuple[str, str]
    rows: tuple[tuple[int, int], ...]


def compared(
    asked: tuple[str, ...], hits: Sequence[Hit], sentences: Sequence[Candidate], scored: Scored, max_words: int
) -> Compared | None:
    """Both side by side in at most ``max_words``; ``None`` where not both are defined by a document of theirs."""
    if len(asked) != 2:
        return None
    first, second = (_defined(thing, hits, sentences) for thing in asked)
    if first is None or second is None or hits[sentences[first].hit] == hits[sentences[second].hit]:
        return None
    heads = (bare_title(hits[sentences[first].hit]), bare_title(hits[sentences[second].hit]))
    left = max_words - sentences[first].size - sentences[second].size - sum(len(head.split()) for head in heads)
    if left < 0 or any(_breaks(text) for text in heads):
        return None
    both: list[int] = []
    documents = {hits[sentences[at].hit].passage.document.id for at in (first, second)}
    for at in naming_both(asked, sentences, scored):
        if hits[sentences[at].hit].passage.document.id not in documents or not _of_both(sentences[at], asked):
            continue
        if at not in (first, second) and sentences[at].size <= left and len(both) < 2:
            both.append(at)
            left -= sentences[at].size
    rows = [(first, second)]
    for a, b in _pairs(asked, (first, second), hits, sentences):
        size = sentences[a].size + sentences[b].size
        used = {at for row in rows for at in row} | set(both)
        if size <= left and not used & {a, b} and len(rows) <= MOST_PAIRS:
            rows.append((a, b))
            left -= size
    return Compared(tuple(both), heads, tuple(rows))


def _defined(thing: str, hits: Sequence[Hit], sentences: Sequence[Candidate]) -> int | None:
    """The sentence that says what it is, of a document that is about just this."""
    wanted = set(terms(thing))
    for at, hit in enumerate(hits):
        if wanted <= set(terms(bare_title(hit))) and opens(hit):
            own = [place for place, one in enumerate(sentences) if one.hit == at]
            first = first_defining(thing, bare_title(hit), [sentences[place].text for place in own])
            if first is not None and _fits(sentences[own[first]]) and _begins(sentences[own[first]], thing, hit):
                return own[first]
    return None


def _begins(one: Candidate, thing: str, hit: Hit) -> bool:
    """ "In contrast to the Earth, Venus is" is of the Earth first: under a head stands what begins with its thing."""
    return set(one.terms[:1]) <= set(terms(f"{bare_title(hit)} {thing}"))


def naming_both(asked: Sequence[str], sentences: Sequence[Candidate], scored: Scored) -> list[int]:
    """Sentences that stand alone and name both, the best first."""
    a, b = (set(terms(thing)) for thing in asked)
    found = [
        at
        for at, one in enumerate(sentences)
        if a <= set(one.terms) and b <= set(one.terms) and _fits(one) and not one.orphan and not one.text.endswith("?")
    ]
    return sorted(found, key=lambda at: -scored.chance[at])


def _of_both(one: Candidate, asked: Sequence[str]) -> bool:
    """Is it a statement about the two, not one in which both happen to occur? It begins with one, or with likeness."""
    named = {term for thing in asked for term in terms(thing)}
    return bool(named & set(one.terms[:2])) or bool(_LIKENESS.match(one.text))


def _pairs(
    asked: Sequence[str], firsts: tuple[int, int], hits: Sequence[Hit], sentences: Sequence[Candidate]
) -> list[tuple[int, int]]:
    """Pairs of sentences, one of each thing's document, that speak of the same matter; the closest first."""
    named = {term for thing in asked for term in terms(thing)}
    documents = [hits[sentences[at].hit].passage.document.id for at in firsts]
    sides = [
        [
            (at, set(one.terms) - named)
            for at, one in enumerate(sentences)
            if hits[one.hit].passage.document.id == document and at not in firsts and _fits(one)
        ]
        for document in documents
    ]
    found = []
    for (a, ours), (b, theirs) in product(*sides):
        common = len(ours & theirs)
        share = common / len(ours | theirs) if common >= SHARED else 0.0
        if share >= SAME_MATTER:
            found.append((-share, a, b))
    return [(a, b) for _, a, b in sorted(found)]


def _fits(one: Candidate) -> bool:
    """May it stand in a cell? A whole sentence on one line, of a length that can be read there."""
    return not (one.heading or one.cut or one.caption or _breaks(one.text)) and 0 < one.size <= MOST_WORDS


def _breaks(text: str) -> bool:
    return "|" in text or "\n" in text
