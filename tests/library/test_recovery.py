"""Whose is an answer whose process was killed? One process goes on with it, twice at the most; no word comes twice."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Engine, event, func, select, update
from tests.library.story import story
from tests.library.test_library import seqs, taken_for_dead

from pincite.errors import Conflict
from pincite.events import Event, Finished, Started, Stepped, Wrote
from pincite.library import Library
from pincite.library.notes import ELSEWHERE
from pincite.library.recovery import RESUMED_FOR_S, RESUMES, Taken
from pincite.library.tables import answers, notes
from pincite.types import Question, Status

QUESTION = Question(text="q", mode="copilot")


async def left(library_url: str, *more: Event, question: Question = QUESTION, answer_id: str = "a1") -> None:
    """What a process leaves that ends in the middle of an answer."""
    async with await Library.open(library_url) as dead:
        await dead.begin(question, answer_id)
        await dead.append(answer_id, more)


async def test_a_killed_answer_is_gone_on_with_where_its_log_ends(library: Library, library_url: str) -> None:
    log = story("a1", QUESTION, "half")
    await left(library_url, *log[:-1])
    taken: list[Taken] = []
    assert await library.recover(taken.append) == []
    assert [(one.answer_id, one.question, one.seq) for one in taken] == [("a1", QUESTION, 3)]
    assert list(taken[0].told) == log[:-1]
    viewer = asyncio.create_task(seqs(library, "a1", 2))
    await library.append("a1", [Wrote(text=" and half")])
    await library.append("a1", [Finished(status=Status.ANSWERED)])
    assert await viewer == [3, 4, 5]
    told = [stamped.event for stamped in await library.events("a1")]
    assert isinstance(told[2], Stepped)
    assert (told[2].step, "1 of 2" in told[2].detail) == ("resume", True)
    assert (await library.answer("a1")).text == "half and half"


async def test_one_that_had_told_nothing_begins_with_started(library: Library, library_url: str) -> None:
    await left(library_url)
    taken: list[Taken] = []
    await library.recover(taken.append)
    assert list(taken[0].told) == [Started(answer_id="a1", question=QUESTION)]
    assert [stamped.event.kind for stamped in await library.events("a1")] == ["started", "stepped"]


async def test_an_answer_that_kills_everybody_is_closed_at_the_third_time(library: Library, library_url: str) -> None:
    await left(library_url)
    taken: list[Taken] = []
    for _ in range(RESUMES):
        async with await Library.open(library_url) as dead:
            assert await dead.recover(taken.append) == []
    assert await library.recover(taken.append) == ["a1"]
    assert len(taken) == RESUMES
    closed = await library.answer("a1")
    assert closed.status is Status.INTERRUPTED
    assert closed.problem is not None
    assert f"stopped, {RESUMES + 1} times," in closed.problem.detail


async def test_of_two_processes_one_goes_on(library: Library, library_url: str) -> None:
    for number in range(8):
        await left(library_url, answer_id=f"a{number}")
    taken: list[Taken] = []
    async with await Library.open(library_url) as other:
        await asyncio.gather(*(each.recover(taken.append) for each in (library, other, library, other)))
        assert sorted(one.answer_id for one in taken) == [f"a{number}" for number in range(8)]


async def test_whoever_was_taken_for_dead_writes_no_more(library: Library, library_url: str) -> None:
    await library.begin(QUESTION, "a1")
    await library.append("a1", story("a1", QUESTION, "one")[:-1])
    taken: list[Taken] = []
    async with await Library.open(library_url) as other:
        await taken_for_dead(library, other)
        await other.recover(taken.append)
        with pytest.raises(Conflict, match="another process"):
            await library.append("a1", [Wrote(text=" two")])
        await other.append("a1", [Wrote(text=" three")])
        assert (await other.answer("a1")).text == "one three"
        await other.append("a1", [Finished(status=Status.ANSWERED)])


@pytest.mark.parametrize("why", ["quick", "late", "elsewhere", "binned", "not asked to"])
async def test_an_answer_that_nobody_waits_for_is_closed(library: Library, library_url: str, why: str) -> None:
    await left(library_url, question=Question(text="q") if why == "quick" else QUESTION)
    if why == "late":
        past = update(answers).values(asked=answers.c.asked - RESUMED_FOR_S - 1)
        await library._write(lambda transaction: transaction.connection.execute(past))
    if why == "elsewhere":
        await library.notes.keep("a1", ELSEWHERE, "")
    if why == "binned":
        await library.bin_answer("a1")
    taken: list[Taken] = []
    assert await library.recover(None if why == "not asked to" else taken.append) == ["a1"]
    assert taken == []


async def test_notes_are_kept_until_the_answer_is_finished(library: Library, library_url: str) -> None:
    await library.begin(QUESTION, "a1")
    await library.notes.keep("a1", "key", "first")
    await library.notes.keep("a1", "key", "second")
    await library.notes.keep("a1", "other", "é")
    async with await Library.open(library_url) as other:
        assert await other.notes.of("a1") == {"key": "first", "other": "é"}
    await library.append("a1", story("a1", QUESTION, "text"))
    await library.notes.keep("a1", "late", "")
    await library.notes.keep("nothing", "key", "")
    assert await noted(library) == 0
    await library.begin(QUESTION, "a2")
    await library.notes.keep("a2", "key", "of a thread that is deleted")
    assert await noted(library) == 1
    await library.delete(QUESTION.thread_id)
    assert await noted(library) == 0


async def noted(library: Library) -> int:
    count: int = await library._read(lambda c: c.execute(select(func.count()).select_from(notes)).scalar_one())
    return count


async def test_a_damaged_question_costs_no_other_answer_its_recovery(library: Library, library_url: str) -> None:
    await left(library_url, *story("a1", QUESTION, "half")[:-1])
    await left(library_url, *story("a2", QUESTION, "half")[:-1], answer_id="a2")
    with library._database.write() as connection:
        connection.execute(update(answers).where(answers.c.id == "a1").values(question='{"id'))
    assert await library.recover() == ["a2"]
    (wrong,) = await library.check()
    assert "'a1'" in wrong


async def test_a_beat_that_fails_is_followed_by_another(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[int] = []
    again = asyncio.Event()

    async def fails() -> None:
        beats.append(1)
        if len(beats) > 1:
            again.set()
        raise RuntimeError("no beat")

    monkeypatch.setattr("pincite.library.log.BEAT_S", 0.01)
    monkeypatch.setattr(library, "_doubt", fails)
    library._beating.cancel()
    library._beating = asyncio.create_task(library._beat())
    async with asyncio.timeout(5):
        await again.wait()


async def test_looking_for_dead_runners_reads_no_answer_that_is_done(library: Library) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []

    def hear(_connection: object, _cursor: object, said: str, given: tuple[object, ...], *_rest: object) -> None:
        if "runner !=" in said:
            asked.append((said, given))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        await library.recover()
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    ((said, given),) = asked
    if await library._read(lambda c: c.dialect.name) == "sqlite":
        plan = await library._read(lambda c: c.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", given).all())
        assert [step[-1] for step in plan] == ["SCAN answers USING INDEX answers_running"]
