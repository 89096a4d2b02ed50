"""What readers think is kept once a reader and answer, is counted for documents, and tells no text of anybody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.library.story import answered, source

from pincite.errors import BadInput, NotFound
from pincite.events import Cited, Event, Finished, Sourced, Started, Wrote
from pincite.library import Library
from pincite.library.usage import _spread
from pincite.types import Actor, Citation, Question, Sentence, Status, Usage, Verdict, new_id


def cited(answer_id: str, question: Question) -> list[Event]:
    """Two sources, of which the one sentence cites the second."""
    citations = (Citation(source=2, passage_id="p2", support=1),)
    sentence = Sentence(start=0, end=6, citations=citations, verdict=Verdict.SUPPORTED)
    return [
        Started(answer_id=answer_id, question=question, model="local:words"),
        Sourced(sources=(source(), source(number=2))),
        Wrote(text="It is."),
        Cited(sentence=sentence),
        Finished(
            status=Status.ANSWERED,
            usage=Usage(model_calls=1, input_tokens=100, output_tokens=20),
            timings={"first_sentence": 100.0, "total": 300.0},
        ),
    ]


async def asked(library: Library, asker: str = "ada", focus: str = "web") -> tuple[str, str]:
    question = Question(text="A secret?", focus=focus, asker=Actor(id=asker, kind="person", name=asker))
    answer_id = await library.begin(question, new_id())
    await library.append(answer_id, cited(answer_id, question))
    return answer_id, question.thread_id


async def test_the_last_thumb_of_a_reader_counts_and_is_taken_back(library: Library) -> None:
    answer_id, thread_id = await asked(library)
    await library.judge(answer_id, "ada", "up", ["false"])
    assert (await library.judged(thread_id, "ada"))[answer_id].reasons == ()  # a thumb up needs none
    await library.judge(answer_id, "ada", "down", ["other", "false"])
    await library.judge(answer_id, "bob", "up")
    mine = (await library.judged(thread_id, "ada"))[answer_id]
    assert (mine.thumb, mine.reasons, mine.documents) == ("down", ("false", "other"), ("d2",))
    assert await library.thumbs() == {"d2": (1, 1)}
    await library.judge(answer_id, "ada", None)
    assert [(one.person, one.thumb) for one in await library.feedback()] == [("bob", "up")]


async def test_what_can_not_be_judged_is_told_and_changes_nothing(library: Library) -> None:
    running = await library.begin(Question(text="Yes?"), new_id())
    with pytest.raises(BadInput, match="still being made"):
        await library.judge(running, "ada", "up")
    done = await answered(library, "What is a whale?", "A mammal.")
    with pytest.raises(BadInput, match="no reason 'rude'"):
        await library.judge(done, "ada", "down", ["rude"])
    with pytest.raises(NotFound):
        await library.judge("never", "ada", "up")
    assert await library.feedback() == []


async def test_feedback_goes_with_its_thread(library: Library) -> None:
    answer_id, thread_id = await asked(library)
    await library.judge(answer_id, "ada", "up")
    await library.delete(thread_id)
    assert await library.feedback() == []


async def test_use_counts_the_days_that_are_asked_for_and_tells_no_text(library: Library) -> None:
    first, _ = await asked(library)
    await asked(library, "bob")
    await asked(library, "bob", focus="index")
    await library.begin(Question(text="Another secret", asker=Actor(id="bob", kind="person", name="Bob")), new_id())
    await library.judge(first, "ada", "up")
    use = await library.use(7)
    today = datetime.now(UTC).date()
    assert (use.asked, use.people, use.whole, use.thumbs) == (4, 2, True, (1, 0))
    assert use.by_day == (*((today - timedelta(days=i), 0) for i in range(6, 0, -1)), (today, 4))
    assert use.by_focus == (("web", 2), ("", 1), ("index", 1))
    assert use.by_model == (("local:words", 3),)
    assert dict(use.by_status) == {"answered": 3, "running": 1}
    assert (use.tokens, use.supported) == ((300, 60), 1.0)
    assert (use.first_ms, use.total_ms) == ((100.0, 100.0), (300.0, 300.0))
    assert "secret" not in repr(use)


async def test_use_of_an_empty_library_is_nothing(library: Library) -> None:
    use = await library.use(1)
    assert (use.asked, use.supported, use.first_ms, len(use.by_day)) == (0, None, None, 1)


def test_the_spread_is_the_median_and_the_95th_percentile() -> None:
    assert _spread([float(i) for i in range(101)]) == (50.0, 95.0)
    assert _spread([7.0]) == (7.0, 7.0)
    assert _spread([]) is None
