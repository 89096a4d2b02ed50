"""What happens while a question is answered? Ten events; an answer is their fold.

Grammar::

    Started (Stepped | Sourced | Carded | Wrote | Cited | Suggested)* [Asked] [Failed] Finished

Exactly one ``Finished``, always last: also after a stop, a crash or a restart. The set is closed: a door's
``match`` ends in ``assert_never``, so an eleventh event is a type error in every door until it is drawn.
New kinds of things travel inside ``Card``, ``Form`` and ``Stepped.detail``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, assert_never

from pydantic import Field, TypeAdapter

from pincite.types import (
    Answer,
    Card,
    Degradation,
    Form,
    Noun,
    Problem,
    Question,
    Sentence,
    Source,
    Status,
    Usage,
)


class Started(Noun):
    """The question was taken. ``model`` is the card that will write, ``None`` where nobody but the extractor does."""

    kind: Literal["started"] = "started"
    answer_id: str
    question: Question
    model: str | None = None


class Stepped(Noun):
    """Progress, safe to ignore: ``step`` took ``ms``, and ``detail`` says in words what came of it."""

    kind: Literal["stepped"] = "stepped"
    step: str
    detail: str = ""
    ms: float = 0.0


class Sourced(Noun):
    """The sources, numbered. A later one replaces an earlier one and keeps the numbers already cited."""

    kind: Literal["sourced"] = "sourced"
    sources: tuple[Source, ...]


class Carded(Noun):
    """Something to see at a glance. A card with the same id replaces the earlier one."""

    kind: Literal["carded"] = "carded"
    card: Card


class Asked(Noun):
    """A clarifying form. Ends the turn."""

    kind: Literal["asked"] = "asked"
    form: Form


class Wrote(Noun):
    """More of the text. Append-only, clean: no citation markers."""

    kind: Literal["wrote"] = "wrote"
    text: str


class Cited(Noun):
    """A sentence is complete. Its span indexes the text written so far; the same span again is a better verdict."""

    kind: Literal["cited"] = "cited"
    sentence: Sentence


class Suggested(Noun):
    """Questions that may come next and that the index can answer."""

    kind: Literal["suggested"] = "suggested"
    follow_ups: tuple[str, ...]


class Failed(Noun):
    """No answer, or only a part of one, and why."""

    kind: Literal["failed"] = "failed"
    problem: Problem


class Finished(Noun):
    """The last event. ``timings`` in milliseconds by step."""

    kind: Literal["finished"] = "finished"
    status: Status
    degraded: tuple[Degradation, ...] = ()
    usage: Usage = Usage()
    timings: dict[str, float] = Field(default={})


Event = Annotated[
    Started | Stepped | Sourced | Carded | Asked | Wrote | Cited | Suggested | Failed | Finished,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)


class Stamped(Noun):
    """An event at its place in an answer's log. ``seq`` starts at 1 and has no gaps."""

    seq: int = Field(ge=1)
    event: Event


class Folding:
    """An answer, as far as its events have told it. ``add`` does not depend on what came before in time or space."""

    def __init__(self) -> None:
        self._started: Started | None = None
        self._pieces: list[str] = []
        self._sentences: dict[tuple[int, int], Sentence] = {}
        self._cards: dict[str, Card] = {}
        self._changes: dict[str, object] = {}

    def add(self, event: Event) -> None:
        """Raises ``ValueError`` unless ``Started`` comes first and once, and nothing after ``Finished``."""
        changes = self._changes
        if self._started is None:
            if not isinstance(event, Started):
                raise ValueError(f"the first event must be Started, not {event.kind}")
            self._started = event
            return
        if "status" in changes:
            raise ValueError(f"{event.kind} after Finished")
        match event:
            case Wrote(text=text):
                self._pieces.append(text)
            case Cited(sentence=sentence):
                self._sentences[(sentence.start, sentence.end)] = sentence
            case Started():
                raise ValueError("a second Started in one answer")
            case Stepped():
                pass
            case Sourced(sources=sources):
                changes["sources"] = sources
            case Carded(card=card):
                self._cards[card.id] = card
            case Asked(form=form):
                changes["form"] = form
            case Suggested(follow_ups=follow_ups):
                changes["follow_ups"] = follow_ups
            case Failed(problem=problem):
                changes["problem"] = problem
            case Finished(status=status, degraded=degraded, usage=usage, timings=timings):
                changes |= {"status": status, "degraded": degraded, "usage": usage, "timings": timings}
                changes |= {"model": usage.writer} if usage.writer else {}
            case _:
                assert_never(event)

    def answer(self) -> Answer:
        """The answer so far. Linear in the text. Raises ``ValueError`` if nothing was told."""
        first = self._started
        if first is None:
            raise ValueError("the first event must be Started, not nothing")
        told = {
            "text": "".join(self._pieces),
            "sentences": tuple(sorted(self._sentences.values(), key=lambda s: (s.start, s.end))),
            "cards": tuple(self._cards.values()),
        }
        opened = Answer(id=first.answer_id, question=first.question, model=first.model)
        return opened.model_copy(update=self._changes | told)


def fold(events: Iterable[Event]) -> Answer:
    """The answer that ``events`` tell of, finished or not. Linear in the text.

    Raises ``ValueError`` if the first event is not ``Started``, or if one comes after ``Finished``.
    """
    folding = Folding()
    for event in events:
        folding.add(event)
    return folding.answer()


def replay(answer: Answer) -> Iterator[Event]:
    """The shortest log of which ``answer`` is the fold. ``fold(replay(answer)) == answer``."""
    yield Started(answer_id=answer.id, question=answer.question, model=answer.model)
    if answer.sources:
        yield Sourced(sources=answer.sources)
    for card in answer.cards:
        yield Carded(card=card)
    if answer.text:
        yield Wrote(text=answer.text)
    for sentence in answer.sentences:
        yield Cited(sentence=sentence)
    if answer.follow_ups:
        yield Suggested(follow_ups=answer.follow_ups)
    if answer.form is not None:
        yield Asked(form=answer.form)
    if answer.problem is not None:
        yield Failed(problem=answer.problem)
    if answer.status is not Status.RUNNING:
        yield Finished(status=answer.status, degraded=answer.degraded, usage=answer.usage, timings=answer.timings)
