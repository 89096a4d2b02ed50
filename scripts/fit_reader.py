"""How far is the reader to be trusted? What the constants of ``answer/read.py`` were chosen by.

    python scripts/fit_reader.py DATA WORK HELD [--questions 150]

DATA is the folder of the public sets (squad, nq); WORK keeps the two indexes; HELD is the ``held.jsonl`` that training
left. Asked are questions that the cross-encoder has not learnt: those held out of SQuAD train, and the half of NQ that
scripts/train_cross.py leaves out. Printed are, for each pair of weights, how often the lead holds the answer, and EM
and F1 of the short answer; for each SURE the same of those given; then the weights of the evidence, by logistic
regression on the same questions with their article and without.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import log
from pathlib import Path

import numpy as np
from fit_answer import DEEP, SHOWN, Row, Shelf, holds, logistic, nq_halves, opened, rows_of

from pincite.answer import read
from pincite.answer.candidates import Candidate, candidates
from pincite.answer.evidence import weigh
from pincite.answer.plan import plan
from pincite.answer.score import Scored, score
from pincite.encoders.cross import CrossEncoder
from pincite.encoders.embed import MiniLM
from pincite.evals import measures
from pincite.ports import Deadline, Query
from pincite.rank.order import Order
from pincite.settings import Settings
from pincite.types import Question

KNOWN, TITLED, LEAST = read.KNOWN, read.TITLED, read.LEAST
LOST = 0.08
"""Share of the answerable questions that may be declined."""
UNHURRIED = Deadline.after(10**6)


@dataclass(frozen=True)
class Asked:
    """A question, what words and vectors say of its sentences, and what the reader does."""

    row: Row
    sentences: list[Candidate]
    scored: Scored
    found: read.Read
    before: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("held", type=Path)
    parser.add_argument("--questions", type=int, default=150, help="of each set")
    given = parser.parse_args()
    embedder, cross = MiniLM.load(2), CrossEncoder.configured(Settings())
    if cross is None:
        raise SystemExit("no cross-encoder: rank.cross_encoder is none")
    asked: dict[bool, list[Asked]] = {False: [], True: []}
    for name, rows in unseen(given.data, given.held).items():
        shelf = opened(given.work / name, given.data / name / "passages.jsonl.xz", embedder)
        for absent in (False, True):
            asked[absent] += list(ask(shelf, rows[: given.questions], embedder, cross, absent=absent))
    for read.KNOWN, read.TITLED, read.LEAST in product((0.35, 0.5, 0.65, 0.8), (0.0, 0.8), (0.01, 0.03, 0.1)):
        lead, given_, exact, f1 = told(asked[False], 0.0)
        weights = f"KNOWN {read.KNOWN} TITLED {read.TITLED} LEAST {read.LEAST}"
        print(f"{weights}: lead {lead:.3f}, EM {given_ * exact:.3f}, F1 {given_ * f1:.3f}")
    read.KNOWN, read.TITLED, read.LEAST = KNOWN, TITLED, LEAST
    for sure in (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5):
        _, given_, exact, f1 = told(asked[False], sure)
        print(f"SURE {sure}: given {given_:.2f}, EM of these {exact:.3f}, F1 {f1:.3f}")
    table = [[log_odds(one.before), one.found.relevance] for absent in (False, True) for one in asked[absent]]
    labels = [float(not absent) for absent in (False, True) for _ in asked[absent]]
    fitted = logistic(np.array(table), np.array(labels), LOST, names=("BEFORE", "RELEVANCE"))
    print(", ".join(f"{name} {value:.2f}" for name, value in fitted.items()))


def unseen(data: Path, held: Path) -> dict[str, list[Row]]:
    """Questions by the set's folder, in an order drawn once."""
    with held.open(encoding="utf-8") as lines:
        known = {json.loads(line)["asked"] for line in lines}
    squad = [row for row in rows_of(data / "squad" / "questions-train-v1.1.jsonl.xz") if row["question"] in known]
    random.Random(1).shuffle(squad)
    return {"squad": squad, "nq": nq_halves(data)[1][::-1]}


def ask(shelf: Shelf, rows: Sequence[Row], embedder: MiniLM, cross: CrossEncoder, *, absent: bool) -> Iterator[Asked]:
    ranker = Order(scorer=cross, read_s=10**6)
    for row in rows:
        hits = shelf.index.search(Query(row["question"], DEEP))
        if absent:
            title = shelf.titles[row["passage_id"]]
            hits = [hit for hit in hits if hit.passage.document.title != title]
        shown = ranker.rank(row["question"], hits[:20])[:SHOWN]
        sentences = candidates(shown)
        passages = [hit.passage for hit in shown[: read.PASSAGES]]
        found = read.laid(cross.read(row["question"], passages, UNHURRIED), shown, sentences)
        if found is not None and sentences:
            scored = score(plan(Question(text=row["question"])), shown, sentences, embedder)
            yield Asked(row, sentences, scored, found, weigh(shown, sentences, scored).chance)


def told(asked: Sequence[Asked], sure: float) -> tuple[float, float, float, float]:
    """Share of leads that hold the answer, share of short answers given, and EM and F1 of these."""
    leads, exact, f1 = [], [], []
    for one in asked:
        lead = int(read.joined(one.scored, one.found, one.sentences).chance.argmax())
        leads.append(holds(one.sentences[lead].text, one.row))
        span, chance = one.found.spans.get(lead, ((0, 0), 0.0))
        if span[1] and chance >= sure:
            said, gold = one.sentences[lead].text[slice(*span)], tuple(one.row["answers"])
            exact.append(float(measures.exact(said, gold)))
            f1.append(measures.f1(said, gold))
    return measures.mean([float(right) for right in leads]), len(exact) / len(asked), *map(measures.mean, (exact, f1))


def log_odds(chance: float) -> float:
    held = min(max(chance, 1e-6), 1 - 1e-6)
    return log(held / (1 - held))


if __name__ == "__main__":
    main()
