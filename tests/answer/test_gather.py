import asyncio
from collections.abc import Callable, Sequence

import pytest

from pincite.answer.gather import Gathered, gather, number
from pincite.errors import Damaged
from pincite.ports import Deadline, Hits, Query
from pincite.rank.order import Order
from pincite.settings import SearchSettings
from pincite.types import Filters, Hit

QUICK = SearchSettings(deadline_s=0.05)


class Backend:
    def __init__(
        self, name: str, hits: Sequence[Hit] = (), *, after_s: float = 0, error: Exception | None = None
    ) -> None:
        self.name, self._hits, self._after_s, self._error = name, hits, after_s, error
        self.cancelled = False
        self.over = asyncio.Event()

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        try:
            await asyncio.sleep(self._after_s)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        finally:
            self.over.set()
        if self._error:
            raise self._error
        return self._hits


class Whole(Backend):
    """Brings documents whole."""

    def __init__(self, hits: Sequence[Hit], *whole: str) -> None:
        super().__init__("files", Hits.of(hits, whole=whole))
        self.asked: list[Query] = []

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        self.asked.append(query)
        return await super().search(query, deadline)


async def run(*backends: Backend, queries: Sequence[str] = ("q",), shown: int = 8, showing: bool = False) -> Gathered:
    by_name = {backend.name: backend for backend in backends}
    until = Deadline.after(5)
    return await gather(queries, Filters(), by_name, Order(), QUICK, shown, until, whole_tokens=100, showing=showing)


async def test_a_late_backend_is_left_out_and_told_about(hit: Callable[..., Hit]) -> None:
    late = Backend("web", [hit("B", "b text")], after_s=3)
    found = await run(Backend("index", [hit("A", "a text")]), late)
    assert [h.passage.document.title for h in found.hits] == ["A"]
    assert [(one.part, one.reason) for one in found.degraded] == [("web", "timeout")]
    assert any("web: timed out after" in step.detail for step in found.steps)
    await asyncio.sleep(0)
    assert late.cancelled


@pytest.mark.parametrize("error", [Damaged("the index fails its check"), OSError("disk gone"), ValueError("a bug")])
async def test_a_dead_backend_is_no_exception(error: Exception, hit: Callable[..., Hit]) -> None:
    found = await run(Backend("index", [hit("A", "a text")]), Backend("web", error=error))
    assert len(found.hits) == 1
    assert [(one.part, one.reason) for one in found.degraded] == [("web", "failed")]
    assert str(error) in found.degraded[0].detail


async def test_while_nobody_has_answered_a_late_backend_is_waited_for(hit: Callable[..., Hit]) -> None:
    found = await run(Backend("index", [hit("A", "a text")], after_s=0.1))
    assert len(found.hits) == 1
    assert not found.degraded


async def test_a_dead_backend_does_not_end_the_wait_for_a_late_one(hit: Callable[..., Hit]) -> None:
    found = await run(Backend("index", [hit("A", "a text")], after_s=0.1), Backend("web", error=OSError("gone")))
    assert len(found.hits) == 1


class Behind(Backend):
    """Answers or fails some steps after another one has ended."""

    def __init__(self, name: str, before: Backend, hits: Sequence[Hit] = (), *, error: Exception | None = None) -> None:
        super().__init__(name, hits, error=error)
        self._before = before

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        await self._before.over.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        return await super().search(query, deadline)


async def test_one_that_dies_after_the_deadline_does_not_end_the_wait_for_the_others(
    hit: Callable[..., Hit], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pincite.answer.gather.PATIENCE", 90)
    first = Backend("web", after_s=0.1, error=OSError("gone"))
    second = Behind("pages", first, error=OSError("gone, too"))
    found = await run(first, second, Behind("index", second, [hit("A", "a text")]), Backend("never", after_s=60))
    assert [h.passage.document.title for h in found.hits] == ["A"]
    assert [(one.part, one.reason) for one in found.degraded] == [
        ("web", "failed"),
        ("pages", "failed"),
        ("never", "timeout"),
    ]


async def test_when_all_have_died_nobody_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pincite.answer.gather.PATIENCE", 90)
    first = Backend("web", after_s=0.1, error=OSError("gone"))
    found = await asyncio.wait_for(run(first, Behind("index", first, error=OSError("gone"))), 4)
    assert [(one.part, one.reason) for one in found.degraded] == [("web", "failed"), ("index", "failed")]


async def test_when_everybody_is_late_there_is_nothing_and_no_exception() -> None:
    found = await run(Backend("index", after_s=9))
    assert found.hits == ()
    assert found.sources == ()
    assert found.degraded[0].reason == "timeout"


async def test_no_backend_finds_nothing() -> None:
    assert (await run()).hits == ()


async def test_two_queries_are_two_searches_and_one_complaint() -> None:
    found = await run(Backend("index", error=OSError("gone")), queries=("a", "b"))
    assert found.searches == 2
    assert len(found.degraded) == 1


async def test_a_stopped_question_stops_its_searches() -> None:
    slow = Backend("index", after_s=9)
    task = asyncio.create_task(run(slow))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert slow.cancelled


def test_sources_are_documents_numbered_by_their_best_passage(hit: Callable[..., Hit]) -> None:
    sources = number([hit("A", "x", 0), hit("B", "y", 0), hit("A", "z", 1)])
    assert [(s.number, s.document.title, len(s.passages)) for s in sources] == [(1, "A", 2), (2, "B", 1)]


def test_a_source_keeps_what_ranked_its_best_passage_and_no_more_than_explains_it(
    hit: Callable[..., Hit],
) -> None:
    signals = {"base": 1.23456, "rank_dense": 2.0, "dense": 0.7, "adds_short": -0.51, "adds_fresh": 0.0, "short": 1.0}
    best = hit("A", "x", 0).model_copy(update={"signals": signals})
    (source,) = number([best, hit("A", "z", 1)])
    assert source.signals == {"base": 1.23, "rank_dense": 2.0, "adds_short": -0.51}
    (source,) = number([], {"a": [best.passage]})
    assert source.signals == {}


async def test_of_a_file_that_comes_whole_every_passage_is_a_source_and_the_others_keep_their_number(
    hit: Callable[..., Hit],
) -> None:
    small = [hit("A", f"a says {n}", n, score=1.0 - n) for n in range(5)]
    large = [hit("B", f"b says {n}", n, score=2.0 - n) for n in range(5)]
    other = [hit("C", f"c says {n}", n, score=-9.0) for n in range(3)]
    found = await run(Whole([*large, *small, *other], "a", "c"), showing=True, shown=2)
    assert {s.document.title: [p.text for p in s.passages] for s in found.sources} == {
        "B": ["b says 0", "b says 1"],
        "A": [f"a says {n}" for n in range(5)],
        "C": [f"c says {n}" for n in range(3)],
    }
    assert [source.number for source in found.sources] == [1, 2, 3]
    assert found.whole == {"a", "c"}
    assert {h.passage.id for h in found.hits} <= {p.id for source in found.sources for p in source.passages}
    assert found.steps[-1].detail == "whole: A, C; by passages: B"


async def test_without_a_writer_nothing_is_shown_whole(hit: Callable[..., Hit]) -> None:
    found = await run(Whole([hit("A", f"a says {n}", n) for n in range(5)], "a"), shown=2)
    assert [len(source.passages) for source in found.sources] == [2]
    assert found.whole == frozenset()


async def test_what_comes_whole_is_asked_for_once(hit: Callable[..., Hit]) -> None:
    backend = Whole([hit("A", "a text")], "a")
    await run(backend, queries=("q", "r"), showing=True)
    assert sorted(query.whole_tokens for query in backend.asked) == [0, 100]
