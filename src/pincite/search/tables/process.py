"""Who waits for a database? A process of its own, which can be ended at any moment, whatever it is doing.

It gets a clean environment, and the database's address with its password over a pipe. One is for one query at a time;
it is kept for the next one, and started again after it was ended. Where it is, see ``inside.py``.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import IO, Any, cast

from pincite.errors import DatabaseFailed
from pincite.search.tables.drivers import Target

_KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT", "SSL_CERT_FILE", "SSL_CERT_DIR")
_PIECE = 1 << 16
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
        self._process: subprocess.Popen[bytes] | None = None
        self._asked = 0.0

    def ask(self, job: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """What it replies. Raises ``DatabaseFailed`` where it is late or breaks down."""
        process = self.start()
        self._hand(process, {**job, "seconds": seconds})
        return self._reply(process, seconds * GRACE, seconds)

    def kill(self) -> None:
        """Ends the process; whoever waits for it gets ``DatabaseFailed``."""
        process = self._process
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()

    def close(self) -> None:
        self.kill()
        process, self._process = self._process, None
        if process is None:
            return
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                cast("IO[bytes]", pipe).close()

    def start(self) -> subprocess.Popen[bytes]:
        """Starts it where it does not run; done when it can be asked."""
        fresh = time.monotonic() - self._asked < IDLE_S * STALE
        if fresh and self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        process = self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "pincite.search.tables.inside"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            start_new_session=True,
        )
        self._hand(process, {**asdict(self._target), "idle_s": IDLE_S})
        self._reply(process, START_S, START_S)
        return process

    def _hand(self, process: subprocess.Popen[bytes], job: Mapping[str, Any]) -> None:
        pipe = cast("IO[bytes]", process.stdin)
        try:
            pipe.write(json.dumps(job).encode() + b"\n")
            pipe.flush()
        except BrokenPipeError:
            raise self._broken() from None

    def _reply(self, process: subprocess.Popen[bytes], most_s: float, told_s: float) -> dict[str, Any]:
        pipe = cast("IO[bytes]", process.stdout)
        until = time.monotonic() + most_s
        pieces: list[bytes] = []
        size = 0
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while True:
                if not selector.select(max(0.0, until - time.monotonic())):
                    self.close()
                    raise late(told_s)
                piece = os.read(pipe.fileno(), _PIECE)
                size += len(piece)
                if not piece or size > _LONGEST:
                    raise self._broken()
                pieces.append(piece)
                if piece.endswith(b"\n"):
                    self._asked = time.monotonic()
                    told: dict[str, Any] = json.loads(b"".join(pieces))
                    return told

    def _broken(self) -> DatabaseFailed:
        process = self._process
        self.close()
        code = process.returncode if process is not None else None
        return DatabaseFailed(
            f"the process that asks the database broke down, or was stopped ({code})",
            reason="failed",
            hint="ask again, or for less",
        )


def late(seconds: float) -> DatabaseFailed:
    return DatabaseFailed(
        f"the query took more than {seconds:.1f} s and was broken off",
        reason="timeout",
        hint="ask for less, or raise databases.<name>.deadline_s",
    )
