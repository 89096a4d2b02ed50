"""Where are pages read? In processes of their own, so that a page that kills its reader kills nothing else."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from pincite.crawl.page import Fetched, Page, read


class Pool:
    """``processes`` = 0 reads in a thread of this one. ``close`` it."""

    def __init__(self, processes: int, collection: str) -> None:
        self._processes = processes
        self._collection = collection
        self._workers = self._started()
        self._apart: Executor | None = None
        """A process for pages that stood under suspicion."""
        self._turn = asyncio.Lock()

    def _started(self) -> Executor:
        if self._processes == 0:
            return ThreadPoolExecutor(1)
        return ProcessPoolExecutor(self._processes, mp_context=multiprocessing.get_context("spawn"))

    def close(self) -> None:
        """Waits for nothing."""
        for each in (self._workers, self._apart):
            if each is not None:
                each.shutdown(wait=False, cancel_futures=True)

    async def read(self, batch: Sequence[Fetched]) -> list[Page | None]:
        """Each page read, in order, by one process; ``None`` for one that killed its reader."""
        workers = self._workers
        try:
            return list(await self._by(workers, batch))
        except BrokenProcessPool:
            if self._workers is workers:
                self._workers = self._started()
            return [await self._alone(fetched) for fetched in batch]

    async def spread(self, batch: Sequence[Fetched]) -> list[Page | None]:
        """Each page read, in order, by all processes."""
        size = -(-len(batch) // max(1, self._processes))
        parts = [batch[start : start + size] for start in range(0, len(batch), max(1, size))]
        return [page for part in await asyncio.gather(*map(self.read, parts)) for page in part]

    async def _by(self, workers: Executor, batch: Sequence[Fetched]) -> list[Page]:
        return await asyncio.get_running_loop().run_in_executor(workers, read, batch, self._collection)

    async def _alone(self, fetched: Fetched) -> Page | None:
        """Read where nothing else is: one of several pages has killed the reader of all."""
        async with self._turn:
            self._apart = self._apart or ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
            try:
                return (await self._by(self._apart, [fetched]))[0]
            except BrokenProcessPool:
                self._apart = None
                return None
