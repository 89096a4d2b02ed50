"""What do other processes say, and what do they cost? Commands run to their end, and servers while one asks them."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.record import ROOT

PINCITE = [sys.executable, "-m", "pincite"]


def measured(words: Sequence[str], **options: Any) -> tuple[int, dict[str, float], bytes]:
    """Exit code, processor seconds and peak memory of one command, and what it printed."""
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, stdout=out, cwd=ROOT, **options)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        cost = {"process_cpu_seconds": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}
        return process.returncode, cost, out.read()


def told(words: Sequence[str], **options: Any) -> dict[str, Any]:
    """What one command printed as JSON, beside what it cost. Raises ``SystemExit`` where it failed."""
    code, cost, out = measured(words, **options)
    if code:
        raise SystemExit(f"{shlex.join(words)}: exit code {code}")
    return {**cost, **json.loads(out)}


def environment(data: Path) -> dict[str, str]:
    """This process's, with the data folder and nobody's other settings."""
    # PINCITE_SHARED_DATA goes too: where the public sets lie is no setting of pincite.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")}
    return kept | {"PINCITE_DATA_DIR": str(data.resolve())}


@contextmanager
def serving(env: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """A server's address, without a slash at its end, and its process."""
    with running([*PINCITE, "serve", "--port", "0"], "stderr", "pincite is at ", env) as (url, pid):
        yield url.rstrip("/"), pid


@contextmanager
def running(
    words: Sequence[str], says: str, mark: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    """What stands after ``mark`` in what a process says on ``stdout`` or ``stderr``, and its number; it ends with the
    block. Raises ``RuntimeError`` where it does not say it."""
    out, err = (subprocess.PIPE if says == name else None for name in ("stdout", "stderr"))
    with subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err, text=True) as process:
        lines = process.stdout or process.stderr
        assert lines is not None
        try:
            line = next((line for line in lines if line.startswith(mark)), "")
            if not line:
                raise RuntimeError(f"{' '.join(words[:5])} ended without having said {mark!r}")
            # Somebody must go on reading, or the process waits for that.
            threading.Thread(target=lambda: sys.stderr.writelines(map(_wrong, lines)), daemon=True).start()
            yield line.removeprefix(mark).split()[0], process.pid
        finally:
            process.terminate()  # not SIGINT, which whatever a shell runs in the background ignores
            process.wait(timeout=120)


def _wrong(line: str) -> str:
    """A line of the server's log, if it is of something that went wrong."""
    return "" if '"level": "info"' in line else line
