"""Is nothing learnt from without leave, and is what was deleted or taken back in no export?"""

from __future__ import annotations

import asyncio
from typing import Literal

from tests.library.story import source

from pincite.events import Asked, Cited, Event, Finished, Sourced, Started, Stepped, Wrote
from pincite.library import Library
from pincite.library.runners import now
from pincite.library.traces import PAGE, Trace
from pincite.types import (
    UPLOADED,
    Actor,
    Choice,
    Citation,
    Degradation,
    Document,
    Form,
    FormField,
    FormReply,
    Question,
    Sentence,
    Source,
    Status,
    Usage,
    Verdict,
    new_id,
)

FORM = Form(
    id="f1",
    text="Which jaguar?",
    fields=(FormField(id="x", label="Which jaguar?", kind="one", choices=(Choice(id="car", label="Car"),)),),
)


def told(answer_id: str, question: Question, *, form: Form | None = None, declined: bool = False) -> list[Event]:
    private = Document(id="p", url=f"{UPLOADED}1", title="My diary")
    sources = (source(title="Jaguar"), Source(number=2, document=private, passages=()))
    opening = [
        Started(answer_id=answer_id, question=question),
        Stepped(step="plan", detail="fact", ms=3),
        Sourced(sources=sources),
    ]
    if form is not None:
        return [*opening, Asked(form=form), Finished(status=Status.WAITING)]
    degraded = (Degradation(part="sources", reason="no_answer", detail="weak"),) if declined else ()
    citation = (Citation(source=1, passage_id="p1", support=1),)
    return [
        *opening,
        Wrote(text="Yes. No. So."),
        Cited(sentence=Sentence(start=0, end=4, citations=citation, verdict=Verdict.SUPPORTED)),
        Cited(sentence=Sentence(start=5, end=8, verdict=Verdict.UNCITED)),
        Cited(sentence=Sentence(start=9, end=12, verdict=Verdict.EXEMPT)),
        Finished(
            status=Status.ANSWERED,
            degraded=degraded,
            usage=Usage(model_calls=2, searches=1, writer="x:m", dollars=0.002),
            timings={"total": 900.0},
        ),
    ]


async def ask(
    library: Library,
    text: str,
    asker: str = "ada",
    *,
    thread_id: str = "",
    form: Form | None = None,
    reply: FormReply | None = None,
    mode: Literal["quick", "copilot"] = "copilot",
) -> str:
    actor = Actor(id=asker, kind="person", name=asker)
    thread = thread_id or new_id()
    question = Question(text=text, asker=actor, thread_id=thread, reply=reply, mode=mode, focus="index")
    answer_id = await library.begin(question, new_id())
    await library.append(answer_id, told(answer_id, question, form=form))
    return answer_id


async def tick(library: Library) -> None:
    """Until the database's clock has gone on."""
    before = await library._read(now)
    while await library._read(now) <= before:
        await asyncio.sleep(0)


async def exported(library: Library) -> list[Trace]:
    return [trace async for trace in library.traces()]


async def questions(library: Library) -> list[str]:
    return [trace.question for trace in await exported(library)]


async def test_a_trace_tells_the_way_of_a_question_and_no_text_of_sources_or_files(library: Library) -> None:
    await library.consent("ada", given=True)
    answer_id = await ask(library, "How fast is a jaguar?")
    await library.judge(answer_id, "ada", "down", ["false"])
    await library.judge(answer_id, "bob", "up")
    (trace,) = await exported(library)
    assert (trace.id, trace.question, trace.mode, trace.focus) == (
        answer_id,
        "How fast is a jaguar?",
        "copilot",
        "index",
    )
    assert [(step.step, step.detail) for step in trace.steps] == [("plan", "fact")]
    assert trace.titles == ("Jaguar",)
    outcome = trace.outcome
    assert outcome.verdicts == {"supported": 1, "uncited": 1}
    assert outcome.supported == 0.5
    assert (outcome.writer, outcome.model_calls, outcome.searches, outcome.dollars) == ("x:m", 2, 1, 0.002)
    assert (outcome.thumb, outcome.reasons, outcome.ms) == ("down", ("false",), 900.0)
    written = trace.model_dump_json()
    assert "Whales are mammals" not in written
    assert "diary" not in written
    assert Trace.model_validate_json(written) == trace


async def test_a_form_and_its_reply_are_two_traces_each_with_the_leave_of_who_asked(library: Library) -> None:
    await library.consent("ada", given=True)
    thread_id = new_id()
    reply = FormReply(form_id="f1", values={"x": ("car",)})
    await ask(library, "jaguar", thread_id=thread_id, form=FORM)
    await ask(library, "the car", "bob", thread_id=thread_id, reply=reply)
    assert [(trace.form, trace.reply) for trace in await exported(library)] == [(FORM, None)]
    await library.consent("bob", given=True)
    await ask(library, "the car", "bob", thread_id=thread_id, reply=reply)
    assert [(trace.form, trace.reply) for trace in await exported(library)] == [(FORM, None), (None, reply)]


async def test_nothing_is_told_of_who_gave_no_leave_or_gave_it_later(library: Library) -> None:
    await ask(library, "before")
    assert await questions(library) == []
    await tick(library)
    await library.consent("ada", given=True)
    since = await library.consented("ada")
    assert since is not None
    await ask(library, "after")
    await ask(library, "another's", "bob")
    await library.consent("ada", given=True)
    assert await library.consented("ada") == since, "given again, it holds from the first time"
    assert await questions(library) == ["after"]


async def test_leave_that_is_taken_back_counts_for_everything_before(library: Library) -> None:
    await library.consent("ada", given=True)
    await ask(library, "once")
    await library.consent("ada", given=False)
    assert await questions(library) == []
    assert await library.consented("ada") is None
    await tick(library)
    await library.consent("ada", given=True)
    assert await questions(library) == [], "and given anew, it does not bring that back"


async def test_what_is_deleted_or_in_the_bin_is_in_no_export(library: Library) -> None:
    await library.consent("ada", given=True)
    threads = [new_id() for _ in range(3)]
    ids = [await ask(library, f"number {n}", thread_id=thread) for n, thread in enumerate(threads)]
    await library.delete(threads[0])
    await library.bin_thread(threads[1])
    assert await questions(library) == ["number 2"]
    await library.restore_thread(threads[1])
    await library.bin_answer(ids[2])
    assert await questions(library) == ["number 1"]


async def test_an_answer_that_is_being_made_is_left_for_the_next_export(library: Library) -> None:
    await library.consent("ada", given=True)
    actor = Actor(id="ada", kind="person", name="Ada")
    await library.begin(Question(text="running", asker=actor), new_id())
    await ask(library, "done")
    assert await questions(library) == ["done"]


async def test_more_than_a_page_of_answers_are_all_read_once_and_in_order(library: Library) -> None:
    await library.consent("ada", given=True)
    asked = [f"number {n}" for n in range(PAGE + 3)]
    for text in asked:
        await ask(library, text, thread_id="one")
    assert await questions(library) == asked
