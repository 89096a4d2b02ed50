"""How long until it is there? ``pincite --help``, a first answer, and a server that answers, each from a cold process.

    python -m benchmarks.startup [--data data] [--rounds 10]

``--data`` is a data folder with the starter corpus, as ``make run`` leaves it; without one, the corpus is indexed into
a temporary one (text only; vectors follow in the background, as they do after ``make run``). Wall-clock seconds from
the start of the process: to the end of ``--help``, to the end of an answer, and to the first good reply of
``/healthz``. On a shared machine the CPU seconds tell more; those of the server include its ending.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.process import PINCITE, environment, serving
from benchmarks.record import ROOT, cpu_seconds, parser, recording

QUESTION = "Why doesn't honey spoil?"


def main() -> None:
    options = parser("startup", __doc__)
    options.add_argument("--data", type=Path)
    options.add_argument("--rounds", type=int, default=10)
    given = options.parse_args()
    with recording("startup", given.out) as figures, tempfile.TemporaryDirectory(prefix="pincite-startup-") as folder:
        env = environment(given.data or Path(folder))
        if given.data is None:
            index = ["index", "--no-wait", "--collection", "starter", str(ROOT / "corpus" / "starter.jsonl.xz")]
            wall, cpu = finished([*PINCITE, *index], env)
            figures["index starter"] = {"rounds": 1, "p50_s": wall, "cpu_p50_s": cpu}
        for name, words in {"help": ["--help"], "answer": ["-q", QUESTION]}.items():
            figures[name] = told([finished([*PINCITE, *words], env) for _ in range(given.rounds)])
        figures["server ready"] = told([ready(env) for _ in range(given.rounds)])


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
    with serving(env) as (url, _):
        with urllib.request.urlopen(f"{url}/healthz", timeout=10) as response:
            assert response.status == 200
        wall = time.perf_counter() - began
    return wall, cpu_seconds() - before


if __name__ == "__main__":
    main()
