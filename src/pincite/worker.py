"""How does another process work for this one, and cost nothing but its job when it hangs or dies?

It gets a clean environment, takes jobs as lines of JSON and replies in such lines. Whoever waits for it has a
deadline; it is ended with all that it started, and started again for the next job.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any, cast

_KEPT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT")
"""Of the environment; keys and tokens are not among them."""
_PIECE = 1 << 16
_GRACE_S = 1.0


class Late(Exception):
    """No line came until the deadline."""


class Broken(Exception):
    """The process has ended by itself; ``code`` is its exit code, ``None`` where it can't be known."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


class TooMuch(Exception):
    """It said more than it may."""


class Worker:
    """``python -m module …`` as a process of its own. For one thread at a time; ``kill`` is for any."""

    def __init__(self, module: str, words: Sequence[str] = (), keeps: Sequence[str] = ()) -> None:
        """``keeps`` names what else of the environment it gets."""
        self._words = [sys.executable, "-P", "-m", module, *words]
        self._keeps = (*_KEPT, *keeps)
        self._process: subprocess.Popen[bytes] | None = None
        self._until = 0.0

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Afresh: one that runs is ended."""
        self.close()
        self._process = subprocess.Popen(  # noqa: S603 — this Python
            self._words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in self._keeps if name in os.environ},
            start_new_session=True,
        )

    def hand(self, job: Mapping[str, Any]) -> None:
        """One that was started gets a job. Raises ``Broken``."""
        pipe = cast("IO[bytes]", self._started.stdin)
        try:
            pipe.write(json.dumps(job).encode() + b"\n")
            pipe.flush()
        except BrokenPipeError:
            raise self._broken() from None

    def lines(self, seconds: float, most: int) -> Iterator[dict[str, Any]]:
        """What it says in so many ``seconds``, line by line, ``most`` bytes in all. Ends when it is no longer asked.

        Raises ``Late``, ``Broken`` and ``TooMuch``.
        """
        self._until = time.monotonic() + seconds
        pipe = cast("IO[bytes]", self._started.stdout)
        pieces: list[bytes] = []
        size = 0
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while True:
                if not selector.select(max(0.0, self._until - time.monotonic())):
                    raise Late
                piece = os.read(pipe.fileno(), _PIECE)
                size += len(piece)
                if not piece:
                    raise self._broken()
                if size > most:
                    raise TooMuch
                *whole, rest = piece.split(b"\n")
                for end in whole:
                    told: dict[str, Any] = json.loads(b"".join([*pieces, end]))
                    pieces.clear()
                    yield told
                pieces.append(rest)

    def extend(self, seconds: float) -> None:
        """The lines that are being read may take longer by so much."""
        self._until += seconds

    def kill(self) -> None:
        """Ends it and all that it started; whoever waits for it gets ``Broken``."""
        process = self._process
        if process is None:
            return
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()

    def close(self) -> None:
        """The same, and nothing of it stays."""
        self.kill()
        process, self._process = self._process, None
        if process is None:
            return
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                cast("IO[bytes]", pipe).close()

    @property
    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise Broken(None)  # it was closed from another thread
        return self._process

    def _broken(self) -> Broken:
        process = self._process
        if process is None:
            return Broken(None)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_S)
        return Broken(process.returncode)
