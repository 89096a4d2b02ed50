"""What does a tool take, and what does it give? The shapes of the five tools, with the words that models read.

``Search`` to ``Fetched`` are what ChatGPT's connectors expect, field by field; the others are ours.
"""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from pincite.types import Degradation, Form, Verdict
from pincite.web.compat.asking import Finding, Mode

# ── what comes in ──


class Ask(Finding):
    """A question, and where to look for its answer."""

    question: str = Field(description="What to ask, in words.", max_length=20_000)
    thread_id: str | None = Field(
        None, pattern=r"^[0-9A-Za-z_-]{1,100}$", description="Of an earlier answer that this question goes on from."
    )
    sql: str = Field(
        "",
        max_length=20_000,
        description="With the focus of a database: one SELECT to run, in place of one made of the question.",
    )
    model: str | None = Field(None, description="Who writes; ``none`` answers with the sources' own sentences.")
    mode: Mode = None


class Find(Finding):
    """What to look for, and where."""

    query: str = Field(description="What to look for, in words.", min_length=1, max_length=4000)
    limit: int = Field(10, ge=1, le=50, description="Passages at the most.")


class Read(BaseModel):
    """What to read: one of the three."""

    model_config = ConfigDict(extra="ignore")

    document_id: str | None = Field(None, description="A document's id, as the other tools give it.")
    passage_id: str | None = Field(None, description="A passage's id: only that passage.")
    url: str | None = Field(None, description="A document's address.")
    start: int = Field(0, ge=0, description="The first character to read, to go on in a long document.")
    characters: int = Field(20_000, ge=1, le=200_000, description="How many at the most.")


class Search(BaseModel):
    """What to look for."""

    model_config = ConfigDict(extra="ignore")

    query: str = Field(description="What to look for, in words.", min_length=1, max_length=4000)


class Fetch(BaseModel):
    """What to read."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(description="An id that ``search`` gave.", min_length=1)


# ── what goes out ──


class Shown(BaseModel):
    """A source of the answer, with the passages that were read."""

    number: int
    document_id: str
    title: str
    url: str
    passages: list[dict[str, str]] = Field(description="Of each its id and text.")


class Claim(BaseModel):
    """A sentence of the answer, and whether its sources say so."""

    text: str
    verdict: Verdict
    sources: list[int]
    quotes: list[str] = Field(description="The words of the sources that carry it.")


class Answered(BaseModel):
    """The answer. ``[n]`` in its text is the source with that number."""

    response: str
    status: str
    answer_id: str
    thread_id: str = Field(description="Pass it on to ask a follow-up.")
    sources: list[Shown]
    sentences: list[Claim]
    follow_ups: list[str]
    declined: bool = Field(description="Nothing answers the question: the text says so, and what it may cite is near.")
    degraded: list[Degradation] = Field(description="What should have helped and could not: which part, and why.")
    form: Form | None = Field(
        None,
        description="Asked back, instead of an answer. To reply, ask again with the thread_id, and as the question a "
        "choice's number, its label, other words, or skip.",
    )


class Found(BaseModel):
    """A passage that was found."""

    passage_id: str
    document_id: str
    title: str
    url: str
    headings: list[str]
    text: str
    published: str | None
    score: float


class Findings(BaseModel):
    """Passages, best first."""

    results: list[Found]


class Text(BaseModel):
    """A document, or a part of it. ``next_start`` is where it goes on; null at its end."""

    document_id: str
    title: str
    url: str
    text: str
    start: int
    total_characters: int
    next_start: int | None


class Result(BaseModel):
    """What ChatGPT expects of a search."""

    id: str
    title: str
    url: str


class Results(BaseModel):
    results: list[Result]


class Fetched(BaseModel):
    """What ChatGPT expects of a fetch."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, str]


class Tool(NamedTuple):
    """What a model is told of a tool. Its work is the method of the same name in ``Tools``."""

    title: str
    description: str
    takes: type[BaseModel]
    gives: type[BaseModel]


TOOLS: dict[str, Tool] = {
    "ask": Tool(
        "Ask, get a cited answer",
        "Answers a question from the indexed documents (and the web, with a focus that searches it). Every sentence is "
        "checked against the passage that it cites; verdicts and quotes come with it. Use it for questions of fact. "
        "Pass thread_id on to ask a follow-up.",
        Ask,
        Answered,
    ),
    "find": Tool(
        "Find passages",
        "Finds whole passages, best first, without writing an answer. Use it to read the evidence yourself, with "
        "filters by site, date, language and focus.",
        Find,
        Findings,
    ),
    "read": Tool(
        "Read a document",
        "Reads a document or a passage that was found, by its id or address, from any character on.",
        Read,
        Text,
    ),
    "search": Tool("Search documents", "Searches the documents; give an id of the results to fetch.", Search, Results),
    "fetch": Tool("Fetch a document", "The whole text of a document that search found, by its id.", Fetch, Fetched),
}
