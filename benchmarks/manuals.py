"""Can one ask a manual? A newcomer's questions, most of them how to do a thing, over sites of documentation.

    python -m benchmarks.manuals [--half dev] [--tell]

The real engine without a model over each site of ``shared/data/sites``, as ``pincite index`` leaves it. The questions
in ``manuals.jsonl`` were written by somebody who read the sites and not this code, in other words than the headings'.
What is ``accept``ed is a pattern for what only a right answer says, such as a flag; a question without one is not
answered on its site and must be declined. Which passages are told was tuned on the two sites of ``dev`` alone; from
when on an answer is given, on those of ``held``, too.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks import shared
from benchmarks.record import parser, recording
from benchmarks.starter import Asked, answered, figures
from pincite.engine import AnswerEngine
from pincite.evals.measures import spread
from pincite.evals.record import Record
from pincite.settings import Settings

HALVES = {"dev": ("httpx", "uvicorn"), "held": ("starlette", "txtai")}


def questions(site: str) -> list[Asked]:
    lines = Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines if (row := json.loads(line))["site"] == site]
    return [Asked(row["question"], "manual", row.get("accept", "")) for row in rows]


def indexed(site: str, folder: Path) -> Path:
    """The data folder with all pages of the site in it, each with its vectors."""
    pages, data = folder / site, folder / f"{site}-data"
    with tarfile.open(shared.HOME / "sites" / f"{site}.tar.xz") as packed:
        packed.extractall(pages, filter="data")
    index = [sys.executable, "-m", "pincite", "index", str(pages)]
    subprocess.run(index, env={**os.environ, "PINCITE_DATA_DIR": str(data)}, check=True)
    return data


async def outcomes(site: str, data: Path, first: list[float], tell: bool) -> Counter[str]:
    """What became of each question; milliseconds to the first sentence are added to ``first``."""
    found: Counter[str] = Counter()
    async with await AnswerEngine.open(Settings(data_dir=data), env={}) as engine:
        for one in questions(site):
            answer = await answered(engine, one)
            outcome = one.outcome(answer)
            found[outcome if one.accept else f"absent {outcome}"] += 1
            first.append(answer.timings["first_sentence"])
            if tell:
                print(f"{site:9} {outcome:9} {one.question} → {Record(system='', answer=answer).lead}", flush=True)
    return found


def main() -> None:
    options = parser("manuals", __doc__)
    options.add_argument("--half", choices=HALVES, help="this half alone")
    options.add_argument("--tell", action="store_true", help="each question's outcome and lead")
    given = options.parse_args()
    first: list[float] = []
    with recording("manuals", given.out) as found, tempfile.TemporaryDirectory(prefix="pincite-manuals-") as folder:
        halves: dict[str, Any] = {}
        for half in [given.half] if given.half else HALVES:
            counted: Counter[str] = Counter()
            for site in HALVES[half]:
                counted += asyncio.run(outcomes(site, indexed(site, Path(folder)), first, given.tell))
            halves[half] = figures(counted)
        found["halves"], found["first_sentence_ms"] = halves, spread(first)


if __name__ == "__main__":
    main()
