"""Are the answers right, cited, and silent where nothing is known? The real pipeline without a model, by group.

An extractive answer promises the sources' own words, so here a citation holds if its passage has the sentence's words
in that order: the measures of ``citations.py`` with the strictest of judges, which needs no exam.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from pincite.encoders.cross import CrossEncoder
from pincite.evals import citations, measures
from pincite.evals.answering import answering, crew_of, draw
from pincite.evals.build import Built, built
from pincite.evals.figures import PLAIN, Measure, estimate, scored, shortest
from pincite.evals.judges import Verbatim
from pincite.evals.judging import Judged, rule
from pincite.evals.report import Report, Telling, paced, silent
from pincite.evals.vectors import default_cache
from pincite.ports import Ranker
from pincite.settings import AnswerSettings, IndexSettings, SearchSettings, Settings

ASKED: dict[str, Measure] = {"abstained": lambda one: (float(one.record.abstained), 1.0)}
RIGHT: dict[str, Measure] = {
    "contains": PLAIN["answer hit"],
    "lead_contains": PLAIN["lead hit"],
    "short_given": scored(lambda record: float(bool(shortest(record)))),
    "short_exact": PLAIN["short answer exact"],
    "short_f1": PLAIN["short answer F1"],
}
CITED: dict[str, Measure] = {
    "citation_precision": citations.liu_precision,
    "citation_recall": citations.liu_recall,
    "resolving": PLAIN["valid markers"],
}


def run(
    passages: Sequence[Path],
    questions: Path | Sequence[Path],
    *,
    absent: bool = False,
    limit: int | None = None,
    seed: int = 0,
    cache: Path | None = None,
    answer: AnswerSettings | None = None,
    search: SearchSettings | None = None,
    ranker: Ranker | None = None,
    cross: CrossEncoder | None = None,
    telling: Telling = silent,
) -> Report:
    """Answers every question (or a sample of ``limit``) and judges the answers by group (``answering.Draw.group``).

    With ``cross`` it reranks and reads.
    """
    asked = [questions] if isinstance(questions, Path) else questions
    given = draw(passages, asked, absent=absent, limit=limit, seed=seed)
    settings = Settings(answer=answer or AnswerSettings(), search=search or SearchSettings())
    grouped: dict[str, list[Judged]] = {}

    async def go(b: Built) -> None:
        crew, judge, tell = crew_of(b, settings, ranker=ranker, cross=cross), Verbatim(), paced(telling)
        tell("answers", 0, len(given.questions))
        async with aclosing(answering(crew, given, given.questions, "pincite")) as records:
            number = 0
            async for record in records:
                grouped.setdefault(record.group, []).append(await rule(record, judge))
                number += 1
                tell("answers", number, len(given.questions))

    with built(given.passages, cache or default_cache(), telling, IndexSettings().passage_words) as b:
        asyncio.run(go(b))
        seconds = b.seconds
    facts = {
        "n": len(given.questions),
        "seed": seed,
        "passages": len(given.passages),
        "left_out": len(given.left_out),
        "seconds": seconds,
    }
    return Report("answers", facts, {name: judged(name, some) for name, some in sorted(grouped.items())})


def judged(group: str, answers: Sequence[Judged]) -> dict[str, Any]:
    """A group's row; what there was nothing to count of is not in it.

    Where answering is wrong, only how often it was declined counts. ``short_exact`` and ``short_f1`` are of all
    ``with_answers`` questions whose right answers are known, as in a report; one that was not given counts 0.
    """
    given = [one for one in answers if not one.record.abstained]
    counted = {name: (answers, measure) for name, measure in ASKED.items()}
    if group in ("answerable", "unknown"):
        counted |= {name: (answers, measure) for name, measure in RIGHT.items()}
    counted |= {name: (given, measure) for name, measure in CITED.items()}
    found = {name: estimate([measure(one) for one in some]) for name, (some, measure) in counted.items()}
    known = {name: pair[0] for name, pair in found.items() if pair is not None}
    row: dict[str, Any] = {"n": len(answers), **{name: each.value for name, each in known.items()}}
    if "contains" in known:
        row["with_answers"] = known["contains"].n
    if given:
        row["words"] = measures.spread([float(len(one.record.answer.text.split())) for one in given])
        row["first_sentence_ms"] = measures.spread([one.record.answer.timings["first_sentence"] for one in given])
    row["total_ms"] = measures.spread([one.record.answer.timings["total"] for one in answers])
    row["within"] = {name: [each.low, each.high] for name, each in known.items()}
    return row
