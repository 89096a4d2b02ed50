"""An embedder of a few lines (the real one is a port away), and originals made up on the spot."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from pincite.index import Index
from pincite.ports import Query, Vectors
from pincite.types import Document, Filters, Original


class Hashing:
    """Each word falls into one of 64 directions: deterministic, and near for texts that share words."""

    def __init__(self, name: str = "hashing-64") -> None:
        self.name = name
        self.dimensions = 64

    def embed(self, texts: Sequence[str]) -> Vectors:
        made = np.full((len(texts), self.dimensions), 1e-3, np.float32)
        for row, text in zip(made, texts, strict=True):
            for word in text.lower().split():
                row[int(hashlib.md5(word.strip(".,?!").encode()).hexdigest(), 16) % self.dimensions] += 1
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        return made


def original(url: str, text: str, title: str = "", **about: Any) -> Original:
    return Original(document=Document(url=url, title=title, **about), text=text)


def urls(index: Index, words: str, limit: int = 20, filters: Filters = Filters(), **how: Any) -> list[str]:
    """URLs of the hits, best first."""
    index.refresh()
    return [hit.passage.document.url for hit in index.search(Query(words, limit, filters), **how)]
