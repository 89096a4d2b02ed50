"""How far is it? What the index says of a long job, of what it took in, and of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How far a long job is. ``total`` is ``None`` where nobody knows."""

    done: int
    total: int | None
    passages: int
    seconds: float


@dataclass(frozen=True)
class Added:
    """What ``add`` did: documents that are new, passages cut, documents that were known and equal, or known and not."""

    documents: int = 0
    passages: int = 0
    unchanged: int = 0
    updated: int = 0

    def __add__(self, other: Added) -> Added:
        return Added(
            self.documents + other.documents,
            self.passages + other.passages,
            self.unchanged + other.unchanged,
            self.updated + other.updated,
        )


@dataclass(frozen=True)
class IndexCounts:
    """How much is in the index. ``embedded`` of ``passages`` can be found by meaning, all of them by words.

    ``links_new`` of the ``links`` came or went since the link ranks were made; ``links_behind`` says that these are
    enough to make them again.
    """

    documents: int
    passages: int
    embedded: int
    generation: int
    collections: dict[str, int]
    languages: dict[str, int]
    embedder: str
    links: int
    links_new: int
    links_behind: bool


@dataclass(frozen=True)
class IndexStatus(IndexCounts):
    """How the index stands: what is in it, the ``bytes`` of its folder, and the pid of who writes."""

    bytes: int
    writer: int | None
    repaired: tuple[str, ...] = ()
