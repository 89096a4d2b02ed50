"""Does a second reader change a verdict only with evidence and in time, and does no sentence wait for it?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import replace

import pytest
from tests.answer.conftest import Shelf, make_hit
from tests.answer.test_ask import check_grammar, run
from tests.answer.write.test_route import Speaker

from pincite.answer.check.check import Lexical
from pincite.answer.crew import Crew
from pincite.answer.write.second import AT_ONCE, MOST, Opinions, seconded
from pincite.answer.write.write import Written
from pincite.errors import ModelBusy
from pincite.events import Cited, Event, Stepped, Wrote
from pincite.ports import Deadline, ModelCard, Prompt, Stop, Token
from pincite.rank.order import Order
from pincite.settings import AnswerSettings
from pincite.types import Citation, Sentence, Source, Verdict

SURE = "The tower is 330 metres tall [1]. "
UNSURE = "Its height above the ground comes to 330 metres [1]. "
QUOTE = "The tower is 330 metres tall"


def verdict(label: str, quote: str = "") -> str:
    return json.dumps({"verdict": label, "quote": quote})


class Reader:
    """A ``ModelClient`` that judges: ``said``, or an error, after ``gate`` is open."""

    def __init__(self, said: str | Exception, gate: asyncio.Event | None = None) -> None:
        self.card = ModelCard("test:reader", "r", "test", "openai", "vendor", dollars=(1.0, 1.0))
        self.told: list[str] = []
        self.most = self.now = 0
        self._said = said
        self._gate = gate

    async def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
        self.told.append(prompt.turns[-1].text)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await asyncio.sleep(0)
            if self._gate is not None:
                await self._gate.wait()
            if isinstance(self._said, Exception):
                raise self._said
            yield Token(self._said)
            yield Stop("stop", input_tokens=50, output_tokens=5)
        finally:
            self.now -= 1


@pytest.fixture
def crew(shelf: Shelf) -> Crew:
    return Crew(
        backends={"index": shelf},
        ranker=Order(),
        embedder=None,
        checker=Lexical(),
        model=Speaker("writer", SURE, UNSURE),
        answer=AnswerSettings(second_s=60),
    )


def verdicts(events: Sequence[Event]) -> list[tuple[int, Verdict]]:
    return [(event.sentence.start, event.sentence.verdict) for event in events if isinstance(event, Cited)]


async def test_an_unsure_sentence_is_told_at_once_and_again_with_its_evidence(crew: Crew) -> None:
    reader = Reader(verdict("full", QUOTE))
    events = await run(replace(crew, second=reader))
    answer = check_grammar(events)
    assert len(reader.told) == 1, "a sentence that words can decide is not asked about"
    assert "comes to 330 metres" in reader.told[0]
    told = verdicts(events)
    assert [start for start, _ in told] == [0, told[1][0], told[1][0]]
    assert told[1][1] in (Verdict.PARTIAL, Verdict.UNSUPPORTED)
    sentence = answer.sentences[1]
    assert sentence.verdict is Verdict.SUPPORTED
    passage = answer.sources[0].passages
    quote = sentence.citations[0].quote
    assert quote is not None
    assert any(p.text[quote.start : quote.end] == QUOTE for p in passage)
    assert (answer.usage.model_calls, answer.usage.writer) == (2, "test:writer")
    steps = [event.detail for event in events if isinstance(event, Stepped) and event.step == "write"]
    assert steps[-1] == "test:writer: stop; test:reader on 1 unsure sentences: 1 changed"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (verdict("full", "words that stand nowhere"), Verdict.PARTIAL),
        (verdict("none"), Verdict.UNSUPPORTED),
        (verdict("contradicts", QUOTE), Verdict.UNSUPPORTED),
    ],
)
async def test_a_verdict_without_evidence_counts_less_and_one_against_it_counts(
    crew: Crew, said: str, expected: Verdict
) -> None:
    answer = check_grammar(await run(replace(crew, second=Reader(said))))
    assert answer.sentences[1].verdict is expected
    assert answer.sentences[0].verdict is Verdict.SUPPORTED


@pytest.mark.parametrize("said", [ModelBusy("429", reason="rate_limited"), "I like it.", RuntimeError("a bug")])
async def test_a_reader_that_fails_costs_nothing_but_is_told(crew: Crew, said: str | Exception) -> None:
    alone = check_grammar(await run(replace(crew, model=Speaker("writer", SURE, UNSURE))))
    answer = check_grammar(await run(replace(crew, second=Reader(said))))
    assert (answer.text, answer.sentences) == (alone.text, alone.sentences)
    assert [one.part for one in answer.degraded] == ["second opinion"]


async def test_an_opinion_that_is_late_is_dropped_and_no_event_waits_for_it(crew: Crew) -> None:
    reader = Reader(verdict("full", QUOTE), gate=asyncio.Event())
    events = await run(replace(crew, second=reader, answer=AnswerSettings(second_s=0)))
    answer = check_grammar(events)
    assert answer.sentences[1].verdict is not Verdict.SUPPORTED
    assert reader.now == 0, "the call is ended"
    assert any("1 came too late" in event.detail for event in events if isinstance(event, Stepped))
    assert answer.degraded == ()


async def test_a_strict_text_is_never_lowered_below_what_may_stand_there(crew: Crew) -> None:
    strict = AnswerSettings(strict=True, second_s=60)
    alone = check_grammar(await run(replace(crew, answer=strict, model=Speaker("writer", SURE, UNSURE))))
    answer = check_grammar(await run(replace(crew, answer=strict, second=Reader(verdict("none")))))
    assert answer.sentences == alone.sentences


# ── the stream itself ──


def told_by(events: Sequence[Wrote | Cited | Written]) -> Callable[[], AsyncGenerator[Wrote | Cited | Written]]:
    async def writing() -> AsyncGenerator[Wrote | Cited | Written]:
        for event in events:
            yield event

    return writing


def story(count: int) -> tuple[list[Wrote | Cited | Written], Source]:
    passage = make_hit("Tower", "The tower is 330 metres tall.").passage
    source = Source(number=1, document=passage.document, passages=(passage,))
    cites = (Citation(source=1, passage_id=passage.id, support=0.5),)
    events: list[Wrote | Cited | Written] = []
    for n in range(count):
        sentence = Sentence(start=6 * n, end=6 * n + 5, citations=cites, verdict=Verdict.PARTIAL)
        events += [Wrote(text="Tall. "), Cited(sentence=sentence)]
    return [*events, Written("stop")], source


async def test_only_so_many_are_asked_and_only_so_many_at_once() -> None:
    events, source = story(MOST + 3)
    reader = Reader(verdict("full", QUOTE))
    opinions = Opinions(reader, Deadline.after(60))
    found = [event async for event in seconded(told_by(events)(), [source], opinions, 60)]
    assert (len(reader.told), reader.most) == (MOST, AT_ONCE)
    assert sum(isinstance(event, Cited) for event in found) == MOST + 3 + MOST
    assert isinstance(found[-1], Written)
    assert found[-1].opinions == f"test:reader on {MOST} unsure sentences: {MOST} changed"


async def test_after_a_failure_nobody_is_asked_any_more() -> None:
    events, source = story(5)
    reader = Reader(ModelBusy("429", reason="rate_limited"))
    opinions = Opinions(reader, Deadline.after(60))
    found = [event async for event in seconded(told_by(events)(), [source], opinions, 60)]
    assert len(reader.told) <= AT_ONCE
    assert [event for event in found if not isinstance(event, Written)] == events[:-1]
    assert isinstance(found[-1], Written)
    assert found[-1].missed is not None
