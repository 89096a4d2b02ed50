"""What is the cross-encoder worth, and what does it cost? It reranks, it reads, and both take time.

    python -m benchmarks.reading --limit 300

``ranking``: nDCG@10 of hybrid search and of the same hits reread, each set by ``pincite eval retrieval`` in a process
of its own; of NQ only questions that it was not trained on. ``given``: SQuAD 1.1 dev questions with their paragraph,
the likeliest span against the answers. ``unanswerable``: SQuAD 2.0 dev questions with their paragraph, AUC of the
chance that there is an answer, of the chance that the paragraph holds one if it is about what is asked, and of the
paragraph's relevance alone. ``depth``: nDCG@10, and recall among the 8 passages that a model is shown, if only so many
of the best hits are reread. ``speed``: milliseconds to reread the 25 best hits and to read the 8 best to their end, one
question after the other, and embedding the same 25 passages in the same run, for a ratio.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks import shared
from benchmarks.process import told
from benchmarks.record import parser, recording
from pincite.answer.question.plan import plan
from pincite.answer.quote import read
from pincite.answer.quote.candidates import candidates
from pincite.answer.quote.evidence import weigh
from pincite.answer.quote.score import score
from pincite.encoders.cross import CrossEncoder
from pincite.encoders.embed import MiniLM
from pincite.evals import measures
from pincite.evals.build import built
from pincite.evals.intervals import auc
from pincite.evals.report import silent
from pincite.evals.sets import sample
from pincite.evals.vectors import default_cache
from pincite.ports import Deadline, Query
from pincite.rank.order import reread
from pincite.settings import Settings
from pincite.types import Document, Hit, Passage, Question

SETS = ("squad", "nq-unseen", "cranfield", "msmarco-mini")
RERANKED, READ = 25, 8
HITS, DEPTHS = 20, (0, 4, 8, 12, 16, 20)
"""What the answer asks for, and how many of that are reread."""


def ranking(name: str, given: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        passages, questions = shared.SETS[name](Path(folder))
        words = [sys.executable, "-m", "pincite.evals", "retrieval", "--json", "--limit", str(given.limit)]
        words += ["--passages", *map(str, passages), "--questions", str(questions), "--cache", str(given.cache)]
        return told(words, stderr=subprocess.DEVNULL)


def depths(name: str, cross: CrossEncoder, given: argparse.Namespace) -> dict[str, Any]:
    """Of the same hits of the same questions, by how many of them are reread."""
    with tempfile.TemporaryDirectory() as folder:
        files, questions = shared.SETS[name](Path(folder))
        found, asked = shared.judged(files, questions, given.limit)
    lists: dict[int, list[tuple[list[str], Mapping[str, float]]]] = {most: [] for most in DEPTHS}
    with built(found, given.cache, silent) as b:
        b.kept.prepare([q.text for q in asked])
        for q in asked:
            hits = b.index.search(Query(q.text, HITS))
            for most in DEPTHS:
                ranked = reread(q.text, hits, cross, Deadline.after(600), most)
                lists[most].append((list(dict.fromkeys(b.rows[h.passage.document.id].id for h in ranked)), q.right))
    return {
        "n": len(asked),
        "ndcg@10": {most: measures.mean([measures.ndcg(*each) for each in some]) for most, some in lists.items()},
        f"recall@{READ}": {
            most: measures.mean([measures.recall(*each, READ) for each in some]) for most, some in lists.items()
        },
    }


def given_paragraph(cross: CrossEncoder, limit: int) -> dict[str, float]:
    """EM and F1 of the likeliest span, as the SQuAD script normalises."""
    passages = {str(row["id"]): passage(row) for row in shared.rows("squad/passages.jsonl.xz")}
    asked = sample([q for q in shared.rows("squad/questions-dev-v1.1.jsonl.xz") if q["answers"]], limit, 0)
    pairs = []
    for row in asked:
        one = passages[str(row["passage_id"])]
        (reading,) = cross.read(row["question"], [one], Deadline.after(600))
        span = reading.answers[0].span if reading.answers else None
        pairs.append((one.text[span.start : span.end] if span else "", tuple(row["answers"])))
    return {
        "n": len(pairs),
        "exact": measures.mean([float(measures.exact(found, gold)) for found, gold in pairs]),
        "f1": measures.mean([measures.f1(found, gold) for found, gold in pairs]),
    }


def unanswerable(cross: CrossEncoder, limit: int) -> dict[str, float]:
    """How often an answerable question is believed more than one that only looks so; 0.5 is a coin."""
    passages = {str(row["id"]): passage(row) for row in shared.rows("squad/passages.jsonl.xz")}
    asked = sample(list(shared.rows("squad/questions-dev-v2.0.jsonl.xz")), limit, 0)
    embedder = MiniLM.load(2)
    known: list[float] = []
    held: list[float] = []
    relevance: list[float] = []
    for row in asked:
        one, question = passages[str(row["passage_id"])], Question(text=row["question"])
        dense = float(np.prod(embedder.embed([question.text, one.text]), axis=0).sum())
        hits = [Hit(passage=one, score=1.0, backend="given", signals={"dense": dense})]
        sentences = candidates(hits)
        scored = score(plan(question), hits, sentences, embedder)
        found = read.laid(cross.read(question.text, [one], Deadline.after(600)), hits, sentences, scored.asked)
        if found is None:
            sys.exit(f"nothing was read of {one.id}: {one.text[:80]!r}")
        both = read.joined(scored, found, sentences)
        evidence = weigh(hits, sentences, scored)
        unsaid = read.unsaid(cross, found, both, sentences, hits)
        known.append(read.believed(evidence, found, both, unsaid).chance)
        held.append(read.odds(read.measure(evidence, found, both, unsaid), read.HELD))
        relevance.append(found.relevance)
    right, every = np.array([not row["impossible"] for row in asked]), np.ones(len(asked))
    return {
        "n": len(asked),
        "auc": auc(np.array(known), right, every),
        "auc_of_held": auc(np.array(held), right, every),
        "auc_of_relevance": auc(np.array(relevance), right, every),
    }


def speed(cross: CrossEncoder, questions: int) -> dict[str, Any]:
    """Each question beside passages drawn for it, so that nothing was read before."""
    rows = [passage(row) for row in shared.rows("squad/passages.jsonl.xz")]
    embedder = MiniLM.load(2)
    chance = random.Random(1)
    took: dict[str, list[float]] = {"rerank_25_ms": [], "read_8_ms": [], "embed_25_ms": []}
    for asked in sample(list(shared.rows("squad/questions-dev-v1.1.jsonl.xz")), questions, 0):
        some = chance.sample(rows, RERANKED)
        for name, work in (
            ("rerank_25_ms", lambda: cross.score(asked["question"], some, Deadline.after(60))),  # noqa: B023
            ("read_8_ms", lambda: cross.read(asked["question"], some[:READ], Deadline.after(60))),  # noqa: B023
            ("embed_25_ms", lambda: embedder.embed([one.text for one in some])),  # noqa: B023
        ):
            began = perf_counter()
            work()
            took[name].append((perf_counter() - began) * 1000)
    return {"n": questions, **{name: measures.spread(times) for name, times in took.items()}}


def passage(row: dict[str, Any]) -> Passage:
    text = str(row["text"])
    document = Document(url=f"row:{row['id']}", title=str(row["title"]))
    return Passage(id=str(row["id"]), document=document, text=text, start=0, end=len(text))


def main() -> None:
    options = parser("reading", __doc__)
    options.add_argument("--sets", nargs="*", choices=list(SETS), default=list(SETS))
    options.add_argument("--limit", type=int, default=300, help="questions of each set")
    options.add_argument("--timed", type=int, default=60, help="questions that are timed")
    options.add_argument("--cache", type=Path, default=default_cache(), help="where vectors are kept between runs")
    given = options.parse_args()
    cross = CrossEncoder.configured(Settings())
    if cross is None:
        sys.exit("no cross-encoder: rank.cross_encoder is none")
    with recording("reading", given.out) as figures:
        figures["speed"] = speed(cross, given.timed)
        figures["given"] = given_paragraph(cross, given.limit)
        figures["unanswerable"] = unanswerable(cross, 3 * given.limit)
        figures["depth"] = {}
        for name in given.sets:
            figures["depth"][name] = depths(name, cross, given)
        figures["ranking"] = {}
        for name in given.sets:
            figures["ranking"][name] = ranking(name, given)


if __name__ == "__main__":
    main()
