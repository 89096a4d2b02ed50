"""What is read and found? A document, its original, and the passages that are cut from it."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from pincite.types.noun import Noun


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
    file: str = ""
    """What the file is called that it was handed in as; empty for what was not."""

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
    signals: dict[str, float] = Field(default_factory=dict)
