"""Under what conditions was it measured? A result says when, where, how busy the machine was, and what it cost.

A result is a JSON file: ``name``, ``command``, ``date``, ``commit``, ``machine``, ``load`` (one-minute average before
and after), ``wall_seconds``, ``cpu_seconds`` (this process and those it waited for) and ``figures``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
QUIET = 3.0
"""A load average above this is somebody else's work: times measured then are upper bounds at best."""
_PLACES = {"--out", "--cache", "--peers", "--data", "--index", "--url", "--results"}
"""Options whose values say where something lies on this machine; they are no part of a result."""
_DIGITS = 4


def parser(name: str, doc: str | None) -> argparse.ArgumentParser:
    """What every benchmark understands."""
    made = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}", description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--out", type=Path, default=RESULTS / f"{name}.json", help="where the result goes")
    return made


@contextmanager
def recording(name: str, out: Path) -> Iterator[dict[str, Any]]:
    """A dictionary for the figures; when the block ends without an error, printed, and written to ``out`` with the
    conditions."""
    figures: dict[str, Any] = {}
    before, began, used = os.getloadavg()[0], perf_counter(), cpu_seconds()
    if before > QUIET:
        print(f"{name}: load average {before:.1f}; times will be upper bounds", file=sys.stderr)
    yield figures
    result = rounded(
        {
            "name": name,
            "command": command(name, sys.argv[1:]),
            "date": date.today().isoformat(),
            "commit": commit(),
            "machine": machine(),
            "load": {"before": before, "after": os.getloadavg()[0]},
            "wall_seconds": perf_counter() - began,
            "cpu_seconds": cpu_seconds() - used,
            "figures": figures,
        }
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for figure, found in result["figures"].items():
        print(f"{figure}: {json.dumps(found, ensure_ascii=False)}")


def command(name: str, arguments: Sequence[str]) -> str:
    """How to measure it again: the arguments that change a figure."""
    kept: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word in _PLACES:
            next(rest, None)
        elif word.split("=")[0] not in _PLACES:
            kept.append(word)
    return shlex.join(["python", "-m", f"benchmarks.{name}", *kept])


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _processor() -> str:
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def commit() -> str:
    """The commit that was measured, with a + if the source differed from it; empty outside a repository."""
    words = ["git", "rev-parse", "--short", "HEAD"]
    name = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "src"], cwd=ROOT, check=False).returncode
    return f"{name}+" if name and changed else name


def cpu_seconds() -> float:
    """Processor time of this process and of all that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def rounded(value: Any) -> Any:
    if isinstance(value, float):
        # A difference of 2e-14 is not none.
        return round(value, _DIGITS) or float(f"{value:.{_DIGITS}g}")
    if isinstance(value, Mapping):
        return {str(name): rounded(each) for name, each in value.items()}
    return [rounded(each) for each in value] if isinstance(value, list | tuple) else value
