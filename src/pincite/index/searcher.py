"""How is one question asked of both? The words by full text, the meaning by vectors, on one snapshot, then fused.

The best of the fused list are compared with the question's wording, whether or not there are vectors yet. Asked for
words alone, it is plain BM25.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pincite.errors import Damaged
from pincite.index import analysis, exact, links, wording
from pincite.index.fulltext import MOST_TERMS, FullText, Narrowing
from pincite.index.fuse import Scored, fuse, worded
from pincite.index.store import Row, Store
from pincite.index.vectors import Segment, Snapshot, VectorFiles
from pincite.index.wording import Asked, Read, Wording
from pincite.ports import Embedder, Query
from pincite.text import languages
from pincite.types import Filters, Hit

CANDIDATES = 100
"""Hits that text and vectors each bring to the fusion."""
COMPARED = 30
"""Best candidates whose wording is looked at; 50 give the same nDCG@10 to a tenth of a point, for more time."""
HOLDING = 300
"""Passages with all words of a phrase that are read to see whether they have it: those that best fit the question."""
_KEPT_READ = 1_000
"""Analysed passages kept for the next question, about 10 kB each."""
_KEPT_FILTERS = 16


class Searcher:
    """What a reader holds: the full text's snapshot and the mapped vectors. Safe to use from several threads."""

    def __init__(self, store: Store, text: FullText, files: VectorFiles, embedder: Embedder | None) -> None:
        self._store = store
        self._text = text
        self._files = files
        self._embedder = embedder
        self._refreshing = threading.Lock()
        self.snapshot = Snapshot()
        self.dead: NDArray[np.int64] = np.empty(0, np.int64)
        self._dead_seq = 0
        self._seen = -1
        self._langs: list[str] = []
        self._linked = False
        self._allowed: OrderedDict[tuple[int, Filters], NDArray[np.int64]] = OrderedDict()
        self._read: OrderedDict[int, Read] = OrderedDict()
        self._reading = threading.Lock()

    def refresh(self) -> bool:
        """Looks for a newer commit and says whether there was one. Costs some microseconds when there is none."""
        with self._refreshing:
            state = self._store.states()
            if state["seq"] == self._seen and state["text_seq"] == self._text.reached.seq:
                return False
            if state["text_seq"] != self._text.reached.seq:
                self._text.reload()
            self._see_vectors(state["embedder"], state["seq"])
            self._langs = list(self._store.tallies("lang"))
            self._linked = state["standings_seq"] > 0
            self._seen = state["seq"]
            return True

    def _see_vectors(self, embedder: str, seq: int) -> None:
        if self._embedder is None or self._embedder.name != embedder:
            self.snapshot = Snapshot()
            return
        listed = self._store.segments()
        while True:
            try:
                self._map(listed, self._embedder.dimensions, seq)
            except Damaged:
                # The writer may have merged a file away between our reading of the list and of the file.
                before, listed = listed, self._store.segments()
                if listed == before:
                    raise
            else:
                return

    def _map(self, listed: Sequence[tuple[str, int, int]], dimensions: int, seq: int) -> None:
        new = np.array(self._store.tombstones(self._dead_seq), np.int64)
        self.dead = np.union1d(self.dead, new)
        open_ = {segment.file: segment for segment in self.snapshot.segments}
        segments: list[Segment] = []
        for file, rows, _ in listed:
            if file in open_:
                segment = Segment(file, open_[file].rows, open_[file].alive)
                segment.bury(new)
            else:
                segment = self._files.open(file, rows, dimensions)
                segment.bury(self.dead)
            segments.append(segment)
        self.snapshot = Snapshot(tuple(segments))
        self._dead_seq = seq

    def search(self, query: Query, *, dense: bool = True, text: bool = True, weight: float | None = None) -> list[Hit]:
        """Passages, best first, each once; ``signals`` say why. Nothing for a question without a word.

        ``dense`` and ``text`` switch either search off; ``weight`` fixes the vectors' share in the fused
        score, which otherwise follows what they know of this question.
        """
        words = analysis.words(query.text)
        if not words or query.limit < 1:
            return []
        depth = max(CANDIDATES, query.limit)
        langs = self._likely_langs(query)
        terms = analysis.question_terms(query.text, langs)
        narrowing = self._narrowing(query.filters, terms, langs)
        lexical = self._by_words(query, terms, words, depth, narrowing) if text else {}
        semantic = self._by_meaning(query, depth, lexical, narrowing) if dense else {}
        scored = fuse(lexical, semantic, weight, query.text, langs[0])
        rows: dict[int, Row] = {}
        if dense and text and terms:
            asked = self._asked(terms)
            scored = worded(scored, self._wordings(asked, scored[:COMPARED], rows), query.text)
            if self._linked:
                scored = links.linked(scored, self._standings(scored[:COMPARED]), asked)
        return self._hits(scored, query.limit, rows)

    def _narrowing(self, filters: Filters, terms: Sequence[tuple[str, ...]], langs: Sequence[str]) -> Narrowing:
        """What phrases and words left out come to: which passages, and which terms not."""
        out = [form for word in filters.exclude_words for form in (word, *analysis.forms(word, langs))]
        if not filters.phrases:
            return Narrowing(None, out)
        content = [word for phrase in filters.phrases for word in analysis.content(phrase, langs)]
        if content:
            all_ = [analysis.forms(word, langs) for word in content]
            found = self._text.search_all(all_, terms, HOLDING, filters)
        else:
            small = [word for phrase in filters.phrases for word in analysis.words(phrase)]
            found = self._text.search_small(small, HOLDING, filters)
        rows = self._store.load([each.number for each in found])
        return Narrowing([number for number, row in rows.items() if exact.holds(row.passage, filters)], out)

    def _by_words(
        self, query: Query, terms: Sequence[tuple[str, ...]], words: Sequence[str], depth: int, narrowing: Narrowing
    ) -> dict[int, float]:
        if terms:
            return dict(self._text.search(terms, depth, query.filters, narrowing))
        return dict(self._text.search_small(words, depth, query.filters, narrowing))

    def _asked(self, terms: Sequence[tuple[str, ...]]) -> Asked:
        words = terms[:MOST_TERMS]
        holding = [max(self._text.holding(form) for form in forms) for forms in words]
        return Asked(words, [wording.rarity(self._text.passages, each) for each in holding])

    def _wordings(self, asked: Asked, best: Sequence[Scored], rows: dict[int, Row]) -> dict[int, Wording]:
        """How near these passages come to the question's words; those loaded for it are put into ``rows``."""
        analysed = self._analysed([each.number for each in best], rows)
        return {number: wording.compare(asked, read) for number, read in analysed.items()}

    def _standings(self, best: Sequence[Scored]) -> dict[int, links.Standing]:
        kept = self._store.standings([each.number for each in best])
        return {number: links.unpacked(*standing) for number, standing in kept.items()}

    def _analysed(self, numbers: Sequence[int], rows: dict[int, Row]) -> dict[int, Read]:
        # A number never comes to mean another passage, so what was analysed stays true.
        with self._reading:
            found = {number: self._read[number] for number in numbers if number in self._read}
        rows |= self._store.load([number for number in numbers if number not in found])
        found |= {number: wording.read(row.passage) for number, row in rows.items()}
        with self._reading:
            for number, read in found.items():
                self._read[number] = read
                self._read.move_to_end(number)
            while len(self._read) > _KEPT_READ:
                self._read.popitem(last=False)
        return found

    def _likely_langs(self, query: Query) -> list[str]:
        """The question's own language if there are such documents; short questions may be in any that is indexed."""
        present = [lang for lang in self._langs if not query.filters.langs or lang in query.filters.langs]
        guess = languages.detect(query.text)
        if guess in present:
            return [guess, *[lang for lang in present[: analysis.MOST_LANGS] if lang != guess]]
        return present[: analysis.MOST_LANGS] or [guess]

    def _by_meaning(
        self, query: Query, depth: int, lexical: dict[int, float], narrowing: Narrowing
    ) -> dict[int, float]:
        snapshot = self.snapshot
        if self._embedder is None or not snapshot.rows:
            return {}
        vector = self._embedder.embed([query.text])[0]
        if narrowing.among is None:
            admitted = self._admitted(exact.of_documents(query.filters))
            near = [found.number for found in snapshot.search(vector, depth, admitted)]
        else:
            near = list(narrowing.among)
        if narrowing.out:
            held = self._text.holding_any(narrowing.out, near)
            near = [number for number in near if number not in held]
        vectors = snapshot.vectors([*near, *lexical])
        return {number: float(known @ vector) for number, known in vectors.items()}

    def _admitted(self, filters: Filters) -> NDArray[np.int64] | None:
        """Numbers of the documents that pass, ascending; ``None`` if all do. The last few answers are kept."""
        if filters == Filters():
            return None
        key = (self._seen, filters)
        found = self._allowed.get(key)
        if found is None:
            found = self._allowed[key] = np.array(self._store.documents_that(filters), np.int64)
            while len(self._allowed) > _KEPT_FILTERS:
                self._allowed.popitem(last=False)
        return found

    def _hits(self, scored: Sequence[Scored], limit: int, rows: dict[int, Row]) -> list[Hit]:
        """The first hits; ``rows`` are passages that were loaded before."""
        hits: list[Hit] = []
        for at in range(0, len(scored), limit):
            some = scored[at : at + limit]
            rows |= self._store.load([each.number for each in some if each.number not in rows])
            # A passage deleted since the snapshot is no hit; the next ones take its place.
            hits += [
                Hit.model_construct(
                    passage=rows[each.number].passage, score=each.score, backend="index", signals=each.signals
                )
                for each in some
                if each.number in rows
            ]
            if len(hits) >= limit:
                break
        return hits[:limit]
