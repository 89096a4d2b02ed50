"""How long from nothing? A fresh clone: ``make run`` to the first cited answer and to the page, then ``make test``.

    python -m benchmarks.clone [--no-test]

The clone lies in a temporary folder; packages are downloaded unless pip has them in its cache. What is committed is
measured, not what lies in the working tree.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from time import perf_counter
from typing import Any

from benchmarks import shared
from benchmarks.record import ROOT, parser, recording

PATIENCE_S = 1800
PAGE = "pincite is at "
CITED = "[1]"


def lines(process: subprocess.Popen[str], deadline: float) -> Iterator[str]:
    """What it prints, on either stream, until it ends or the time is up."""
    said: Queue[str | None] = Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            said.put(line)
        said.put(None)

    threading.Thread(target=read, daemon=True).start()
    while (left := deadline - perf_counter()) > 0:
        try:
            line = said.get(timeout=left)
        except Empty:
            return
        if line is None:
            return
        yield line


def run(folder: Path, env: dict[str, str]) -> dict[str, Any]:
    """Seconds from ``make run`` to a line with a citation, and to the page's address."""
    found: dict[str, Any] = {}
    began = perf_counter()
    process = subprocess.Popen(
        ["make", "run", "PORT=0"],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        for line in lines(process, began + PATIENCE_S):
            if CITED in line:
                found.setdefault("first_cited_answer_s", perf_counter() - began)
            if PAGE in line:
                found["page_s"] = perf_counter() - began
                break
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)
    return found


def main() -> int:
    options = parser("clone", __doc__)
    options.add_argument("--no-test", dest="test", action="store_false", help="only make run")
    given = options.parse_args()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PINCITE_", "VIRTUAL_ENV"))}
    with recording("clone", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-clone-") as name:
        folder = Path(name) / "main"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
        figures |= run(folder, env)
        if given.test:
            (Path(name) / "shared").mkdir()
            (Path(name) / "shared" / "data").symlink_to(shared.HOME.resolve())  # where tests look for it
            began = perf_counter()
            done = subprocess.run(["make", "test"], cwd=folder, env=env, capture_output=True, text=True, check=False)
            figures["test"] = {"seconds": perf_counter() - began, "exit_code": done.returncode}
            if done.returncode:
                print(done.stdout[-3000:], done.stderr[-3000:], file=sys.stderr)
    return 0 if "first_cited_answer_s" in figures and not figures.get("test", {}).get("exit_code") else 1


if __name__ == "__main__":
    sys.exit(main())
