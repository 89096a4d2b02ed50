"""Whether a check that is late or fails costs no answer, and whether the answer says so."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from pincite.answer.ask import ask
from pincite.answer.check.check import Lexical
from pincite.answer.check.support import Weighing
from pincite.answer.crew import Crew
from pincite.answer.write.fallback import PART, InTime
from pincite.encoders.embed import MiniLM
from pincite.events import Cited, fold
from pincite.ports import Bounds, Deadline, ModelCard, Prompt, Stop, Support, Token
from pincite.settings import AnswerSettings
from pincite.types import Answer, Document, Passage, Question, Status, Verdict

TEXT = "The tower is 330 metres tall."
PASSAGES = [Passage(id="p", document=Document(id="d", url="", title=""), text=TEXT, start=0, end=len(TEXT))]
UNHURRIED_S = 600.0


class Careful:
    """A checker on a scale of its own that does first what a test wants."""

    bounds = Bounds(supported=0.2, partial=0.1, added=0.3)

    def __init__(self, first: Callable[[], object] = lambda: None) -> None:
        self.first = first
        self.threads: set[int] = set()
        self.passages: list[str] = []

    def read(self, passages: Sequence[Passage]) -> None:
        self.passages += [passage.id for passage in passages]

    def check(self, statement: str, passages: Sequence[Passage]) -> list[Support]:
        self.threads.add(threading.get_ident())
        self.first()
        return [Support(0.25, None) for _ in passages]


@pytest.fixture
def stuck() -> Iterator[Careful]:
    """Never answers while its test runs."""
    let_go = threading.Event()
    yield Careful(let_go.wait)
    let_go.set()


def broken() -> None:
    raise RuntimeError("a statement that no log may hold")


async def test_what_comes_in_time_counts_and_the_loop_never_stood_still_for_it() -> None:
    careful = Careful()
    check = InTime(careful, Lexical(), UNHURRIED_S)
    check.read(PASSAGES * 3)
    assert await check.check("anything", PASSAGES) == ([Support(0.25, None)], careful.bounds)
    assert careful.passages == ["p"] * 3, "read before the first sentence"
    assert careful.threads.isdisjoint({threading.get_ident()})
    assert check.missed() is None
    check.close()


async def test_what_is_late_is_decided_by_words_and_told(stuck: Careful) -> None:
    check = InTime(stuck, Lexical(), 0.01)
    for _ in range(2):
        (support,), bounds = await check.check(TEXT, PASSAGES)
        assert (support.score, bounds) == (1.0, Lexical.bounds)
    missed = check.missed()
    assert missed is not None
    assert (missed.part, missed.reason) == (PART, "late")
    assert missed.detail.startswith("2 of 2 sentences were checked by words alone")
    check.close()


async def test_what_failed_is_not_asked_again_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    careful = Careful(broken)
    check = InTime(careful, Lexical(), UNHURRIED_S)
    assert (await check.check(TEXT, PASSAGES))[1] == Lexical.bounds
    careful.first = lambda: None
    assert (await check.check(TEXT, PASSAGES))[1] == Lexical.bounds
    missed = check.missed()
    assert missed is not None
    assert (missed.reason, "RuntimeError" in missed.detail) == ("failed", True)
    assert "a statement" not in missed.detail + "".join(capsys.readouterr())
    check.close()


# ── in an answer ──


class Speaker:
    """Says one thing."""

    def __init__(self, text: str) -> None:
        self.card = ModelCard(id="test:model", name="m", endpoint="test", dialect="openai", runs_on="this machine")
        self.text = text

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
        yield Token(self.text)
        yield Stop("stop", input_tokens=100, output_tokens=10)


FREELY = "The tower measures three hundred and thirty metres from top to bottom [1]. It is also square at its foot [1]."


async def answered(crew: Crew, text: str = FREELY) -> Answer:
    question = Question(text="How tall is the Eiffel Tower?")
    crew = replace(crew, checker=Lexical(), model=Speaker(text))
    return fold([event async for event in ask(question, "answer", [], crew, Deadline.after(UNHURRIED_S))])


def cited(answer: Answer) -> list[Verdict]:
    return [sentence.verdict for sentence in answer.sentences if sentence.citations]


@pytest.mark.parametrize("strict", [False, True])
async def test_a_models_sentences_are_judged_by_the_careful_one(crew: Crew, strict: bool) -> None:
    settings = AnswerSettings(check_s=UNHURRIED_S, strict=strict)
    answer = await answered(replace(crew, careful=Careful(), answer=settings))
    assert cited(answer) == [Verdict.SUPPORTED, Verdict.SUPPORTED]
    assert answer.degraded == ()
    assert answer.text == FREELY.replace(" [1]", "")


async def test_an_answer_whose_check_is_late_is_the_one_by_words_and_says_so(crew: Crew, stuck: Careful) -> None:
    late = await answered(replace(crew, careful=stuck, answer=AnswerSettings(check_s=0.01)))
    by_words = await answered(crew)
    assert late.status is Status.ANSWERED
    assert late.sentences == by_words.sentences
    assert [(one.part, one.reason) for one in late.degraded] == [(PART, "late")]


async def test_an_answer_whose_check_fails_is_the_one_by_words_and_says_so(crew: Crew) -> None:
    failed = await answered(replace(crew, careful=Careful(broken), answer=AnswerSettings(check_s=UNHURRIED_S)))
    assert failed.sentences == (await answered(crew)).sentences
    assert [(one.part, one.reason) for one in failed.degraded] == [(PART, "failed")]


async def test_an_answer_can_be_closed_while_its_check_is_under_way(crew: Crew, stuck: Careful) -> None:
    crew = replace(crew, careful=stuck, checker=Lexical(), model=Speaker(FREELY), answer=AnswerSettings(check_s=0.05))
    running = ask(Question(text="How tall is the Eiffel Tower?"), "answer", [], crew, Deadline.after(UNHURRIED_S))
    async for event in running:
        if isinstance(event, Cited):
            break
    await running.aclose()


async def test_by_meaning_an_answer_is_the_same_twice(crew: Crew) -> None:
    settings = AnswerSettings(check="meaning", check_s=UNHURRIED_S)
    checker = Weighing.configured(settings, MiniLM.load())
    assert isinstance(checker, Weighing)
    assert Weighing.configured(AnswerSettings(), MiniLM.load()) is None, "words are enough unless somebody wants more"
    first, again = [await answered(replace(crew, careful=checker, answer=settings)) for _ in range(2)]
    assert first.sentences == again.sentences
    assert first.degraded == ()
