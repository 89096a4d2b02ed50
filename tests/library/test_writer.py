"""One writer for all: what fails alone fails alone, and a database that goes away costs nothing but time."""

from __future__ import annotations

import asyncio

import psycopg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from tests.library.story import story

from pincite.errors import Busy
from pincite.events import Event, Started, Wrote
from pincite.library import Library, database, writer
from pincite.types import Question, Status


async def test_many_acts_share_a_transaction(library: Library) -> None:
    question = Question(text="q")
    await library.begin(question, "a1")
    commits: list[object] = []
    event.listen(library._database.writing, "commit", commits.append)
    log = story("a1", question, *("x" for _ in range(500)))
    await asyncio.gather(*(library.append("a1", [each]) for each in log))
    assert len(commits) < 60
    assert (await library.answer("a1")).text == "x" * 500


async def test_whoever_is_to_be_told_and_fails_costs_nobody_else(library: Library) -> None:
    def fails(_: int) -> None:
        raise RuntimeError("told")

    told = library._write(lambda _: 1, then=fails)
    behind = library._write(lambda _: 2)
    async with asyncio.timeout(5):
        with pytest.raises(RuntimeError, match="told"):
            await told
        assert await behind == 2


async def two_begun(library: Library, monkeypatch: pytest.MonkeyPatch) -> Question:
    """Two answers that have started, and from now on no beat comes by itself."""
    question = Question(text="q")
    for name in ("a1", "a2"):
        await library.begin(question, name)
        await library.append(name, [Started(answer_id=name, question=question)])
    monkeypatch.setattr(writer, "WINDOW_S", 3600.0)
    monkeypatch.setattr(writer, "WINDOW_PER_ANSWER_S", 3600.0)
    return question


async def test_text_waits_for_the_beat_of_all_answers_and_what_somebody_waits_for_takes_it_along(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = await two_begun(library, monkeypatch)
    text = asyncio.create_task(library.append("a1", [Wrote(text="x")]))
    await asyncio.sleep(0.05)
    assert not text.done()
    await library.begin(question, "a3")
    assert [stamped.seq for stamped in await text] == [2]


async def test_text_that_comes_before_the_beat_goes_with_it_and_an_end_does_not(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = await two_begun(library, monkeypatch)
    *_, end = story("a1", question)
    made: list[Event] = [Wrote(text="x")]
    text = asyncio.create_task(library.append("a1", made))
    await asyncio.sleep(0)
    made += [Wrote(text="y"), end, Wrote(text="too late")]
    await library.begin(question, "a3")
    assert [stamped.event for stamped in await text] == made[:2]
    assert (await library.answer("a1")).status is Status.RUNNING, "an end is kept durably, or not yet"
    assert [stamped.seq for stamped in await library.append("a1", made[2:3])] == [4]
    assert (await library.answer("a1")).text == "xy"


async def test_what_a_person_did_is_on_the_disk_and_tokens_may_follow(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    kept = database.Database.write

    def watched(self: database.Database, *, durable: bool = True) -> object:
        asked.append(durable)
        return kept(self, durable=durable)

    monkeypatch.setattr(database.Database, "write", watched)
    question = Question(text="q")
    await library.begin(question, "a1")
    opened, *middle, last = story("a1", question, "token")
    await library.append("a1", [opened, *middle])
    await library.append("a1", [last])
    await library.delete(question.thread_id)
    assert asked == [True, False, True, True]


@pytest.mark.postgres
async def test_a_connection_that_is_cut_is_made_again_and_nothing_is_written_twice(
    postgres_url: str, postgres: str
) -> None:
    async with await Library.open(postgres_url) as library:
        question = Question(text="q")
        await library.begin(question, "a1")
        await library.append("a1", [Started(answer_id="a1", question=question)])
        for n in range(12):
            if n % 3 == 0:
                _cut_all(postgres)
            await library.append("a1", [Wrote(text=f"{n} ")])
        assert (await library.answer("a1")).text == "0 1 2 3 4 5 6 7 8 9 10 11 "


def _cut_all(socket: str) -> None:
    with psycopg.connect(f"host={socket} user=pincite dbname=postgres", autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")


class Unanswered:
    """The connection is lost after the commit and before its acknowledgement, as often as told."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self, connection: object) -> None:
        if self.times:
            self.times -= 1
            raise OperationalError("COMMIT", {}, psycopg.OperationalError("server closed the connection"))


@pytest.mark.postgres
@pytest.mark.parametrize("times", [1, 2])
async def test_a_commit_that_was_made_but_not_answered_is_not_made_again(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(writer, "PAUSES_S", (0.0,) * 6)
    async with await Library.open(postgres_url) as library:
        question = Question(text="q")
        dialect, lost = library._database.writing.dialect, Unanswered(0)
        real = dialect.do_commit

        def commit(connection: object) -> None:
            real(connection)  # type: ignore[arg-type]
            lost(connection)

        monkeypatch.setattr(dialect, "do_commit", commit)
        lost.times = times
        await library.begin(question, "a1")
        for each in story("a1", question, "one ", "two "):
            lost.times = times
            await library.append("a1", [each])
        answer = await library.answer("a1")
        assert (answer.text, len(await library.events("a1"))) == ("one two ", 4)
        assert len(await library.answers(question.thread_id)) == 1


@pytest.mark.postgres
async def test_a_server_that_stays_away_is_said_to_be_busy(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PAUSES_S", (0.0,))
    async with await Library.open(postgres_url) as library:
        question = Question(text="q")
        await library.begin(question, "a1")
        with monkeypatch.context() as away:

            def refuse(*_: object) -> None:
                raise psycopg.OperationalError("connection refused")

            away.setattr(library._database.writing.dialect, "do_execute", refuse)
            away.setattr(library._database.writing.dialect, "do_executemany", refuse)
            with pytest.raises(Busy, match="connection refused"):
                await library.append("a1", story("a1", question, "text"))
        await library.append("a1", story("a1", question, "text"))
        assert (await library.answer("a1")).text == "text"


async def test_a_burst_of_sqlite_writers_in_several_libraries_all_get_through(sqlite_url: str) -> None:
    libraries = [await Library.open(sqlite_url) for _ in range(4)]
    questions = {f"a{n}": Question(text="q") for n in range(12)}

    async def answer(nth: int, name: str, question: Question) -> None:
        library = libraries[nth % 4]
        await library.begin(question, name)
        for each in story(name, question, *"abcdefgh"):
            await library.append(name, [each])

    await asyncio.gather(*(answer(n, *item) for n, item in enumerate(questions.items())))
    assert [(await libraries[0].answer(name)).text for name in questions] == ["abcdefgh"] * 12
    for library in libraries:
        await library.close()
