import asyncio
from collections.abc import Callable, Sequence

import pytest

from pincite.answer.gather import gather, number
from pincite.errors import Damaged
from pincite.ports import Deadline, Query
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

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        try:
            await asyncio.sleep(self._after_s)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if self._error:
            raise self._error
        return self._hits


async def run(*backends: Backend, queries: Sequence[str] = ("q",)):  # type: ignore[no-untyped-def]
    by_name = {backend.name: backend for backend in backends}
    return await gather(queries, Filters(), by_name, Order(), QUICK, 8, Deadline.after(5))


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
