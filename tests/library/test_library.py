"""The library's promises, on both databases: nothing is told before it is kept, nothing is kept twice."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from tests.library.story import answered, source, story

from pincite.errors import Busy, Conflict, DiskFull, NotFound
from pincite.events import Cited, Failed, Finished, Started, Stepped, Wrote, fold
from pincite.library import Library, records
from pincite.library import log as log_module
from pincite.types import Actor, Question, Sentence, Status, Verdict


async def seqs(library: Library, answer_id: str, after: int = 0) -> list[int]:
    return [stamped.seq async for stamped in library.tail(answer_id, after)]


async def taken_for_dead(library: Library, other: Library) -> None:
    """``other`` no longer sees ``library``, as after a beat that is too late."""
    await other._write(lambda transaction: library._runner.leave(transaction.connection))


async def test_an_answer_is_the_fold_of_its_log(library: Library) -> None:
    question = Question(text="What are whales?", asker=Actor(id="ann"))
    log = story("a1", question, "Whales are ", "mammals.", sources=[source()])
    log.insert(-1, Cited(sentence=Sentence(start=0, end=19, verdict=Verdict.SUPPORTED)))
    assert await library.begin(question, "a1") == "a1"
    for event in log:
        await library.append("a1", [event])
    assert await library.answer("a1") == fold(log)
    assert [stamped.event for stamped in await library.events("a1")] == log
    assert [stamped.seq for stamped in await library.events("a1", 2)] == [3, 4, 5, 6]


async def test_an_answer_that_is_running_reads_as_far_as_it_is(library: Library) -> None:
    question = Question(text="What are whales?")
    await library.begin(question, "a1")
    begun = await library.answer("a1")
    assert (begun.question, begun.status, begun.text) == (question, Status.RUNNING, "")
    await library.append("a1", story("a1", question, "Whales")[:-1])
    assert (await library.answer("a1")).text == "Whales"


async def test_numbers_start_at_one_and_have_no_gaps_however_events_are_bundled(library: Library) -> None:
    question = Question(text="q")
    await library.begin(question, "a1")
    log = story("a1", question, *"abcdefgh")
    first = await library.append("a1", log[:1])
    rest = await asyncio.gather(*(library.append("a1", log[at : at + 3]) for at in range(1, len(log), 3)))
    assert [s.seq for s in first + [s for part in rest for s in part]] == list(range(1, 11))
    assert await library.append("a1", []) == []
    assert (await library.answer("a1")).text == "abcdefgh"


async def test_a_viewer_that_comes_at_any_time_sees_every_event_once_in_order(library: Library) -> None:
    question = Question(text="q")
    await library.begin(question, "a1")
    log = story("a1", question, *(f"{n} " for n in range(400)))
    viewers = []
    for at, event in enumerate(log):
        if at % 40 == 0:
            viewers.append((0, asyncio.create_task(seqs(library, "a1"))))
            viewers.append((at // 2, asyncio.create_task(seqs(library, "a1", at // 2))))
        await library.append("a1", [event])
    for after, viewer in viewers:
        assert await viewer == list(range(after + 1, len(log) + 1))
    assert await seqs(library, "a1", 400) == [401, 402]
    assert await seqs(library, "a1", 402) == []


async def test_a_viewer_far_behind_reads_the_log_and_catches_up(library: Library) -> None:
    question = Question(text="q")
    await library.begin(question, "a1")
    log = story("a1", question, *("x" for _ in range(1200)))
    await library.append("a1", log[:2])
    seen = []
    async for stamped in library.tail("a1"):
        seen.append(stamped.seq)
        if stamped.seq == 1:
            await library.append("a1", log[2:-1])
        if stamped.seq == 700:
            await library.append("a1", log[-1:])
    assert seen == list(range(1, len(log) + 1))


async def test_a_viewer_of_a_lost_tail_still_sees_the_end(library: Library) -> None:
    """Tokens written just before a power cut may be gone, and with them numbers that a viewer has seen."""
    answer_id = await answered(library, "q", "text")
    found = [stamped async for stamped in library.tail(answer_id, 50)]
    assert [type(stamped.event) for stamped in found] == [Finished]


async def test_a_viewer_that_goes_leaves_nothing_waiting(library: Library) -> None:
    await library.begin(Question(text="q"), "a1")
    viewers = [asyncio.create_task(seqs(library, "a1")) for _ in range(20)]
    await asyncio.sleep(0.05)
    for viewer in viewers:
        viewer.cancel()
    await asyncio.gather(*viewers, return_exceptions=True)
    assert library._tails["a1"]._waiting == set()


async def test_another_process_sees_the_events_as_they_come(
    library: Library, library_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "POLL_S", 0.02)
    question = Question(text="q")
    log = story("a1", question, "one", "two")
    async with await Library.open(library_url) as other:
        await library.begin(question, "a1")
        viewer = asyncio.create_task(seqs(other, "a1"))
        for event in log:
            await library.append("a1", [event])
            await asyncio.sleep(0.03)
        assert await viewer == [1, 2, 3, 4]


async def test_a_viewer_here_sees_that_another_process_ended_the_answer(
    library: Library, library_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "POLL_S", 0.02)
    question = Question(text="q")
    await library.begin(question, "a1")
    await library.append("a1", story("a1", question, "one")[:-1])
    viewer = asyncio.create_task(seqs(library, "a1"))
    async with await Library.open(library_url) as other:
        await library._doubt()
        assert "a1" in library._tails
        await taken_for_dead(library, other)
        assert await other.recover() == ["a1"]
    await library._doubt()
    assert await viewer == [1, 2, 3, 4]
    with pytest.raises(Conflict, match="interrupted"):
        await library.append("a1", [Wrote(text="more")])


async def test_nothing_comes_after_finished(library: Library) -> None:
    answer_id = await answered(library, "q", "text")
    with pytest.raises(Conflict, match="answered"):
        await library.append(answer_id, [Wrote(text="more")])
    question = Question(text="q")
    await library.begin(question, "a2")
    with pytest.raises(ValueError, match="after Finished"):
        await library.append("a2", [*story("a2", question), Wrote(text="more")])
    assert (await library.answer("a2")).status is Status.RUNNING


async def test_a_log_opens_with_started_and_only_once(library: Library) -> None:
    question = Question(text="q")
    await library.begin(question, "a1")
    with pytest.raises(ValueError, match="can't be wrote"):
        await library.append("a1", [Wrote(text="early")])
    await library.append("a1", [Started(answer_id="a1", question=question)])
    with pytest.raises(ValueError, match="can't be started"):
        await library.append("a1", [Started(answer_id="a1", question=question)])


async def test_one_answers_mistake_is_not_anothers(library: Library) -> None:
    questions = {f"a{n}": Question(text="q") for n in range(30)}
    await asyncio.gather(*(library.begin(question, name) for name, question in questions.items()))
    acts = [library.append(name, story(name, question, "fine")) for name, question in questions.items()]
    bad = library.append("nobody", [Stepped(step="plan")])
    outcomes = await asyncio.gather(*acts[:15], bad, *acts[15:], return_exceptions=True)
    assert [type(outcome) for outcome in outcomes].count(NotFound) == 1
    assert [(await library.answer(name)).text for name in questions] == ["fine"] * 30


async def test_a_caller_that_goes_away_does_not_undo_what_it_wrote(library: Library) -> None:
    question = Question(text="q")
    await library.begin(question, "a1")
    gone = asyncio.create_task(library.append("a1", story("a1", question, "kept")))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    assert await seqs(library, "a1") == [1, 2, 3]


# ── asking twice ──


async def test_the_same_key_gives_the_same_answer(library: Library) -> None:
    question = Question(text="q")
    assert await library.begin(question, "a1", key="k", body_hash="h") == "a1"
    assert await library.begin(question, "a2", key="k", body_hash="h") == "a1"
    assert [answer.id for answer in await library.answers(question.thread_id)] == ["a1"]


async def test_a_key_used_for_another_body_is_a_conflict(library: Library) -> None:
    await library.begin(Question(text="q"), "a1", key="k", body_hash="h")
    with pytest.raises(Conflict, match="'k'"):
        await library.begin(Question(text="other"), "a2", key="k", body_hash="other")
    with pytest.raises(NotFound):
        await library.answer("a2")


async def test_of_many_at_once_with_one_key_one_wins_also_across_processes(library: Library, library_url: str) -> None:
    question = Question(text="q")
    async with await Library.open(library_url) as other:
        begun = await asyncio.gather(
            *(
                which.begin(question, f"{name}{n}", key="k", body_hash="h")
                for n in range(10)
                for name, which in (("here", library), ("there", other))
            )
        )
    assert len(set(begun)) == 1
    assert (await library.thread(question.thread_id)).answers == 1


# ── threads ──


async def test_a_thread_is_titled_by_its_first_question_and_keeps_the_order_of_its_answers(library: Library) -> None:
    question = Question(text="  What are\n whales?  ", asker=Actor(id="ann"))
    first = await library.begin(question, "a1")
    others = [await library.begin(Question(text=f"{n}", thread_id=question.thread_id), f"b{n}") for n in range(5)]
    thread = await library.thread(question.thread_id)
    assert (thread.title, thread.owner, thread.answers) == ("What are whales?", "ann", 6)
    assert thread.created <= thread.updated <= datetime.now(UTC)
    assert [answer.id for answer in await library.answers(question.thread_id)] == [first, *others]


async def test_questions_of_many_at_once_to_one_thread_all_find_a_place(library: Library, library_url: str) -> None:
    async with await Library.open(library_url) as other:
        await asyncio.gather(
            *(
                which.begin(Question(text="q", thread_id="t"), f"{name}{n}")
                for n in range(10)
                for name, which in (("here", library), ("there", other))
            )
        )
    assert len(await library.answers("t")) == 20


async def test_threads_come_newest_first_whatever_the_clock_says(library: Library) -> None:
    for n in range(5):
        await answered(library, f"question {n}", thread_id=f"t{n}")
    await answered(library, "again", thread_id="t1")
    assert [thread.id for thread in await library.threads()] == ["t1", "t4", "t3", "t2", "t0"]
    assert [thread.id for thread in await library.threads(limit=2, offset=1)] == ["t4", "t3"]


async def test_a_deleted_thread_is_gone_with_all_that_hung_on_it(library: Library) -> None:
    question = Question(text="What are whales?")
    await library.begin(question, "a1", key="k", body_hash="h")
    viewer = asyncio.create_task(seqs(library, "a1"))
    await asyncio.sleep(0.02)
    await library.delete(question.thread_id)
    with pytest.raises(NotFound):
        await viewer
    for missing in (
        library.thread(question.thread_id),
        library.answers(question.thread_id),
        library.answer("a1"),
        library.append("a1", [Started(answer_id="a1", question=question)]),
        library.events("a1"),
        library.delete(question.thread_id),
        library.rename(question.thread_id, "x"),
        library.passage("a1", "p1"),
    ):
        with pytest.raises(NotFound):
            await missing
    assert await library.threads(search="whales") == []
    assert await library.begin(question, "a2", key="k", body_hash="other") == "a2"


async def test_what_was_cited_is_kept_with_the_answer(library: Library) -> None:
    answer_id = await answered(library, "q", "Whales are mammals.", sources=[source("Whales are mammals.")])
    kept = await library.passage(answer_id, "p1")
    assert kept is not None
    assert kept.text == "Whales are mammals."
    assert await library.passage(answer_id, "p2") is None


# ── after a crash ──


async def test_answers_left_behind_are_closed_with_their_text_kept(library: Library, library_url: str) -> None:
    question = Question(text="q")
    async with await Library.open(library_url) as other:
        await other.begin(question, "a1")
        await other.append("a1", story("a1", question, "half an ans")[:-1])
        await other.begin(Question(text="never started"), "a2")
        assert await library.recover() == []
    assert await library.recover() == ["a1", "a2"]
    assert await library.recover() == []
    half, none = await library.answer("a1"), await library.answer("a2")
    assert (half.text, half.status, none.status) == ("half an ans", Status.INTERRUPTED, Status.INTERRUPTED)
    assert half.problem is not None
    assert (half.problem.type, half.problem.retryable) == ("interrupted", True)
    log = [stamped.event for stamped in await library.events("a2")]
    assert [type(event) for event in log] == [Started, Failed, Finished]


async def test_what_is_running_here_is_not_recovered(library: Library) -> None:
    question = Question(text="q")
    await library.begin(question, "a1")
    assert await library.recover() == []
    await library.append("a1", story("a1", question, "text"))


async def test_a_closed_library_says_so(library_url: str) -> None:
    library = await Library.open(library_url)
    await library.begin(Question(text="q"), "a1")
    viewer = asyncio.create_task(seqs(library, "a1"))
    await asyncio.sleep(0.02)
    await library.close()
    for late in (viewer, library.answer("a1"), library.begin(Question(text="q"), "a2")):
        with pytest.raises(Busy, match="closed"):
            await late


async def test_what_was_kept_is_there_after_closing_and_opening(library_url: str) -> None:
    async with await Library.open(library_url) as library:
        answer_id = await answered(library, "What are whales?", "Mammals.")
    async with await Library.open(library_url) as library:
        assert (await library.answer(answer_id)).text == "Mammals."
        assert await seqs(library, answer_id) == [1, 2, 3]


async def test_an_answer_that_could_not_be_written_is_closed_when_it_can(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = Question(text="q")
    await library.begin(question, "a1")
    await library.append("a1", story("a1", question, "kept")[:-1])
    with monkeypatch.context() as full:

        def no_space(*_: object) -> None:
            raise DiskFull("no space")

        full.setattr(records, "append", no_space)
        with pytest.raises(DiskFull):
            await library.append("a1", [Finished(status=Status.ANSWERED)])
    await library._free_stuck()
    assert (await library.answer("a1")).status is Status.RUNNING
    monkeypatch.setattr(log_module, "STUCK_S", 0.0)
    await library._free_stuck()
    assert await seqs(library, "a1") == [1, 2, 3, 4]
    assert (await library.answer("a1")).status is Status.INTERRUPTED
    assert library._stuck == {}


TEXTS = ("", "\"quoted\" 'twice' \\ back", "zero \x00 inside", "emoji 🐋, 漢字", "line\u2028end\n", "{'a': [1]}")


async def test_any_text_comes_back_as_it_was_kept(library: Library) -> None:
    """All events of a commit go to the database in one statement: no character may mean anything to it."""
    question = Question(text="q")
    await library.begin(question, "a1")
    await library.append("a1", [Started(answer_id="a1", question=question), *(Wrote(text=text) for text in TEXTS)])
    await library.append("a1", [Finished(status=Status.ANSWERED)])
    kept = [stamped.event for stamped in await library.events("a1")]
    assert [event.text for event in kept if isinstance(event, Wrote)] == list(TEXTS)
    assert (await library.answer("a1")).text == "".join(TEXTS)


async def test_an_answer_told_across_a_failed_act_is_kept_whole(library: Library) -> None:
    """A failure makes the writer forget what it knows of running answers; the log still knows."""
    question = Question(text="q")
    await library.begin(question, "a1")
    await library.append("a1", [Started(answer_id="a1", question=question), Wrote(text="one ")])
    more = asyncio.ensure_future(library.append("a1", [Wrote(text="two")]))
    with pytest.raises(NotFound):
        await library.rename("no thread", "title")
    await more
    await library.append("a1", [Finished(status=Status.ANSWERED)])
    assert (await library.answer("a1")).text == "one two"
    assert fold([stamped.event for stamped in await library.events("a1")]) == await library.answer("a1")
