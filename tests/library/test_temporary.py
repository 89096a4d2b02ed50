"""Temporary threads: a library in memory, forgotten an hour after the last look, and never on a disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.library.story import source, story

from pincite.errors import Busy, NotFound
from pincite.library import temporary as module
from pincite.library.database import in_memory
from pincite.library.temporary import KEPT_S, Temporary
from pincite.types import Actor, Question, Status, new_id

ADA = Actor(id="ada", kind="person", name="Ada")


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def temporary(clock: Clock) -> AsyncIterator[Temporary]:
    made = Temporary(clock=clock)
    yield made
    await made.close()


async def told(temporary: Temporary, text: str = "What are whales?", *, thread_id: str = "") -> Question:
    """A finished answer in a temporary thread."""
    question = Question(text=text, thread_id=thread_id or new_id(), asker=ADA, temporary=True)
    answer_id = new_id()
    await temporary.begin(question, answer_id)
    library = temporary.of(answer_id)
    assert library is not None
    await library.append(answer_id, story(answer_id, question, "Mammals.", sources=[source()]))
    return question


async def test_it_is_read_by_its_ids_until_it_is_forgotten(temporary: Temporary) -> None:
    thread_id = (await told(temporary)).thread_id
    await told(temporary, "And seals?", thread_id=thread_id)
    library = temporary.of(thread_id)
    assert library is not None
    answers = await library.answers(thread_id)
    assert [answer.status for answer in answers] == [Status.ANSWERED] * 2
    assert all(temporary.holds(answer.id) for answer in answers)
    assert temporary.of("another") is None
    await temporary.forget(thread_id)
    with pytest.raises(NotFound, match="is forgotten"):
        await temporary.placed(Question(text="And now?", thread_id=thread_id), library)
    assert not any(temporary.holds(id_) for id_ in (thread_id, *(answer.id for answer in answers)))
    assert await library.threads() == []
    with pytest.raises(NotFound):
        await temporary.forget(thread_id)


async def test_it_is_forgotten_an_hour_after_the_last_look(temporary: Temporary, clock: Clock) -> None:
    seen, unseen = (await told(temporary)).thread_id, (await told(temporary)).thread_id
    clock.now += KEPT_S - 1
    assert temporary.of(seen) is not None
    clock.now += 1
    await temporary.expire()
    assert temporary.holds(seen)
    assert not temporary.holds(unseen)
    clock.now += KEPT_S
    await temporary.expire()
    assert not temporary.holds(seen)


async def test_a_person_who_leaves_is_forgotten_and_nobody_else(temporary: Temporary) -> None:
    hers = (await told(temporary)).thread_id
    his = Question(text="And mine?", asker=Actor(id="ben"), temporary=True)
    await temporary.begin(his, new_id())
    await temporary.forget_of("ada")
    assert not temporary.holds(hers)
    assert temporary.holds(his.thread_id)


async def test_a_question_that_is_taken_back_takes_its_thread_only_if_it_opened_it(temporary: Temporary) -> None:
    opened, question = await told(temporary), Question(text="Alone?", temporary=True)
    second, alone = new_id(), new_id()
    await temporary.begin(question.model_copy(update={"thread_id": opened.thread_id}), second)
    await temporary.begin(question, alone)
    for answer_id in (second, alone):
        await temporary.retract(answer_id)
        assert not temporary.holds(answer_id)
    assert not temporary.holds(question.thread_id)
    library = temporary.of(opened.thread_id)
    assert library is not None
    assert len(await library.answers(opened.thread_id)) == 1


async def test_the_same_key_returns_the_first_answer(temporary: Temporary) -> None:
    first = new_id()
    assert await temporary.begin(Question(text="Once?", temporary=True), first, key="k", body_hash="b") == first
    again = Question(text="Once?", temporary=True)
    assert await temporary.begin(again, new_id(), key="k", body_hash="b") == first
    assert not temporary.holds(again.thread_id)


async def test_there_are_only_so_many(temporary: Temporary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 1)
    thread_id = (await told(temporary)).thread_id
    with pytest.raises(Busy, match="as many as there may be"):
        await told(temporary)
    await told(temporary, "A follow-up", thread_id=thread_id)


async def test_nobody_takes_the_places_of_others(temporary: Temporary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_EACH", 2)
    first = (await told(temporary)).thread_id
    await told(temporary)
    with pytest.raises(Busy, match="as many as you may have"):
        await told(temporary)
    await temporary.begin(Question(text="And mine?", asker=Actor(id="ben"), temporary=True), new_id())
    await temporary.forget(first)
    await told(temporary)


async def test_files_are_named_by_what_is_there_and_told_of_when_it_goes() -> None:
    told_of: list[int] = []
    temporary = Temporary(lambda: told_of.append(1))
    assert await temporary.files_named() == set()
    question = Question(text="In it?", file_ids=("f1",), temporary=True)
    await temporary.begin(question, new_id())
    assert await temporary.files_named() == {"f1"}
    await temporary.forget(question.thread_id)
    assert await temporary.files_named() == set()
    assert told_of == [1]
    await temporary.close()


async def test_many_read_while_others_write(temporary: Temporary) -> None:
    thread_id = (await told(temporary)).thread_id
    library = temporary.of(thread_id)
    assert library is not None

    async def reading() -> int:
        return sum([len(await library.answers(thread_id)) for _ in range(30)])

    *counts, _ = await asyncio.gather(
        *(reading() for _ in range(8)), asyncio.gather(*(told(temporary, f"No. {n}?") for n in range(30)))
    )
    assert counts == [30] * 8


async def test_nothing_of_a_database_in_memory_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    temporary = Temporary()
    await told(temporary, "What is a narwhalcanary?" * 2000)
    assert list(tmp_path.rglob("*")) == []
    await temporary.close()


def test_databases_in_memory_know_nothing_of_each_other_and_overwrite_what_is_deleted() -> None:
    one, other = in_memory(), in_memory()
    with one.write() as connection:
        connection.exec_driver_sql("CREATE TABLE words (word TEXT)")
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1
    with one.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM words").scalar() == 0
    with other.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar() == 0
    assert one.is_sqlite
    one.close()
    other.close()
