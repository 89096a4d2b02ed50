"""Every failure says what, why, and what to type next."""

import errno

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
