"""What is thrown away is gone for everybody, comes back as it was for 30 days, and is then forgotten, word by word."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from tests.library.story import answered, story

from pincite.errors import Conflict, NotFound
from pincite.library import Library
from pincite.types import Question, new_id


async def replaced(library: Library, older: str, words: str) -> str:
    """A later version of an answer's turn."""
    thread_id = (await library.answer(older)).question.thread_id
    question = Question(text=words, thread_id=thread_id, replaces=older)
    answer_id = await library.begin(question, new_id())
    await library.append(answer_id, story(answer_id, question, "New."))
    return answer_id


async def three(library: Library) -> tuple[str, list[str]]:
    """A thread of three answers."""
    thread_id = new_id()
    words = ("What is a quokka?", "What is a numbat?", "What is a bilby?")
    return thread_id, [await answered(library, word, "Yes.", thread_id=thread_id) for word in words]


async def order(library: Library, thread_id: str) -> list[str]:
    return [answer.id for answer in await library.answers(thread_id)]


async def test_a_thread_in_the_bin_is_not_there_for_anybody(library: Library) -> None:
    thread_id, answers = await three(library)
    await library.bin_thread(thread_id)
    assert await library.threads() == []
    assert await library.threads(search="quokka") == []
    for gone in (
        library.thread(thread_id),
        library.answers(thread_id),
        library.answer(answers[0]),
        library.events(answers[0]),
        library.rename(thread_id, "Marsupials"),
        library.bin_thread(thread_id),
        library.bin_answer(answers[0]),
    ):
        with pytest.raises(NotFound):
            await gone
    with pytest.raises(Conflict, match="in the bin"):
        await library.begin(Question(text="And a koala?", thread_id=thread_id), new_id())


async def test_a_thread_comes_back_as_it_was(library: Library) -> None:
    thread_id, _ = await three(library)
    before = (await library.thread(thread_id), await library.answers(thread_id))
    await library.bin_thread(thread_id)
    (one,) = await library.binned()
    assert (one.kind, one.id, one.title, one.days_left) == ("thread", thread_id, "What is a quokka?", 30)
    await library.restore_thread(thread_id)
    assert (await library.thread(thread_id), await library.answers(thread_id)) == before
    assert [found.id for found in await library.threads(search="bilby")] == [thread_id]
    assert await library.binned() == []
    with pytest.raises(NotFound, match="in the bin"):
        await library.restore_thread(thread_id)


async def test_one_answer_alone_is_neither_read_nor_found_until_it_is_put_back(library: Library) -> None:
    thread_id, answers = await three(library)
    one = await library.bin_answer(answers[1])
    assert (one.kind, one.id, one.thread_id, one.title) == ("answer", answers[1], thread_id, "What is a numbat?")
    assert await order(library, thread_id) == [answers[0], answers[2]]
    assert (await library.thread(thread_id)).answers == 2
    assert await library.threads(search="numbat") == []
    await library.restore_answer(answers[1])
    assert await order(library, thread_id) == answers
    assert [found.id for found in await library.threads(search="numbat")] == [thread_id]


async def test_the_last_answer_takes_its_thread_along(library: Library) -> None:
    answer_id = await answered(library, "What is a quokka?", "Yes.")
    one = await library.bin_answer(answer_id)
    assert (one.kind, one.id) == ("thread", one.thread_id)
    await library.restore_thread(one.id)
    assert await order(library, one.id) == [answer_id]


async def test_versions_keep_their_turns_place_when_the_first_one_is_gone_even_for_good(library: Library) -> None:
    thread_id, (first, second, third) = await three(library)
    edited = await replaced(library, first, "What is a quoll?")
    again = await replaced(library, edited, "What is a quoll, in short?")
    await library.bin_answer(first)
    for _ in range(2):
        found = await library.answers(thread_id)
        assert [answer.id for answer in found] == [edited, second, third, again]
        assert [answer.question.replaces for answer in found] == [None, None, None, edited]
        await library.empty_bin(-1)
    with pytest.raises(NotFound):
        await library.restore_answer(first)
    assert await library.check() == []


async def test_what_is_emptied_out_leaves_no_word(library: Library) -> None:
    kept, answers = await three(library)
    lost = await answered(library, "What is a quokka's secret?", "Xylophone.")
    thread_id = (await library.answer(lost)).question.thread_id
    await library.bin_thread(thread_id)
    await library.bin_answer(answers[1])
    await library.empty_bin()
    assert len(await library.binned()) == 2
    await library.empty_bin(-1)
    assert await library.binned() == []
    with library._database.read() as connection:
        for table in ("threads", "answers", "events", "keys"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert not any(word in str(row) for row in rows for word in ("Xylophone", "secret", "numbat"))
    assert await order(library, kept) == [answers[0], answers[2]]
