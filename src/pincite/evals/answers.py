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
from pincite.evals.citations import Count
from pincite.evals.figures import shortest, valid_markers
from pincite.evals.judges import Verbatim
from pincite.evals.judging import Judged, rule
from pincite.evals.record import Record
from pincite.evals.report import Report, Telling, silent
from pincite.evals.vectors import default_cache
from pincite.ports import Ranker
from pincite.settings import AnswerSettings, IndexSettings, SearchSettings, Settings


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
        crew, judge = crew_of(b, settings, ranker=ranker, cross=cross), Verbatim()
        async with aclosing(answering(crew, given, given.questions, "pincite")) as records:
            number = 0
            async for record in records:
                grouped.setdefault(record.group, []).append(await rule(record, judge))
                number += 1
                if number % 20 == 0:
                    telling("answers", number, len(given.questions))

    with built(given.passages, cache or default_cache(), telling, IndexSettings().passage_words) as b:
        asyncio.run(go(b))
        seconds = b.seconds
    facts = {
        "n": len(given.questions),
        "passages": len(given.passages),
        "left_out": len(given.left_out),
        "seconds": seconds,
    }
    return Report("answers", facts, {name: judged(name, some) for name, some in sorted(grouped.items())})


def judged(group: str, answers: Sequence[Judged]) -> dict[str, Any]:
    """A group's row. Where answering is wrong, only how often it was declined counts."""
    row: dict[str, Any] = {
        "n": len(answers),
        "abstained": measures.mean([float(one.record.abstained) for one in answers]),
    }
    scored = [one.record for one in answers if one.record.gold]
    if group in ("answerable", "unknown") and scored:
        row |= _rightness(scored)
    given = [one for one in answers if not one.record.abstained]
    row |= {
        "words": measures.spread([float(len(one.record.answer.text.split())) for one in given]),
        "citation_precision": _share([citations.liu_precision(one) for one in given], 1.0),
        "citation_recall": _share([citations.liu_recall(one) for one in given], 0.0),
        "resolving": _share([valid_markers(one.record) for one in given], 1.0),
        "first_sentence_ms": measures.spread([one.record.answer.timings["first_sentence"] for one in given]),
        "total_ms": measures.spread([one.record.answer.timings["total"] for one in answers]),
    }
    return row


def _rightness(records: Sequence[Record]) -> dict[str, float]:
    pairs = [(shortest(record), record.gold) for record in records]
    return {
        "contains": measures.mean([float(measures.contains(r.answer.text, r.gold)) for r in records]),
        "lead_contains": measures.mean([float(measures.contains(r.lead, r.gold)) for r in records]),
        "short_given": measures.mean([float(bool(value)) for value, _ in pairs]),
        "short_exact": measures.mean([float(measures.exact(value, gold)) for value, gold in pairs if value]),
        "short_f1": measures.mean([measures.f1(value, gold) for value, gold in pairs if value]),
    }


def _share(counts: Sequence[Count | None], of_none: float) -> float:
    known = [count for count in counts if count is not None]
    out_of = sum(of for _, of in known)
    return sum(right for right, _ in known) / out_of if out_of else of_none
