"""How long until it is there? ``pincite --help``, a first answer, and a server that answers, each from a cold process.

    python benchmarks/startup.py [--data data] [--rounds 10] [--json FILE]

``--data`` is a data folder with the starter corpus, as ``make run`` leaves it. Wall-clock seconds from the start of the
process: to the end of ``--help``, to the end of an answer, and to the first good reply of ``/healthz``. On a shared
machine the CPU seconds tell more; those of the server include its ending.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

PINCITE = [sys.executable, "-m", "pincite"]
QUESTION = "Why doesn't honey spoil?"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    env = os.environ | {"PINCITE_DATA_DIR": str(given.data)}
    measured = {
        "help": [finished([*PINCITE, "--help"], env) for _ in range(given.rounds)],
        "answer": [finished([*PINCITE, "-q", QUESTION], env) for _ in range(given.rounds)],
        "server ready": [ready(env) for _ in range(given.rounds)],
    }
    report = {
        name: {
            "rounds": len(both),
            "p50_s": round(statistics.median(wall for wall, _ in both), 3),
            "max_s": round(max(wall for wall, _ in both), 3),
            "cpu_p50_s": round(statistics.median(cpu for _, cpu in both), 3),
        }
        for name, both in measured.items()
    }
    print(json.dumps(report, indent=2))
    if given.json:
        given.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def spent() -> float:
    """CPU seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def finished(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    began, before = time.perf_counter(), spent()
    subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began, spent() - before


def ready(env: dict[str, str]) -> tuple[float, float]:
    began, before = time.perf_counter(), spent()
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
    return wall, spent() - before


if __name__ == "__main__":
    main()
