"""What is an answer? Text, and beside it the sentences, their citations and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

from pydantic import Field

from pincite.types.card import Card
from pincite.types.citation import Citation, Source
from pincite.types.form import Form
from pincite.types.noun import Noun, Span
from pincite.types.question import Question


class Verdict(StrEnum):
    """What the check of a sentence against its passages found."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    UNCHECKED = "unchecked"
    """Its sources are in another language, which no check here reads; they do not contradict its numbers."""
    UNCITED = "uncited"
    EXEMPT = "exempt"
    """Rests on no source and needs none: a heading, a question, a sentence about the answer itself, what a widget has
    worked out."""


class Sentence(Noun):
    """Characters ``start:end`` of the answer's text, with what they rest on."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    citations: tuple[Citation, ...] = ()
    verdict: Verdict
    short: Span | None = None
    """Where the short answer stands in the answer's text, inside this sentence; doors show it strong."""
    repair: Literal["", "swapped", "added"] = ""
    """What the check changed: the model's citation was swapped for a better one, or a missing one was added."""


class Problem(Noun):
    """RFC 9457. ``type`` is a stable name of the kind of problem; ``hint`` says what to do next."""

    type: str
    title: str
    status: int = 500
    detail: str = ""
    hint: str = ""
    retryable: bool = False
    retry_after_s: float | None = None
    """When to come back, where that is known."""
    part: str = ""
    """The piece at fault of what was sent, as it stands there; empty where it is not known."""


class Degradation(Noun):
    """Something that should have helped and could not; the answer was made without it."""

    part: str
    """What was missing: ``model``, ``vectors``, a backend's name …"""
    reason: str
    """A stable word: ``no_key``, ``rate_limited``, ``timeout``, ``stalled``, ``cut`` …"""
    detail: str
    """The same in words for a person."""
    hint: str = ""
    """What to do next; empty where nobody can do anything."""

    @property
    def called(self) -> str:
        """The part's name for a person. A service's ``detail`` begins with it."""
        name = self.detail.partition(": ")[0]
        return name if name.replace(" ", "").casefold().startswith(self.part) else self.part


class Usage(Noun):
    """What the answer cost."""

    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    """As models' servers told; of a call that was broken off, an estimate."""
    searches: int = 0
    writer: str | None = None
    """The id of the model that wrote the text; ``None`` where none did."""
    dollars: float | None = None
    """What all calls cost together; ``None`` without a call, and where a price is not known."""


class Status(StrEnum):
    """How an answer stands."""

    RUNNING = "running"
    ANSWERED = "answered"
    WAITING = "waiting"
    """A form was asked; the reply is the next question."""
    STOPPED = "stopped"
    """A person stopped it; the text so far is kept."""
    INTERRUPTED = "interrupted"
    """The model or the server died in the middle; the text so far is kept."""
    FAILED = "failed"


DECLINED = "no_answer"
"""Why an answer is degraded that says that it has none."""


class Answer(Noun):
    """The fold of an answer's events."""

    id: str
    question: Question
    model: str | None = None
    text: str = ""
    sentences: tuple[Sentence, ...] = ()
    sources: tuple[Source, ...] = ()
    cards: tuple[Card, ...] = ()
    form: Form | None = None
    follow_ups: tuple[str, ...] = ()
    status: Status = Status.RUNNING
    degraded: tuple[Degradation, ...] = ()
    usage: Usage = Usage()
    timings: dict[str, float] = Field(default_factory=dict)
    """Milliseconds by step, and ``first_sentence``, ``total``."""
    problem: Problem | None = None

    @property
    def declined(self) -> bool:
        """Does it say that it has no answer? What it may cite then only came near."""
        return any(one.reason == DECLINED for one in self.degraded)


def lineage(answers: Iterable[Answer], follows: str | None) -> list[Answer]:
    """Those of a thread's ``answers`` that led to the answer called ``follows``, and that one; for ``None`` all.

    They end at one that is no longer there.
    """
    there = list(answers)
    if follows is None:
        return there
    places = {answer.id: at for at, answer in enumerate(there)}
    found: list[Answer] = []
    at = places.get(follows, -1)
    while at >= 0:
        found.append(there[at])
        parent = there[at].question.follows
        before = at - 1 if parent is None else places.get(parent, -1)
        at = before if before < at else -1
    return found[::-1]
