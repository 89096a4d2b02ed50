"""When do vectors and links follow text? In the background, for some seconds at a time, so that others may write."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import structlog

from pincite.errors import Busy, PinciteError
from pincite.index.face import Index
from pincite.index.progress import Progress
from pincite.ports import Embedder
from pincite.settings import IndexSettings

log = structlog.get_logger()

TURN_S = 10.0
"""How long the writer's lock is held before others get their turn."""
AFTER_FAILURE_S = 30.0


class Follower:
    """A thread that brings the index in ``directory`` up to date, again and again, until ``close``.

    Documents come from other processes too. The first time always writes: that is what mends an index after a crash.
    ``reading`` is refreshed when there are new vectors.
    """

    def __init__(self, directory: Path, reading: Index, embedder: Embedder, settings: IndexSettings) -> None:
        self._directory = directory
        self._reading = reading
        self._embedder = embedder
        self._settings = settings
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embed", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Returns when it has ended; it stops between two passages."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        behind = True
        while not self._closing.is_set():
            try:
                if behind:
                    self._follow()
                counts = self._reading.counts()
                behind = counts.embedded < counts.passages or counts.links_behind
            except Busy:
                behind = True
            except PinciteError as error:
                log.error("embedding_failed", detail=error.detail, hint=error.hint)
                self._closing.wait(AFTER_FAILURE_S)
            except Exception:
                # Whatever it is, it costs one turn: without this thread nothing is found by meaning until a restart.
                log.exception("embedding_failed")
                self._closing.wait(AFTER_FAILURE_S)
            self._closing.wait(1)

    def _follow(self) -> None:
        until = time.monotonic() + TURN_S
        enough = threading.Event()

        def look(_: Progress) -> None:
            if self._closing.is_set() or time.monotonic() > until:
                enough.set()

        index = Index.open(self._directory, self._embedder, writer=True, settings=self._settings)
        try:
            index.rank_links()
            index.embed_pending(enough, look)
        finally:
            index.close()
        self._reading.refresh()
