"""Whoever goes on with an answer tells what its readers do not know yet: a log that was cut anywhere becomes whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

import pytest

from pincite.answer.resume import AGAIN, continued
from pincite.errors import INTERNAL
from pincite.events import (
    Asked,
    Carded,
    Cited,
    Event,
    Failed,
    Finished,
    Sourced,
    Started,
    Stepped,
    Suggested,
    Wrote,
    fold,
)
from pincite.types import (
    Card,
    Citation,
    Document,
    Fact,
    Form,
    Passage,
    Question,
    Sentence,
    Source,
    Span,
    Status,
    Verdict,
)

STARTED = Started(answer_id="a", question=Question(text="q", mode="copilot"))


def source(number: int, name: str, *passages: str) -> Source:
    document = Document(id=name, url=f"https://example.org/{name}", title=name)
    made = [
        Passage(id=f"{name}{at}", document=document, text=text, start=0, end=len(text))
        for at, text in enumerate(passages)
    ]
    return Source(number=number, document=document, passages=tuple(made))


def sentence(start: int, end: int, number: int, passage: str) -> Sentence:
    citations = (Citation(source=number, passage_id=passage, support=1),)
    return Sentence(
        start=start, end=end, citations=citations, verdict=Verdict.SUPPORTED, short=Span(start=start, end=end)
    )


A, B, C = source(1, "a", "One."), source(2, "b", "Two."), source(1, "c", "Three.")
CARD = Card(id="k", widget="instant", title="Instant answer", text="One.", body=Fact(value="One."))
LOG: list[Event] = [
    STARTED,
    Stepped(step="plan", detail="p", ms=1),
    Sourced(sources=(A,)),
    Stepped(step="research", detail="read", ms=2),
    Stepped(step="research", detail="read", ms=3),
    Sourced(sources=(A, B)),
    Carded(card=CARD),
    Wrote(text="One."),
    Cited(sentence=sentence(0, 4, 1, "a0")),
    Wrote(text=" Tw"),
    Wrote(text="o."),
    Cited(sentence=sentence(5, 9, 2, "b0")),
    Stepped(step="write", detail="2 sentences extracted", ms=9),
    Suggested(follow_ups=("Why?",)),
    Finished(status=Status.ANSWERED, timings={"total": 9}),
]


async def gone_on(told: Sequence[Event], events: Sequence[Event]) -> list[Event]:
    async def again() -> AsyncGenerator[Event]:
        for event in events:
            yield event

    return [event async for event in continued(told, again())]


def timed(events: Sequence[Event], ms: float) -> list[Event]:
    """The same, when each step took so long, and cards were made then."""

    def again(event: Event) -> Event:
        match event:
            case Stepped():
                return event.model_copy(update={"ms": ms})
            case Carded(card=card):
                return Carded(card=card.model_copy(update={"id": f"made at {ms}"}))
        return event

    return [again(event) for event in events]


@pytest.mark.parametrize("cut", range(1, len(LOG)))
async def test_a_log_that_is_cut_anywhere_becomes_whole_without_an_event_twice(cut: int) -> None:
    whole = [*LOG[:cut], *await gone_on(LOG[:cut], timed(LOG, 50))]
    assert timed(whole, 0) == timed(LOG, 0)
    assert len(fold(whole).cards) == 1


@pytest.mark.parametrize("cut", range(8, 13))
async def test_a_text_in_other_words_follows_a_sentence_that_says_so(cut: int) -> None:
    other: list[Event] = [
        *LOG[:7],
        Wrote(text="One"),
        Wrote(text=" is more."),
        Cited(sentence=sentence(0, 12, 2, "b0")),
        *LOG[12:],
    ]
    told = fold(LOG[:cut])
    whole = fold([*LOG[:cut], *await gone_on(LOG[:cut], other)])
    assert (await gone_on(LOG[:13], other))[-2:] == LOG[-2:]
    assert len(await gone_on(LOG[:13], other)) == 2, "all of the text had been told"
    assert whole.text == f"{told.text}\n\n{AGAIN}\n\nOne is more."
    assert whole.sentences[: len(told.sentences)] == told.sentences
    said = [whole.text[one.start : one.end] for one in whole.sentences[len(told.sentences) :]]
    assert said == [AGAIN, "One is more."]
    assert whole.sentences[-1].citations[0].source == 2
    short = whole.sentences[-1].short
    assert short is not None
    assert whole.text[short.start : short.end] == "One is more."


async def test_a_shorter_text_is_another_one() -> None:
    shorter = [event for event in LOG if event not in LOG[9:12]]
    whole = fold([*LOG[:12], *await gone_on(LOG[:12], shorter)])
    assert whole.text == f"One. Two.\n\n{AGAIN}\n\nOne."
    assert whole.status is Status.ANSWERED


async def test_a_number_that_was_cited_keeps_its_source() -> None:
    """The second time another document comes first."""
    again: list[Event] = [
        STARTED,
        Sourced(sources=(C, source(2, "b", "Two.", "More."), source(3, "a", "One."))),
        Wrote(text="One."),
        Cited(sentence=sentence(0, 4, 3, "a0")),
        Wrote(text=" Two. Three."),
        Cited(sentence=sentence(5, 9, 2, "b0")),
        Cited(sentence=sentence(10, 16, 1, "c0")),
        Finished(status=Status.ANSWERED),
    ]
    more = await gone_on(LOG[:9], again)
    whole = fold([*LOG[:9], *more])
    assert [(one.number, one.document.id, len(one.passages)) for one in whole.sources] == [
        (1, "a", 1),
        (2, "b", 2),
        (3, "c", 1),
    ]
    assert whole.text == "One. Two. Three."
    cited = [(one.citations[0].source, one.citations[0].passage_id) for one in whole.sentences]
    assert cited == [(1, "a0"), (2, "b0"), (3, "c0")]
    assert len([event for event in more if isinstance(event, Cited)]) == 2


async def test_sources_of_before_the_text_give_way_to_those_that_are_found_now() -> None:
    again: list[Event] = [STARTED, Sourced(sources=(C,)), *LOG[7:9], Finished(status=Status.ANSWERED)]
    assert fold([*LOG[:6], *await gone_on(LOG[:6], again)]).sources == (C,)


@pytest.mark.parametrize(
    ("last", "status"),
    [(Asked(form=Form(text="Which?", fields=())), Status.WAITING), (Failed(problem=INTERNAL), Status.FAILED)],
)
async def test_where_only_the_end_is_missing_nothing_is_done_again(last: Event, status: Status) -> None:
    assert await gone_on([*LOG[:6], last], LOG) == [Finished(status=status)]


async def test_a_partial_text_that_failed_stays_interrupted() -> None:
    more = await gone_on([*LOG[:9], Failed(problem=INTERNAL)], LOG)
    assert more == [Finished(status=Status.INTERRUPTED)]
