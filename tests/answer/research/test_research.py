"""Research in steps over a small world: two hops, pairs, three budgets, answer now, planners good and bad."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

import pytest
from tests.answer.conftest import Shelf

from pincite.answer.ask import ask
from pincite.answer.crew import Crew
from pincite.errors import Damaged, ModelBusy, ModelFailed
from pincite.events import Event, Sourced, Stepped, fold
from pincite.ports import Deadline, ModelCard, Prompt, Query, Stop, Token
from pincite.settings import AnswerSettings
from pincite.types import Answer, Hit, Question, Status, Verdict

WORLD = {
    "Low Tide (film)": [
        "Low Tide is a 1951 drama film directed by Marta Olsen. Low Tide was shown in many cinemas of the coast."
    ],
    "Marta Olsen": ["Marta Olsen was born in the town of Bodvik. Marta Olsen studied painting before the war."],
    "Jon Berg": ["Jon Berg was a painter of boats. Jon Berg was born in 1880, the son of a man who fished and sang."],
    "Bodvik": ["Bodvik is a town by the sea. Bodvik has 4,200 inhabitants and a harbour."],
    "Harbour": ["A harbour is a place where ships are moored."],
}
HOPS = "Where was the director of the film Low Tide born?"
FIRST, SECOND = "Who or what is the director of the film Low Tide?", "Where was Marta Olsen born?"


@pytest.fixture
def world() -> Shelf:
    return Shelf(WORLD)


@pytest.fixture
def crew(crew: Crew, world: Shelf) -> Crew:
    return replace(crew, backends={"index": world}, answer=AnswerSettings(clarify_s=0))


class Planner:
    """A ``ModelClient`` that answers by what it is told; a reply may be an error, or a wait without end."""

    def __init__(self, reply: Callable[[str], str | ModelFailed | None]) -> None:
        self.card = ModelCard(id="test:planner", name="p", endpoint="test", dialect="openai", runs_on="this machine")
        self._reply = reply
        self.asked: list[str] = []
        self.waiting = asyncio.Event()

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
        self.asked.append(f"{prompt.system}\n{prompt.turns[-1].text}")
        reply = self._reply(self.asked[-1])
        if reply is None:
            self.waiting.set()
            await asyncio.Event().wait()
        if isinstance(reply, ModelFailed):
            raise reply
        yield Token(str(reply))
        yield Stop("stop", input_tokens=10, output_tokens=5)


async def told(crew: Crew, text: str = HOPS, deadline_s: float = 120) -> list[Event]:
    question = Question(id="q", thread_id="t", text=text, mode="copilot")
    return [event async for event in ask(question, "answer", (), crew, Deadline.after(deadline_s))]


def steps(events: Sequence[Event]) -> list[str]:
    return [event.detail for event in events if isinstance(event, Stepped) and event.step == "research"]


def citing(answer: Answer) -> dict[str, list[str]]:
    """Title → the sentences that cite it."""
    titles = {source.number: source.document.title for source in answer.sources}
    found: dict[str, list[str]] = {}
    for sentence in answer.sentences:
        for citation in sentence.citations:
            found.setdefault(titles[citation.source], []).append(answer.text[sentence.start : sentence.end])
    return found


# ── two hops ──


async def test_the_second_hop_is_found_by_what_the_first_one_found(crew: Crew, world: Shelf) -> None:
    events = await told(crew)
    answer = fold(events)
    assert world.asked[:3] == [HOPS, FIRST, SECOND]
    assert answer.text.startswith("Marta Olsen was born in the town of Bodvik.")
    assert {"Marta Olsen", "Low Tide (film)"} <= citing(answer).keys()
    assert answer.status is Status.ANSWERED
    assert answer.usage.searches == 1 + sum(detail.startswith("searched “") for detail in steps(events))


async def test_every_sentence_is_a_source_s_and_headings_are_exempt(crew: Crew) -> None:
    brief = replace(crew, answer=crew.answer.model_copy(update={"max_words": 22}))
    answer = fold(await told(brief, "Who directed Low Tide, and when was Jon Berg born?"))
    passages = {p.id: p.text for source in answer.sources for p in source.passages}
    headings = [s for s in answer.sentences if s.verdict is Verdict.EXEMPT]
    for sentence in answer.sentences:
        text = answer.text[sentence.start : sentence.end]
        assert sentence in headings or all(text in passages[c.passage_id] for c in sentence.citations)
        assert bool(sentence.citations) == (sentence not in headings)
    said = [answer.text[s.start : s.end] for s in headings]
    assert "When was Jon Berg born?" in said
    assert "**When was Jon Berg born?**\n\nJon Berg was born in 1880" in answer.text


async def test_no_sentence_comes_twice(crew: Crew) -> None:
    answer = fold(await told(crew))
    said = [answer.text[s.start : s.end] for s in answer.sentences]
    assert len(said) == len(set(said))


async def test_the_same_question_takes_the_same_steps(crew: Crew) -> None:
    def timeless(events: Sequence[Event]) -> list[str]:
        kept = [event.model_copy(update={"ms": 0.0}) if isinstance(event, Stepped) else event for event in events]
        return [event.model_dump_json(exclude={"timings"}) for event in kept]

    assert timeless(await told(crew)) == timeless(await told(crew))


async def test_steps_tell_counts_and_times(crew: Crew) -> None:
    events = await told(crew)
    said = steps(events)
    assert any(re.fullmatch(rf"searched “{re.escape(SECOND)}”: \d+ passages", detail) for detail in said)
    assert any(detail.startswith("plan by rules: ") for detail in said)
    assert any(re.search(r"round 2: \d searched, \d+ of 12 searches used", detail) for detail in said)
    assert said[-1].startswith("2 of 2 smaller questions answered; ")
    assert all(event.ms >= 0 for event in events if isinstance(event, Stepped))
    assert fold(events).timings["research"] > 0


async def test_later_sources_take_the_place_of_the_first_and_hold_all_that_is_cited(crew: Crew) -> None:
    events = await told(crew)
    last = [event for event in events if isinstance(event, Sourced)][-1]
    assert fold(events).sources == last.sources
    held = {(source.number, passage.id) for source in last.sources for passage in source.passages}
    assert {(c.source, c.passage_id) for s in fold(events).sentences for c in s.citations} <= held


async def test_what_nothing_answers_is_not_answered(crew: Crew) -> None:
    answer = fold(await told(crew, "Who won the chess championship that Ann Moe missed?"))
    assert [(d.part, d.reason) for d in answer.degraded] == [("sources", "no_answer")]
    assert answer.text.startswith("Nothing here answers this")


async def test_a_simple_question_that_is_covered_takes_one_search(crew: Crew, world: Shelf) -> None:
    events = await told(crew, "How many inhabitants has Bodvik?")
    assert fold(events).usage.searches == 1
    assert "4,200 inhabitants" in fold(events).text
    assert steps(events)[-1].startswith("one question in all; 1 searches")


async def test_quick_answers_take_no_steps_of_research(crew: Crew) -> None:
    question = Question(text=HOPS)
    events = [event async for event in ask(question, "a", (), crew, Deadline.after(120))]
    assert steps(events) == []
    assert fold(events).usage.searches == 1


# ── budgets ──


@pytest.mark.parametrize("most", [1, 2, 3, 4])
async def test_no_more_searches_than_allowed(crew: Crew, most: int) -> None:
    answer = AnswerSettings(clarify_s=0, research_searches=most)
    events = await told(replace(crew, answer=answer))
    assert fold(events).usage.searches <= most
    said = " ".join(steps(events))
    if most < 3:
        assert f"all {most} searches are used" in said
    else:
        assert "Marta Olsen was born" in fold(events).text


async def test_many_backends_share_the_searches(crew: Crew, world: Shelf) -> None:
    shelves = {f"s{n}": Shelf(WORLD, f"s{n}") for n in range(4)}
    events = await told(replace(crew, backends=shelves))
    assert fold(events).usage.searches == 4 + 4 + 2  # the whole; half of 8; half of what is then left
    assert "Marta Olsen was born" in fold(events).text


async def test_the_whole_question_leaves_searches_for_its_parts(crew: Crew, world: Shelf) -> None:
    shelves = {f"s{n}": Shelf(WORLD, f"s{n}") for n in range(4)}
    events = await told(replace(crew, backends=shelves), "What is the difference between Low Tide and Bodvik?")
    assert fold(events).usage.searches <= AnswerSettings().research_searches
    assert shelves["s0"].asked[:2] == ["What is the difference between Low Tide and Bodvik?", "What is Low Tide?"]


async def test_when_the_time_is_over_what_is_there_is_written(crew: Crew) -> None:
    class Slow(Shelf):
        async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
            if len(self.asked) >= 1:
                self.asked.append(query.text)
                await asyncio.Event().wait()
            return await super().search(query, deadline)

    answer = AnswerSettings(clarify_s=0, research_s=3)
    events = await told(replace(crew, backends={"index": Slow(WORLD)}, answer=answer))
    finished = fold(events)
    assert finished.status is Status.ANSWERED
    assert finished.sources
    assert ("index", "timeout") in {(d.part, d.reason) for d in finished.degraded}


async def test_a_backend_that_fails_costs_its_searches_and_no_answer(crew: Crew, world: Shelf) -> None:
    class Torn(Shelf):
        async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
            raise Damaged("torn page")

    events = await told(replace(crew, backends={"index": world, "torn": Torn(WORLD, "torn")}))
    answer = fold(events)
    assert "Marta Olsen was born" in answer.text
    assert [(d.part, d.reason) for d in answer.degraded] == [("torn", "failed")]
    assert "torn: torn page" in " ".join(steps(events))


# ── answer now ──


async def test_answer_now_ends_research_and_writes_from_what_is_there(crew: Crew) -> None:
    class Stuck(Shelf):
        """Its second search never ends; whoever waits for it says that it is enough."""

        async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
            if self.asked:
                wanting.enough.set()
                await asyncio.Event().wait()
            return await super().search(query, deadline)

    wanting = replace(crew, enough=asyncio.Event(), backends={"index": Stuck(WORLD)})
    wanting = replace(wanting, search=wanting.search.model_copy(update={"deadline_s": 600}))
    events = await asyncio.wait_for(told(wanting, deadline_s=3600), 120)
    assert "told to answer now" in steps(events)
    assert fold(events).status is Status.ANSWERED
    assert fold(events).sources


async def test_answer_now_does_not_wait_for_a_planner(crew: Crew) -> None:
    planner = Planner(lambda told: None)
    wanting = replace(crew, planner=planner)
    task = asyncio.create_task(told(wanting, deadline_s=3600))
    await asyncio.wait_for(planner.waiting.wait(), 120)
    wanting.enough.set()
    assert "told to answer now" in steps(await asyncio.wait_for(task, 120))


# ── a planner ──

PARTS = "Who directed Low Tide?\nWhere was [1] born?"


async def test_a_planner_s_parts_are_searched_for(crew: Crew, world: Shelf) -> None:
    planner = Planner(lambda told: PARTS)
    events = await told(replace(crew, planner=planner))
    assert world.asked[:3] == [HOPS, "Who directed Low Tide?", SECOND]
    assert steps(events)[1] == "plan by test:planner: Who directed Low Tide? · Where was … born?"
    assert fold(events).usage.model_calls == 1
    assert len(planner.asked) == 1


async def test_a_planner_says_what_is_missing_within_its_calls(crew: Crew, world: Shelf) -> None:
    planner = Planner(
        lambda told: "Bodvik harbour ships" if "Still open" in told else "Who painted the moon of Bodvik?"
    )
    events = await told(replace(crew, planner=planner), "Who painted the moon of Bodvik at night?")
    assert "Bodvik harbour ships" in world.asked
    assert 2 <= fold(events).usage.model_calls <= AnswerSettings().research_calls


@pytest.mark.parametrize(
    "reply", [ModelBusy("busy", reason="rate_limited"), "", "I can't.:", "[[]]", "{", "\x00\n" * 50], ids=repr
)
async def test_a_planner_that_is_no_help_costs_no_answer(crew: Crew, reply: str | ModelFailed) -> None:
    events = await told(replace(crew, planner=Planner(lambda told: reply)))
    answer = fold(events)
    assert "Marta Olsen was born" in answer.text
    assert steps(events)[1].startswith("plan by rules, since test:planner gave none: ")
    named = {(d.part, d.reason) for d in answer.degraded}
    assert named == ({("planner", "rate_limited")} if isinstance(reply, ModelFailed) else set())


async def test_without_a_call_left_rules_plan(crew: Crew) -> None:
    writer = Planner(lambda told: "Marta Olsen was born in Bodvik [1].")
    allowed = crew.answer.model_copy(update={"research_calls": 1})
    events = await told(replace(crew, model=writer, answer=allowed))
    assert steps(events)[1].startswith("plan by rules, since no call of a model is left: ")
    assert fold(events).usage.model_calls == 1


async def test_a_model_writes_from_all_that_was_found_and_is_checked(crew: Crew) -> None:
    def reply(told: str) -> str:
        return PARTS if "split a question" in told else "Marta Olsen was born in the town of Bodvik [1]. It rains."

    writer = Planner(reply)
    events = await told(replace(crew, model=writer))
    answer = fold(events)
    last = writer.asked[-1]
    assert "Where was Marta Olsen born?" in last
    assert {"Low Tide (film)", "Marta Olsen"} <= {source.document.title for source in answer.sources}
    assert "directed by Marta Olsen" in last
    assert "born in the town of Bodvik" in last
    assert answer.sentences[0].citations
    assert answer.usage.model_calls == 2


async def test_a_model_that_fails_leaves_what_research_found(crew: Crew) -> None:
    failing = Planner(lambda told: ModelBusy("busy", reason="rate_limited"))
    answer = fold(await told(replace(crew, model=failing)))
    assert answer.text.startswith("Marta Olsen was born in the town of Bodvik.")
    assert ("model", "rate_limited") in {(d.part, d.reason) for d in answer.degraded}
