import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import pytest
from tests.answer.quote.test_read import Finding

from pincite.answer.ask import ask
from pincite.answer.crew import Crew
from pincite.errors import Damaged, ModelBusy, ModelFailed, ModelRefused, ModelStalled
from pincite.events import Event, fold
from pincite.ports import Deadline, Glance, ModelCard, Prompt, Query, Stop, Token
from pincite.settings import AnswerSettings, SearchSettings
from pincite.types import Answer, Card, Degradation, Fact, Filters, Hit, Question, Status, Verdict

TALL = "How tall is the Eiffel Tower?"
GRAMMAR = re.compile(r"started (?:(?:stepped|sourced|carded|wrote|cited|suggested) )*(?:asked )?(?:failed )?finished ")


class Speaker:
    """A ``ModelClient`` with a script: tokens, pauses in seconds, an error at the end or a ``Stop``."""

    def __init__(self, *script: str | float | ModelFailed) -> None:
        self.card = ModelCard(id="test:model", name="m", endpoint="test", dialect="openai", runs_on="this machine")
        self._script = script
        self.calls = 0
        self.closed = False
        self.told = ""

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
        self.calls += 1
        self.told = prompt.turns[-1].text
        try:
            for line in self._script:
                if isinstance(line, float):
                    await asyncio.sleep(line)
                elif isinstance(line, str):
                    yield Token(line)
                else:
                    raise line
            yield Stop("stop", input_tokens=100, output_tokens=10)
        finally:
            self.closed = True


class Bare:
    """A backend that finds nothing."""

    name = "index"

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        return []


class Dead:
    """A backend that fails."""

    name = "index"

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        raise self._error


async def run(crew: Crew, text: str = TALL, history: Sequence[Answer] = (), deadline_s: float = 20) -> list[Event]:
    return [event async for event in ask(Question(text=text), "answer", history, crew, Deadline.after(deadline_s))]


def check_grammar(events: Sequence[Event]) -> Answer:
    assert GRAMMAR.fullmatch("".join(f"{event.kind} " for event in events)), [event.kind for event in events]
    answer = fold(events)
    assert answer.status is not Status.RUNNING
    sources = {source.number: {passage.id for passage in source.passages} for source in answer.sources}
    for sentence in answer.sentences:
        assert answer.text[sentence.start : sentence.end].strip() == answer.text[sentence.start : sentence.end]
        assert all(citation.passage_id in sources[citation.source] for citation in sentence.citations)
    return answer


# ── without a model ──


async def test_a_question_gets_a_cited_answer_without_a_model(crew: Crew) -> None:
    answer = check_grammar(await run(crew))
    assert "330 metres" in answer.text
    assert answer.status is Status.ANSWERED
    assert answer.model is None
    assert all(s.verdict is Verdict.SUPPORTED and s.citations for s in answer.sentences)
    assert answer.usage.model_calls == 0
    assert answer.degraded == ()


@pytest.mark.parametrize(("most", "missing"), [(0, [("close reading", "late")]), (1, [])])
@pytest.mark.parametrize("text", [TALL, "How tall is the Eiffel Tower and when was it built?"])
async def test_a_reader_that_had_no_time_at_all_is_told(
    crew: Crew, most: int, missing: list[tuple[str, str]], text: str
) -> None:
    answer = check_grammar(await run(replace(crew, reader=Finding("330 metres", most=most)), text))
    assert [(d.part, d.reason) for d in answer.degraded] == missing
    assert "330 metres" in answer.text


async def test_the_sentences_span_all_of_the_text_but_the_blanks(crew: Crew) -> None:
    answer = check_grammar(await run(crew))
    covered = "".join(answer.text[s.start : s.end] for s in answer.sentences)
    assert covered.replace(" ", "") == re.sub(r"\s", "", answer.text)


async def test_the_times_of_all_steps_are_told(crew: Crew) -> None:
    answer = check_grammar(await run(crew))
    assert {"plan", "gather", "extract", "write", "suggest", "first_sentence", "first_token", "total"} <= set(
        answer.timings
    )


async def test_what_the_index_does_not_know_is_not_answered(crew: Crew) -> None:
    answer = check_grammar(await run(crew, "Who painted the Mona Lisa?"))
    assert answer.status is Status.ANSWERED
    assert [(d.part, d.reason) for d in answer.degraded] == [("sources", "no_answer")]
    assert answer.text.startswith("Nothing here answers this")
    assert all(s.verdict is Verdict.EXEMPT and not s.citations for s in answer.sentences)
    assert answer.cards == ()


async def test_where_a_filter_leaves_nothing_the_answer_names_it(crew: Crew) -> None:
    nowhere = Filters(sites=("nowhere.example",), langs=("xx",))
    asked = Question(text=TALL, filters=nowhere)
    nothing = replace(crew, backends={"index": Bare()})
    answer = check_grammar([event async for event in ask(asked, "answer", (), nothing, Deadline.after(20))])
    assert [(d.part, d.reason) for d in answer.degraded] == [("sources", "no_answer")]
    assert answer.text == (
        "Nothing here answers this: no passage was found. "
        "The search was narrowed: only nowhere.example; in the language xx."
    )


async def test_a_bad_question_fails_with_what_to_do(crew: Crew) -> None:
    answer = check_grammar(await run(crew, "  "))
    assert answer.status is Status.FAILED
    assert answer.problem is not None
    assert answer.problem.hint


@pytest.mark.parametrize("error", [Damaged("torn page"), OSError("disk gone"), RuntimeError("a bug")])
async def test_a_dead_index_is_an_honest_answer(crew: Crew, error: Exception) -> None:
    answer = check_grammar(await run(replace(crew, backends={"index": Dead(error)})))
    assert answer.status is Status.ANSWERED
    assert {d.part for d in answer.degraded} == {"index", "sources"}


async def test_a_follow_up_is_searched_for_by_its_topic(crew: Crew, shelf) -> None:  # type: ignore[no-untyped-def]
    first = fold(await run(crew))
    shelf.asked.clear()
    answer = check_grammar(await run(crew, "Who designed it?", [first]))
    assert "Eiffel" in shelf.asked[0]
    assert "Gustave Eiffel" in answer.text


async def test_related_questions_are_not_the_asked_one_again(crew: Crew) -> None:
    answer = check_grammar(await run(crew, "why does honey not spoil"))
    assert len(answer.follow_ups) <= 3
    assert not any("spoil" in text for text in answer.follow_ups)


async def test_a_wanted_model_that_can_not_be_used_costs_no_answer(crew: Crew) -> None:
    problem = ModelRefused("no key for openai", reason="no_key", hint="set OPENAI_API_KEY")
    answer = check_grammar(await run(replace(crew, model_problem=problem)))
    assert "330 metres" in answer.text
    assert [(d.part, d.reason) for d in answer.degraded] == [("model", "no_key")]


async def test_two_questions_in_one_are_searched_for_and_answered_one_after_the_other(crew: Crew, shelf) -> None:  # type: ignore[no-untyped-def]
    events = await run(crew, "How tall is the Eiffel Tower and what does the blue whale eat?")
    answer = check_grammar(events)
    tall, eats = answer.text.split("**What does the blue whale eat?**")
    assert tall.startswith("**How tall is the Eiffel Tower?**")
    assert "330 metres" in tall
    assert "krill" in eats
    assert shelf.asked.index("How tall is the Eiffel Tower?") < shelf.asked.index("What does the blue whale eat?")
    assert answer.usage.searches >= 2
    follows = check_grammar(await run(crew, "Why does honey not spoil? Who makes it?"))
    assert "acidic" in follows.text
    assert any("honey" in asked.lower() and "who makes" in asked.lower() for asked in shelf.asked)


async def test_a_model_writes_on_two_questions_from_the_sources_of_both(crew: Crew) -> None:
    model = Speaker("The tower is 330 metres tall [1]. The whale eats krill [2].")
    asked = "How tall is the Eiffel Tower and what does the blue whale eat?"
    answer = check_grammar(await run(replace(crew, model=model), asked))
    assert model.calls == 1
    assert asked in model.told
    assert {"Eiffel Tower", "Blue whale"} <= {source.document.title for source in answer.sources}
    assert all(sentence.citations for sentence in answer.sentences)


# ── with a model ──


async def test_a_model_writes_after_the_instant_answer(crew: Crew) -> None:
    model = Speaker(0.2, "The tower is 330 metres", " tall [1].")
    events = await run(replace(crew, model=model))
    answer = check_grammar(events)
    kinds = [event.kind for event in events]
    assert kinds.index("carded") < kinds.index("wrote")
    assert answer.text.strip() == "The tower is 330 metres tall."
    assert answer.sentences[0].citations
    assert answer.cards[0].widget == "instant"
    assert answer.model == "test:model"
    assert (answer.usage.model_calls, answer.usage.input_tokens, answer.usage.output_tokens) == (1, 100, 10)
    assert model.calls == 1


@pytest.mark.parametrize(
    "error",
    [
        ModelRefused("401", reason="refused"),
        ModelBusy("429", reason="rate_limited", hint="ask again in 17 s"),
        ModelStalled("no token within 15 s", reason="stalled"),
    ],
)
async def test_a_model_that_fails_before_its_first_word_is_replaced_by_the_extract(
    crew: Crew, error: ModelFailed
) -> None:
    answer = check_grammar(await run(replace(crew, model=Speaker(error))))
    assert "330 metres" in answer.text
    assert answer.status is Status.ANSWERED
    assert [(d.part, d.reason) for d in answer.degraded] == [("model", error.reason)]
    assert answer.problem is None
    assert [one.hint for one in answer.degraded if one.part == "model"] == [error.hint]


async def test_a_model_that_fails_in_the_middle_keeps_its_text(crew: Crew) -> None:
    model = Speaker("The tower is 330 metres tall [1]. It", " was", ModelStalled("silent", reason="stalled"))
    answer = check_grammar(await run(replace(crew, model=model)))
    assert answer.text.startswith("The tower is 330 metres tall.")
    assert answer.status is Status.INTERRUPTED
    assert answer.problem is not None
    assert [(d.part, d.reason) for d in answer.degraded] == [("model", "stalled")]
    assert model.calls == 1


async def test_a_model_is_not_called_where_there_is_nothing_to_write_from(crew: Crew) -> None:
    model = Speaker("I know everything.")
    answer = check_grammar(await run(replace(crew, model=model), "xyzzy plugh?"))
    assert model.calls == 0
    assert answer.usage.model_calls == 0
    assert answer.text.startswith("Nothing here answers this")


@pytest.mark.parametrize("at", range(12))
async def test_an_answer_can_be_closed_at_any_event_and_closes_its_model(crew: Crew, at: int) -> None:
    model = Speaker("The tower ", 0.01, "is 330 metres tall [1]. ", 0.01, "It stands in Paris [1].")
    running = ask(Question(text=TALL), "answer", [], replace(crew, model=model), Deadline.after(20))
    for _ in range(at):
        await anext(running, None)
    await running.aclose()
    await asyncio.sleep(0)
    assert model.closed or model.calls == 0
    assert len(asyncio.all_tasks()) == 1


async def test_an_answer_can_be_cancelled_while_it_waits(crew: Crew) -> None:
    model = Speaker("The tower ", 9.0)
    task = asyncio.create_task(run(replace(crew, model=model)))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert model.closed
    assert len(asyncio.all_tasks()) == 1


async def test_suggestions_never_delay_the_text(crew: Crew, shelf) -> None:  # type: ignore[no-untyped-def]
    class Slow(type(shelf)):  # type: ignore[misc]
        async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
            if query.text != TALL:
                await asyncio.sleep(30)
            return await shelf.search(query, deadline)

    slow = replace(crew, backends={"index": Slow({})})
    events = await asyncio.wait_for(run(slow), 10)
    answer = check_grammar(events)
    assert answer.text
    assert answer.follow_ups == ()


def test_the_settings_reach_the_steps(crew: Crew, hit: Callable[..., Hit]) -> None:
    short = replace(crew, answer=AnswerSettings(max_words=20, sources=1), search=SearchSettings(hits=2))
    answer = check_grammar(asyncio.run(run(short)))
    assert len(answer.text.split()) <= 20
    assert len(answer.sources) == 1


# ── a widget beside it ──


async def sum_card(text: str) -> Glance:
    """A widget that knows one sum."""
    if "2+2" not in text:
        return Glance()
    fact = Fact(value="4", sentence="2 + 2 = 4")
    return Glance(Card(widget="calculator", title="Calculator", text="2 + 2 = 4", body=fact))


async def test_without_a_model_a_widget_is_the_whole_answer_and_nothing_is_searched(crew: Crew) -> None:
    events = await run(replace(crew, glance=sum_card), "what is 2+2")
    answer = check_grammar(events)
    assert [event.kind for event in events][:3] == ["started", "carded", "wrote"]
    assert (answer.text, answer.cards[0].body.value, answer.usage.searches) == ("2 + 2 = 4", "4", 0)
    assert answer.sources == ()
    assert answer.degraded == ()
    (sentence,) = answer.sentences
    assert sentence.verdict is Verdict.EXEMPT
    assert sentence.short is not None
    assert answer.text[sentence.short.start : sentence.short.end] == "4"


async def test_a_silent_widget_changes_nothing(crew: Crew) -> None:
    with_one = check_grammar(await run(replace(crew, glance=sum_card)))
    assert with_one.cards == ()
    assert with_one.text == check_grammar(await run(crew)).text


async def test_a_model_writes_below_a_widgets_card(crew: Crew) -> None:
    model = Speaker("It is four.")
    answer = check_grammar(await run(replace(crew, glance=sum_card, model=model), "Eiffel 2+2"))
    assert "calculator" in {card.widget for card in answer.cards}
    assert answer.text == "It is four."
    assert "2 + 2 = 4" in model.told


async def test_a_model_waits_for_no_widget(crew: Crew) -> None:
    spoken = asyncio.Event()

    async def slow(text: str) -> Glance:
        # Answers only after the model has written: a writer that waited for it would never begin.
        async with asyncio.timeout(60):
            await spoken.wait()
        return await sum_card("2+2")

    kinds = []
    model = Speaker("Tall.")
    asked = ask(Question(text=TALL), "answer", (), replace(crew, glance=slow, model=model), Deadline.after(60))
    async for event in asked:
        kinds.append(event.kind)
        if event.kind == "wrote":
            spoken.set()
    assert kinds.index("wrote") < len(kinds) - 1 - kinds[::-1].index("carded")
    assert "2 + 2 = 4" not in model.told


@pytest.mark.parametrize("model", [None, Speaker("Tall.")], ids=["without a model", "with one"])
async def test_the_answer_names_a_widget_that_failed(crew: Crew, model: Speaker | None) -> None:
    gone = Degradation(part="weather", reason="timeout", detail="no weather: nothing had come after 1.5 s")

    async def failing(text: str) -> Glance:
        return Glance(missing=(gone,))

    answer = check_grammar(await run(replace(crew, glance=failing, model=model)))
    assert gone in answer.degraded
    assert answer.text
    assert "weather" not in {card.widget for card in answer.cards}


async def test_a_widget_stands_in_where_a_model_fails_and_nothing_is_found(crew: Crew) -> None:
    broken = replace(crew, glance=sum_card, model=Speaker(ModelStalled("silent", hint="wait", reason="stalled")))
    answer = check_grammar(await run(broken, "zqxv 2+2"))
    assert answer.cards[0].body.value == "4"
    assert "Nothing here answers" not in answer.text
