"""Into which readings do these hits split? Mined from what was found: titles, headings, years, versions, topics.

A facet is a way to say more exactly what is meant, and which of the hits it would leave. Facets of one kind make a
*split*; how evenly it divides the hits says how open the question is. After Dou et al., "Finding Dimensions for
Queries" (QDMiner), CIKM 2011, with the structure of documents in place of lists on pages. No model.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import Any

import numpy as np

from pincite.answer.quote.opening import bare_title, defining, opens
from pincite.ports import Embedder, Vectors
from pincite.text.tokens import STOP_WORDS, normal, words
from pincite.types import Hit

MOST = 6
"""Facets of a split."""
SAME = 0.8
"""Share of common hits (Jaccard) from which on two facets are one."""
DAMPING = 5
"""The hit at place n, from 0, weighs 1 / (n + this)."""
LONGEST = 48
"""Characters of a label."""
LEADING = 30
"""Words of a passage that tell its topic, beside its headings."""
ALIKE = 0.42
"""Mean cosine from which on two groups of passages are one topic."""

BEYOND = 2
"""Words that a title may have beside those asked, parentheses apart: one that says more is about something else."""
MOST_WORDS = 6
"""Words of a heading that is offered."""

_VERB = re.compile(r" (?:is|are|was|were) (?:an? |the |one of the )?", re.IGNORECASE)
_SORT_ENDS = re.compile(
    r"[,;:.]| (?:of|in|on|from|for|that|which|who|whose|by|to|with|and|at|as|where|when)\b", re.IGNORECASE
)
"""Where in a definition its noun ends."""
_PARENTHESES = re.compile(r"\([^()]*\)")
_EDGES = " .…:;,–—-"
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]|20)\d{2}(?!\d)")
_VERSION = re.compile(r"\b[A-Za-z][\w+#]*\s+(?:v|version )?(\d{1,2}(?:\.\d{1,2}){1,2}|\d{1,2})(?![\d.,]*\d)")


@dataclass(frozen=True)
class Facet:
    """One reading. ``terms`` are what it adds to the search, maybe nothing; ``hits`` are the places of its hits."""

    label: str
    terms: str
    hits: frozenset[int]


@dataclass(frozen=True)
class Split:
    """Facets of one kind, the heaviest first. Each hit counts by its rank; all together count 1."""

    kind: str
    facets: tuple[Facet, ...]
    shares: tuple[float, ...]
    """How the hits that some facet has are divided over them; sums to 1."""
    covered: float
    """The weight of these hits among all."""
    beyond: float = 0.0
    """The weight of hits that have another reading of this kind, which is not among the facets."""

    @property
    def missed(self) -> float:
        """How often, by weight, another reading of this kind is meant than the likeliest."""
        return self.beyond + self.covered * (1 - self.shares[0])

    @property
    def entropy(self) -> float:
        """0 where one facet has everything, 1 where all have the same."""
        spread = -sum(share * log(share) for share in self.shares if share > 0)
        return spread / log(len(self.shares)) if len(self.shares) > 1 else 0.0


def splits(query: str, hits: Sequence[Hit], embedder: Embedder | None = None) -> Iterator[Split]:
    """Every split of the hits that has at least two facets, in the order in which people would use them.

    Each is made when it is asked for, blocking: the topics take an embedder some tenths of a second.
    """
    if len(hits) < 2:
        return
    asked = plain(query) - PLEAS
    for kind, mined in (("title", _titles), ("version", _versions), ("year", _years), ("heading", _headings)):
        found = _split(kind, hits, mined(asked, hits))
        if len(found.facets) > 1:
            yield found
    found = _split("topic", hits, _topics(asked, hits, embedder))
    if len(found.facets) > 1:
        yield found


def plain(text: str) -> frozenset[str]:
    """The plain forms of its content words."""
    return frozenset(normal(word) for word in words(text) if word not in STOP_WORDS)


PLEAS = plain(
    "find information tell show give looking interested want know learn need help search details list compare"
)
"""Words of a request that are no part of what is looked for."""
_EMPTY = plain(
    """overview introduction summary references notes see external links further reading bibliography contents general
    background other others miscellaneous miscellany description details information main abstract appendix faq gallery
    trivia sources footnotes citations related article articles image images
    picture pictures"""
)
"""Words of headings that say nothing about what stands below them."""


def said(hit: Hit) -> frozenset[str]:
    """The plain forms of all content words of a passage, its headings and its title."""
    passage = hit.passage
    return plain(" ".join((passage.document.title, *passage.headings, passage.text)))


def weights(hits: Sequence[Hit]) -> list[float]:
    """What each hit counts, by its place; all together 1."""
    raw = [1 / (place + DAMPING) for place in range(len(hits))]
    return [weight / sum(raw) for weight in raw]


def _split(kind: str, hits: Sequence[Hit], facets: Iterable[Facet]) -> Split:
    """The heaviest facets that differ, of sections the longest. A hit that several have is divided among them."""
    weigh = weights(hits)
    kept: list[Facet] = []

    def first(facet: Facet) -> tuple[float, float, str]:
        """Nothing in a name says which of its sides is meant, nor does the rank of one: the longest come first."""
        return (-len(facet.hits) if kind == "heading" else 0, -sum(weigh[at] for at in facet.hits), facet.label)

    every = sorted(facets, key=first)
    for facet in every:
        if (
            len(kept) < MOST
            and _fits(kind, facet.label)
            and all(overlap(facet.hits, other.hits) <= SAME for other in kept)
        ):
            kept.append(facet)
    held = Counter(at for facet in kept for at in facet.hits)
    shares = [sum(weigh[at] / held[at] for at in facet.hits) for facet in kept]
    covered = sum(shares)
    beyond = sum(weigh[at] for at in frozenset().union(*(facet.hits for facet in every)) - held.keys())
    order = sorted(range(len(kept)), key=lambda at: -shares[at])
    return Split(kind, tuple(kept[at] for at in order), tuple(shares[at] / covered for at in order), covered, beyond)


def _fits(kind: str, label: str) -> bool:
    """Whether it can be read at a glance. A title is what it is called; a long heading is a sentence."""
    return len(label) <= LONGEST and (kind == "title" or len(label.split()) <= MOST_WORDS)


def overlap(one: frozenset[Any], other: frozenset[Any]) -> float:
    """The share that two have in common, of 1 (Jaccard); one of them is not empty."""
    return len(one & other) / len(one | other)


def _grouped(
    hits: Sequence[Hit], keys: Callable[[Hit], Iterable[str]], terms: Callable[[str], str], least: int
) -> list[Facet]:
    """A facet for each label that ``least`` hits have. Labels with the same terms are one, called as most often."""
    places: dict[frozenset[str], set[int]] = defaultdict(set)
    names: dict[frozenset[str], Counter[str]] = defaultdict(Counter)
    for at, hit in enumerate(hits):
        for label in keys(hit):
            key = plain(terms(label))
            if key:
                places[key].add(at)
                names[key][label] += 1
    found = []
    for key, held in places.items():
        label = max(names[key], key=lambda name: (names[key][name], -len(name), name))
        if len(held) >= least:
            found.append(Facet(label, terms(label), frozenset(held)))
    return found


def _about(asked: frozenset[str], hits: Sequence[Hit]) -> list[int]:
    """Places of the hits in documents that are called what was asked; if none is, by that and hardly more.

    Of what sort a thing is may be said with its name: "the Beatles rock band". Any other word that stands in no title
    says which side is wanted: "Paul McCartney drugs" leaves none open.
    """
    titles = [plain(_PARENTHESES.sub(" ", hit.passage.document.title)) for hit in hits]
    sorts: dict[str, frozenset[str]] = defaultdict(frozenset)
    for hit, title in zip(hits, titles, strict=True):
        if title & asked and not asked <= title:
            sorts[hit.passage.document.id] |= plain(hit.passage.document.title) | _sort(hit)
    named = [
        bool(title & asked) and asked <= title | sorts[hit.passage.document.id]
        for hit, title in zip(hits, titles, strict=True)
    ]
    beside = [len(title - asked) if so else BEYOND + 1 for title, so in zip(titles, named, strict=True)]
    most = 0 if 0 in beside else BEYOND
    return [at for at, more in enumerate(beside) if more <= most]


def _sort(hit: Hit) -> frozenset[str]:
    """Of what sort the thing is, as its document's opening says: "The Beatles were an English rock band from …"."""
    sentence = defining(hit, bare_title(hit)) if opens(hit) else None
    after = _VERB.split(_PARENTHESES.sub("", sentence), maxsplit=1)[1:] if sentence else []
    return plain(_SORT_ENDS.split(after[0], maxsplit=1)[0]) if after else frozenset()


def _beyond(asked: frozenset[str], text: str) -> str:
    """The words of ``text`` that were not asked for already, as they stand."""
    return " ".join(word for word in re.findall(r"[\w'’.+#-]*\w[+#]*", text) if plain(word) - asked)


# ── titles: things of the same name ──


def _titles(asked: frozenset[str], hits: Sequence[Hit]) -> list[Facet]:
    """Documents whose titles have all that was asked and something more: "Mercury (planet)", "Project Mercury"."""

    def homonym(hit: Hit) -> list[str]:
        title = hit.passage.document.title.strip()
        return [title] if asked and asked <= plain(title) else []

    found = _grouped(hits, homonym, lambda title: _beyond(asked, title), 1)
    just = frozenset(at for at, hit in enumerate(hits) if asked and plain(hit.passage.document.title) == asked)
    if found and just:
        title = hits[min(just)].passage.document.title.strip()
        found.append(Facet(f"{title} in general", "", just))
    return found


# ── versions and years ──


def _versions(asked: frozenset[str], hits: Sequence[Hit]) -> list[Facet]:
    """Versions of a thing that was asked about, where titles or headings have them: "Python 3.12"."""

    def versions(hit: Hit) -> list[str]:
        lines = (hit.passage.document.title, *hit.passage.headings)
        named = [match for line in lines for match in _VERSION.finditer(line)]
        return [match[0] for match in named if plain(match[0].split()[0]) & asked]

    return _grouped(hits, versions, lambda label: _beyond(asked, label), 1)


def _years(asked: frozenset[str], hits: Sequence[Hit]) -> list[Facet]:
    """Years in titles that otherwise have what was asked: "2014 World Cup". A year that was asked for is no facet."""
    if any(_YEAR.fullmatch(word) for word in asked):
        return []

    def years(hit: Hit) -> list[str]:
        title = hit.passage.document.title
        return _YEAR.findall(title) if asked and asked <= plain(title) else []

    return _grouped(hits, years, lambda label: label, 1)


# ── headings ──


def _headings(asked: frozenset[str], hits: Sequence[Hit]) -> list[Facet]:
    """What the passages stand under. Only where the documents are about what was asked: else they say too little."""
    about = {hits[at].passage.id for at in _about(asked, hits)}

    def heading(hit: Hit) -> list[str]:
        if hit.passage.id not in about:
            return []
        known = asked | plain(hit.passage.document.title) | _EMPTY
        labels = (" ".join(each.split()).strip(_EDGES) for each in hit.passage.headings[-2:])
        return [each for each in labels if plain(each) - known and not _YEAR.fullmatch(each)][:1]

    return _grouped(hits, heading, lambda label: _beyond(asked, label), 1)


# ── topics ──


def _topics(asked: frozenset[str], hits: Sequence[Hit], embedder: Embedder | None) -> list[Facet]:
    """Groups of passages about what was asked that are alike, called by a phrase that they have and others have not."""
    about = _about(asked, hits)
    some = [hits[at] for at in about]
    found = []
    for group in clusters(_vectors(some, embedder), ALIKE if embedder else ALIKE / 2):
        names = _phrases([some[at] for at in group], some, asked)
        if len(group) > 1 and names:
            found.append(Facet(names[0], names[0], frozenset(about[at] for at in group)))
    return found


def _vectors(hits: Sequence[Hit], embedder: Embedder | None) -> Vectors:
    """(hits, dimensions) of length 1: what each passage is about, by its headings and its first words."""
    if not hits:
        return np.zeros((0, 1), dtype=np.float32)
    texts = [
        ". ".join((passage.document.title, *passage.headings, " ".join(passage.text.split()[:LEADING])))
        for passage in (hit.passage for hit in hits)
    ]
    if embedder is not None:
        return embedder.embed(texts)
    held = [plain(text) for text in texts]
    known = sorted(set().union(*held))
    rarity = {word: log(1 + len(held) / sum(word in one for one in held)) for word in known}
    made = np.array([[rarity[word] if word in one else 0.0 for word in known] for one in held], dtype=np.float32)
    lengths = np.linalg.norm(made, axis=1, keepdims=True)
    return (made / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def clusters(vectors: Vectors, alike: float) -> list[list[int]]:
    """Rows in groups by average-link agglomeration: the two groups of the highest mean cosine, down to ``alike``.

    Each row is in one group; groups by their first row. Cubic in the rows, which are some dozens.
    """
    groups = [[at] for at in range(len(vectors))]
    if not groups:
        return []
    cosines = np.asarray(vectors @ vectors.T, dtype=np.float64)
    while len(groups) > 1:
        means = np.array([[cosines[np.ix_(a, b)].mean() if a is not b else -1.0 for b in groups] for a in groups])
        first, second = sorted(divmod(int(means.argmax()), len(groups)))
        if means[first, second] < alike:
            break
        groups[first] += groups.pop(second)
    return sorted((sorted(group) for group in groups), key=lambda group: group[0])


def _phrases(inside: Sequence[Hit], hits: Sequence[Hit], asked: frozenset[str]) -> list[str]:
    """Phrases of one to three words that most of ``inside`` have and few others, the best first.

    A phrase begins and ends with a word that carries meaning, and is not what was asked already.
    """
    held = [_grams(hit) for hit in hits]
    own = [grams for hit, grams in zip(hits, held, strict=True) if hit in inside]
    counts = Counter(key for grams in own for key in grams)
    surface: dict[tuple[str, ...], str] = {}
    for grams in own:
        for key, phrase in grams.items():
            surface.setdefault(key, phrase)
    scored = []
    for key, count in counts.items():
        if set(key) <= asked or set(key) & _EMPTY or (count < 2 and len(own) > 1):
            continue
        among = sum(key in grams for grams in held)
        score = count / len(own) * log(1 + len(held) / among) * (1 + 0.4 * (len(key) - 1))
        scored.append((score, surface[key]))
    return [phrase for _, phrase in sorted(scored, key=lambda one: (-one[0], one[1])) if len(phrase) <= LONGEST]


def _grams(hit: Hit) -> dict[tuple[str, ...], str]:
    """Plain forms of every phrase of a passage → the phrase as it stands there first."""
    found: dict[tuple[str, ...], str] = {}
    for part in re.split(r"[^\w\s'’-]+", hit.passage.text):
        tokens = part.split()
        kept = [(token, normal(token.lower())) for token in tokens if token.strip("'’-_")]
        for size in (1, 2, 3):
            for at in range(len(kept) - size + 1):
                run = kept[at : at + size]
                if all(_carries(token) for token, _ in run) and not any(a == b for a, b in pairwise(run)):
                    found.setdefault(tuple(key for _, key in run), " ".join(token for token, _ in run))
    return found


def _carries(token: str) -> bool:
    return len(token) > 2 and not token.isdigit() and token.lower() not in STOP_WORDS
