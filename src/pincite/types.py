"""What is everything called? Every noun of the house, frozen, JSON both ways, unknown fields refused.

These are pure values: where and how they are stored is the library's and the index's concern.
Character offsets are Python string indices (code points), start inclusive, end exclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, model_validator


def new_id() -> str:
    """A fresh identifier: 32 hex digits, random, safe in URLs and file names."""
    return uuid4().hex


class Noun(BaseModel):
    """A frozen value. ``model_dump_json`` and ``model_validate_json`` are inverse."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Noun):
    """Characters ``start:end`` of some text that the holder names."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


# ── people and questions ──


class Actor(Noun):
    """Who acts. ``anonymous`` is the one person of a fresh install."""

    id: str = "me"
    kind: Literal["person", "bot", "anonymous"] = "anonymous"
    name: str = "You"
    plan: str = "free"


class Filters(Noun):
    """What may be found. Empty means all; the conditions are joined by *and*, the values of one by *or*, but all
    ``phrases`` must be there."""

    sites: tuple[str, ...] = ()
    """Host names; ``example.org`` also admits its subdomains."""
    exclude_sites: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    """ISO 639-1 codes, such as ``en``."""
    after: date | None = None
    """Published on this day or later; a document without a date does not pass."""
    before: date | None = None
    """Published on this day or earlier; a document without a date does not pass."""
    exclude_documents: tuple[str, ...] = ()
    """Ids of documents that a person left out. Kept from every backend's hits by ``search/without.py``."""
    phrases: tuple[str, ...] = ()
    """Word for word in the passage, its headings or its title, whatever the case and the punctuation."""
    exclude_words: tuple[str, ...] = ()
    """In no form in the passage, its headings or its title."""


class FormReply(Noun):
    """The choices made in a form. ``values`` maps a field's id to choice ids or free text; none at all is a skip.

    ``said`` and ``terms`` are filled in by the engine, whatever was sent.
    """

    form_id: str
    values: dict[str, tuple[str, ...]] = {}
    skipped: bool = False
    said: str = ""
    """The choices in words, such as ``Planet; 1998``; of a skipped form what is recommended."""
    terms: str = ""
    """What the choices add to the search."""


class Question(Noun):
    """What a person asked, and how it should be answered."""

    id: str = Field(default_factory=new_id)
    thread_id: str = Field(default_factory=new_id)
    asker: Actor = Actor()
    text: str
    focus: str = ""
    """A focus's id; empty is the default one, which the engine fills in."""
    mode: Literal["quick", "copilot"] = "quick"
    model: str | None = None
    """A model card's id; ``None`` is the configured default, ``"none"`` asks for an answer without a model."""
    filters: Filters = Filters()
    file_ids: tuple[str, ...] = ()
    reply: FormReply | None = None
    collection: str | None = None
    """The id of the collection in which the question opens its thread; says nothing in a thread that is there."""
    replaces: str | None = None
    """The id of an answer in the same thread that this one is a new version of: asked again, or in other words."""
    temporary: bool = False
    """It opens a thread that leaves no trace, or is asked in one."""
    sql: str = ""
    """In a database's focus: this is run, and nothing is made of the text."""


# ── documents, passages, hits ──


class Document(Noun):
    """What is known about a document, without its text. One URL in one collection is one document.

    ``id`` and ``site`` follow from the URL and the collection where they are not given.
    """

    id: str = ""
    url: str
    title: str
    site: str = ""
    """Host name of the URL without ``www.``; empty where it has none."""
    published: date | None = None
    lang: str = "en"
    collection: str = "default"

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, data: Any) -> Any:
        if not isinstance(data, dict) or (data.get("id") and data.get("site")):
            return data
        url = str(data.get("url", ""))
        key = f"{data.get('collection', 'default')}\n{url}"
        id_ = data.get("id") or sha256(key.encode()).hexdigest()[:24]
        return {**data, "id": id_, "site": data.get("site") or _host(url)}


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


class Heading(Noun):
    """A heading of an original: ``level`` 1–6, and where its line starts in the text."""

    level: int = Field(ge=1, le=6)
    title: str
    start: int = Field(ge=0)


class Link(Noun):
    """A reference out of a document, as its reader found it: to which address, and in which words."""

    target: str
    """Absolute URL; it may lead out of the index, and it may have a fragment."""
    anchor: str = ""
    """The words that carry the link, one line; empty where it hangs on an image."""
    nofollow: bool = False
    """The author does not vouch for it (``rel`` nofollow, sponsored or ugc): no rank passes over it."""


class Spot(Noun):
    """From ``start`` on, until the next spot, a text stands on this page, slide or row of its file."""

    start: int = Field(ge=0)
    label: str
    """In words, such as ``page 7`` or ``sheet Sales, row 12``."""
    page: int | None = Field(None, ge=1)
    """The page or slide, counted from 1, at which the file can be opened; ``None`` where it has none."""


class Original(Noun):
    """A document with its whole readable text, as a reader made it and as the index keeps it."""

    document: Document
    text: str
    headings: tuple[Heading, ...] = ()
    spots: tuple[Spot, ...] = ()
    """Ascending by ``start``; none where the file knows no pages or rows."""
    links: tuple[Link, ...] = ()
    """In the order of the text; the same target may come more than once."""


class Passage(Noun):
    """A piece of a document that can be found and cited. ``original.text[start:end] == text``, always."""

    id: str
    document: Document
    headings: tuple[str, ...] = ()
    """Titles of the headings above it, outermost first."""
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    page: int | None = None
    """Of its first spot."""
    spots: tuple[Spot, ...] = ()
    """Where it stands in its file; their ``start`` counts in the passage's text, and the first one's is 0."""

    def spot(self, at: int = 0) -> Spot | None:
        """Where the character ``at`` of the text stands in the file."""
        return next((spot for spot in reversed(self.spots) if spot.start <= at), None)

    def place(self, at: int = 0) -> str:
        """The same in words: the spot's label, or the heading above in at most 60 characters; may be empty."""
        if spot := self.spot(at):
            return spot.label
        return "".join(f"§ {one[:60]}" for one in self.headings[-1:] if one != self.document.title)


class Hit(Noun):
    """A passage that a backend found. Every score can explain itself by ``signals``."""

    passage: Passage
    score: float
    backend: str
    signals: dict[str, float] = {}


# ── answers ──


class Source(Noun):
    """A document as a source of one answer, numbered from 1, with the passages that were shown to the writer."""

    number: int = Field(ge=1)
    document: Document
    passages: tuple[Passage, ...]
    signals: dict[str, float] = {}
    """What ranked its best passage, to two decimals; empty for a source that nothing ranked."""


class Citation(Noun):
    """A sentence rests on this passage. ``quote`` is the span of the passage's text that carries it."""

    source: int = Field(ge=1)
    passage_id: str
    quote: Span | None = None
    support: float = Field(ge=0, le=1)
    """How well the passage supports the sentence, 0 (not at all) to 1 (it says so)."""


def places(source: Source, citations: Sequence[Citation]) -> tuple[str, ...]:
    """Where the cited sentences stand, each once: ``page 7`` of a file, else ``§ History``, what stands above."""
    passages = {passage.id: passage for passage in source.passages}
    own = [one for one in citations if one.source == source.number and one.passage_id in passages]
    found = [passages[one.passage_id].place(one.quote.start if one.quote else 0) for one in own]
    return tuple(dict.fromkeys(filter(None, found)))


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


class Choice(Noun):
    """One option of a field. ``query_patch`` is added to the search when it is chosen."""

    id: str
    label: str
    hint: str = ""
    query_patch: str = ""


class FormField(Noun):
    """One question of a form."""

    id: str
    label: str
    kind: Literal["one", "many", "text", "range"]
    """One choice, any number of them, free text, or one number or two, the lower one first."""
    choices: tuple[Choice, ...] = ()
    allow_other: bool = False
    """Free text is taken beside the choices."""
    default: tuple[str, ...] = ()
    """The ids of the choices that are recommended, or text: what is assumed when the form is skipped."""


class Form(Noun):
    """A clarifying form. Asking one ends the turn; its reply is the next question."""

    id: str = Field(default_factory=new_id)
    text: str
    why: str = ""
    fields: tuple[FormField, ...]


class Fact(Noun):
    """A short answer and the sentence it was read from."""

    kind: Literal["fact"] = "fact"
    value: str
    sentence: str = ""


Cell = bool | int | float | str | None
"""A value of a table. Dates and times are ISO 8601; what is too precise for a float is text."""


class Column(Noun):
    """A column of a table."""

    name: str
    """As a person reads it."""
    kind: Literal["number", "id", "text", "date", "time", "flag"]
    """``id`` is a number that only names, such as a year or a key; ``date`` is a day; ``time`` is a point in time."""
    unit: str = ""
    """Of its numbers, such as ``USD``; empty where none is known."""


class Chart(Noun):
    """How a table's rows look drawn. Numbers are places of columns, from 0."""

    shape: Literal["bar", "line", "scatter"]
    x: int = Field(ge=0)
    y: int = Field(ge=0)


class Table(Noun):
    """Rows of a database, and the query that brought them."""

    kind: Literal["table"] = "table"
    database: str
    """The id of its focus."""
    label: str
    """The database's name for a person."""
    title: str
    """How the question was read, a noun phrase such as ``number of customers by country, most first``."""
    note: str = ""
    """What was put in place of words of the question, such as ``“acme” read as ACME Corp.``"""
    sql: str
    """As it can be run again: one SELECT."""
    tables: tuple[str, ...]
    """Which tables it reads, each once."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: int | None = None
    """How many rows there are in all; ``None`` where there are more than those that are here, and nobody counted."""
    ms: float = 0.0
    """How long the database took."""
    chart: Chart | None = None


class Card(Noun):
    """Something to see at a glance, such as the instant answer. ``text`` is always readable alone."""

    id: str = Field(default_factory=new_id)
    widget: str
    title: str
    text: str
    body: Fact | Table = Field(discriminator="kind")
    citations: tuple[Citation, ...] = ()


class Problem(Noun):
    """RFC 9457. ``type`` is a stable name of the kind of problem; ``hint`` says what to do next."""

    type: str
    title: str
    status: int = 500
    detail: str = ""
    hint: str = ""
    retryable: bool = False
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
    timings: dict[str, float] = {}
    """Milliseconds by step, and ``first_sentence``, ``total``."""
    problem: Problem | None = None


class Upload(Noun):
    """A file that a person handed in, to be asked about."""

    id: str = Field(default_factory=new_id)
    owner: str = "me"
    name: str
    bytes: int
    status: Literal["reading", "ready", "failed"] = "reading"
    why: str = ""
    """Why it could not be read, or what of it could not; empty for one that is whole."""
    hint: str = ""
    pages: int | None = None
    """Pages or slides, where the file knows them."""
    passages: int = 0
    tokens: int | None = None
    """About how many a model makes of its text, rather too many; ``None`` until it is read."""
    with_threads: bool = False
    """It goes with the last thread that asks about it; one that was handed in by itself stays until it is deleted."""
    asked: bool = False
    """A question has named it."""
    address: str = ""
    """Where it was fetched, for a page that was named by its address; empty for a file."""
    created: datetime

    @property
    def url(self) -> str:
        """What the documents that are read from it are called."""
        return f"{UPLOADED}{self.id}"


UPLOADED = "urn:pincite:file:"
QUERIED = "urn:pincite:query:"
"""What a query is called as a document: this, its database, a colon, and what follows from its SQL."""


class Thread(Noun):
    """A conversation: questions and answers under one title."""

    id: str
    title: str
    owner: str = "me"
    collection: str | None = None
    visibility: Literal["private", "link", "public"] = "private"
    created: datetime
    updated: datetime
    answers: int = 0
