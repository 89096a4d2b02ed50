"""Which hit comes first? One list out of many, each passage and each thought once, no document crowding out the rest.

Scores of different lists are not comparable; ranks are: several lists are joined by reciprocal rank fusion (Cormack,
Clarke & Büttcher, SIGIR 2009): score(d) = Σ 1 / (k + rank(d)). Then the signals have their say (``linear``, or a ranker
that was ``learned`` from judgements), near-duplicates are dropped, a reranker reads the best if there is one, and
passages of one document make room for others. Each step leaves a signal behind: ``rank`` and ``base`` always; ``rrf``
where lists were joined; ``adds_…`` where a signal counted; ``copies`` where near-duplicates were dropped; ``crowded``
where a passage stepped back behind other documents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Protocol

import numpy as np

from pincite.ports import Deadline, Scorer
from pincite.rank.linear import ADDS, Linear
from pincite.rank.policy import ANY, Policy
from pincite.text.tokens import words
from pincite.types import Hit

RRF_K = 10
"""Damps the top ranks. Our lists are short (20) and good; the paper's 60 suits lists of a thousand."""
PER_RRF = 45.0
"""What turns an RRF score into standard deviations: by so much the index's own scores fall where 1 / (k + rank) falls
by 1 (SQuAD 45, Cranfield 44, NQ 71). So signals weigh alike on every kind of list."""
SHINGLE = 4
"""Words a shingle."""
SAME_SHINGLES = 0.8
"""Share of the shorter passage's shingles that the other one holds, from which on both say the same."""
PER_DOCUMENT = 4
"""Passages of one document before the others get their turn."""
READ = 25
"""Best hits that a reranker reads."""
READ_S = 0.25
"""Seconds that it has for them."""
PER_LOGIT = 0.3
"""Standard deviations of the other signals' sum that one logit of the reranker is worth where it says yes. Below 0 it
levels off: *no* is no reason to prefer one of two passages that do not answer. Chosen on questions that nobody has
learnt from, and by no set that is measured: nDCG@10 of SQuAD train (900) .890 → .919, of NQ (308) .975 → .974, among
SQuAD's passages .942 → .940, beer (300) .639 → .639, coffee (103) .764 → .761 (LAB.md)."""

NONE_GIVEN: Mapping[str, tuple[int, int]] = MappingProxyType({})
"""Nobody has judged anything."""


class Weighing(Protocol):
    """What turns hits with a base score into scored hits, best first: ``Linear`` or ``Learned``."""

    def score(self, question: str, hits: Sequence[Hit], base: Sequence[float]) -> list[Hit]: ...


class Order:
    """The ``Ranker``. The same hits in the same order give the same list, unless a reranker runs out of time.

    ``policy`` blocks sources here, whoever found them; what else it says is known to the ``weighing``.
    ``thumbs`` are up and down by document, for the signal ``liked``.
    """

    def __init__(
        self,
        per_document: int = PER_DOCUMENT,
        *,
        policy: Policy = ANY,
        weighing: Weighing | None = None,
        scorer: Scorer | None = None,
        read_s: float = READ_S,
        thumbs: Mapping[str, tuple[int, int]] = NONE_GIVEN,
    ) -> None:
        self._per_document = per_document
        self._policy = policy
        self._weighing = weighing or Linear(policy)
        self._scorer = scorer
        self._read_s = read_s
        self._thumbs = thumbs

    def rank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Best first. Hits of one list (same ``backend`` and signal ``query``) come best first among themselves."""
        allowed = [self._judged(hit) for hit in hits if not self._policy.blocks(hit.passage.document)]
        fused = fuse([list(some) for _, some in groupby(sorted(allowed, key=_list), key=_list)])
        weighed = self._weighing.score(question, fused, _bases(fused))
        distinct = self._distinct(weighed)
        if self._scorer is not None:
            distinct = reread(question, distinct, self._scorer, Deadline.after(self._read_s))
        spread = self._spread(distinct)
        return [_with(hit, rank=float(place)) for place, hit in enumerate(spread, start=1)]

    def _judged(self, hit: Hit) -> Hit:
        up, down = self._thumbs.get(hit.passage.document.id, (0, 0))
        return _with(hit, thumbs_up=float(up), thumbs_down=float(down)) if up or down else hit

    def _distinct(self, hits: Sequence[Hit]) -> list[Hit]:
        """Without near-duplicates; of two, the better one stays and counts its copies."""
        kept: list[tuple[Hit, frozenset[int]]] = []
        copies: dict[str, int] = {}
        for hit in hits:
            shingles = _shingles(hit.passage.text)
            twin = next((other for other, theirs in kept if _same(shingles, theirs)), None)
            if twin is None:
                kept.append((hit, shingles))
            else:
                copies[twin.passage.id] = copies.get(twin.passage.id, 0) + 1
        return [_with(h, copies=float(copies[h.passage.id])) if h.passage.id in copies else h for h, _ in kept]

    def _spread(self, hits: Sequence[Hit]) -> list[Hit]:
        """Passages beyond the first few of a document step back behind the other documents, in their order."""
        seen: dict[str, int] = {}
        first: list[Hit] = []
        later: list[Hit] = []
        for hit in hits:
            count = seen[hit.passage.document.id] = seen.get(hit.passage.document.id, 0) + 1
            if count <= self._per_document:
                first.append(hit)
            else:
                later.append(_with(hit, crowded=1.0))
        return first + later


def reread(question: str, hits: Sequence[Hit], scorer: Scorer, deadline: Deadline, most: int = READ) -> list[Hit]:
    """Best first, the best ``most`` having been read as far as there is time; what was not read is taken for average.

    What is read adds to what was known: on SQuAD the two together beat each alone (LAB.md).
    """
    values = scorer.score(question, [hit.passage for hit in hits[:most]], deadline)
    worth = [PER_LOGIT * float(np.logaddexp(0.0, value)) for value in values]
    middle = sum(worth) / len(worth) if worth else 0.0
    read = []
    for hit, value, full in zip(hits, values, worth, strict=False):
        adds = full - middle
        read.append(_with(hit, reranker=value, **{f"{ADDS}reranker": adds}))
        read[-1] = read[-1].model_copy(update={"score": hit.score + adds})
    return sorted([*read, *hits[len(read) :]], key=lambda hit: -hit.score)


def fuse(lists: Sequence[Sequence[Hit]], k: int = RRF_K) -> list[Hit]:
    """One list, best first, each passage once with the signals of its best-ranked hit. Ties keep the order of lists."""
    lists = [_once(some) for some in lists if some]
    if len(lists) == 1:
        return list(lists[0])
    scores: dict[str, float] = {}
    best: dict[str, tuple[int, Hit]] = {}
    for some in lists:
        for place, hit in enumerate(some, start=1):
            key = hit.passage.id
            scores[key] = scores.get(key, 0.0) + 1 / (k + place)
            if key not in best or place < best[key][0]:
                best[key] = (place, hit)
    order = sorted(best, key=lambda key: -scores[key])
    return [_with(best[key][1], rrf=scores[key]).model_copy(update={"score": scores[key]}) for key in order]


def _bases(fused: Sequence[Hit]) -> list[float]:
    """Scores in standard deviations: the index's own are, all others go by their places."""
    if all("fused" in hit.signals and "rrf" not in hit.signals for hit in fused):
        return [hit.score for hit in fused]
    return [PER_RRF * hit.signals.get("rrf", 1 / (RRF_K + place)) for place, hit in enumerate(fused, start=1)]


def _once(hits: Sequence[Hit]) -> list[Hit]:
    kept: dict[str, Hit] = {}
    for hit in hits:
        kept.setdefault(hit.passage.id, hit)
    return list(kept.values())


def _list(hit: Hit) -> tuple[str, float]:
    return hit.backend, hit.signals.get("query", 0.0)


def _with(hit: Hit, **signals: float) -> Hit:
    return hit.model_copy(update={"signals": {**hit.signals, **signals}})


def _shingles(text: str) -> frozenset[int]:
    tokens = words(text)
    return frozenset(hash(tuple(tokens[i : i + SHINGLE])) for i in range(max(1, len(tokens) - SHINGLE + 1)))


def _same(ours: frozenset[int], theirs: frozenset[int]) -> bool:
    return len(ours & theirs) >= SAME_SHINGLES * min(len(ours), len(theirs))
