"""A fork begins as a copy, goes on by itself, and can be found; its original is not touched."""

from __future__ import annotations

import pytest
from tests.library.story import answered, source

from pincite.errors import BadInput
from pincite.events import fold
from pincite.library import Library
from pincite.types import Question, lineage, new_id


async def test_a_fork_holds_equal_answers_under_names_of_its_own(library: Library) -> None:
    thread_id = new_id()
    for words in ("What is a whale?", "What is a seal?"):
        await answered(library, words, "A mammal.", thread_id=thread_id, sources=[source()])
    originals = await library.answers(thread_id)
    copy_id = await library.fork(originals[:1], "Whales, otherwise")
    assert (await library.thread(copy_id)).title == "Whales, otherwise"
    (copy,) = await library.answers(copy_id)
    assert copy.id != originals[0].id
    assert copy.question.id != originals[0].question.id
    assert copy.question.thread_id == copy_id
    same = {"id": "", "question": originals[0].question}
    assert copy.model_copy(update=same) == originals[0].model_copy(update={"id": ""})
    assert fold(stamped.event for stamped in await library.events(copy.id)) == copy
    assert {found.id for found in await library.threads(search="otherwise")} == {copy_id}
    await library.delete(copy_id)
    assert await library.answers(thread_id) == originals


async def test_what_is_not_finished_is_not_copied(library: Library) -> None:
    answer_id = await library.begin(Question(text="What is a whale?"), new_id())
    with pytest.raises(BadInput, match="no finished answer"):
        await library.fork([await library.answer(answer_id)], "Whales")


async def test_a_copy_follows_the_copy_of_what_its_original_followed(library: Library) -> None:
    thread_id = new_id()
    for words in ("What is a whale?", "What is a seal?", "What is a fin?"):
        await answered(library, words, "A part of the sea.", thread_id=thread_id)
    first, beside, last = await library.answers(thread_id)
    branched = last.model_copy(update={"question": last.question.model_copy(update={"follows": first.id})})
    assert lineage([first, beside, branched], branched.id) == [first, branched]
    assert lineage([first, beside, branched], beside.id) == [first, beside]
    assert lineage([beside, branched], branched.id) == [branched]
    copies = await library.answers(await library.fork([first, beside, branched], "Whales"))
    assert [copy.question.follows for copy in copies] == [None, None, copies[0].id]
    assert lineage(copies, copies[2].id) == [copies[0], copies[2]]
