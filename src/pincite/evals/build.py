"""How do these passages become an index? In a folder that is thrown away, through the real index and nothing else."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from pincite.encoders.embed import MiniLM
from pincite.evals.report import Telling
from pincite.evals.sets import PassageRow
from pincite.evals.vectors import KeptVectors
from pincite.index import Index, Progress
from pincite.settings import IndexSettings
from pincite.types import Document, Original

WHOLE = 400
"""Words a passage when each row is one unit of judgment: the longest that the index makes."""


@dataclass(frozen=True)
class Built:
    """An index over rows, and the row that each of its documents came from."""

    index: Index
    embedder: MiniLM
    kept: KeptVectors
    rows: dict[str, PassageRow]
    """By document id."""
    pieces: int
    """Passages in the index."""
    seconds: dict[str, float]


@contextmanager
def built(
    rows: Sequence[PassageRow], cache: Path, telling: Telling, passage_words: int = WHOLE, *, dense: bool = True
) -> Iterator[Built]:
    """An index over the rows, each a document of its own. Its folder is gone afterwards; the vectors stay in ``cache``.

    Headings are not looked for: a row is one passage unless it is longer than ``passage_words`` allows.
    """
    embedder = MiniLM.load(threads=os.cpu_count() or 1)
    kept = KeptVectors(embedder, cache)
    settings = IndexSettings(passage_words=passage_words)
    with tempfile.TemporaryDirectory(prefix="pincite-eval-") as folder:
        index = Index.open(Path(folder), kept, writer=True, settings=settings)
        try:
            by_document: dict[str, PassageRow] = {}
            began = perf_counter()
            index.add(_originals(rows, by_document), lambda p: telling("index", p.done, len(rows)))
            index.commit()
            indexed = perf_counter()
            if dense:
                index.embed_pending(threading.Event(), lambda p: _embedding(p, telling))
            seconds = {"index": indexed - began, "vectors": perf_counter() - indexed}
            index.refresh()
            yield Built(index, embedder, kept, by_document, index.counts().passages, seconds)
        finally:
            index.close()
            kept.close()


def _embedding(progress: Progress, telling: Telling) -> None:
    telling("vectors", progress.done, progress.total)


def _originals(rows: Sequence[PassageRow], by_document: dict[str, PassageRow]) -> Iterator[Original]:
    for row in rows:
        # Rows of one article share its address; each is judged alone, so each is a document of its own.
        # The id has no "#" of its own there, so that no two rows have one address.
        id_ = row.id.replace("%", "%25").replace("#", "%23")
        url = f"{row.url}#{id_}" if row.url else f"row:{id_}"
        document = Document(url=url, title=row.title, lang=row.lang[:2], collection="eval")
        by_document[document.id] = row
        yield Original(document=document, text=row.text)
