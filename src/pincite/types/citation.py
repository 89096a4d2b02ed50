"""What does a sentence rest on? The numbered sources of an answer, and citations into their passages."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from pincite.types.document import Document, Passage
from pincite.types.noun import Noun, Span


class Source(Noun):
    """A document as a source of one answer, numbered from 1, with the passages that were shown to the writer."""

    number: int = Field(ge=1)
    document: Document
    passages: tuple[Passage, ...]
    signals: dict[str, float] = Field(default_factory=dict)
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
