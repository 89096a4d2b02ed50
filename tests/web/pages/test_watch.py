"""Watching a thread: all are told of new answers, the library is asked once for all, and nothing outlives its use."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from pincite.errors import NotFound
from pincite.types import Actor, Answer, Question, Thread
from pincite.web.pages import watch
from pincite.web.pages.watch import Told, Watches

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


ME = Actor()
ADA = Actor(id="ada", kind="person", name="Ada")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOOK_S", 0.005)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def test_a_watcher_gets_what_is_there_and_then_what_comes(shelf: Shelf) -> None:
    async with aclosing(Watches(shelf, asyncio.Event()).now("t", ME)) as changes:
        assert len((await anext(changes)).answers) == 1
        shelf.add()
        assert len((await anext(changes)).answers) == 2


async def test_many_watchers_cost_as_many_looks_as_one_and_none_when_they_are_gone(shelf: Shelf) -> None:
    watches = Watches(shelf, asyncio.Event())
    many = [watches.now("t", ME) for _ in range(20)]
    assert {len((await anext(one)).answers) for one in many} == {1}
    assert shelf.looks == 1
    for one in many:
        await one.aclose()
    looks = shelf.looks
    await asyncio.sleep(0.05)
    assert shelf.looks == looks


@pytest.mark.parametrize("why", ["closing", "deleted"])
async def test_watching_ends_with_the_server_and_with_the_thread(shelf: Shelf, why: str) -> None:
    closing = asyncio.Event()
    changes = Watches(shelf, closing).now("t", ME)
    await anext(changes)
    if why == "closing":
        closing.set()
    else:
        shelf.deleted = True
    async with asyncio.timeout(5):
        assert [one async for one in changes] == []


async def test_a_thread_can_be_watched_again_after_its_watch_ended(shelf: Shelf) -> None:
    watches = Watches(shelf, asyncio.Event())
    first = watches.now("t", ME)
    await anext(first)
    shelf.deleted = True
    assert [one async for one in first] == []
    shelf.deleted = False
    async with aclosing(watches.now("t", ME)) as second:
        assert len((await anext(second)).answers) == 1


async def test_whoever_comes_and_goes_is_told_to_the_others_by_name_and_once(shelf: Shelf) -> None:
    watches = Watches(shelf, asyncio.Event())
    mine = watches.now("t", ME)
    assert (await anext(mine)).others == ()
    tabs = [watches.now("t", ADA), watches.now("t", ADA)]
    assert (await anext(tabs[0])).others == ("You",)
    assert (await anext(mine)).others == ("Ada",)
    await anext(tabs[1])
    again = watches.now("t", ME)
    assert (await anext(again)).others == ("Ada",)
    for tab in tabs:
        await tab.aclose()
    assert (await anext(mine)).others == ()
    await mine.aclose()
    await again.aclose()


async def test_fewer_answers_are_told_as_more_are(shelf: Shelf) -> None:
    shelf.add()
    async with aclosing(Watches(shelf, asyncio.Event()).now("t", ME)) as changes:
        assert len((await anext(changes)).answers) == 2
        shelf.kept.pop()
        assert len((await anext(changes)).answers) == 1
        shelf.add()
        assert len((await anext(changes)).answers) == 2


def test_a_turn_is_one_event_whatever_is_in_it() -> None:
    told = Told()
    assert (
        told.render([("turn", {"html": '<p>\nquoted "text"</p>'})])
        == b'event: turn\ndata: {"html": "<p>\\nquoted \\"text\\"</p>"}\n\n'
    )
