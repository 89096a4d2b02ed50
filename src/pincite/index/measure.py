"""How much is there? What the database has counted, in microseconds, and the bytes of a folder, which is walked."""

from __future__ import annotations

import os
from pathlib import Path

from pincite.index import links
from pincite.index.progress import IndexCounts
from pincite.index.store import Store


def counts(store: Store) -> IndexCounts:
    state = store.states()
    return IndexCounts(
        documents=state["documents"],
        passages=state["passages"],
        embedded=state["embedded"],
        generation=state["seq"],
        collections=store.tallies("collection"),
        languages=store.tallies("lang"),
        embedder=state["embedder"],
        links=state["links"],
        links_new=state["links_new"],
        links_behind=links.is_behind(state["links"], state["links_new"]),
    )


def folder_bytes(directory: Path) -> int:
    """Of all files below. One that vanishes meanwhile counts nothing: whoever writes merges files away."""
    return sum(_bytes(os.path.join(folder, name)) for folder, _, names in os.walk(directory) for name in names)  # noqa: PTH118


def _bytes(path: str) -> int:
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except FileNotFoundError:
        return 0
