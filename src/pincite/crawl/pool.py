"""Where are pages read? In processes of their own, so that a page that kills its reader kills nothing else."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from pincite.crawl.page import Fetched, Page, read


class Pool:
    """``processes`` = 0 reads in a thread of this one. ``close`` it."""

    def __init__(self, processes: int, collection: str) -> None:
        self._processes = processes
        self._collection = collection
        self._workers = self._started()

    def _started(self) -> ProcessPoolExecutor | ThreadPoolExecutor:
        if self._processes == 0:
            return ThreadPoolExecutor(1)
        return ProcessPoolExecutor(self._processes, mp_context=multiprocessing.get_context("spawn"))

    def close(self) -> None:
        """Waits for nothing."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def read(self, batch: Sequence[Fetched]) -> list[Page | None]:
        """Each page read, in order; ``None`` for one that killed its reader."""
        size = -(-len(batch) // max(1, self._processes))
        parts = [batch[start : start + size] for start in range(0, len(batch), max(1, size))]
        loop = asyncio.get_running_loop()
        try:
            done = await asyncio.gather(
                *(loop.run_in_executor(self._workers, read, part, self._collection) for part in parts)
            )
        except BrokenProcessPool:
            self._workers = self._started()
            if len(batch) == 1:
                return [None]
            return [page for fetched in batch for page in await self.read([fetched])]
        return [page for part in done for page in part]
