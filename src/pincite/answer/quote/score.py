"""How likely does this sentence hold the answer? Features of every candidate, and a conditional logit over them.

Each feature is in about 0…1, so that its weight can be read. With an embedder the cosine of sentence and question
is one of them; without it the same features with other weights. The weights are fitted by ``scripts/fit_answer.py``
on questions whose answer's sentence is known; nothing here is fitted by hand but what the comments say.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log

import numpy as np
from numpy.typing import NDArray

from pincite.answer.check.check import titled
from pincite.answer.question.day import dated, day
from pincite.answer.question.plan import Kind, Plan, Shape
from pincite.answer.question.quantity import quantity
from pincite.answer.quote.candidates import Candidate
from pincite.answer.quote.opening import bare_title
from pincite.answer.quote.shape import spans
from pincite.answer.quote.sway import another, backwards, bygone, explains, narrower, numbered, outdone
from pincite.answer.terms import terms
from pincite.index.face import embedding_text
from pincite.ports import Deadline, Embedder
from pincite.text.languages import detect
from pincite.types import Hit

Floats = NDArray[np.float64]

EMBEDDED = 12
"""Sentences that are embedded: the lexically best. 8, 12, 16 and 24 answer alike (LAB.md); each costs 3 ms or more."""
TOGETHER = 2
"""Passages that are embedded between two looks at the clock."""

UNHURRIED = Deadline(inf)
"""Takes what it takes."""

FEATURES = (
    "cosine",
    "overlap",
    "overlap_context",
    "overlap_before",
    "bigrams",
    "first_hit",
    "hit_rank",
    "hit_dense",
    "hit_overlap",
    "shape",
    "no_shape",
    "first",
    "novel",
    "short",
    "long",
    "orphan",
    "question_form",
    "first_person",
    "heading",
    "is_a",
    "cut",
)
# Fitted on 500 questions of SQuAD train and 500 of NQ, 2026-11-23, by scripts/fit_answer.py --train 500.
WITHOUT_VECTORS: dict[str, float] = {
    "cosine": 0.0,
    "overlap": -0.77,
    "overlap_context": 6.45,
    "overlap_before": 1.71,
    "bigrams": 1.95,
    "first_hit": -0.94,
    "hit_rank": 4.43,
    "hit_dense": 0.0,
    "hit_overlap": 1.25,
    "shape": 0.05,
    "no_shape": -1.88,
    "first": 0.68,
    "novel": -0.12,
    "short": -0.53,
    "long": -0.13,
    "orphan": -0.26,
    "question_form": -0.61,
    "first_person": -0.24,
    "heading": -1.24,
    "is_a": 1.51,
    "cut": -2.71,
}
WITH_VECTORS: dict[str, float] = {
    "cosine": 7.06,
    "overlap": -0.22,
    "overlap_context": 3.61,
    "overlap_before": 1.4,
    "bigrams": 1.45,
    "first_hit": 0.42,
    "hit_rank": 1.15,
    "hit_dense": 4.31,
    "hit_overlap": 1.72,
    "shape": 0.14,
    "no_shape": -1.74,
    "first": 0.53,
    "novel": 0.2,
    "short": -0.65,
    "long": -0.0,
    "orphan": -0.12,
    "question_form": -0.53,
    "first_person": -0.13,
    "heading": -1.08,
    "is_a": 0.78,
    "cut": -2.79,
}

CAPTION = -2.5
ITEM = -1.0
STRANDED = -0.7
UNMEASURED = -1.0
OUTDONE = -8.0
NARROWER = -3.0
BACKWARDS = -3.0
BYGONE = -2.0
EXPLAINING = 2.0
ANOTHER = -4.0
OTHER_ROW = -6.0
COUNTED_ROW = 6.0
"""Set by hand, on top of the fitted weights: the sets that those are fitted on have no captions, no lists and few of
the others. A list item alone is seldom a statement; a stranded sentence opens with a pronoun, and what that stands for
is not there. Unmeasured is a sentence without a number of the kind that was asked for; outdone, one about the second
longest where the longest of all is asked for; narrower, one about the longest of a country; backwards, one that says
what comes of a thing and not why it is so; bygone, how many there were where it is asked how many there are;
explaining, one that says why; another, one about 4 March where 3 March is asked for; other row, one that has less of
the question than another row of its table, and nothing that this one lacks; counted row, the one of its table that
holds what is counted. A reader takes the second for the first, so its word must not outweigh this."""


@dataclass(frozen=True)
class Scored:
    """``chance`` that each candidate is the one that holds the answer, if one does; they sum to 1.

    ``features`` is (candidates, FEATURES); ``vectors`` are those of the embedded candidates, by index.
    """

    chance: Floats
    features: Floats
    vectors: dict[int, NDArray[np.float32]]
    asked: Asked

    def column(self, name: str) -> Floats:
        """One feature of all candidates."""
        values: Floats = self.features[:, FEATURES.index(name)]
        return values


def score(
    plan: Plan,
    hits: Sequence[Hit],
    sentences: Sequence[Candidate],
    embedder: Embedder | None,
    soon: Deadline = UNHURRIED,
) -> Scored:
    """Blocking. One ``chance`` a candidate, in order. Hits that have no vector yet are embedded until ``soon``."""
    asked = Asked(plan, hits, sentences)
    table = np.array([asked.lexical(one) for one in sentences], dtype=np.float64).reshape(len(sentences), len(FEATURES))
    by_hand = np.array([_by_hand(asked, one) for one in sentences], dtype=np.float64)
    plain = _chance(table, WITHOUT_VECTORS, by_hand)
    if embedder is None or not sentences:
        return Scored(plain, table, {}, asked)
    best = [int(i) for i in np.argsort(-plain, kind="stable")[:EMBEDDED]]
    texts = [plan.queries[0], *(_in_context(hits[sentences[i].hit], sentences[i]) for i in best)]
    question, *vectors = embedder.embed(texts)
    column = FEATURES.index("cosine")
    # A sentence that was not embedded is lexically worse than all that were: it gets the least of their cosines.
    cosines = np.array([vector @ question for vector in vectors])
    table[:, column] = cosines.min()
    table[best, column] = cosines
    dense = _dense(hits, list(dict.fromkeys(sentences[i].hit for i in best)), question, embedder, soon)
    table[:, FEATURES.index("hit_dense")] = dense[[one.hit for one in sentences]]
    return Scored(_chance(table, WITH_VECTORS, by_hand), table, dict(zip(best, vectors, strict=True)), asked)


def _dense(
    hits: Sequence[Hit], best: Sequence[int], question: NDArray[np.float32], embedder: Embedder, soon: Deadline
) -> Floats:
    """The cosine of each hit with the question.

    Vectors of a new index come later than its first questions: without them half of what is known would be missing.
    So hits that have none are embedded here, those with the ``best`` sentences first and no others, until ``soon``.
    A hit without a vector is taken for the least of those that have one.
    """
    found = {at: hit.signals["dense"] for at, hit in enumerate(hits) if "dense" in hit.signals}
    fresh = [at for at in best if at not in found]
    for some in (fresh[at : at + TOGETHER] for at in range(0, len(fresh), TOGETHER)):
        if not soon.left():
            break
        made = embedder.embed([embedding_text(hits[at].passage) for at in some]) @ question
        found |= dict(zip(some, map(float, made), strict=True))
    least = min(found.values(), default=0.0)
    return np.array([found.get(at, least) for at in range(len(hits))], dtype=np.float64)


def _in_context(hit: Hit, one: Candidate) -> str:
    title = hit.passage.document.title
    return f"{title}: {one.text}" if title and title.lower() not in one.text.lower() else one.text


def _by_hand(asked: Asked, one: Candidate) -> float:
    item = one.item and asked.plan.kind not in (Kind.LIST, Kind.HOW_TO)
    return (
        CAPTION * one.caption
        + ITEM * item
        + STRANDED * (one.orphan and one.place == 0)
        + UNMEASURED * (asked.quantity is not None and not asked.measured(one))
        + OUTDONE * outdone(asked.text, one.text)
        + NARROWER * narrower(asked.text, one.text)
        + EXPLAINING * (asked.plan.shape is Shape.REASON and explains(one.text, asked.covering))
        + ANOTHER * asked.of_another(one)
        + OTHER_ROW * asked.outrowed(one)
        + COUNTED_ROW * asked.counted_by_row(one)
        + BYGONE * asked.bygone(one.text)
        + BACKWARDS * (asked.plan.shape is Shape.REASON and backwards(one.text, asked.covering))
    )


def _chance(table: Floats, weights: dict[str, float], by_hand: Floats) -> Floats:
    """Softmax over all candidates of the question: what counts is to be better than the others."""
    sums: Floats = table @ np.array([weights[name] for name in FEATURES]) + by_hand
    if not len(sums):
        return sums
    odds = np.exp(sums - sums.max())
    chance: Floats = odds / odds.sum()
    return chance


class Asked:
    """A question against its candidates: how rare each word is among them, and who covers what."""

    def __init__(self, plan: Plan, hits: Sequence[Hit], sentences: Sequence[Candidate]) -> None:
        self.plan = plan
        self.text = plan.queries[0]
        self.lang = detect(self.text)
        said = terms(self.text, self.lang)
        self.terms = frozenset(said)
        self._pairs = frozenset(_pairs(said))
        self._hits = hits
        self._at = {(one.hit, one.place): one for one in sentences}
        seen = Counter(term for one in sentences for term in set(one.terms) if term in self.terms)
        self.weight = {term: log(1 + (len(sentences) + 1) / (seen[term] + 0.5)) for term in self.terms}
        self._whole = sum(self.weight.values()) or 1.0
        self._context = [frozenset(terms(titled(hit.passage), self.lang)) for hit in hits]
        self.quantity = quantity(self.text)
        self._measured = {
            (one.hit, one.place) for one in sentences if self.quantity is not None and self.quantity.said(one.text)
        }
        self.day = day(self.text)
        self._dated = [dated(hit.passage.document.title) for hit in hits]
        """Is each hit's document called by a day?"""
        self._another_day = [self.day is not None and self.day.another(titled(hit.passage)) for hit in hits]
        """Is each called by another day than the one that is asked about?"""
        if self.day is not None:
            self._context = [
                above | self.day.terms if self.day.elsewhere.search(titled(hit.passage)) else above
                for hit, above in zip(hits, self._context, strict=True)
            ]
        self._numbered = numbered(self.text)
        self._above: dict[tuple[int, int], str] = {}
        """The heading in its passage that each sentence stands under."""
        heads: dict[int, str] = {}
        for one in sentences if self._numbered else ():
            heads |= {one.hit: one.text} if one.heading else {}
            self._above[one.hit, one.place] = heads.get(one.hit, "")
        self._rows: dict[str, set[frozenset[str]]] = defaultdict(set)
        for one in sentences:
            if one.cells:
                self._rows[hits[one.hit].passage.document.id].add(self.terms.intersection(one.terms))
        body: list[set[str]] = [set() for _ in hits]
        for one in sentences:
            body[one.hit].update(self.said(one))
        self.held = [frozenset(own) | above for own, above in zip(body, self._context, strict=True)]
        """The terms of each hit, its title and headings among them."""
        self.hit_overlap = [self.covered(held) for held in self.held]
        """Share of the question's weight that each hit covers."""
        self.named = _named(self.text, self.lang)
        self.titled = [self._titled(hit) for hit in hits]
        """Share of the words of each hit's title that are asked for."""
        self.unnamed = [len(self.named - held) / len(self.named) if self.named else 0.0 for held in self.held]
        """Share of the names in the question that each hit lacks."""

    def _titled(self, hit: Hit) -> float:
        title = frozenset(terms(bare_title(hit), self.lang))
        return len(title & self.terms) / len(title) if title else 0.0

    def covered(self, found: frozenset[str]) -> float:
        """Share of the question's weight that ``found`` holds."""
        return sum(self.weight[term] for term in self.terms & found) / self._whole

    def covering(self, text: str) -> float:
        """Share of the question's weight that ``text`` holds."""
        return self.covered(frozenset(terms(text, self.lang)))

    def measured(self, one: Candidate) -> bool:
        """Does it hold a number of the kind that is asked for?"""
        return (one.hit, one.place) in self._measured

    def bygone(self, text: str) -> bool:
        """Does it say how much there was long ago, where it is asked how much there is?"""
        return self.quantity is not None and bygone(self.text, text)

    def of_another(self, one: Candidate) -> bool:
        """Does it, or what stands above it, name another of the numbered things or another day than is asked about?"""
        if self._another_day[one.hit] and self.day is not None and not self.day.held(one.text):
            return True
        if not self._numbered:
            return False
        passage = self._hits[one.hit].passage
        above = self._above.get((one.hit, one.place)) or "\n".join(passage.headings)
        return another(self._numbered, "\n".join((passage.document.title, above, one.text)))

    def outrowed(self, one: Candidate) -> bool:
        """Does another row of its document hold all that it holds of the question, and more?"""
        held = self.terms.intersection(one.terms)
        return one.cells and any(held < other for other in self._rows[self._hits[one.hit].passage.document.id])

    def counted_by_row(self, one: Candidate) -> bool:
        """Is it the row of what is counted, and holds a number? A column of that name stands in every row."""
        counted = self.quantity.counted if self.quantity is not None else ""
        if not (one.cells and counted in one.terms and any(letter.isdigit() for letter in one.text)):
            return False
        return any(counted not in other for other in self._rows[self._hits[one.hit].passage.document.id])

    def said(self, one: Candidate) -> frozenset[str]:
        """Its terms, and those of the question that it says in another way: metres are "how tall", 2026-03-04 a day."""
        implied = self.quantity.implied if self.quantity is not None and self.measured(one) else frozenset()
        dated = self.day.terms if self.day is not None and self.day.elsewhere.search(one.text) else frozenset()
        return frozenset(one.terms) | implied | dated

    def lexical(self, one: Candidate) -> list[float]:
        """All features but the cosine, in the order of ``FEATURES``."""
        hit = self._hits[one.hit]
        own = self.said(one)
        context = self._context[one.hit]
        before = self._at.get((one.hit, one.place - 1))
        overlap = self.covered(own)
        in_context = self.covered(own | context)
        shaped = bool(spans(self.plan.shape, one.text, self.text)) if self.plan.shape is not Shape.ANY else False
        # What is called by a day says when: "Met Anna" in the note 2024-03-01.
        shaped = shaped or (self.plan.shape is Shape.TIME and self._dated[one.hit])
        pairs = _pairs(one.terms)
        lowered = f" {one.text.lower()} "
        values = {
            "cosine": 0.0,
            "overlap": overlap,
            "overlap_context": in_context,
            "overlap_before": self.covered(own | context | frozenset(before.terms)) - in_context if before else 0.0,
            "bigrams": len(self._pairs & set(pairs)) / len(self._pairs) if self._pairs else 0.0,
            "first_hit": float(one.hit == 0),
            "hit_rank": 1 / (1 + one.hit),
            "hit_dense": hit.signals.get("dense", 0.0),
            "hit_overlap": self.hit_overlap[one.hit],
            "shape": float(shaped),
            "no_shape": float(self.plan.shape not in (Shape.ANY, Shape.NAME, Shape.REASON) and not shaped),
            "first": float(one.place == 0),
            "novel": min(1.0, len(own - self.terms - context) / 8),
            "short": float(one.size < 6),
            "long": float(one.size > 40),
            "orphan": float(one.orphan),
            "question_form": float(one.text.endswith("?")),
            "first_person": float(any(word in lowered for word in (" i ", " we ", " my ", " our ", " you ", " your "))),
            "heading": float(one.heading or one.row),
            "cut": float(one.cut),
            "is_a": float(self.plan.kind is Kind.DEFINITION and one.place == 0 and _is_a(lowered)),
        }
        return [values[name] for name in FEATURES]


def _named(question: str, lang: str) -> frozenset[str]:
    """Plain forms of the names and numbers in it; the first word may be no name."""
    tokens = (one for one in re.findall(r"[^\W_]+", question)[1:] if one[0].isupper() or one[0].isdigit())
    return frozenset(term for token in tokens for term in terms(token, lang))


def _pairs(found: Sequence[str]) -> list[tuple[str, str]]:
    return list(pairwise(found))


def _is_a(lowered: str) -> bool:
    return any(
        f" {verb} {article} " in lowered for verb in ("is", "are", "was", "were") for article in ("a", "an", "the")
    )
