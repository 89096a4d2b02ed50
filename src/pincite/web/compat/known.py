"""Is this address indexed? Other people's clients name documents by their URL."""

from __future__ import annotations

from pincite.index import Index
from pincite.types import Document, Original


def document_at(index: Index, url: str) -> Original | None:
    """The document under ``url`` in whichever collection has it; ids follow from both. Blocking."""
    for collection in index.counts().collections:
        original = index.original(Document(url=url, title="", collection=collection).id)
        if original is not None:
            return original
    return None
