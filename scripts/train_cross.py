"""Where do the shipped weights of the cross-encoder come from? Chooses what they learn from, and trains them.

    python scripts/train_cross.py DATA WORK [--steps 4200]

DATA is the folder of the public sets (squad, nq); WORK keeps examples and states, so that a run goes on where it was
stopped. Learnt from: SQuAD 1.1 train with its paragraphs, and half of NQ's questions with theirs; the other half and
SQuAD dev stay unseen (``nq_halves``). It goes on from the weights that ship. The extra ``labs`` is needed; two cores
with bfloat16 take an hour to train, and half an hour before that to look for wrong passages.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from fit_answer import Row, nq_halves, rows_of

from pincite.settings import Settings
from pincite.train.__main__ import main as train


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--steps", type=int, default=4200)
    given, more = parser.parse_known_args()
    given.work.mkdir(parents=True, exist_ok=True)
    taught = list(rows_of(given.data / "squad" / "questions-train-v1.1.jsonl.xz"))
    paragraphs = {row["passage_id"] for row in taught}
    squad = (row for row in rows_of(given.data / "squad" / "passages.jsonl.xz") if row["id"] in paragraphs)
    passages = written(given.work / "passages.jsonl", [*squad, *rows_of(given.data / "nq" / "passages.jsonl.xz")])
    questions = written(given.work / "questions.jsonl", [*nq_halves(given.data)[0], *taught])
    words = ["--passages", str(passages), "--questions", str(questions), "--out", str(given.work / "cross")]
    words += ["--steps", str(given.steps), "--tokens", "3200", "--frozen", "0", "--rate", "1.5e-4", "--wrong", "1"]
    words += ["--claims-every", "10", "--cooling", "0.55", "--mine", "text", "--mined", "0.5"]
    return train([*words, *more], Settings())


def written(path: Path, some: Iterable[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in some), encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
