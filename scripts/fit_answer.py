"""Where do the weights of the extractive answer come from? Fits them, and prints them with held-out figures.

    python -m scripts.fit_answer WORK [--train 2500]

WORK keeps the indexes of two public sets (squad, nq). Vectors are those that the evaluations
keep; the first time they take some minutes.
Sentences: conditional logit over all sentences of a question's passages, on SQuAD train and half of NQ; tested on SQuAD
dev and the other half. Evidence: logistic regression on the same questions with their article (1) and without it (0).
"""

from __future__ import annotations

import argparse
import random
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from benchmarks.shared import Row
from scripts.logistic import Floats, fitted

from benchmarks import shared
from pincite.answer.gather import number
from pincite.answer.question.plan import plan
from pincite.answer.quote import evidence, score
from pincite.answer.quote.candidates import Candidate, candidates
from pincite.answer.quote.extract import extract
from pincite.encoders.embed import MiniLM
from pincite.evals.vectors import KeptVectors, default_cache
from pincite.index import Index
from pincite.ports import Embedder, Query
from pincite.rank.order import Order
from pincite.types import Document, Hit, Original, Question

SHOWN = 8
DEEP = 60
"""Hits fetched, so that enough remain when an article is taken out."""


@dataclass
class Asked:
    """A question with its hits, as the answer's steps see them."""

    row: Row
    hits: list[Hit]
    sentences: list[Candidate]
    scored: score.Scored

    @property
    def labels(self) -> list[float]:
        """1 for each sentence of the right paragraph that holds the answer."""
        return [
            float(self.hits[s.hit].passage.document.url.endswith(self.row["passage_id"]) and holds(s.text, self.row))
            for s in self.sentences
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--train", type=int, default=2500)
    parser.add_argument("--test", type=int, default=500)
    args = parser.parse_args()
    embedder = MiniLM.load(2)
    kept = KeptVectors(embedder, default_cache())
    squad, nq = (opened(args.work / name, f"{name}/passages.jsonl.xz", kept) for name in ("squad", "nq"))
    train = sample("squad/questions-train-v1.1.jsonl.xz", args.train)
    dev = sample("squad/questions-dev-v2.0.jsonl.xz", args.test)
    real = sample("nq/questions.jsonl.xz", 10**6)
    fitting = [(squad, train), (nq, real[::2][: args.train])]
    testing = {"squad dev": (squad, dev), "nq": (nq, real[1::2][: args.test])}
    for name, weights, using in (
        ("WITHOUT_VECTORS", score.WITHOUT_VECTORS, None),
        ("WITH_VECTORS", score.WITH_VECTORS, embedder),
    ):
        asked = [one for shelf, rows in fitting for one in ask(shelf, rows, using)]
        weights.update(conditional_logit(asked))
        print_weights(f"score.{name}", weights, len(asked))
    for name, weights, using, lost in (
        ("WITHOUT_VECTORS", evidence.WITHOUT_VECTORS, None, 0.10),
        ("WITH_VECTORS", evidence.WITH_VECTORS, embedder, 0.04),
    ):
        table, labels = weighed(fitting, using, args.train // 2)
        weights.update(logistic(table, labels, lost))
        print_weights(f"evidence.{name}", weights, len(labels))
        for test, (shelf, rows) in testing.items():
            report(test, shelf, rows, using)


# ── questions and passages ──


def sample(questions: str, size: int) -> list[Row]:
    rows = list(shared.rows(questions))
    random.Random(0).shuffle(rows)
    return rows[:size]


@dataclass
class Shelf:
    """An index, and the article's title of each passage by its id in the set."""

    index: Index
    titles: dict[str, str]


def opened(directory: Path, passages: str, embedder: Embedder) -> Shelf:
    index = Index.open(directory, embedder, writer=True)
    originals = (
        Original(document=Document(id="", url=f"{row['url']}#{row['id']}", title=row["title"]), text=row["text"])
        for row in shared.rows(passages)
    )
    index.add(originals)
    index.commit()
    index.embed_pending(threading.Event())
    index.refresh()
    return Shelf(index, {row["id"]: row["title"] for row in shared.rows(passages)})


def ask(
    shelf: Shelf, rows: Sequence[Row], embedder: Embedder | None, *, answerable: bool = True, absent: bool = False
) -> Iterator[Asked]:
    """Each question with the hits that it gets, ``absent`` without any of its own article."""
    order = Order()
    for row in rows:
        if answerable and row.get("impossible"):
            continue
        found = shelf.index.search(Query(row["question"], DEEP), dense=embedder is not None)
        if absent:
            title = shelf.titles[row["passage_id"]]
            found = [hit for hit in found if hit.passage.document.title != title]
        hits = order.rank("", found[:20])[:SHOWN]
        sentences = candidates(hits)
        if sentences:
            scored = score.score(plan(Question(text=row["question"])), hits, sentences, embedder)
            yield Asked(row, hits, sentences, scored)


def holds(text: str, row: Row) -> bool:
    """Does ``text`` contain one of the answers, word for word?"""
    spaced = f" {plain(text)} "
    return any(f" {plain(answer)} " in spaced for answer in row["answers"] if plain(answer))


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


# ── fitting ──


def conditional_logit(asked: Sequence[Asked], ridge: float = 0.5) -> dict[str, float]:
    """Weights that make the sentence with the answer the likeliest of its question. Newton's method, damped."""
    asked = [one for one in asked if any(one.labels)]
    group = np.repeat(np.arange(len(asked)), [len(one.sentences) for one in asked])
    table = np.vstack([one.scored.features for one in asked])
    labels = np.concatenate([one.labels for one in asked])
    starts = np.searchsorted(group, np.arange(len(asked)))
    weights = np.zeros(table.shape[1])
    for _ in range(60):
        sums = table @ weights
        odds = np.exp(sums - np.maximum.reduceat(sums, starts)[group])
        share = odds / np.bincount(group, odds)[group]
        right = share * labels / np.bincount(group, share * labels)[group]
        mean = np.zeros((len(asked), table.shape[1]))
        np.add.at(mean, group, table * share[:, None])
        centred = table - mean[group]
        curve = (centred * share[:, None]).T @ centred + (ridge + 1e-3) * np.eye(len(weights))
        step = np.linalg.solve(curve, table.T @ (share - right) + ridge * weights)
        weights -= 0.7 * step
        if np.abs(step).max() < 1e-5:
            break
    return dict(zip(score.FEATURES, weights.round(2).tolist(), strict=True))


def weighed(
    fitting: Sequence[tuple[Shelf, Sequence[Row]]], embedder: Embedder | None, size: int
) -> tuple[Floats, Floats]:
    table: list[list[float]] = []
    labels: list[float] = []
    for shelf, rows in fitting:
        for absent in (False, True):
            for one in ask(shelf, rows[:size], embedder, absent=absent):
                found = evidence.measure(one.hits, one.sentences, one.scored)
                table.append([found[name] for name in evidence.FEATURES])
                labels.append(float(not absent))
    return np.array(table), np.array(labels)


def logistic(
    table: Floats, labels: Floats, lost: float | None, ridge: float = 1.0, names: Sequence[str] = evidence.FEATURES
) -> dict[str, float]:
    """Weights by their names; the bias such that the share ``lost`` of the answerable questions falls below 0.5,
    where it is given."""
    full = np.hstack([table, np.ones((len(table), 1))])
    weights = fitted(full, labels, np.append(np.full(table.shape[1], ridge), 0.0)).round(2)
    if lost is not None:
        weights[-1] = -np.quantile(table[labels == 1] @ weights[:-1], lost).round(2)
    return dict(zip((*names, "bias"), weights.tolist(), strict=True))


# ── reporting ──


def print_weights(name: str, weights: dict[str, float], size: int) -> None:
    print(f"\n{name}, n = {size}", flush=True)
    for feature, weight in weights.items():
        print(f'    "{feature}": {weight},')


def report(name: str, shelf: Shelf, rows: Sequence[Row], embedder: Embedder | None) -> None:
    """Contains the gold answer, lead contains it, words, abstention: with the article and without it."""
    answers = []
    for one in ask(shelf, rows, embedder):
        made = plan(Question(text=one.row["question"]))
        answers.append((one.row, extract(made, one.hits, number(one.hits), embedder, 120)))
    absent = [
        evidence.weigh(one.hits, one.sentences, one.scored).enough
        for one in ask(shelf, rows, embedder, answerable=False, absent=True)
    ]
    written = [(row, found) for row, found in answers if found.pieces]
    contains = [holds(" ".join(piece.text for piece in found.pieces), row) for row, found in answers]
    lead = [found.lead is not None and holds(found.lead.text, row) for row, found in answers]
    words = [sum(len(piece.text.split()) for piece in found.pieces) for _, found in written]
    short = [(row, found) for row, found in written if found.fact]
    right = [
        holds(found.fact, row) or any(plain(found.fact) in plain(a) for a in row["answers"]) for row, found in short
    ]
    print(
        f"{name}: n = {len(answers)}, contains {np.mean(contains):.3f}, lead {np.mean(lead):.3f}, "
        f"words {np.mean(words):.0f}, wrongly abstains {1 - len(written) / len(answers):.3f}, "
        f"abstains without its article {1 - np.mean(absent):.3f} (n = {len(absent)}), "
        f"short answers {len(short)}, right {np.mean(right) if right else 0:.2f}"
    )


if __name__ == "__main__":
    main()
