"""Are the right passages found, and how fast? Words, meaning and both, on the same index and the same questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from pincite.errors import BadInput
from pincite.evals import measures, sets
from pincite.evals.answering import UNHURRIED_S
from pincite.evals.build import WHOLE, Built, built
from pincite.evals.intervals import Numbers, bootstrap, means, ratio
from pincite.evals.report import Report, Telling, paced, silent
from pincite.evals.sets import PassageRow, QuestionRow
from pincite.evals.vectors import default_cache
from pincite.ports import Deadline, Query, Scorer
from pincite.rank.order import READ, reread

SYSTEMS: dict[str, dict[str, bool]] = {
    "bm25": {"text": True, "dense": False},
    "dense": {"text": False, "dense": True},
    "hybrid": {"text": True, "dense": True},
}
RERANKED = "reranked"
MEASURES = ("ndcg@10", "recall@1", "recall@5", "recall@20", "mrr@10")
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

    With a ``scorer``, ``reranked`` is hybrid with its best hits reread, however long that takes. ``within`` holds
    intervals over questions; that of ``over_bm25`` is of the same questions drawn for both.

    Questions that name no passage among them are left out and counted as ``skipped``; ``right_missing`` are right
    passages of the others that are not there, each of which no system can find. ``limit`` takes a sample of
    the questions, the same for the same ``seed``; all passages stay. Times are of ``Index.search`` for 20 hits,
    one after the other, without embedding the question, which is told apart. Raises ``BadInput`` if no question is
    left.
    """
    found = sets.passages(passages)
    known = {row.id for row in found}
    asked = sets.questions([questions] if isinstance(questions, Path) else questions)
    judged = _answerable(asked, found, known)
    chosen = sets.sample(judged, limit, seed)
    dense = any(SYSTEMS[name]["dense"] for name in systems)
    with built(found, cache or default_cache(), telling, passage_words, dense=dense) as b:
        embedding = b.kept.prepare(list(dict.fromkeys(q.text for q in chosen)))
        every = {name: measured(b, chosen, name, weight, telling) for name in systems}
        if scorer is not None:
            every[RERANKED] = measured(b, chosen, RERANKED, weight, telling, scorer)
        size = b.index.status().bytes
        facts = {
            "n": len(chosen),
            "seed": seed,
            "skipped": len(asked) - len(judged),
            "right_missing": sum(g > 0 and id_ not in known for q in chosen for id_, g in q.right.items()),
            "passages": len(found),
            "pieces": b.pieces,
            "megabytes": size / 1e6,
            "seconds": b.seconds,
            "query_embedding_ms": measures.spread(embedding),
        }
    return Report("retrieval", facts, _compared(every))


def _answerable(asked: Sequence[QuestionRow], found: Sequence[PassageRow], known: Collection[str]) -> list[QuestionRow]:
    """The questions with a right passage that is there. Raises ``BadInput`` for none."""
    could = [q for q in asked if not q.impossible]
    if not could:
        raise BadInput(
            f"all {len(asked)} questions are marked as impossible, so there is nothing to find",
            hint="give questions with an answer too; how often the others are declined: pincite eval answers",
        )
    judged = [q for q in could if any(g > 0 and id_ in known for id_, g in q.right.items())]
    if not judged:
        some = next((id_ for q in could for id_, g in q.right.items() if g > 0), None)
        names = "none names a right one" if some is None else f"they name passages such as {some!r}"
        raise BadInput(
            f"of {len(could)} questions with an answer none has its passage among these {len(found)}: {names}",
            hint=f'the passages have ids such as {found[0].id!r}; write {{"passage_id": …}} or {{"rel": {{id: 1}}}}',
        )
    return judged


def _compared(every: Mapping[str, tuple[dict[str, Any], Numbers]]) -> dict[str, dict[str, Any]]:
    """The rows, each with what its system gains over others."""
    results = {name: row for name, (row, _) in every.items()}
    gains = {name: values[:, 0] for name, (_, values) in every.items()}
    if "bm25" in gains:
        for name, row in results.items():
            _over(row, "over_bm25", gains[name], gains["bm25"])
    if RERANKED in gains and "hybrid" in gains:
        _over(results[RERANKED], "over_hybrid", gains[RERANKED], gains["hybrid"])
    return results


def _over(row: dict[str, Any], name: str, gains: Numbers, others: Numbers) -> None:
    """How much more, as a share of what the other has; ``None`` if that is nothing."""
    if not others.any():
        row[name] = None
        return
    more = bootstrap(np.column_stack([gains, others]), lambda sums: ratio(sums) - 1, share=False)
    row[name], row["within"][name] = more.value, [more.low, more.high]


def measured(
    b: Built,
    questions: Sequence[QuestionRow],
    system: str,
    weight: float | None,
    telling: Telling,
    scorer: Scorer | None = None,
) -> tuple[dict[str, Any], Numbers]:
    """One system's row, and its measures by question, nDCG first."""
    times: list[float] = []
    lists: list[list[str]] = []
    tell = paced(telling)
    tell(system, 0, len(questions))
    warm_up(b, system)
    cpu = process_time()
    for number, question in enumerate(questions, 1):
        began = perf_counter()
        ids = _search(b, question.text, system, weight, scorer)
        times.append((perf_counter() - began) * 1000)
        lists.append(ids)
        tell(system, number, len(questions))
    cpu_ms = (process_time() - cpu) * 1000 / max(1, len(questions))
    values = np.array([_values(ids, q.right) for ids, q in zip(lists, questions, strict=True)])
    found = dict(zip(MEASURES, means(values), strict=True))
    row: dict[str, Any] = {name: each.value for name, each in found.items()}
    row |= {"ms": measures.spread(times), "cpu_ms": cpu_ms}
    row["within"] = {name: [each.low, each.high] for name, each in found.items()}
    return row, values


def _values(ids: Sequence[str], right: Mapping[str, float]) -> list[float]:
    recalls = [measures.recall(ids, right, k) for k in (1, 5, 20)]
    return [measures.ndcg(ids, right), *recalls, measures.mrr(ids, right)]


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
