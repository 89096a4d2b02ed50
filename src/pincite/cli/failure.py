"""What went wrong, why, and what to type next? Every way out but success."""

from __future__ import annotations

import errno
import sqlite3
import sys
import traceback

from pincite.errors import (
    BadInput,
    BadQuestion,
    BadSettings,
    LockedFocus,
    PinciteError,
    UnknownFocus,
    UnknownModel,
)
from pincite.wal import is_unwritable

FAILED, USAGE = 1, 2
EXTRAS = {"torch": "labs", "onnx": "labs", "safetensors": "labs"}
"""Packages that only some commands need → the extra that brings them."""
MISUSED = (BadQuestion, BadInput, BadSettings, UnknownFocus, LockedFocus, UnknownModel)


def told(error: Exception, *, verbose: object = False) -> int:
    """Says it on stderr and returns the exit code."""
    if verbose:
        traceback.print_exception(error)
    if isinstance(error, PinciteError):
        _say(error.detail, error.hint)
        return USAGE if isinstance(error, MISUSED) else FAILED
    if isinstance(error, ModuleNotFoundError) and error.name in EXTRAS:
        _say(f"this command needs {error.name}", f"pip install 'pincite[{EXTRAS[error.name]}]'")
    elif isinstance(error, OSError) and error.errno == errno.ENOSPC:
        _say(f"the disk is full: {error.filename or error}", "free some space and run the same command again")
    elif isinstance(error, OSError) and error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        _say(f"{error.filename} may not be used by this user", "change its permissions, or name another --data-dir")
    elif isinstance(error, MemoryError):
        _say("there is not enough memory", "give pincite 1 GB or more: look for a limit (ulimit -v, a container's)")
    elif isinstance(error, sqlite3.OperationalError) and is_unwritable(error):
        _say(f"the data folder can't be written: {error}", "make all in it writable for this user: pincite doctor")
    elif isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_IOERR:
        _say(f"the disk refused to read or write: {error}", "look for a quota or a limit, and at the system's log")
    else:
        _say(
            f"pincite met a bug: {type(error).__name__}: {error}",
            "run it again with -v for the details, and report them; your data is kept",
        )
    return FAILED


def _say(what: str, hint: str) -> None:
    sys.stderr.write(f"pincite: {what}\n")
    if hint:
        sys.stderr.write(f"  → {hint}\n")
