"""One writer, and its name."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pincite.errors import Busy
from pincite.index import lock as locks
from pincite.index.lock import WriterLock, holder


def test_the_lock_names_its_holder_until_it_is_released(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert holder(path) is None
    lock = WriterLock(path)
    assert holder(path) == os.getpid()
    with pytest.raises(Busy, match=str(os.getpid())):
        WriterLock(path)
    lock.release()
    assert holder(path) is None
    WriterLock(path).release()


def test_a_dead_process_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    script = "import sys, os, signal; from pathlib import Path; from pincite.index.lock import WriterLock\n"
    script += "lock = WriterLock(Path(sys.argv[1])); os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert path.read_text() != ""
    assert holder(path) is None
    WriterLock(path).release()


def test_who_only_looks_is_waited_for_and_keeps_nobody_from_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lock"
    with path.open("a+") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert holder(path) is None
        monkeypatch.setattr(time, "sleep", lambda _: looking.close())
        lock = WriterLock(path)
    assert holder(path) == os.getpid()
    lock.release()


def test_who_writes_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock"
    lock = WriterLock(path)
    monkeypatch.setattr(time, "sleep", None)
    with pytest.raises(Busy, match=f"process {os.getpid()} "):
        WriterLock(path)
    lock.release()


def test_a_look_that_does_not_end_is_not_waited_for_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "LOOKING_S", 0.01)
    path = tmp_path / "lock"
    with path.open("a+") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        with pytest.raises(Busy):
            WriterLock(path)
    WriterLock(path).release()
