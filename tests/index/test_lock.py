"""One writer, and its name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pincite.errors import Busy
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
