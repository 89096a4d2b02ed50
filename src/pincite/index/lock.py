"""Who may write? One process at a time, by an advisory lock the operating system frees when that process dies.

The file also names the holder's pid, for the message the second writer gets; the lock, not the pid, decides.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from pincite.errors import Busy


class WriterLock:
    """Held from construction until ``release``. Raises ``Busy`` naming the pid that holds it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Busy(
                f"process {holder(path) or '?'} is writing to the index in {path.parent}",
                hint="wait until it is done, or stop it; searching works meanwhile",
            ) from None
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        self._file.truncate(0)
        self._file.close()


def holder(path: Path) -> int | None:
    """The pid of the process that holds the lock, or ``None``: a pid left behind by a dead one does not count."""
    try:
        with path.open("r+") as file:
            written = file.read().strip()
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return int(written) if written.isdigit() else None
    except FileNotFoundError:
        pass
    return None
