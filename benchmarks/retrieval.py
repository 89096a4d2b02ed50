"""Is our search better and faster than what else one could install? Quality, latency, build, size, memory.

    python -m benchmarks.retrieval                          # SQuAD, NQ and Cranfield, ours and peers
    python -m benchmarks.retrieval --peers ../peers         # makes ../peers with LanceDB, too
    python -m benchmarks.retrieval --all --no-peers         # hybrid against our own BM25 on every set
    python -m benchmarks.retrieval --reread                 # its best hits reread by the cross-encoder, too

Every system answers the same questions over the same passages in the same run, each in a process of its own; peers
get the same MiniLM vectors. A peer that is not installed is left out with a message.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import beside, shared
from benchmarks.process import told
from benchmarks.record import parser, recording
from pincite.encoders.cross import NONE
from pincite.encoders.embed import MiniLM
from pincite.evals import measures
from pincite.evals.sets import PassageRow, QuestionRow
from pincite.evals.vectors import KeptVectors, default_cache

MAIN = ("squad", "nq", "nq+squad", "cranfield")


def ours(passages: list[Path], questions: Path, given: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, "-m", "pincite.evals", "retrieval", "--json", "--seed", str(given.seed)]
    command += ["--passages", *map(str, passages), "--questions", str(questions), "--cache", str(given.cache)]
    command += ["--limit", str(given.limit)] if given.limit else []
    reader = {} if given.reread else {"PINCITE_RANK__CROSS_ENCODER": NONE}
    return told(command, stderr=subprocess.DEVNULL, env={**os.environ, **reader})


def peers(
    rows: list[PassageRow], asked: list[QuestionRow], kept: KeptVectors, python: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """A row for each system of each peer that is installed."""
    # The same text as our own full text reads: the title belongs to the passage.
    texts = [f"{row.title}\n{row.text}" for row in rows]
    question_vectors = np.vstack([kept.embed([q.text]) for q in asked])
    given = beside.Given([row.id for row in rows], texts, kept.embed(texts), [q.text for q in asked], question_vectors)
    found: dict[str, dict[str, Any]] = {}
    for result in beside.results(given, python).values():
        found |= judged(result, asked)
    return found


def judged(result: dict[str, Any], asked: list[QuestionRow]) -> dict[str, dict[str, Any]]:
    systems = {}
    for name, some in result["systems"].items():
        pairs = [(ids, q.right) for ids, q in zip(some["lists"], asked, strict=True)]
        systems[name] = {
            "ndcg@10": measures.mean([measures.ndcg(ids, right) for ids, right in pairs]),
            **{
                f"recall@{k}": measures.mean([measures.recall(ids, right, k) for ids, right in pairs])
                for k in (1, 5, 20)
            },
            "mrr@10": measures.mean([measures.mrr(ids, right) for ids, right in pairs]),
            "ms": measures.spread(some["ms"]),
            "cpu_ms": some["cpu_ms"],
            "build_seconds": result["built"]["seconds"],
            "build_cpu_seconds": result["built"]["cpu_seconds"],
            "megabytes": result["megabytes"],
            "peak_mb": result["peak_mb"],
            "version": result["version"],
        }
    return systems


def one(name: str, given: argparse.Namespace, kept: KeptVectors, python: Mapping[str, str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="pincite-set-") as folder:
        passages, questions = shared.SETS[name](Path(folder))
        report = ours(passages, questions, given)
        if python:
            report["peers"] = peers(*shared.judged(passages, questions, given.limit, given.seed), kept, python)
        return report


def main() -> None:
    options = parser("retrieval", __doc__)
    options.add_argument("--sets", nargs="+", choices=sorted(shared.SETS), default=list(MAIN))
    options.add_argument("--all", action="store_true", help="every set")
    options.add_argument("--reread", action="store_true", help="rerank, too: .15 s a question")
    options.add_argument("--limit", type=int, help="a sample of this many questions of each set")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--cache", type=Path, default=default_cache(), help="where vectors are kept between runs")
    options.add_argument("--no-peers", dest="beside", action="store_false")
    beside.option(options)
    given = options.parse_args()
    kept = KeptVectors(MiniLM.load(), given.cache)
    python = beside.interpreters(given.peers) if given.beside else {}
    with recording("retrieval", given.out) as figures:
        for name in list(shared.SETS) if given.all else given.sets:
            figures[name] = one(name, given, kept, python)


if __name__ == "__main__":
    main()
