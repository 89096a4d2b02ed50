"""A form is asked, waits, and is answered: the whole house, on a small real index, without a model."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from pincite.engine import AnswerEngine
from pincite.errors import BadInput, Conflict
from pincite.events import Asked, Finished, Sourced
from pincite.index import Index
from pincite.readers.markdown import headings
from pincite.settings import AnswerSettings, EndpointSettings, ModelSettings, Settings
from pincite.testing.model_server import ModelServer, running
from pincite.types import Actor, Answer, Document, FormReply, Original, Question, Status, Verdict

MERCURIES = {
    "Mercury (planet)": (
        "Mercury is the smallest planet and the one closest to the Sun. It orbits the Sun once every 88 days. "
        "The planet has no moons and hardly any atmosphere."
    ),
    "Mercury (element)": (
        "Mercury is a heavy silvery metal. It is the only metallic element that is liquid at room temperature. "
        "The element was used in thermometers, though its vapour is a poison."
    ),
    "Mercury (mythology)": (
        "Mercury was the Roman god of trade, travellers and thieves. In mythology he carries messages of the gods. "
        "He wears winged sandals and a winged hat."
    ),
    "Project Mercury": (
        "Project Mercury was the first programme of the United States to put people into space. "
        "The project ran from 1958 to 1963 and made six flights with astronauts."
    ),
}
OPEN = "Tell me about Mercury"
UNHURRIED = AnswerSettings(clarify_s=60, read_s=60)


def fill(settings: Settings) -> None:
    originals = [
        Original(document=Document(url=f"https://example.org/{title}", title=title), text=text)
        for title, text in MERCURIES.items()
    ]
    with closing(Index.open(settings.index_dir, None, writer=True)) as index:
        index.add(originals)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path, answer=UNHURRIED)
    fill(settings)
    return settings


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[AnswerEngine]:
    async with await AnswerEngine.open(settings, env={}) as engine:
        yield engine


async def asked(engine: AnswerEngine, text: str = OPEN) -> Answer:
    return await engine.answer(Question(text=text, mode="copilot"))


def option(answer: Answer, words: str) -> FormReply:
    assert answer.form is not None
    (field,) = answer.form.fields
    (choice,) = (choice for choice in field.choices if words in choice.label)
    return FormReply(form_id=answer.form.id, values={field.id: (choice.id,)})


def reply(answer: Answer, given: FormReply, **more: object) -> Question:
    return Question(text="", thread_id=answer.question.thread_id, reply=given, **more)  # type: ignore[arg-type]


async def test_an_open_question_is_asked_back_and_its_sources_are_there_already(engine: AnswerEngine) -> None:
    answer_id = await engine.ask(Question(text=OPEN, mode="copilot"))
    events = [stamped.event async for stamped in engine.follow(answer_id)]
    assert isinstance(events[-1], Finished)
    assert isinstance(events[-2], Asked)
    assert any(isinstance(event, Sourced) for event in events)
    answer = await engine.library.answer(answer_id)
    assert answer.status is Status.WAITING
    assert answer.text == ""
    assert answer.form is not None
    (field,) = answer.form.fields
    assert {choice.label for choice in field.choices} == set(MERCURIES)
    assert field.default == (field.choices[0].id,)
    assert answer.form.why


async def test_what_was_chosen_is_answered_in_the_same_mode(engine: AnswerEngine) -> None:
    waiting = await asked(engine)
    answer = await engine.answer(reply(waiting, option(waiting, "element")))
    assert answer.status is Status.ANSWERED
    assert "metal" in answer.text
    assert answer.question.text == OPEN
    assert answer.question.mode == "copilot"
    assert answer.sources[0].document.title == "Mercury (element)"
    assert all(s.verdict is Verdict.SUPPORTED and s.citations for s in answer.sentences)
    assert answer.usage.model_calls == 0


async def test_a_skipped_form_is_answered_and_says_what_was_assumed(engine: AnswerEngine) -> None:
    waiting = await asked(engine)
    assert waiting.form is not None
    answer = await engine.answer(reply(waiting, FormReply(form_id=waiting.form.id, skipped=True)))
    assert answer.status is Status.ANSWERED
    first, *others = answer.sentences
    assert answer.text[first.start : first.end].startswith("I assumed that this is about “")
    assert first.verdict is Verdict.EXEMPT
    assert others
    passages = {p.id: p for source in answer.sources for p in source.passages}
    for sentence in others:
        (citation, *_) = sentence.citations
        assert citation.quote is not None
        quoted = passages[citation.passage_id].text[citation.quote.start : citation.quote.end]
        assert quoted == answer.text[sentence.start : sentence.end]


RHINE = """The Rhine is a river of Europe. It rises in the Alps and ends in the North Sea.

## Shipping

The Rhine carries more ships than any other river. Barges bring coal to Duisburg. Locks lift the ships at Iffezheim.

## Wildlife

Salmon came back to the Rhine in 1990. Beavers live there again. Eels die in the turbines of its power stations.

## Floods

The Rhine flooded Cologne in 1993 and in 1995. Polders above Mannheim hold the water back.
"""


@pytest.mark.parametrize("text", ["I'm looking for information on the Rhine", "Rhine"])
async def test_the_sides_of_one_document_are_asked_for_however_it_is_said(tmp_path: Path, text: str) -> None:
    document = Document(url="https://example.org/rhine", title="Rhine")
    with closing(Index.open(tmp_path / "index", None, writer=True)) as index:
        index.add([Original(document=document, text=RHINE, headings=headings(RHINE, 2))])
    async with await AnswerEngine.open(Settings(data_dir=tmp_path, answer=UNHURRIED), env={}) as engine:
        waiting = await asked(engine, text)
        assert waiting.form is not None
        assert waiting.form.text == "What about “Rhine” would you like to know?"
        assert labels(waiting) == {"Shipping", "Wildlife", "Floods"}
        answer = await engine.answer(reply(waiting, option(waiting, "Wildlife")))
        assert "Salmon" in answer.text
        again = await asked(engine, text)
        assert again.form is not None
        other = FormReply(form_id=again.form.id, values={again.form.fields[0].id: ("castles of the Teutonic knights",)})
        declined = await engine.answer(reply(again, other))
        assert declined.text.startswith("Nothing here answers this"), "what nobody offered need not be there"
        clear = await asked(engine, "When did salmon come back to the Rhine?")
        assert (clear.form, clear.status) == (None, Status.ANSWERED)


@pytest.mark.parametrize(("typed", "word"), [("the planet", "planet"), ("skip", ""), ("roman god", "Roman")])
async def test_a_typed_answer_counts(engine: AnswerEngine, typed: str, word: str) -> None:
    waiting = await asked(engine)
    answer = await engine.answer(Question(text=typed, thread_id=waiting.question.thread_id))
    assert answer.question.text == OPEN
    assert answer.question.reply is not None
    assert answer.status is Status.ANSWERED
    assert word in answer.text


async def test_a_typed_question_of_its_own_is_one_and_is_not_asked_back(engine: AnswerEngine) -> None:
    waiting = await asked(engine)
    question = Question(text="What was Project Mercury?", thread_id=waiting.question.thread_id, mode="copilot")
    answer = await engine.answer(question)
    assert answer.question.reply is None
    assert answer.status is Status.ANSWERED


async def test_anyone_in_the_thread_may_answer_but_only_once(engine: AnswerEngine) -> None:
    waiting = await asked(engine)
    ben = Actor(id="ben", kind="person", name="Ben")
    replies = [
        engine.ask(reply(waiting, option(waiting, "element"), asker=ben)),
        engine.ask(reply(waiting, option(waiting, "planet"))),
        engine.ask(reply(waiting, option(waiting, "element"))),
    ]
    first, second, same = await asyncio.gather(*replies, return_exceptions=True)
    assert isinstance(first, str)
    assert isinstance(second, Conflict)
    assert "Mercury (element)" in second.detail
    assert same == first
    assert len(await engine.library.answers(waiting.question.thread_id)) == 2


async def test_a_form_of_another_thread_is_unknown(engine: AnswerEngine) -> None:
    waiting, other = await asked(engine), await asked(engine)
    question = reply(other, option(waiting, "element"))
    with pytest.raises(BadInput, match="no form"):
        await engine.ask(question)
    assert len(await engine.library.answers(other.question.thread_id)) == 1


async def test_a_follow_up_knows_what_was_chosen(engine: AnswerEngine) -> None:
    waiting = await asked(engine)
    await engine.answer(reply(waiting, option(waiting, "planet")))
    answer = await engine.answer(
        Question(text="Does it have moons?", thread_id=waiting.question.thread_id, mode="copilot")
    )
    assert answer.status is Status.ANSWERED
    assert "no moons" in answer.text


async def test_a_clear_question_and_a_quick_one_are_not_asked_back(engine: AnswerEngine) -> None:
    clear = await asked(engine, "How often does the planet Mercury orbit the Sun?")
    quick = await engine.answer(Question(text=OPEN))
    assert (clear.form, quick.form) == (None, None)
    assert "88 days" in clear.text


async def test_no_time_means_no_form(settings: Settings) -> None:
    hurried = settings.model_copy(update={"answer": AnswerSettings(clarify_s=0)})
    async with await AnswerEngine.open(hurried, env={}) as engine:
        answer = await asked(engine)
    assert answer.form is None
    assert answer.status is Status.ANSWERED


async def test_a_form_waits_through_a_restart(settings: Settings) -> None:
    async with await AnswerEngine.open(settings, env={}) as engine:
        waiting = await asked(engine)
    async with await AnswerEngine.open(settings, env={}) as engine:
        kept = await engine.library.answer(waiting.id)
        assert kept == waiting
        answer = await engine.answer(reply(kept, option(kept, "mythology")))
    assert "Roman god" in answer.text


# ── a model proposes the form ──

WORDED = json.dumps(
    {
        "question": "Which Mercury is it?",
        "why": "Many things are called so.",
        "fields": [
            {
                "label": "Thing",
                "kind": "one",
                "options": [
                    {"label": "The god", "terms": "mythology"},
                    {"label": "The metal", "terms": "element"},
                    {"label": "The unicorn", "terms": "unicorn"},
                ],
            }
        ],
    }
)


def with_planner(settings: Settings, server: ModelServer, clarify_s: float = 60) -> Settings:
    endpoint = EndpointSettings(base_url=server.base_url, models=("tester",))
    return settings.model_copy(
        update={
            "models": ModelSettings(planner="here:tester", endpoints={"here": endpoint}),
            "answer": UNHURRIED.model_copy(update={"clarify_s": clarify_s}),
        }
    )


async def form_of(settings: Settings, server: ModelServer, clarify_s: float = 60) -> Answer:
    async with await AnswerEngine.open(with_planner(settings, server, clarify_s), env={}) as engine:
        return await asked(engine)


def labels(answer: Answer) -> set[str]:
    assert answer.status is Status.WAITING
    assert answer.form is not None
    return {choice.label for field in answer.form.fields for choice in field.choices}


async def test_a_planners_words_are_asked_and_its_options_that_find_nothing_are_not(settings: Settings) -> None:
    async with running(ModelServer(answer=WORDED)) as server:
        answer = await form_of(settings, server)
        assert len(server.requests) == 1
        assert OPEN in json.dumps(server.requests[0])
    assert answer.form is not None
    assert answer.form.text == "Which Mercury is it?"
    assert labels(answer) == {"The god", "The metal"}
    assert answer.usage.model_calls == 1


@pytest.mark.parametrize("mode", ["", "429", "500", "cut-mid", "html", "json-nonsense", "think-unclosed", "blank"])
async def test_a_planner_that_talks_nonsense_or_refuses_costs_nothing(settings: Settings, mode: str) -> None:
    async with running(ModelServer(mode=mode)) as server:
        answer = await form_of(settings, server)
        assert len(server.requests) == 1
    assert labels(answer) == set(MERCURIES)


async def test_a_silent_planner_is_waited_for_no_longer_than_the_setting(settings: Settings) -> None:
    async with running(ModelServer(mode="stall-at-once")) as server:
        answer = await form_of(settings, server, clarify_s=5)
        assert len(server.requests) == 1
    assert answer.form is None or labels(answer) == set(MERCURIES)
    assert answer.timings["clarify"] < 30_000


# ── kill -9 ──

ASKING = """
import asyncio, sys
from pathlib import Path
from pincite.engine import AnswerEngine
from pincite.settings import AnswerSettings, Settings
from pincite.types import Question

async def main() -> None:
    settings = Settings(data_dir=Path(sys.argv[1]), answer=AnswerSettings(clarify_s=60, read_s=60))
    async with await AnswerEngine.open(settings, env={}) as engine:
        answer = await engine.answer(Question(text=sys.argv[2], mode="copilot"))
        print(answer.id, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_form_waits_through_kill_9(settings: Settings) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", ASKING, str(settings.data_dir), OPEN, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    answer_id = (await asyncio.wait_for(process.stdout.readline(), 300)).decode().strip()
    process.kill()
    await process.wait()
    async with await AnswerEngine.open(settings, env={}) as engine:
        waiting = await engine.library.answer(answer_id)
        assert labels(waiting) == set(MERCURIES)
        answer = await engine.answer(reply(waiting, option(waiting, "planet")))
        thread = await engine.library.answers(waiting.question.thread_id)
    assert "88 days" in answer.text or "smallest planet" in answer.text
    assert [each.status for each in thread] == [Status.WAITING, Status.ANSWERED]
