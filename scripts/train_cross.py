"""Where do the shipped weights of the cross-encoder come from? Chooses what they learn from, and trains them.

    python -m scripts.train_cross WORK [--steps 4200]

WORK keeps examples and states, so that a run goes on where it was stopped. Learnt from: SQuAD 1.1 train with its
paragraphs, and half of NQ's questions with theirs; the other half and SQuAD dev stay unseen
(``benchmarks.shared.nq_halves``). It goes on from the weights that ship. The extra ``labs`` is needed; two cores with
bfloat16 take an hour to train, and half an hour before that to look for wrong passages.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.shared import Row

from benchmarks import shared
from pincite.settings import Settings
from pincite.train.__main__ import main as train


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=4200)
    given, more = parser.parse_known_args()
    given.work.mkdir(parents=True, exist_ok=True)
    taught = list(shared.rows("squad/questions-train-v1.1.jsonl.xz"))
    paragraphs = {row["passage_id"] for row in taught}
    squad = (row for row in shared.rows("squad/passages.jsonl.xz") if row["id"] in paragraphs)
    passages = written(given.work / "passages.jsonl", [*squad, *shared.rows("nq/passages.jsonl.xz")])
    questions = written(given.work / "questions.jsonl", [*shared.nq_halves()[0], *taught])
    words = ["--passages", str(passages), "--questions", str(questions), "--out", str(given.work / "cross")]
    words += ["--steps", str(given.steps), "--tokens", "3200", "--frozen", "0", "--rate", "1.5e-4", "--wrong", "1"]
    words += ["--claims-every", "10", "--cooling", "0.55", "--mine", "text", "--mined", "0.5"]
    return train([*words, *more], Settings())


def written(path: Path, some: Iterable[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in some), encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
