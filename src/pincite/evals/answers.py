"""Are the answers right, cited, and silent where nothing is known? The real pipeline without a model, end to end.

With ``absent`` half of the articles that questions are about stay out of the index: their questions should be
declined, those of the other half answered. (An article is all passages of one title.)
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from pincite.answer.ask import Crew, ask
from pincite.answer.check import Lexical
from pincite.answer.plan import plan
from pincite.answer.shape import short
from pincite.evals import measures, sets
from pincite.evals.build import Built, built
from pincite.evals.report import Report, Telling, silent
from pincite.evals.sets import PassageRow, QuestionRow
from pincite.evals.vectors import default_cache
from pincite.events import Cited, Event, fold
from pincite.ports import Deadline
from pincite.rank.order import Order
from pincite.search.own import OwnIndex
from pincite.settings import AnswerSettings, IndexSettings, SearchSettings
from pincite.text.tokens import words
from pincite.types import Answer, Citation, Question, Verdict


@dataclass(frozen=True)
class Outcome:
    """One question, its answer, and how long the first cited sentence and the whole took. ``None``: none was cited."""

    question: QuestionRow
    answer: Answer
    first_ms: float | None
    total_ms: float

    @property
    def abstained(self) -> bool:
        return any(each.reason == "no_answer" for each in self.answer.degraded)

    @property
    def lead(self) -> str:
        spans = [self.answer.text[s.start : s.end] for s in self.answer.sentences if s.citations]
        return spans[0] if spans else ""


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
    telling: Telling = silent,
) -> Report:
    """Answers every question (or a sample of ``limit``) and judges the answers by group.

    Groups: ``answerable``; ``impossible`` (marked so, though the article is there); with ``absent`` also
    ``absent`` and ``absent impossible``. A question whose passage nobody gave is ``unknown``.
    """
    found = sets.passages(passages)
    asked = sets.questions([questions] if isinstance(questions, Path) else questions)
    out = _left_out(found, asked, seed) if absent else set[str]()
    there = [row for row in found if row.id not in out]
    chosen = sets.sample(asked, limit, seed)
    known = {row.id for row in there}
    grouped: dict[str, list[Outcome]] = {}
    with built(there, cache or default_cache(), telling, IndexSettings().passage_words) as b:
        crew = _crew(b, answer or AnswerSettings(), search or SearchSettings())
        for number, outcome in enumerate(asyncio.run(_ask_all(crew, chosen, telling))):
            grouped.setdefault(_group(chosen[number], known, out), []).append(outcome)
        seconds = b.seconds
    facts = {"n": len(chosen), "passages": len(there), "left_out": len(out), "seconds": seconds}
    return Report("answers", facts, {name: judged(name, some) for name, some in sorted(grouped.items())})


def _left_out(rows: Sequence[PassageRow], questions: Sequence[QuestionRow], seed: int) -> set[str]:
    """Ids of all passages of every second article, in an order drawn by ``seed``, that some question is about."""
    title = {row.id: row.title or row.id for row in rows}
    about = sorted({title[id_] for q in questions for id_ in q.right if id_ in title})
    random.Random(seed).shuffle(about)  # noqa: S311
    gone = set(about[::2])
    return {id_ for id_, name in title.items() if name in gone}


def _group(question: QuestionRow, known: set[str], out: set[str]) -> str:
    named = [id_ for id_, grade in question.right.items() if grade > 0] or list(question.right)
    if any(id_ in known for id_ in named):
        return "impossible" if question.impossible else "answerable"
    if any(id_ in out for id_ in named):
        return "absent impossible" if question.impossible else "absent"
    return "impossible" if question.impossible else "unknown"


def _crew(b: Built, answer: AnswerSettings, search: SearchSettings) -> Crew:
    # The embedder without the memory: what it costs to embed sentences is part of an answer's time.
    own = OwnIndex(b.index)
    return Crew({own.name: own}, Order(), b.embedder, Lexical(), answer=answer, search=search)


async def _ask_all(crew: Crew, questions: Sequence[QuestionRow], telling: Telling) -> list[Outcome]:
    if questions:
        await _answered(crew, questions[0])  # warms up
    outcomes = []
    for number, question in enumerate(questions):
        outcomes.append(await _answered(crew, question))
        if number % 20 == 0:
            telling("answers", number, len(questions))
    return outcomes


async def _answered(crew: Crew, row: QuestionRow) -> Outcome:
    question = Question(id=row.id, thread_id=row.id, text=row.text)
    events: list[Event] = []
    first: float | None = None
    began = perf_counter()
    async for event in ask(question, row.id, (), crew, Deadline.after(crew.answer.deadline_s)):
        events.append(event)
        if first is None and isinstance(event, Cited) and event.sentence.citations:
            first = (perf_counter() - began) * 1000
    return Outcome(row, fold(events), first, (perf_counter() - began) * 1000)


# ── judging ──


def judged(group: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """A group's row. Where answering is wrong, only how often it was declined counts."""
    row: dict[str, Any] = {"n": len(outcomes), "abstained": measures.mean([float(o.abstained) for o in outcomes])}
    scored = [o for o in outcomes if o.question.answers]
    if group in ("answerable", "unknown") and scored:
        row |= _rightness(scored)
    given = [o for o in outcomes if not o.abstained]
    cited = [_cited(o.answer) for o in given]
    citations = sum(c.citations for c in cited)
    row |= {
        "words": measures.spread([float(len(o.answer.text.split())) for o in given]),
        "citation_precision": sum(c.held for c in cited) / citations if citations else 1.0,
        "citation_recall": sum(c.supported for c in cited) / max(1, sum(c.sentences for c in cited)),
        "resolving": sum(c.resolved for c in cited) / citations if citations else 1.0,
        "first_sentence_ms": measures.spread([o.first_ms for o in given if o.first_ms is not None]),
        "total_ms": measures.spread([o.total_ms for o in outcomes]),
    }
    return row


def _rightness(outcomes: Sequence[Outcome]) -> dict[str, float]:
    shorts = [_short(o) for o in outcomes]
    golds = [o.question.answers for o in outcomes]
    pairs = list(zip(shorts, golds, strict=True))
    return {
        "contains": measures.mean([float(measures.contains(o.answer.text, o.question.answers)) for o in outcomes]),
        "lead_contains": measures.mean([float(measures.contains(o.lead, o.question.answers)) for o in outcomes]),
        "short_given": measures.mean([float(bool(value)) for value in shorts]),
        "short_exact": measures.mean([float(measures.exact(value, gold)) for value, gold in pairs if value]),
        "short_f1": measures.mean([measures.f1(value, gold) for value, gold in pairs if value]),
    }


def _short(outcome: Outcome) -> str:
    """The value that an instant-answer card would show, if one."""
    if outcome.abstained or not outcome.lead:
        return ""
    planned = plan(Question(text=outcome.question.text), ())
    return short(planned.shape, outcome.lead, planned.queries[0])


@dataclass(frozen=True)
class _CitedWell:
    sentences: int
    supported: int
    citations: int
    held: int
    resolved: int


def _cited(answer: Answer) -> _CitedWell:
    """Counts. A citation holds if its passage has the sentence's words in that order; a sentence, if one holds."""
    passages = {(s.number, p.id): p.text for s in answer.sources for p in s.passages}
    sentences = supported = citations = held = resolved = 0
    for sentence in answer.sentences:
        if sentence.verdict is Verdict.EXEMPT:
            continue
        text = answer.text[sentence.start : sentence.end]
        holding = [_holds(each, text, passages) for each in sentence.citations]
        sentences += 1
        supported += any(holding)
        citations += len(holding)
        held += sum(holding)
        resolved += sum((each.source, each.passage_id) in passages for each in sentence.citations)
    return _CitedWell(sentences, supported, citations, held, resolved)


def _holds(citation: Citation, text: str, passages: dict[tuple[int, str], str]) -> bool:
    passage = passages.get((citation.source, citation.passage_id), "")
    rest = iter(words(passage))
    return all(word in rest for word in words(text))
