"""What do the signals do to the order? nDCG@10 of the index's own order, of the linear ranker's, and of each signal's.

    python -m benchmarks.ranking                       # every shared set, at most 600 questions each
    python -m benchmarks.ranking --sets nq cranfield --weights 0.1 0.5

Hits are found once a question; the orders differ in the weights alone. A signal that is silent on a set is not shown.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import shared
from pincite.evals import measures
from pincite.evals.build import built
from pincite.evals.report import silent
from pincite.evals.vectors import default_cache
from pincite.ports import Query
from pincite.rank.linear import Linear
from pincite.rank.signals import SIGNALS
from pincite.types import Hit

SETS = ("squad", "nq", "cranfield", "limit-small", "msmarco-mini", "dbpedia-mini")
DEPTH = 20


@dataclass(frozen=True)
class Found:
    """One question, what is right, and its hits with the row that each is of."""

    question: str
    right: dict[str, float]
    hits: list[Hit]
    rows: dict[str, str]

    def ndcg(self, ranker: Linear | None) -> float:
        scored = ranker.score(self.question, self.hits, [hit.score for hit in self.hits]) if ranker else self.hits
        return measures.ndcg([self.rows[hit.passage.id] for hit in scored], self.right)


def found(name: str, limit: int) -> list[Found]:
    with tempfile.TemporaryDirectory() as folder:
        files, questions = shared.SETS[name](Path(folder))
        rows, chosen = shared.judged(files, questions, limit)
    with built(rows, default_cache(), silent) as b:
        out = []
        for question in chosen:
            hits = b.index.search(Query(question.text, DEPTH))
            names = {hit.passage.id: b.rows[hit.passage.document.id].id for hit in hits}
            out.append(Found(question.text, question.right, hits, names))
        return out


def told(name: str, lists: Sequence[Found], weights: Sequence[float]) -> None:
    def mean(ranker: Linear | None) -> float:
        return measures.mean([one.ndcg(ranker) for one in lists])

    base, all_ = mean(None), mean(Linear())
    print(f"{name}: n = {len(lists)}, unranked {base:.4f}, ranked {all_:.4f} ({all_ - base:+.4f})")
    nothing = {signal.name: 0.0 for signal in SIGNALS}
    for signal in SIGNALS:
        sign = -1 if signal.weight < 0 else 1
        gains = [mean(Linear(weights={**nothing, signal.name: sign * weight})) - base for weight in weights]
        if any(gains):
            shown = ", ".join(f"{sign * weight:+g}: {gain:+.4f}" for weight, gain in zip(weights, gains, strict=True))
            print(f"  {signal.name:<12} {shown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", default=SETS, choices=sorted(shared.SETS))
    parser.add_argument("--weights", nargs="+", type=float, default=[0.1, 0.5, 1.0])
    parser.add_argument("--limit", type=int, default=600)
    given = parser.parse_args()
    for name in given.sets:
        told(name, found(name, given.limit), given.weights)


if __name__ == "__main__":
    main()
