"""Are the right passages found, and how fast? Words, meaning and both, on the same index and the same questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from pincite.evals import measures, sets
from pincite.evals.answering import UNHURRIED_S
from pincite.evals.build import WHOLE, Built, built
from pincite.evals.report import Report, Telling, silent
from pincite.evals.sets import QuestionRow
from pincite.evals.vectors import default_cache
from pincite.ports import Deadline, Query, Scorer
from pincite.rank.order import READ, reread

SYSTEMS: dict[str, dict[str, bool]] = {
    "bm25": {"text": True, "dense": False},
    "dense": {"text": False, "dense": True},
    "hybrid": {"text": True, "dense": True},
}
RERANKED = "reranked"
DEPTH = 20


def run(
    passages: Sequence[Path],
    questions: Path | Sequence[Path],
    *,
    systems: Sequence[str] = tuple(SYSTEMS),
    limit: int | None = None,
    seed: int = 0,
    cache: Path | None = None,
    passage_words: int = WHOLE,
    weight: float | None = None,
    scorer: Scorer | None = None,
    telling: Telling = silent,
) -> Report:
    """nDCG@10, recall@1/5/20, MRR@10 and milliseconds of each system over all the passages together.

    With a ``scorer``, ``reranked`` is hybrid with its best hits reread, however long that takes.

    Questions that name no passage among them are left out and counted as ``skipped``. ``limit`` takes a sample of
    the questions, the same for the same ``seed``; all passages stay. Times are of ``Index.search`` for 20 hits,
    one after the other, without embedding the question, which is told apart.
    """
    found = sets.passages(passages)
    known = {row.id for row in found}
    asked = sets.questions([questions] if isinstance(questions, Path) else questions)
    judged = [q for q in asked if not q.impossible and any(g > 0 and id_ in known for id_, g in q.right.items())]
    chosen = sets.sample(judged, limit, seed)
    dense = any(SYSTEMS[name]["dense"] for name in systems)
    with built(found, cache or default_cache(), telling, passage_words, dense=dense) as b:
        embedding = b.kept.prepare(list(dict.fromkeys(q.text for q in chosen)))
        results = {name: measured(b, chosen, name, weight, telling) for name in systems}
        if scorer is not None:
            results[RERANKED] = measured(b, chosen, RERANKED, weight, telling, scorer)
        size = b.index.status().bytes
        facts = {
            "n": len(chosen),
            "skipped": len(asked) - len(judged),
            "passages": len(found),
            "pieces": b.pieces,
            "megabytes": size / 1e6,
            "seconds": b.seconds,
            "query_embedding_ms": measures.spread(embedding),
        }
    if "bm25" in results:
        base = results["bm25"]["ndcg@10"]
        for row in results.values():
            row["over_bm25"] = row["ndcg@10"] / base - 1 if base else 0.0
    if RERANKED in results and "hybrid" in results:
        base = results["hybrid"]["ndcg@10"]
        results[RERANKED]["over_hybrid"] = results[RERANKED]["ndcg@10"] / base - 1 if base else 0.0
    return Report("retrieval", facts, results)


def measured(
    b: Built,
    questions: Sequence[QuestionRow],
    system: str,
    weight: float | None,
    telling: Telling,
    scorer: Scorer | None = None,
) -> dict[str, Any]:
    """One system's row."""
    times: list[float] = []
    lists: list[list[str]] = []
    warm_up(b, system)
    cpu = process_time()
    for number, question in enumerate(questions):
        began = perf_counter()
        ids = _search(b, question.text, system, weight, scorer)
        times.append((perf_counter() - began) * 1000)
        lists.append(ids)
        if number % 100 == 0:
            telling(system, number, len(questions))
    cpu_ms = (process_time() - cpu) * 1000 / max(1, len(questions))
    pairs = list(zip(lists, (q.right for q in questions), strict=True))
    return {
        "ndcg@10": measures.mean([measures.ndcg(ids, right) for ids, right in pairs]),
        **{f"recall@{k}": measures.mean([measures.recall(ids, right, k) for ids, right in pairs]) for k in (1, 5, 20)},
        "mrr@10": measures.mean([measures.mrr(ids, right) for ids, right in pairs]),
        "ms": measures.spread(times),
        "cpu_ms": cpu_ms,
    }


def warm_up(b: Built, system: str) -> None:
    """The first searches map files and fill caches; nobody measures a server by them."""
    for row in list(b.rows.values())[:5]:
        _search(b, row.title or row.text[:80], system, None, None)


def _search(b: Built, text: str, system: str, weight: float | None, scorer: Scorer | None) -> list[str]:
    """Row ids, best first: a row is as good as its best passage."""
    # Where rows were cut into several passages, twenty rows may need more hits.
    depth = min(5 * DEPTH, (READ if scorer else DEPTH) + b.pieces - len(b.rows))
    hits = b.index.search(Query(text, depth), weight=weight, **SYSTEMS.get(system, SYSTEMS["hybrid"]))
    if scorer is not None:
        hits = reread(text, hits, scorer, Deadline.after(UNHURRIED_S))
    return list(dict.fromkeys(b.rows[hit.passage.document.id].id for hit in hits))[:DEPTH]
