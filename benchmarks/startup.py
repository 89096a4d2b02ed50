"""How long until it is there? ``pincite --help``, a first answer, and a server that answers, each from a cold process.

    python -m benchmarks.startup [--data data] [--rounds 10]

``--data`` is a data folder with the starter corpus, as ``make run`` leaves it; without one, the corpus is indexed into
a temporary one (text only; vectors follow in the background, as they do after ``make run``). Wall-clock seconds from
the start of the process: to the end of ``--help``, to the end of an answer, and to the first good reply of
``/healthz``. On a shared machine the CPU seconds tell more; those of the server include its ending.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.record import ROOT, cpu_seconds, parser, recording

PINCITE = [sys.executable, "-m", "pincite"]
QUESTION = "Why doesn't honey spoil?"


def main() -> None:
    options = parser("startup", __doc__)
    options.add_argument("--data", type=Path)
    options.add_argument("--rounds", type=int, default=10)
    given = options.parse_args()
    with recording("startup", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-startup-") as folder:
        # Nobody's settings, and PINCITE_SHARED_DATA is none that pincite knows.
        env = {name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")}
        env["PINCITE_DATA_DIR"] = str((given.data or Path(folder)).resolve())
        if given.data is None:
            index = ["index", "--no-wait", "--collection", "starter", str(ROOT / "corpus" / "starter.jsonl.xz")]
            wall, cpu = finished([*PINCITE, *index], env)
            figures["index starter"] = {"rounds": 1, "p50_s": wall, "cpu_p50_s": cpu}
        for name, words in {"help": ["--help"], "answer": ["-q", QUESTION]}.items():
            figures[name] = told([finished([*PINCITE, *words], env) for _ in range(given.rounds)])
        figures["server ready"] = told([ready(env) for _ in range(given.rounds)])
    print(json.dumps(figures, indent=1))


def told(both: list[tuple[float, float]]) -> dict[str, Any]:
    return {
        "rounds": len(both),
        "p50_s": statistics.median(wall for wall, _ in both),
        "max_s": max(wall for wall, _ in both),
        "cpu_p50_s": statistics.median(cpu for _, cpu in both),
    }


def finished(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    began, before = time.perf_counter(), cpu_seconds()
    subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began, cpu_seconds() - before


def ready(env: dict[str, str]) -> tuple[float, float]:
    began, before = time.perf_counter(), cpu_seconds()
    command = [*PINCITE, "serve", "--port", "0"]
    process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        line = next(line for line in process.stderr if line.startswith("pincite is at "))
        with urllib.request.urlopen(f"{line.split()[3]}/healthz", timeout=10) as response:
            assert response.status == 200
        wall = time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    return wall, cpu_seconds() - before


if __name__ == "__main__":
    main()
