"""Are the answers right, cited, and silent where nothing is known? The real pipeline without a model, on public sets.

    python -m benchmarks.answers --limit 300

``squad``: SQuAD dev questions over all shared SQuAD passages. ``nq``: Natural Questions over theirs. ``absent``:
SQuAD 2.0 dev with half of the articles left out, six times as many questions; those about the missing half should be
declined. Each group is ``pincite eval answers`` in a process of its own. MiniLM has seen SQuAD and NQ in training.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import shared
from benchmarks.process import told
from benchmarks.record import parser, recording
from pincite.evals.vectors import default_cache

GROUPS: dict[str, tuple[str, str, bool]] = {
    "squad": ("squad/passages.jsonl.xz", "squad/questions-dev-v1.1.jsonl.xz", False),
    "nq": ("nq/passages.jsonl.xz", "nq/questions.jsonl.xz", False),
    "absent": ("squad/passages.jsonl.xz", "squad/questions-dev-v2.0.jsonl.xz", True),
}
"""Passages, questions, and whether half of the articles are left out."""


def one(name: str, given: argparse.Namespace) -> dict[str, Any]:
    passages, questions, absent = GROUPS[name]
    words = [sys.executable, "-m", "pincite.evals", "answers", "--json", "--seed", str(given.seed)]
    words += ["--passages", str(shared.HOME / passages), "--questions", str(shared.HOME / questions)]
    words += ["--cache", str(given.cache), "--limit", str(given.limit * (6 if absent else 1))]
    words += ["--absent"] if absent else []
    return told(words, stderr=subprocess.DEVNULL)


def main() -> None:
    options = parser("answers", __doc__)
    options.add_argument("--groups", nargs="+", choices=list(GROUPS), default=list(GROUPS))
    options.add_argument("--limit", type=int, default=300, help="a sample of this many questions of each set")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--cache", type=Path, default=default_cache(), help="where vectors are kept between runs")
    given = options.parse_args()
    with recording("answers", given.out) as figures:
        for name in given.groups:
            figures[name] = one(name, given)


if __name__ == "__main__":
    main()
