"""Do a newcomer's first questions work? Questions as people type them, answered from the starter corpus.

    python -m benchmarks.starter [--words] [--vectors] [--strange] [--data data] [--half dev] [--tell]

The real engine without a model over ``corpus/starter.jsonl.xz``: fresh, as ``make run`` leaves it, when the first
passage of each document has a vector; with ``--words`` also before, without any; with ``--vectors`` also when all have
one; each with the cross-encoder and without. ``--data`` takes a data folder instead. Nothing is embedded in the
background meanwhile.

``starter.jsonl`` holds the questions. What is ``accept``ed is a pattern that was checked against the corpus's text;
a question without one has no answer there and must be declined; ``after`` is the question that comes before it in its
thread. The questions fall into two halves by the parity of their checksum: ``dev``, which pincite was tuned on, and
``held``, which was looked at when that was done. ``--strange`` also asks what other people typed into a search engine
(EfficientQA of ``shared/data``): the corpus holds few of the answers, and much that looks like one.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from benchmarks import shared
from benchmarks.record import ROOT, parser, recording
from pincite.encoders.cross import NONE
from pincite.engine import AnswerEngine
from pincite.evals.measures import contains, spread
from pincite.evals.record import Record
from pincite.settings import RankSettings, Settings
from pincite.types import Answer, Question

HALVES = ("dev", "held")
CROSS = {"with": "", "without": NONE}
"""The setting ``rank.cross_encoder``."""
INDEX = [sys.executable, "-m", "pincite", "index", "--collection", "starter", str(ROOT / "corpus" / "starter.jsonl.xz")]
STAGES = {"words": ["--no-wait"], "fresh": ["--openings"], "vectors": []}
"""How far the index is, and what leads there."""
STRANGE = 300
"""Of EfficientQA's questions, drawn once."""


@dataclass(frozen=True)
class Asked:
    """A question, and what an answer to it must hold; nothing where there is none."""

    question: str
    kind: str
    accept: str = ""
    after: str = ""

    @property
    def half(self) -> str:
        return HALVES[crc32(self.question.encode()) % 2]

    def outcome(self, answer: Answer) -> str:
        """``lead``, ``within`` (right, but not at once), ``wrong``, ``declined``; ``silent`` where that is right."""
        record = Record(system="pincite", answer=answer)
        if record.abstained:
            return "declined" if self.accept else "silent"
        if self.accept and re.search(self.accept, record.lead):
            return "lead"
        return "within" if self.accept and re.search(self.accept, answer.text) else "wrong"


def questions() -> list[Asked]:
    lines = Path(__file__).with_suffix(".jsonl").read_text(encoding="utf-8").splitlines()
    return [Asked(**json.loads(line)) for line in lines]


async def strange(engine: AnswerEngine, tell: bool) -> dict[str, Any]:
    """Of questions whose answer no source holds the share declined; of those answered the share that is right."""
    rows = list(shared.rows("nq/efficientqa-dev.jsonl.xz"))
    random.Random(0).shuffle(rows)
    without, right = [], []
    for row in rows[:STRANGE]:
        answer = await engine.answer(Question(text=row["question"]), history=[])
        gold = [*row["answers"], *row["also_correct"]]
        record = Record(system="pincite", answer=answer)
        if not any(contains(passage.text, gold) for source in answer.sources for passage in source.passages):
            without.append(record.abstained)
        if not record.abstained:
            right.append(contains(answer.text, gold))
            if tell:
                print(f"strange {'right' if right[-1] else 'other'} {row['question']} → {record.lead}", flush=True)
    return {"n": STRANGE, "n_without": len(without), "without_declined": sum(without) / len(without),
            "n_answered": len(right), "answered_right": sum(right) / len(right)}  # fmt: skip


async def answered(engine: AnswerEngine, one: Asked) -> Answer:
    """Each question in a thread of its own."""
    before = await engine.answer(Question(text=one.after), history=[]) if one.after else None
    return await engine.answer(Question(text=one.question), history=[before] if before else [])


async def measured(data: Path, asked: Sequence[Asked], tell: bool, others: bool) -> dict[str, Any]:
    """What the index holds, and the figures with the cross-encoder and without."""
    found = {}
    for name, cross in CROSS.items():
        settings = Settings(data_dir=data, rank=RankSettings(cross_encoder=cross))
        async with await AnswerEngine.open(settings, env={}) as engine:
            status = engine.index.status()
            if tell:
                print(f"── {status.embedded} of {status.passages} with vectors, {name} the cross-encoder", flush=True)
            found[name] = await outcomes(engine, asked, tell)
            if others and name == "with":
                found[name]["strange"] = await strange(engine, tell)
    return {"passages": status.passages, "with_vectors": status.embedded, "cross_encoder": found}


async def outcomes(engine: AnswerEngine, asked: Sequence[Asked], tell: bool) -> dict[str, Any]:
    """The figures of each half, and milliseconds to the first sentence over both."""
    found: dict[str, Counter[str]] = {half: Counter() for half in HALVES}
    first = []
    for one in asked:
        answer = await answered(engine, one)
        outcome = one.outcome(answer)
        found[one.half][outcome if one.accept else f"absent {outcome}"] += 1
        first.append(answer.timings["first_sentence"])
        if tell:
            print(f"{one.half:5} {outcome:9} {one.question} → {Record(system='', answer=answer).lead}", flush=True)
    halves = {half: figures(counted) for half, counted in found.items() if counted}
    return {"halves": halves, "first_sentence_ms": spread(first)}


def figures(counted: Counter[str]) -> dict[str, Any]:
    """Shares of the questions that the corpus answers, and of those that it does not."""
    silent, spoke = counted["absent silent"], counted["absent wrong"]
    known = counted.total() - silent - spoke
    lead, within = counted["lead"], counted["within"]
    return {
        "n": known,
        "lead_right": lead / known if known else None,
        "contains": (lead + within) / known if known else None,
        "wrongly_declined": counted["declined"] / known if known else None,
        "wrongly_answered": counted["wrong"] / known if known else None,
        "n_absent": silent + spoke,
        "absent_declined": silent / (silent + spoke) if silent + spoke else None,
    }


def main() -> None:
    options = parser("starter", __doc__)
    options.add_argument("--data", type=Path, help="a data folder with the starter corpus, taken as it is")
    options.add_argument("--half", choices=HALVES, help="this half alone")
    options.add_argument("--words", action="store_true", help="also without any vectors")
    options.add_argument("--vectors", action="store_true", help="also with all vectors")
    options.add_argument("--strange", action="store_true", help="also what other people typed into a search engine")
    options.add_argument("--tell", action="store_true", help="each question's outcome and lead")
    given = options.parse_args()
    asked = [one for one in questions() if given.half in (None, one.half)]
    with recording("starter", given.out) as found, tempfile.TemporaryDirectory(prefix="pincite-starter-") as folder:
        if given.data:
            found["data"] = asyncio.run(measured(given.data, asked, given.tell, given.strange))
        else:
            env = {**os.environ, "PINCITE_DATA_DIR": folder}
            for stage, how in STAGES.items():
                if stage == "fresh" or getattr(given, stage):
                    subprocess.run([*INDEX, *how], env=env, check=True)
                    found[stage] = asyncio.run(measured(Path(folder), asked, given.tell, given.strange))


if __name__ == "__main__":
    main()
