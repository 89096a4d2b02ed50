"""How far is the reader to be trusted? What the constants of ``answer/quote/read.py`` were chosen by.

    python -m scripts.fit_reader WORK HELD [--questions 150]

WORK keeps the indexes of two public sets (squad, nq); HELD is the ``held.jsonl`` that training left. Asked are
questions that the cross-encoder has not learnt: those held out of SQuAD train, and the half of NQ that
scripts/train_cross.py leaves out. Printed are, for each pair of weights, how often the lead holds the answer, and EM
and F1 of the short answer; for each SURE the same of those given. Then the weights of the evidence, by two logistic
regressions. ABOUT: the same questions with their article (1), without it (0), and those with a name or a number changed
to another that stands in their passage (1: what they are about is there). HELD: questions beside their own passage as
they are (1) and changed (0). Questions of NQ are typed without capitals, so few of theirs can be changed.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import log
from pathlib import Path

import numpy as np
from benchmarks.shared import Row
from scripts.fit_answer import DEEP, SHOWN, Shelf, holds, logistic, opened, print_weights

from benchmarks import shared
from pincite.answer.question.plan import plan
from pincite.answer.quote import read
from pincite.answer.quote.candidates import Candidate, candidates
from pincite.answer.quote.evidence import weigh
from pincite.answer.quote.score import Scored, score
from pincite.encoders.cross import CrossEncoder
from pincite.encoders.embed import MiniLM
from pincite.evals import measures
from pincite.ports import Deadline, Query
from pincite.rank.order import Order
from pincite.settings import Settings
from pincite.train.twist import NAME, NUMBER
from pincite.types import Document, Hit, Passage, Question

KNOWN, TITLED, LEAST = read.KNOWN, read.TITLED, read.LEAST
FALSE = 0.25
"""Share of the questions about something that is there which ask what is not: taken for granted, not measured."""
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
    known: dict[str, float]
    """What the chance of an answer is weighed from."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("held", type=Path)
    parser.add_argument("--questions", type=int, default=150, help="of each set")
    parser.add_argument("--pairs", type=int, default=1000, help="questions beside their paragraph, of each kind")
    given = parser.parse_args()
    embedder, cross = MiniLM.load(2), CrossEncoder.configured(Settings())
    if cross is None:
        raise SystemExit("no cross-encoder: rank.cross_encoder is none")
    asked: dict[str, list[Asked]] = {"present": [], "absent": [], "changed": []}
    pairs: list[tuple[dict[str, float], float]] = []
    for name, rows in unseen(given.held).items():
        passages = {row["id"]: row for row in shared.rows(f"{name}/passages.jsonl.xz")}
        both = changed(rows, passages)
        shelf = opened(given.work / name, f"{name}/passages.jsonl.xz", embedder)
        some = rows[: given.questions]
        asked["present"] += ask(shelf, some, embedder, cross)
        asked["absent"] += ask(shelf, some, embedder, cross, absent=True)
        asked["changed"] += ask(shelf, [false for _, false in changed(some, passages)], embedder, cross)
        for label, some in ((1.0, [true for true, _ in both]), (0.0, [false for _, false in both])):
            pairs += [(known, label) for known in beside(some[: given.pairs], passages, embedder, cross)]
    for read.KNOWN, read.TITLED, read.LEAST in product((0.35, 0.5, 0.65, 0.8), (0.0, 0.8), (0.01, 0.03, 0.1)):
        lead, given_, exact, f1 = told(asked["present"], 0.0)
        weights = f"KNOWN {read.KNOWN} TITLED {read.TITLED} LEAST {read.LEAST}"
        print(f"{weights}: lead {lead:.3f}, EM {given_ * exact:.3f}, F1 {given_ * f1:.3f}")
    read.KNOWN, read.TITLED, read.LEAST = KNOWN, TITLED, LEAST
    for sure in (0.0, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5):
        _, given_, exact, f1 = told(asked["present"], sure)
        print(f"SURE {sure}: given {given_:.2f}, EM of these {exact:.3f}, F1 {f1:.3f}")
    about = [(one.known, float(which != "absent")) for which, some in asked.items() for one in some]
    read.ABOUT = fitted("ABOUT", read.ABOUT, about)
    fitted("HELD_WITHOUT_VECTORS", read.HELD_WITHOUT_VECTORS, pairs, log((1 - FALSE) / FALSE))
    held = fitted("HELD", read.HELD, pairs, log((1 - FALSE) / FALSE))
    odds = {which: [read.together(one.known, held) for one in some] for which, some in asked.items()}
    least = np.quantile(odds["present"], LOST)
    print(f"LENIENT = {-least:.2f}")
    for which, each in odds.items():
        print(f"{which}: declined {np.mean(np.array(each) < least):.3f}, n = {len(each)}")


def fitted(
    name: str, weights: Mapping[str, float], known: Sequence[tuple[dict[str, float], float]], prior: float = 0.0
) -> dict[str, float]:
    """``prior`` is the log odds that life has and these labels, of which there are as many of each, have not."""
    signs = [sign for sign in weights if sign != "bias"]
    table = np.array([[values[sign] for sign in signs] for values, _ in known])
    found = logistic(table, np.array([label for _, label in known]), None, names=signs)
    found["bias"] = round(found["bias"] + prior, 2)
    print_weights(f"read.{name}", found, len(table))
    return found


def unseen(held: Path) -> dict[str, list[Row]]:
    """Questions by the set's folder, in an order drawn once."""
    with held.open(encoding="utf-8") as lines:
        known = {json.loads(line)["asked"] for line in lines}
    squad = [row for row in shared.rows("squad/questions-train-v1.1.jsonl.xz") if row["question"] in known]
    random.Random(1).shuffle(squad)
    return {"squad": squad, "nq": shared.nq_halves()[1][::-1]}


def changed(rows: Sequence[Row], passages: Mapping[str, Row]) -> list[tuple[Row, Row]]:
    """Those with a name or a number that can be changed to another one in their passage, as they are and changed."""
    chance = random.Random(2)
    found = []
    for row in rows:
        asked, text = row["question"], passages[row["passage_id"]]["text"]
        places = [(place, kind) for kind in (NAME, NUMBER) for place in kind.finditer(asked)]
        chance.shuffle(places)
        for place, kind in places:
            others = [other for other in {match[0] for match in kind.finditer(text)} if other not in asked]
            others = [other for other in others if not any(other in gold or gold in other for gold in row["answers"])]
            if others:
                asked = asked[: place.start()] + chance.choice(sorted(others)) + asked[place.end() :]
                found.append((row, {**row, "question": asked}))
                break
    return found


def beside(
    rows: Sequence[Row], passages: Mapping[str, Row], embedder: MiniLM, cross: CrossEncoder
) -> Iterator[dict[str, float]]:
    """What is known of each question beside its passage alone."""
    for row in rows:
        own = passages[row["passage_id"]]
        document = Document(url=f"row:{own['id']}", title=own["title"])
        passage = Passage(id=own["id"], document=document, text=own["text"], start=0, end=len(own["text"]))
        asked = weighed(row, [Hit(passage=passage, score=1.0, backend="given")], embedder, cross)
        if asked is not None:
            yield asked.known


def ask(
    shelf: Shelf, rows: Sequence[Row], embedder: MiniLM, cross: CrossEncoder, *, absent: bool = False
) -> Iterator[Asked]:
    ranker = Order(scorer=cross, read_s=10**6)
    for row in rows:
        hits = shelf.index.search(Query(row["question"], DEEP))
        if absent:
            title = shelf.titles[row["passage_id"]]
            hits = [hit for hit in hits if hit.passage.document.title != title]
        shown = ranker.rank(row["question"], hits[:20])[:SHOWN]
        asked = weighed(row, shown, embedder, cross)
        if asked is not None:
            yield asked


def weighed(row: Row, shown: Sequence[Hit], embedder: MiniLM, cross: CrossEncoder) -> Asked | None:
    """``None`` where nothing is to be read."""
    sentences = candidates(shown)
    passages = [hit.passage for hit in shown[: read.PASSAGES]]
    scored = score(plan(Question(text=row["question"])), shown, sentences, embedder)
    found = read.laid(cross.read(row["question"], passages, UNHURRIED), shown, sentences, scored.asked)
    if found is None:
        return None
    both = read.joined(scored, found, sentences)
    unsaid = read.unsaid(cross, found, both, sentences, shown)
    return Asked(row, sentences, scored, found, read.measure(weigh(shown, sentences, scored), found, both, unsaid))


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
    led = measures.mean([float(right) for right in leads])
    return led, len(exact) / len(asked), measures.mean(exact), measures.mean(f1)


if __name__ == "__main__":
    main()
