"""Who works on one question? What it takes with it through the house."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pincite.answer.meter import Meter
from pincite.answer.notes import Notes
from pincite.answer.write.route import First
from pincite.errors import ModelFailed
from pincite.ports import (
    Database,
    Embedder,
    Glance,
    Lexicon,
    ModelClient,
    Ranker,
    Reader,
    SearchBackend,
    SupportChecker,
)
from pincite.settings import AnswerSettings, SearchSettings


@dataclass(frozen=True)
class Crew:
    """Everybody who works on a question. ``model_problem`` says why ``model`` is ``None`` though one was wanted.

    Without any backend nothing is looked up: the model writes from what it knows, and cites nothing.
    """

    backends: Mapping[str, SearchBackend]
    ranker: Ranker
    embedder: Embedder | None
    checker: SupportChecker
    model: ModelClient | None = None
    model_problem: ModelFailed | None = None
    first: First | None = None
    """Writes before ``model``, which then writes only where that does not suffice."""
    lexicon: Lexicon | None = None
    """The words of what is searched; ``None`` where that is not known, as on the web."""
    planner: ModelClient | None = None
    """Plans and asks where it is set; ``model`` does both where it is not."""
    answer: AnswerSettings = field(default_factory=AnswerSettings)
    search: SearchSettings = field(default_factory=SearchSettings)
    reader: Reader | None = None
    instructions: str = ""
    """What the thread's collection wants of every answer; in the words of its owner."""
    today: date | None = None
    """The date a model is told; the machine's where it is ``None``."""
    database: Database | None = None
    """Answers in place of a search, where the focus is a database."""
    glance: Callable[[str], Awaitable[Glance]] | None = None
    """What a widget makes of the question's words, in time; ``None`` where none are wanted."""
    careful: SupportChecker | None = None
    """Checks what a model writes, as far as it comes in time; ``checker`` does the rest."""
    second: ModelClient | None = None
    """Reads again what ``checker`` was unsure of, beside the writing."""
    enough: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where whoever asked wants the answer now: research ends, and what is there is written from."""

    @property
    def opens(self) -> str | None:
        """The id of the model that begins to write."""
        writer = self.first.model if self.first else self.model
        return writer.card.id if writer else None

    def noted(self, notes: Notes) -> Crew:
        """The same crew, that makes no search and no plan again that there is a note of, and notes what it makes."""
        backends = {name: notes.searched(backend) for name, backend in self.backends.items()}
        model, planner = (one and notes.asked(one) for one in (self.model, self.planner))
        return replace(self, backends=backends, model=model, planner=planner)

    def metered(self, meter: Meter) -> Crew:
        """The same crew, with a meter on every model."""
        first = self.first and replace(self.first, model=meter.on(self.first.model))
        model, planner, second = (one and meter.on(one) for one in (self.model, self.planner, self.second))
        return replace(self, first=first, model=model, planner=planner, second=second)
