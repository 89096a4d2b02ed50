"""The latest events in memory: the same as the log, or nothing."""

from __future__ import annotations

import asyncio

import pytest

from pincite.events import Finished, Stamped, Wrote
from pincite.library.tail import KEPT, Tail
from pincite.types import Status


def some(first: int, last: int) -> list[Stamped]:
    return [Stamped(seq=seq, event=Wrote(text=f"{seq}")) for seq in range(first, last + 1)]


def test_who_keeps_up_gets_what_is_new_and_who_is_too_far_behind_is_sent_to_the_log() -> None:
    live = Tail()
    live.extend(some(1, KEPT + 10))
    assert live.after(KEPT + 7) == some(KEPT + 8, KEPT + 10)
    assert live.after(KEPT + 10) == []
    assert live.after(10) == some(11, KEPT + 10)
    assert live.after(9) is None
    assert live.after(KEPT + 11) is None


async def test_everyone_who_waits_is_woken() -> None:
    live = Tail()
    waiting = [asyncio.create_task(live.changed()) for _ in range(5)]
    await asyncio.sleep(0)
    live.extend(some(1, 1))
    assert await asyncio.gather(*waiting) == [None] * 5


async def test_who_stops_waiting_leaves_nothing_behind() -> None:
    live = Tail()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(live.changed(), 0.01)
    assert live._waiting == set()


def test_it_ends_with_finished_or_when_it_is_told() -> None:
    live, other = Tail(), Tail()
    live.extend([Stamped(seq=1, event=Finished(status=Status.STOPPED))])
    other.end()
    assert (live.ended, other.ended, Tail().ended) == (True, True, False)
