"""What was asked, by whom, and how should it be answered?"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pincite.text import named
from pincite.types.form import FormReply
from pincite.types.noun import Noun, new_id


class Actor(Noun):
    """Who acts. ``anonymous`` is the one person of a fresh install."""

    id: str = "me"
    kind: Literal["person", "bot", "anonymous"] = "anonymous"
    name: str = "You"
    plan: str = "free"


def _hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(named.host, values)))


def _languages(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(named.language, values)))


Hosts = Annotated[tuple[str, ...], AfterValidator(_hosts)]
Languages = Annotated[tuple[str, ...], AfterValidator(_languages)]


class Filters(Noun):
    """What may be found. Empty means all; the conditions are joined by *and*, the values of one by *or*, but all
    ``phrases`` must be there.

    Hosts and languages are brought into one spelling. What is none is kept as it is, since stored questions are read
    with this too; ``search/operators.py`` refuses it of whoever asks.
    """

    sites: Hosts = ()
    """Host names; ``example.org`` also admits its subdomains."""
    exclude_sites: Hosts = ()
    collections: tuple[str, ...] = ()
    langs: Languages = ()
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
    files_off: bool = False
    """About none of the files that its thread was asked about; nor are its follow-ups, until one names files."""
    reply: FormReply | None = None
    collection: str | None = None
    """The id of the collection in which the question opens its thread; says nothing in a thread that is there."""
    replaces: str | None = None
    """The id of an answer in the same thread that this one is a new version of: asked again, or in other words."""
    follows: str | None = None
    """The id of an answer in the same thread that it goes on from, with those that led to that one and no others; of
    ``None`` all that come before it in the thread."""
    temporary: bool = False
    """It opens a thread that leaves no trace, or is asked in one."""
    sql: str = ""
    """In a database's focus: this is run, and nothing is made of the text."""
