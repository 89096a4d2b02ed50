"""What becomes of the pages that were read for an answer? Those that may stay go into the index, after the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from pincite.errors import PinciteError
from pincite.index import Index
from pincite.search.live.search import LiveSearch
from pincite.settings import Settings
from pincite.types import Original

log = structlog.get_logger()

PAUSES_S = (0, 5, 15)
"""When they are taken in, and again while another process writes to the index."""


class Harvest:
    """No answer waits for it; what fails is logged, and is lost. Belongs to one event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def take(self, live: LiveSearch | None) -> None:
        """What ``live`` has read is taken in by and by, if ``web.keep`` says so."""
        if live is not None and self._settings.web.keep and not self._closed:
            task = asyncio.create_task(self._take(live), name="keep pages")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, live: LiveSearch) -> None:
        for pause_s in PAUSES_S:
            await asyncio.sleep(pause_s)
            try:
                originals = await live.keepable()
                if originals:
                    await asyncio.to_thread(self._add, originals)
                return
            except PinciteError as error:
                log.warning("pages_not_kept", detail=error.detail, hint=error.hint)

    def _add(self, originals: Sequence[Original]) -> None:
        index = Index.open(self._settings.index_dir, None, writer=True, settings=self._settings.index)
        try:
            index.add(originals)
            index.commit()
        finally:
            index.close()
