"""Is this a search backend? What every one of them must hold to, as a suite that needs no test of one's own.

A test module subclasses it and says how its backend is made; ``pytest`` runs the rest::

    class TestMine(SearchBackendSuite):
        question = "How tall is the Eiffel Tower?"

        @pytest.fixture
        async def backend(self): ...
"""

from __future__ import annotations

import asyncio
import contextlib

from pincite.errors import PinciteError
from pincite.ports import Deadline, Query, SearchBackend


class SearchBackendSuite:
    """``question`` is one that it finds something for. ``late_s``: how late it may be, for a thread can't be killed."""

    question = "How tall is the Eiffel Tower?"
    late_s = 0.2

    async def test_it_has_a_name(self, backend: SearchBackend) -> None:
        assert backend.name

    async def test_hits_come_best_first_and_each_passage_once(self, backend: SearchBackend) -> None:
        hits = await backend.search(Query(self.question), Deadline.after(10))
        assert hits
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True)
        assert len({hit.passage.id for hit in hits}) == len(hits)

    async def test_each_hit_can_be_cited_and_explains_itself(self, backend: SearchBackend) -> None:
        for hit in await backend.search(Query(self.question), Deadline.after(10)):
            assert hit.backend == backend.name
            assert hit.passage.text.strip()
            assert hit.passage.document.url
            assert hit.passage.document.title
            assert hit.passage.end - hit.passage.start == len(hit.passage.text)
            assert hit.signals

    async def test_no_more_hits_than_wanted(self, backend: SearchBackend) -> None:
        assert len(await backend.search(Query(self.question, limit=1), Deadline.after(10))) == 1

    async def test_the_same_question_gives_the_same_hits(self, backend: SearchBackend) -> None:
        first = await backend.search(Query(self.question), Deadline.after(10))
        again = await backend.search(Query(self.question), Deadline.after(10))
        assert [hit.passage.id for hit in first] == [hit.passage.id for hit in again]

    async def test_an_empty_query_finds_nothing(self, backend: SearchBackend) -> None:
        assert not list(await backend.search(Query(" \n"), Deadline.after(10)))

    async def test_a_document_that_was_left_out_is_not_found(self, backend: SearchBackend) -> None:
        hits = await backend.search(Query(self.question), Deadline.after(10))
        out = hits[0].passage.document.id
        query = Query(self.question)
        filters = query.filters.model_copy(update={"exclude_documents": (out,)})
        rest = await backend.search(Query(self.question, filters=filters), Deadline.after(10))
        assert out not in {hit.passage.document.id for hit in rest}

    async def test_a_deadline_that_has_passed_is_kept(self, backend: SearchBackend) -> None:
        began = asyncio.get_running_loop().time()
        with contextlib.suppress(TimeoutError, PinciteError):  # saying so is as good as finding nothing
            await backend.search(Query(self.question), Deadline.after(0))
        assert asyncio.get_running_loop().time() - began < self.late_s
