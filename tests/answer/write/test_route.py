"""Does the model that writes first keep the word only where its sources support it, and is nothing taken away?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import replace

import pytest
from tests.answer.conftest import Shelf
from tests.answer.test_ask import check_grammar, run

from pincite.answer.ask import ask
from pincite.answer.check.check import Lexical
from pincite.answer.crew import Crew
from pincite.answer.write.route import First, held
from pincite.answer.write.strict import NOT_FOUND
from pincite.answer.write.write import Written
from pincite.errors import ModelBusy, ModelFailed, ModelStalled
from pincite.events import Cited, Event, Stepped, Wrote
from pincite.ports import Deadline, ModelCard, Prompt, Stop, Token
from pincite.rank.order import Order
from pincite.settings import AnswerSettings
from pincite.types import Answer, Question, Sentence, Status, Verdict

RIGHT = ("The tower is 330 metres tall [1]. ", "Its base is square, measuring 125 metres on each side [1].")
WRONG = ("It weighs 9 tonnes and is made of glass [1]. ", "Napoleon built it in 1492 in London [1]. ", *RIGHT)
GOOD = ("The tower is 330 metres tall and the tallest structure in Paris [1].",)


class Speaker:
    """A ``ModelClient`` with a script; an event is waited for."""

    def __init__(self, name: str, *script: str | ModelFailed | asyncio.Event) -> None:
        self.card = ModelCard(f"test:{name}", name, "test", "openai", "vendor", dollars=(1.0, 1.0))
        self.calls = 0
        self.closed = False
        self._script = script

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
        self.calls += 1
        try:
            for line in self._script:
                if isinstance(line, asyncio.Event):
                    await line.wait()
                elif isinstance(line, str):
                    yield Token(line)
                else:
                    raise line
            yield Stop("stop", input_tokens=100, output_tokens=10)
        finally:
            self.closed = True


@pytest.fixture
def crew(shelf: Shelf) -> Crew:
    return Crew(backends={"index": shelf}, ranker=Order(), embedder=None, checker=Lexical())


def routed(crew: Crew, cheap: Speaker, dear: Speaker, seconds: float = 60, supported: float = 0.5) -> Crew:
    return replace(crew, first=First(cheap, 2, supported, seconds), model=dear)


def steps(events: Sequence[Event]) -> str:
    return "\n".join(event.detail for event in events if isinstance(event, Stepped) and event.step == "write")


def written(answer: Answer) -> tuple[str, str | None]:
    return answer.text.strip(), answer.usage.writer


async def test_a_first_text_that_is_supported_is_the_answer_and_the_dear_model_is_never_asked(crew: Crew) -> None:
    cheap, dear = Speaker("cheap", *RIGHT, " It stands in Paris [1]."), Speaker("dear", *GOOD)
    events = await run(routed(crew, cheap, dear))
    answer = check_grammar(events)
    assert dear.calls == 0
    assert answer.text.startswith("The tower is 330 metres tall. Its base is square")
    assert answer.text.endswith("It stands in Paris.")
    assert (answer.model, answer.usage.writer) == ("test:cheap", "test:cheap")
    assert answer.usage.model_calls == 1
    assert answer.degraded == ()


async def test_a_first_text_that_is_not_supported_is_never_shown_and_the_dear_model_writes(crew: Crew) -> None:
    cheap, dear = Speaker("cheap", *WRONG), Speaker("dear", *GOOD)
    events = await run(routed(crew, cheap, dear))
    answer = check_grammar(events)
    assert written(answer) == ("The tower is 330 metres tall and the tallest structure in Paris.", "test:dear")
    assert answer.model == "test:dear"
    assert cheap.closed
    assert "test:cheap 0 of its first 2 sentences are supported" in steps(events)
    assert answer.usage.model_calls == 2
    assert answer.usage.dollars is not None
    assert answer.usage.dollars > 110 / 1e6, "the text that nobody saw was paid for"
    assert answer.degraded == ()
    assert len(answer.cards) == 1, "the instant answer is shown once"


@pytest.mark.parametrize(
    "script",
    [
        (ModelBusy("429", reason="rate_limited"),),
        ("The tower is", ModelStalled("silent", reason="stalled")),
        ("The sources do not say how tall it is.",),
    ],
)
async def test_a_first_model_that_fails_or_does_not_know_hands_over_and_nobody_notices(
    crew: Crew, script: tuple[str | ModelFailed, ...]
) -> None:
    cheap, dear = Speaker("cheap", *script), Speaker("dear", *GOOD)
    answer = check_grammar(await run(routed(crew, cheap, dear)))
    assert written(answer) == ("The tower is 330 metres tall and the tallest structure in Paris.", "test:dear")
    assert answer.status is Status.ANSWERED
    assert answer.degraded == ()


async def test_a_first_model_that_is_slow_is_not_waited_for(crew: Crew) -> None:
    cheap, dear = Speaker("cheap", asyncio.Event(), *RIGHT), Speaker("dear", *GOOD)
    events = await run(routed(crew, cheap, dear, seconds=0.05))
    assert check_grammar(events).usage.writer == "test:dear"
    assert "no sentence to check within 0.05 s" in steps(events)
    assert cheap.closed


async def test_nothing_of_a_first_text_is_shown_before_it_is_judged() -> None:
    happened: list[str] = []

    async def writing() -> AsyncGenerator[Wrote | Cited | Written]:
        for n, verdict in enumerate((Verdict.SUPPORTED, Verdict.EXEMPT, Verdict.UNSUPPORTED, Verdict.UNSUPPORTED)):
            happened.append(f"made {n}")
            yield Wrote(text="Words. ")
            yield Cited(sentence=Sentence(start=7 * n, end=7 * n + 6, verdict=verdict))

    first = First(Speaker("cheap"), 2, 0.5, 60)
    async for event in held(writing(), first, Deadline.after(60)):
        happened.append(type(event).__name__)  # noqa: PERF401 -- in the order in which it happens
    assert happened.index("Wrote") > happened.index("made 2"), "the second sentence that states something is the third"
    assert happened.count("Wrote") == 4, "what comes later is not judged"


async def test_the_dear_model_failing_too_leaves_the_sources_own_sentences(crew: Crew) -> None:
    dear = Speaker("dear", ModelBusy("429", reason="rate_limited"))
    answer = check_grammar(await run(routed(crew, Speaker("cheap", *WRONG), dear)))
    assert "330 metres" in answer.text
    assert answer.usage.writer is None
    assert [(d.part, d.reason) for d in answer.degraded] == [("model", "rate_limited")]


async def test_what_breaks_off_after_it_was_shown_stays(crew: Crew) -> None:
    cheap = Speaker("cheap", *RIGHT, " And so on [1]. ", ModelStalled("silent", reason="stalled"))
    dear = Speaker("dear", *GOOD)
    answer = check_grammar(await run(routed(crew, cheap, dear)))
    assert answer.text.startswith("The tower is 330 metres tall.")
    assert answer.status is Status.INTERRUPTED
    assert dear.calls == 0


async def test_without_sources_there_is_nothing_to_judge_by_and_the_dear_model_writes(crew: Crew) -> None:
    cheap, dear = Speaker("cheap", "Hello."), Speaker("dear", "Good day.")
    answer = check_grammar(await run(routed(replace(crew, backends={}), cheap, dear), "Write a greeting"))
    assert (cheap.calls, answer.usage.writer) == (0, "test:dear")


async def test_a_strict_text_whose_sentences_were_left_out_does_not_suffice(crew: Crew) -> None:
    strict = replace(crew, answer=AnswerSettings(strict=True))
    cheap, dear = Speaker("cheap", *WRONG[:2]), Speaker("dear", *GOOD)
    answer = check_grammar(await run(routed(strict, cheap, dear)))
    assert answer.usage.writer == "test:dear"
    assert NOT_FOUND not in answer.text


@pytest.mark.parametrize(("supported", "writer"), [(0.5, "test:cheap"), (0.6, "test:dear")])
async def test_the_share_that_must_be_supported_is_set(crew: Crew, supported: float, writer: str) -> None:
    cheap = Speaker("cheap", RIGHT[0], WRONG[0], "The end is near [1].")
    answer = check_grammar(await run(routed(crew, cheap, Speaker("dear", *GOOD), supported=supported)))
    assert answer.usage.writer == writer


@pytest.mark.parametrize("at", range(14))
async def test_a_routed_answer_can_be_closed_at_any_event(crew: Crew, at: int) -> None:
    cheap, dear = Speaker("cheap", *WRONG), Speaker("dear", *GOOD)
    question = Question(text="How tall is the Eiffel Tower?")
    running = ask(question, "answer", [], routed(crew, cheap, dear), Deadline.after(20))
    for _ in range(at):
        await anext(running, None)
    await running.aclose()
    assert cheap.closed or not cheap.calls
    assert dear.closed or not dear.calls
