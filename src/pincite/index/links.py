"""Which documents do others point to, and in which words? The link graph, and what it says of each document.

Links are rows of the database, written in the transaction of their document; what follows from them, a document's
*standing*, is derived: made again when enough links have come or gone, kept with the database, lost without harm.
Nodes are addresses in one spelling, also of pages that are not in the index. Links marked nofollow carry neither
rank nor words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from pincite.index import analysis
from pincite.index.addresses import site
from pincite.index.fuse import Scored
from pincite.index.pagerank import Floats, Integers, on_scale, pagerank
from pincite.index.store import Store
from pincite.index.wording import Asked
from pincite.text.named import within

AGAIN = 0.1
"""Share of the links that has to come or go before standings are made again: over a growing index, ten times the
work of making them once at the end."""
ANCHORS = 12
"""Anchors kept of a document, those of most documents first."""
ANCHOR, RANK = 0.7, 0.6
"""What a word of an anchor is worth beside the same word in a passage, and what a full ``link_rank`` adds to a fused
score, which is in standard deviations.

Chosen on 10,097 questions of SQuAD train over the articles of wikispeedia, by words alone: the article's reciprocal
rank grows by 6.7 %, that of the right passage by 3.4 %; on 1,012 others by 3.4 % and 1.9 % (decision 67).
"""
ALIKE = 3
"""Documents that must use an anchor before it is half believed: nobody names a page alone."""
SPREAD = (0.05, 0.15)
"""The least and the most that a standard deviation of BM25 is taken for, as a share of the rarity of all the question's
words: that of two candidates, or of such as BM25 can't tell apart, says little."""


class Standing(NamedTuple):
    """What the link graph says of a document."""

    rank: float
    """PageRank among all addresses that are indexed or linked, 0 (the least of the index) to 1, by its logarithm."""
    site_rank: float
    """The same of its site among sites."""
    anchors: tuple[tuple[int, tuple[str, ...]], ...]
    """How many documents link to it with these terms."""


# ── standings ──


def is_behind(links: int, new: int) -> bool:
    """Whether so many links came or went since standings were made that they should be made again."""
    return new > 0 and new >= AGAIN * links


def standings(store: Store, trusted: Sequence[str] = ()) -> Iterator[tuple[int, float, float, str]]:
    """Address, rank, site's rank and anchors of every document, as the database keeps them.

    ``trusted``: sites (with their subdomains) where visits begin; everywhere in the index if none of them is in it.
    """
    sources, targets = store.edges()
    pages = np.array(store.addresses_of_documents(), np.int64)
    nodes = np.unique(np.concatenate((pages, sources, targets)))
    sites = store.spellings(site)
    names = [sites[int(node)] for node in nodes]
    indexed = np.isin(nodes, pages)
    begins = indexed & np.array([within(name, trusted) for name in names]) if trusted else indexed
    start: Floats = (begins if begins.any() else indexed).astype(np.float64)
    here, there = np.searchsorted(nodes, sources), np.searchsorted(nodes, targets)
    ranks = on_scale(pagerank(here, there, start)[indexed])
    of_site = _site_ranks(names, here, there, start)[indexed]
    anchors = dict(_anchors(store))
    for number, rank, site_rank in zip(nodes[indexed], ranks, of_site, strict=True):
        yield int(number), float(rank), float(site_rank), anchors.get(int(number), "")


def _site_ranks(names: Sequence[str], here: Integers, there: Integers, begins: Floats) -> Floats:
    """The rank of each node's site; a site is there once however many pages it has, and trusted as its best page."""
    unique, place = np.unique(np.array(names), return_inverse=True)
    teleport = np.zeros(len(unique))
    np.maximum.at(teleport, place, begins)
    ranked = np.zeros(len(unique))
    known = teleport > 0
    ranked[known] = on_scale(pagerank(place[here], place[there], teleport)[known])
    return ranked[place]


def _anchors(store: Store) -> Iterator[tuple[int, str]]:
    """By address, the terms that most documents link to it with: lines of a count and terms joined by blanks."""
    for target, rows in groupby(store.anchors(), key=lambda row: row[0]):
        counts: dict[str, int] = {}
        for _, lang, text, count in rows:
            if terms := " ".join(analysis.terms(text, lang)):
                counts[terms] = counts.get(terms, 0) + count
        best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:ANCHORS]
        yield target, "\n".join(f"{count} {terms}" for terms, count in best)


def unpacked(rank: float, site_rank: float, anchors: str) -> Standing:
    """A standing as the database keeps it."""
    lines = [line.split(" ") for line in anchors.split("\n") if line]
    return Standing(rank, site_rank, tuple((int(line[0]), tuple(line[1:])) for line in lines))


# ── ranking ──


def anchored(asked: Asked, standing: Standing) -> float:
    """How well the words of links to a document name what is asked, 0 to 1.

    Of its best anchor: the share of the question's words it has, by rarity, times the share of its own words that
    are in the question, times n / (n + ``ALIKE``) for n documents that use it.
    """
    if not asked.total:
        return 0.0
    best = 0.0
    for count, terms in standing.anchors:
        own = frozenset(terms)
        held = [weight for weight, forms in zip(asked.rarity, asked.words, strict=True) if not own.isdisjoint(forms)]
        fit = min(1.0, len(held) / len(own))
        best = max(best, sum(held) / asked.total * fit * count / (count + ALIKE))
    return best


def linked(scored: Sequence[Scored], standings: Mapping[int, Standing], asked: Asked) -> list[Scored]:
    """The same candidates, best first, with what links say of them: ``linked`` more, in standard deviations.

    Anchors count as a field of text would: by the rarity of their words, in the unit that BM25 has among these
    candidates. Nothing is ever taken away; those without a standing get nothing.
    """
    unit = _unit(scored, asked)
    found = []
    for each in scored:
        standing = standings.get(each.number)
        if standing is None:
            found.append(each)
            continue
        anchor = anchored(asked, standing)
        more = ANCHOR * anchor * unit + RANK * standing.rank
        signals = {"link_rank": standing.rank, "site_rank": standing.site_rank, "anchor": anchor, "linked": more}
        found.append(Scored(each.number, each.score + more, each.signals | signals))
    return sorted(found, key=lambda each: (-each.score, each.number))


def _unit(scored: Sequence[Scored], asked: Asked) -> float:
    """In standard deviations of the candidates' BM25, what all words of the question weigh together; 0 without one."""
    if not scored or not asked.total:
        return 0.0
    spread = float(np.std([each.signals.get("bm25", 0.0) for each in scored]))
    return 1 / min(max(spread / asked.total, SPREAD[0]), SPREAD[1])
