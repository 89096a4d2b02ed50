"""Who may write? One process at a time, by an advisory lock the operating system frees when that process dies.

The file also names the holder's pid, for the message the second writer gets; the lock, not the pid, decides.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from pincite.errors import Busy

LOOKING_S = 1.0
"""Somebody looks for microseconds; many may, one after the other."""
_AGAIN_S = 0.001


class WriterLock:
    """Held from construction until ``release``. Raises ``Busy`` naming the pid that holds it.

    Whoever only looks at the lock, by ``holder``, is waited for: for ``LOOKING_S`` at the most.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+")
        if not self._taken(time.monotonic() + LOOKING_S):
            self._file.close()
            raise Busy(
                f"process {holder(path) or '?'} is writing to the index in {path.parent}",
                hint="wait until it is done, or stop it; searching works meanwhile",
            )
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def _taken(self, until: float) -> bool:
        while not _locked(self._file, fcntl.LOCK_EX):
            # A writer shares with nobody: a lock that can be shared is held by those who look, and soon is free.
            if not _locked(self._file, fcntl.LOCK_SH) or time.monotonic() > until:
                return False
            fcntl.flock(self._file, fcntl.LOCK_UN)
            time.sleep(_AGAIN_S)
        return True

    def release(self) -> None:
        self._file.truncate(0)
        self._file.close()


def holder(path: Path) -> int | None:
    """The pid of the process that holds the lock, or ``None``: a pid left behind by a dead one does not count."""
    try:
        with path.open("r+") as file:
            if _locked(file, fcntl.LOCK_SH):
                return None
            written = file.read().strip()
            return int(written) if written.isdigit() else None
    except FileNotFoundError:
        return None


def _locked(file: IO[str], how: int) -> bool:
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
