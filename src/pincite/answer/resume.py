"""What is told of an answer that another process goes on with? What its readers do not know yet.

The steps are taken again from the first one (``notes.py`` has what they found), and tell the same events again: those
that the log has are left out. Text goes on where it ended if the same words come again, as sentences of sources do. A
model says it in other words: then a sentence of our own says so, and its whole text follows, but for a text that was
complete. A number that was cited stays with its source.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from itertools import takewhile

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
from pincite.types import Sentence, Source, Span, Status, Verdict

AGAIN = "pincite was stopped while it wrote this; from here it is written again."


async def continued(told: Sequence[Event], events: AsyncGenerator[Event]) -> AsyncGenerator[Event]:
    """What of ``events``, all those of the answer, comes after ``told``, which begins with ``Started``."""
    last = _last(told)
    if last is not None:
        await events.aclose()
        yield last
        return
    known = _Known(told)
    async with aclosing(events):
        async for event in events:
            for fresh in known.fresh(event):
                yield fresh


def _last(told: Sequence[Event]) -> Finished | None:
    """Where all but the end was told, the end."""
    answer = fold(told)
    if answer.form is not None:
        return Finished(status=Status.WAITING)
    if answer.problem is not None:
        return Finished(status=Status.INTERRUPTED if answer.text else Status.FAILED)
    return None


def _is_written(told: Sequence[Event]) -> bool:
    """Whether the text is complete: a step says so behind it."""
    behind = takewhile(lambda event: not isinstance(event, Wrote), reversed(told))
    return any(isinstance(event, Wrote) for event in told) and any(
        isinstance(event, Stepped) and event.step == "write" for event in behind
    )


def moved(sentence: Sentence, by: int) -> Sentence:
    """The sentence, where ``by`` characters stand before its text."""
    short = sentence.short and Span(start=sentence.short.start + by, end=sentence.short.end + by)
    return sentence.model_copy(update={"start": sentence.start + by, "end": sentence.end + by, "short": short})


class _Known:
    """What readers know, and how far the telling has come that they know it from."""

    def __init__(self, told: Sequence[Event]) -> None:
        self._answer = fold(told)
        self._steps = Counter((event.step, event.detail) for event in told if isinstance(event, Stepped))
        self._sources = [event.sources for event in told if isinstance(event, Sourced)]
        self._cards = {card.widget: card for card in self._answer.cards}
        self._sentences = set(self._answer.sentences)
        self._numbers: dict[int, int] = {}
        """The number of a source as it is told, by the one that it has now."""
        self._text = ""
        """As it is written now, as long as it is not known whether it goes on."""
        self._again: list[Event] = []
        """The same as events, if it was not told."""
        self._shift: int | None = None if self._answer.text else 0
        self._written = _is_written(told)

    def fresh(self, event: Event) -> Iterator[Event]:
        match event:
            case Started():
                pass
            case Sourced() | Wrote() | Cited() if self._written:
                pass
            case Stepped():
                if self._steps[event.step, event.detail]:
                    self._steps[event.step, event.detail] -= 1
                else:
                    yield event
            case Sourced(sources=sources):
                yield from self._sourced(sources)
            case Carded(card=card):
                known = self._cards.get(card.widget)
                again = card.model_copy(update={"id": known.id}) if known else card  # made again, it has another id
                if again != known:
                    yield Carded(card=again)
            case Suggested(follow_ups=follow_ups):
                if follow_ups != self._answer.follow_ups:
                    yield event
            case Wrote(text=text):
                yield from self._wrote(text)
            case Cited(sentence=sentence):
                yield from self._cited(self._renumbered(sentence))
            case Asked() | Failed() | Finished():
                if self._shift is None and self._text and self._text != self._answer.text:
                    yield from self._written_again()
                yield event

    # ── sources ──

    def _sourced(self, sources: tuple[Source, ...]) -> Iterator[Event]:
        if sources in self._sources:
            self._numbers = {}
            return
        if not self._answer.text:
            yield Sourced(sources=sources)
            return
        before = self._sources[-1] if self._sources else ()
        now = _joined(before, sources)
        number = {source.document.id: source.number for source in now}
        self._numbers = {source.number: number[source.document.id] for source in sources}
        if now != before:
            self._sources.append(now)
            yield Sourced(sources=now)

    def _renumbered(self, sentence: Sentence) -> Sentence:
        numbers = self._numbers
        cited = [one.model_copy(update={"source": numbers.get(one.source, one.source)}) for one in sentence.citations]
        return sentence.model_copy(update={"citations": tuple(cited)})

    # ── text ──

    def _wrote(self, text: str) -> Iterator[Event]:
        if self._shift is not None:
            yield Wrote(text=text)
            return
        self._text += text
        self._again.append(Wrote(text=text))
        told = self._answer.text
        if told.startswith(self._text):
            return
        if not self._text.startswith(told):
            yield from self._written_again()
            return
        self._shift = 0
        yield Wrote(text=self._text[len(told) :])

    def _cited(self, sentence: Sentence) -> Iterator[Event]:
        if self._shift is None:
            self._again.append(Cited(sentence=sentence))
        if sentence not in self._sentences:
            yield Cited(sentence=moved(sentence, self._shift or 0))

    def _written_again(self) -> Iterator[Event]:
        """What was told stays, and what is written now follows it."""
        told = self._answer.text
        start = len(told) + 2
        yield Wrote(text=f"\n\n{AGAIN}\n\n")
        yield Cited(sentence=Sentence(start=start, end=start + len(AGAIN), verdict=Verdict.EXEMPT))
        self._shift, self._sentences = start + len(AGAIN) + 2, set()
        for event in self._again:
            yield Cited(sentence=moved(event.sentence, self._shift)) if isinstance(event, Cited) else event


def _joined(before: Sequence[Source], now: Sequence[Source]) -> tuple[Source, ...]:
    """``before``, then what is new: a number that may be cited keeps its document and its passages."""
    joined = {source.document.id: source for source in before}
    for source in now:
        known = joined.setdefault(source.document.id, source.model_copy(update={"number": len(joined) + 1}))
        there = {passage.id for passage in known.passages}
        more = tuple(passage for passage in source.passages if passage.id not in there)
        joined[source.document.id] = known.model_copy(update={"passages": (*known.passages, *more)})
    return tuple(joined.values())
