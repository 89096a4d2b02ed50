"""What if the careful check of a sentence is late, or fails? Then the quick one decides, and the answer says so.

A careful checker takes longer than an event loop may stand still. It works in a thread of its own, begins with what can
be read before there is a sentence, and is waited for so long and no longer: a reader waits for the verdict.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from pincite.ports import Bounds, Support, SupportChecker
from pincite.types import Degradation, Passage

log = structlog.get_logger()

PART = "checking by meaning"


class InTime:
    """Two checkers for the sentences of one answer. Used by one event loop; close it when the answer has ended."""

    def __init__(self, careful: SupportChecker, quick: SupportChecker, patience_s: float) -> None:
        self._careful = careful
        self._quick = quick
        self._patience_s = patience_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="check")
        self._sentences = 0
        self._late = 0
        self._failed = ""

    def read(self, passages: Sequence[Passage]) -> None:
        """Begins to read them, one after the other. Blocks nobody; a sentence that comes meanwhile waits behind them.

        What can't be read is no failure yet: the check that needs it will meet the same.
        """
        for passage in passages:
            self._thread.submit(self._careful.read, [passage])

    async def check(self, statement: str, passages: Sequence[Passage]) -> tuple[list[Support], Bounds]:
        """What was found, and what its scores mean; after a failure the careful one is not asked again."""
        self._sentences += 1
        if not self._failed:
            coming = self._thread.submit(self._careful.check, statement, passages)
            try:
                async with asyncio.timeout(self._patience_s):
                    return await asyncio.wrap_future(coming), self._careful.bounds
            except TimeoutError:
                self._late += 1
            except Exception as error:
                # Whatever it is, it costs no answer. Without the trace, which might print a question.
                self._failed = type(error).__name__
                log.error("check_failed", error=self._failed)
        return self._quick.check(statement, passages), self._quick.bounds

    def missed(self) -> Degradation | None:
        """What the answer went without."""
        if self._failed:
            detail = f"it failed with {self._failed}; sentences were checked by words alone"
            return Degradation(part=PART, reason="failed", detail=detail)
        if self._late:
            detail = f"{self._late} of {self._sentences} sentences were checked by words alone: it took too long"
            return Degradation(part=PART, reason="late", detail=detail)
        return None

    def close(self) -> None:
        """What has not begun never will; nobody waits for what is under way."""
        self._thread.shutdown(wait=False, cancel_futures=True)
