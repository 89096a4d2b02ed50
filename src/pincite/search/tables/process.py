"""Who waits for a database? A process of its own, which can be ended at any moment, whatever it is doing.

It gets the database's address with its password over a pipe. One is for one query at a time; it is kept for the next
one, and started again after it was ended. Where it is, see ``inside.py``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pincite.errors import DatabaseFailed
from pincite.search.tables.drivers import Target
from pincite.worker import Broken, Late, TooMuch, Worker

_LONGEST = 64 << 20
"""Bytes of a reply; the process keeps to far less."""
START_S = 20.0
"""Time for the process itself to start, beside what a query may take."""
IDLE_S = 300.0
"""A process that nobody asks for so long ends itself …"""
STALE = 0.8
"""… and from this share of it on, it is not asked any more."""
GRACE = 1.1
"""Who has not stopped by itself in this multiple of its time is ended."""


class Process:
    """For one thread at a time; ``kill`` is for any."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._worker = Worker("pincite.search.tables.inside", keeps=["SSL_CERT_FILE", "SSL_CERT_DIR"])
        self._asked = 0.0

    def ask(self, job: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """What it replies. Raises ``DatabaseFailed`` where it is late or breaks down."""
        self.start()
        return self._reply({**job, "seconds": seconds}, seconds * GRACE, seconds)

    def kill(self) -> None:
        """Ends the process; whoever waits for it gets ``DatabaseFailed``."""
        self._worker.kill()

    def close(self) -> None:
        self._worker.close()

    def start(self) -> None:
        """Starts it where it does not run; done when it can be asked."""
        if not self._worker.runs or time.monotonic() - self._asked >= IDLE_S * STALE:
            self._worker.start()
            self._reply({**asdict(self._target), "idle_s": IDLE_S}, START_S, START_S)

    def _reply(self, job: Mapping[str, Any], most_s: float, told_s: float) -> dict[str, Any]:
        try:
            self._worker.hand(job)
            told = next(self._worker.lines(most_s, _LONGEST))
        except Late:
            self.close()
            raise late(told_s) from None
        except (Broken, TooMuch) as broken:
            self.close()
            code = broken.code if isinstance(broken, Broken) else None
            raise DatabaseFailed(
                f"the process that asks the database broke down, or was stopped ({code})",
                reason="failed",
                hint="ask again, or for less",
            ) from None
        self._asked = time.monotonic()
        return told


def late(seconds: float) -> DatabaseFailed:
    return DatabaseFailed(
        f"the query took more than {seconds:.1f} s and was broken off",
        reason="timeout",
        hint="ask for less, or raise databases.<name>.deadline_s",
    )
