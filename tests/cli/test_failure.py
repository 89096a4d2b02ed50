"""Every failure says what, why, and what to type next."""

import errno
import sqlite3

import pytest

from pincite.cli.failure import told
from pincite.errors import BadQuestion, Busy


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            BadQuestion("the question is empty", hint="ask something"),
            2,
            "pincite: the question is empty\n  → ask something\n",
        ),
        (Busy("process 7 writes", hint="wait"), 1, "pincite: process 7 writes\n  → wait\n"),
        (OSError(errno.ENOSPC, "No space left", "/data"), 1, "pincite: the disk is full: /data\n"),
        (PermissionError(errno.EACCES, "Permission denied", "/data"), 1, "--data-dir"),
        (OSError(errno.EROFS, "Read-only file system", "/data"), 1, "/data may not be used by this user"),
        (MemoryError(), 1, "pincite: there is not enough memory\n"),
        (ZeroDivisionError("by zero"), 1, "ZeroDivisionError: by zero"),
    ],
)
def test_an_error_becomes_words_and_a_code(
    error: Exception, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(error) == code
    shown = capsys.readouterr()
    assert said in shown.err
    assert "  → " in shown.err
    assert shown.out == ""


def test_a_database_that_can_not_be_written_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(sqlite3.OperationalError) as failed:
        sqlite3.connect("/nowhere/at/all.sqlite3")
    assert told(failed.value) == 1
    assert "the data folder can't be written: unable to open database file" in capsys.readouterr().err


def test_a_disk_that_refuses_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
    assert told(error) == 1
    assert "the disk refused to read or write: disk I/O error\n  → look for a quota" in capsys.readouterr().err
