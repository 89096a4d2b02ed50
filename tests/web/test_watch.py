"""Watching a thread: all are told of new answers, the library is asked once for all, and nothing outlives its use."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from pincite.errors import NotFound
from pincite.types import Answer, Question, Thread
from pincite.web import watch
from pincite.web.watch import Told, Watches

NOW = datetime.now(UTC)


class Shelf:
    """A library with one thread, that counts how often it is looked at."""

    def __init__(self) -> None:
        self.kept = [Answer(id="a", question=Question(text="What?"))]
        self.looks = 0
        self.deleted = False

    def add(self) -> None:
        self.kept.append(Answer(id=f"a{len(self.kept)}", question=Question(text="And?")))

    async def thread(self, thread_id: str) -> Thread:
        self.looks += 1
        if self.deleted:
            raise NotFound(f"no thread {thread_id!r}")
        return Thread(id=thread_id, title="t", created=NOW, updated=NOW, answers=len(self.kept))

    async def answers(self, thread_id: str) -> list[Answer]:
        return list(self.kept)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.005)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def test_a_watcher_gets_what_is_there_and_then_what_comes(shelf: Shelf) -> None:
    async with aclosing(Watches(shelf, asyncio.Event()).answers("t")) as changes:
        assert len(await anext(changes)) == 1
        shelf.add()
        assert len(await anext(changes)) == 2


async def test_many_watchers_cost_as_many_looks_as_one_and_none_when_they_are_gone(shelf: Shelf) -> None:
    watches = Watches(shelf, asyncio.Event())
    many = [watches.answers("t") for _ in range(20)]
    assert {len(await anext(one)) for one in many} == {1}
    assert shelf.looks == 1
    for one in many:
        await one.aclose()
    looks = shelf.looks
    await asyncio.sleep(0.05)
    assert shelf.looks == looks


@pytest.mark.parametrize("why", ["closing", "deleted"])
async def test_watching_ends_with_the_server_and_with_the_thread(shelf: Shelf, why: str) -> None:
    closing = asyncio.Event()
    changes = Watches(shelf, closing).answers("t")
    await anext(changes)
    if why == "closing":
        closing.set()
    else:
        shelf.deleted = True
    async with asyncio.timeout(5):
        assert [one async for one in changes] == []


async def test_a_thread_can_be_watched_again_after_its_watch_ended(shelf: Shelf) -> None:
    watches = Watches(shelf, asyncio.Event())
    first = watches.answers("t")
    await anext(first)
    shelf.deleted = True
    assert [one async for one in first] == []
    shelf.deleted = False
    async with aclosing(watches.answers("t")) as second:
        assert len(await anext(second)) == 1


def test_a_turn_is_one_event_whatever_is_in_it() -> None:
    told = Told()
    assert told.render(['<p>\nquoted "text"</p>']) == b'event: turn\ndata: {"html": "<p>\\nquoted \\"text\\"</p>"}\n\n'
