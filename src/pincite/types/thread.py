"""What is a conversation, and what was handed in to be asked about in it?"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from pincite.types.noun import Noun, new_id


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
    """Versions of one question count each."""
    turns: int = 0
    """Questions; one that was asked again, edited or asked back counts once."""
    excerpt: str = ""
    """Where a search found it: the sentence with most of the words that the title lacks; empty without a search, and
    where the title has all of them."""


UPLOADED = "urn:pincite:file:"
QUERIED = "urn:pincite:query:"
"""What a query is called as a document: this, its database, a colon, and what follows from its SQL."""


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
