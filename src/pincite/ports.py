"""What must a part be able to do? The sockets between rooms, and the one clock they share.

Rooms above know these protocols only; ``engine.py`` plugs the parts in. Every part that uses a model has a rung
without one: the socket is then ``None``.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from pincite.types import Card, Degradation, Filters, Hit, Passage, Span, Table

Vectors = NDArray[np.float32]
Clock = Callable[[], float]
"""Monotonic seconds; ``time.monotonic`` but in tests."""


@dataclass(frozen=True)
class Deadline:
    """A point in time that a whole question shares. Passed down; each step takes what is left of it."""

    at: float
    clock: Clock = field(default=time.monotonic, repr=False)

    @classmethod
    def after(cls, seconds: float, clock: Clock = time.monotonic) -> Deadline:
        return cls(clock() + seconds, clock)

    def left(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self.at - self.clock())

    def within(self, seconds: float) -> Deadline:
        """The earlier of this deadline and ``seconds`` from now."""
        return Deadline(min(self.at, self.clock() + seconds), self.clock)


# ── models ──


@dataclass(frozen=True)
class Turn:
    """One message of a conversation with a model."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class Prompt:
    """All that a model is told. The last turn is the user's."""

    system: str
    turns: tuple[Turn, ...]
    max_tokens: int
    temperature: float = 0.2
    key: str = ""
    """What is asked, the same each time; a reply may stand for another one of that key. Empty: it may not."""


@dataclass(frozen=True)
class Token:
    """A piece of the reply as it arrived, of any length; thoughts are already removed."""

    text: str


@dataclass(frozen=True)
class Stop:
    """The reply's end, as the model declared it. Without one, a reply is not finished."""

    reason: Literal["stop", "length", "filter"]
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True)
class ModelCard:
    """What a picker shows of a model.

    ``id`` is ``endpoint:model``; ``locked`` says why it can't be used, or is empty.
    """

    id: str
    name: str
    endpoint: str
    dialect: Literal["openai", "anthropic"]
    runs_on: Literal["this machine", "vendor"]
    context_tokens: int = 8192
    price: Literal["free", "low", "middle", "high"] = "free"
    locked: str = ""
    speed: float | None = None
    """Tokens a second as last measured in this process; ``None`` until it was used."""
    dollars: tuple[float, float] | None = None
    """US dollars for a million tokens, read and written; ``None`` where nobody has said."""


class ModelClient(Protocol):
    """A model that writes. One call, one reply; what failed is never tried again by itself."""

    @property
    def card(self) -> ModelCard: ...

    def stream(self, prompt: Prompt, deadline: Deadline) -> AsyncIterator[Token | Stop]:
        """Tokens, then exactly one ``Stop``. Raises a ``ModelFailed`` for anything else, never ends silently.

        Closing the iterator cancels the call within a second.
        """
        ...


@dataclass(frozen=True)
class Aligned:
    """A text token by token, and as one. n is the number of its tokens."""

    ids: NDArray[np.int64]
    """(n,) equal numbers are equal tokens."""
    tells: NDArray[np.float32]
    """(n,) how much each token tells, ≥ 0: the rarer the more."""
    digits: NDArray[np.bool_]
    """(n,) is the token a number, or a part of one?"""
    vectors: NDArray[np.float32]
    """(n, dimensions) of length 1: what it means where it stands."""
    whole: NDArray[np.float32]
    """(dimensions,) of length 1."""


class Aligner(Protocol):
    """Text to a vector for each of its tokens. Deterministic; safe to call from several threads."""

    @property
    def name(self) -> str:
        """Names the weights."""
        ...

    def align(self, text: str) -> Aligned:
        """Blocking. What is beyond the encoder's window is left out."""
        ...


class Embedder(Protocol):
    """Text to unit vectors. Deterministic; safe to call from several threads."""

    @property
    def name(self) -> str:
        """Names the weights, so that vectors of different ones are never compared."""
        ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimensions) float32, rows of length 1. Blocking: call it in a thread."""
        ...


# ── finding ──


@dataclass(frozen=True)
class Query:
    """One search: the words, how many passages at the most, and which documents may be found."""

    text: str
    limit: int = 20
    filters: Filters = Filters()
    whole_tokens: int = 0
    """A backend of a few files brings every passage of small ones besides, up to so many tokens together."""


class Hits(tuple[Hit, ...]):
    """Hits of a backend that asks several others, and what is missing among them."""

    missing: tuple[Degradation, ...] = ()
    """Who should have helped and could not."""
    note: str = ""
    """What was done, in a few words."""
    whole: tuple[str, ...] = ()
    """Ids of documents of which every passage is among them."""
    more: bool = False
    """Somebody gave as many as were asked for, and so may have more."""

    @classmethod
    def of(
        cls,
        hits: Sequence[Hit],
        missing: Sequence[Degradation] = (),
        note: str = "",
        whole: Sequence[str] = (),
        *,
        more: bool = False,
    ) -> Hits:
        made = cls(hits)
        made.missing, made.note, made.whole, made.more = tuple(missing), note, tuple(whole), more
        return made


class SearchBackend(Protocol):
    """Anything that finds passages: the own index, live search, files, a database."""

    @property
    def name(self) -> str: ...

    async def search(self, query: Query, deadline: Deadline) -> Sequence[Hit]:
        """Hits, best first, each passage once; an empty query finds nothing. May raise ``PinciteError``."""
        ...


class Ranker(Protocol):
    """Puts the hits of all backends into one order."""

    def rank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """Best first, each passage once, near-duplicates removed; ``signals`` say why."""
        ...


class Scorer(Protocol):
    """Reads a question and a passage together, as a cross-encoder does."""

    def score(self, question: str, passages: Sequence[Passage], deadline: Deadline) -> Sequence[float]:
        """How well each answers, as a logit; only for the first so many that there was time for. Blocking."""
        ...


@dataclass(frozen=True)
class Glance:
    """What widgets made of a question, and who should have helped and could not."""

    card: Card | None = None
    missing: tuple[Degradation, ...] = ()


@dataclass(frozen=True)
class Meant:
    """A word that somebody may have meant.

    ``odds``: how much more often it stands with the question's other words than chance would have it, as a logarithm.
    """

    word: str
    odds: float


class Lexicon(Protocol):
    """The words of an index, as they are spelt there."""

    @property
    def langs(self) -> Collection[str]: ...

    def knows(self, word: str) -> bool:
        """Whether it is a word: any passage has it in any form, or it is a common one."""
        ...

    def meant(self, word: str, beside: Sequence[str], most: int) -> Meant | None:
        """The likeliest word at most ``most`` slips away, ``beside`` the question's others. Blocking."""
        ...


@dataclass(frozen=True)
class Tabled:
    """What a database said, and who should have helped to ask it and could not."""

    table: Table
    missing: tuple[Degradation, ...] = ()


@dataclass(frozen=True)
class TableCard:
    """A table that may be asked."""

    name: str
    label: str
    columns: tuple[str, ...]
    rows: int | None = None
    """``None`` where nobody counted."""


class Database(Protocol):
    """A database that may be asked, opened for reading only."""

    @property
    def label(self) -> str:
        """Its name for a person."""
        ...

    async def ask(
        self, question: str, earlier: Sequence[Table], model: ModelClient | None, deadline: Deadline
    ) -> Tabled:
        """Rows that answer the question, by one query.

        ``earlier`` are the tables of the thread's earlier answers, oldest first. A ``model`` makes the query, in one
        call and at most two to mend it; without one, and where it fails, rules do.
        Raises ``Unanswerable`` where neither understands the question, ``DatabaseFailed``.
        """
        ...

    async def run(self, sql: str, deadline: Deadline) -> Tabled:
        """Rows of a query that somebody wrote. Raises ``BadQuery``, ``DatabaseFailed``."""
        ...

    async def tables(self, deadline: Deadline) -> Sequence[TableCard]:
        """What may be asked. Raises ``DatabaseFailed``."""
        ...

    async def examples(self, deadline: Deadline) -> Sequence[str]:
        """Some questions that it can answer, the best first."""
        ...


# ── reading and checking ──


@dataclass(frozen=True)
class Answered:
    """A short answer as a passage has it: where in its text, and the chance that it is the one."""

    span: Span
    chance: float


@dataclass(frozen=True)
class Reading:
    """What was made of one passage for one question."""

    relevance: float
    """A logit: above 0, the passage is more likely to answer it than not."""
    answers: tuple[Answered, ...]
    """Best first, none overlapping."""
    marked: float
    """How clearly the ends of any answer stand out in the passage: the log of the sum of all odds, a mean of both."""


class Reader(Protocol):
    """Finds the short answer to a question."""

    def read(self, question: str, passages: Sequence[Passage], deadline: Deadline) -> list[Reading]:
        """One ``Reading`` for each passage, in order, for the first so many that there was time for.

        Chances are over all of these together. Blocking.
        """
        ...

    def support(self, statement: str, passages: Sequence[Passage]) -> list[tuple[float, float, float]]:
        """For each passage the chances that it says no such thing, a part of it, all of it. Blocking."""
        ...


@dataclass(frozen=True)
class Support:
    """How well one passage supports one statement, 0 to 1, and the span of the passage that does."""

    score: float
    quote: Span | None


@dataclass(frozen=True)
class Bounds:
    """What a checker's scores mean, on its own scale. The defaults are those of a comparison of words."""

    supported: float = 0.70
    """From here on a passage says so …"""
    partial: float = 0.45
    """… and from here on a part of it."""
    margin: float = 0.25
    """A citation is swapped only for a passage that is better by this much."""
    added: float = 0.80
    """An uncited sentence gets a citation only from a passage this good: a wrong one is worse than none."""


class SupportChecker(Protocol):
    """Does this passage say so?"""

    @property
    def bounds(self) -> Bounds: ...

    def read(self, passages: Sequence[Passage]) -> None:
        """Does beforehand what can be done before there is a statement. Blocking; a check without it takes longer."""
        ...

    def check(self, statement: str, passages: Sequence[Passage]) -> list[Support]:
        """One ``Support`` for each passage, in order. Blocking but quick (≤ 25 ms for 8 passages that were read)."""
        ...


# ── focus ──


@dataclass(frozen=True)
class Focus:
    """Where to look, as a person picks it. A file of ``search/`` that defines ``FOCUS`` is one."""

    id: str
    label: str
    description: str
    backends: tuple[str, ...]
    """Whom it asks: ``index``, ``web`` (whatever searches the web), or providers by name. Empty: no search."""
    sites: tuple[str, ...] = ()
    """Hosts it is kept to; the setting ``web.sites`` has others under the focus's id."""
    needs_site: bool = False
    """The question must say in which site to look."""
    collection: str = ""
    """A collection of the own index that is asked instead of the providers where there is one."""
    database: str = ""
    """The name of the database that answers, in place of a search; see the setting ``databases``."""
    place: int = 50
    """Where it stands in a list; equal ones by label."""


@dataclass(frozen=True)
class FocusCard:
    """What a picker shows of a focus."""

    id: str
    label: str
    description: str
    asks: tuple[str, ...] = ()
    """Who gets to see the question, by name, beyond this machine; empty: nobody."""
    locked: str = ""
    """Why it can't be picked; empty if it can."""
    default: bool = False
