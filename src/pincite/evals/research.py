"""Does research answer what takes two passages? Copilot against quick, without a model, over one index of everything.

Rows as HotpotQA's: ``{"id"?, "question", "answer", "type"?, "passages": [{"title", "sentences": [],
"gold_sentences": []}]}``. The paragraphs of all questions are indexed together, so each is a distractor for the others.
A *hit* is an answer that did not decline and holds the gold answer; questions for yes or no are told apart, since
extracted sentences say neither. Forms are not asked. *Both cited*: some sentence cites each of the gold paragraphs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pincite.answer.ask import ask
from pincite.answer.crew import Crew
from pincite.encoders.cross import CrossEncoder
from pincite.errors import BadInput
from pincite.evals import measures, sets
from pincite.evals.answering import crew_of
from pincite.evals.build import Built, built
from pincite.evals.intervals import wilson
from pincite.evals.record import Record
from pincite.evals.report import Report, Telling, silent
from pincite.evals.sets import PassageRow, Row
from pincite.evals.vectors import default_cache
from pincite.events import fold
from pincite.ports import Deadline
from pincite.settings import IndexSettings, Settings
from pincite.types import Question

MODES: tuple[Literal["quick", "copilot"], ...] = ("quick", "copilot")
YES_NO = frozenset({"yes", "no"})


@dataclass(frozen=True)
class Hops:
    """A question whose answer takes several paragraphs: the titles of those that hold it."""

    id: str
    text: str
    gold: str
    titles: frozenset[str]

    @property
    def yes_no(self) -> bool:
        return self.gold.strip().lower() in YES_NO


def run(
    files: Sequence[Path],
    *,
    limit: int | None = None,
    seed: int = 0,
    cache: Path | None = None,
    settings: Settings | None = None,
    telling: Telling = silent,
) -> Report:
    """Answers every question in both modes. Raises ``BadInput`` for rows that are no questions of this kind."""
    passages, asked = read(files)
    asked = sets.sample(asked, limit, seed)
    settings = settings or Settings()
    unasking = settings.model_copy(update={"answer": settings.answer.model_copy(update={"clarify_s": 0.0})})
    cross = CrossEncoder.configured(settings)
    given: dict[str, list[tuple[Hops, Record]]] = {mode: [] for mode in MODES}

    async def go(b: Built) -> None:
        crew = crew_of(b, unasking, cross=cross)
        for done, one in enumerate(asked, start=1):
            for mode in MODES:
                given[mode].append((one, await _answered(crew, one, mode)))
            telling("questions", done, len(asked))

    with built(passages, cache or default_cache(), telling, IndexSettings().passage_words) as b:
        asyncio.run(go(b))
    systems = {f"{mode}, {name}": _row(some) for mode in MODES for name, some in _apart(given[mode]).items() if some}
    hits = {mode: sum(_hit(*one) for one in _apart(given[mode])["other"]) for mode in MODES}
    facts: dict[str, Any] = {
        "n": len(asked),
        "passages": len(passages),
        "relative_gain": hits["copilot"] / hits["quick"] - 1 if hits["quick"] else None,
        "won": [one.id for one, quick, copilot in _pairs(given) if copilot and not quick],
        "lost": [one.id for one, quick, copilot in _pairs(given) if quick and not copilot],
        "searches_allowed": settings.answer.research_searches,
        "seconds_allowed": settings.answer.research_s,
    }
    return Report("research", facts, systems)


def read(files: Sequence[Path]) -> tuple[list[PassageRow], list[Hops]]:
    """The paragraphs, each once, and the questions."""
    paragraphs: dict[tuple[str, str], PassageRow] = {}
    asked: list[Hops] = []
    for file in files:
        for place, row in sets.rows(file):
            titles: set[str] = set()
            for each in _listed(row, "passages", place):
                text = " ".join(str(sentence).strip() for sentence in _listed(each, "sentences", place))
                key = (str(each.get("title") or ""), text)
                paragraphs.setdefault(key, PassageRow(id=str(len(paragraphs)), text=text, title=key[0]))
                if each.get("gold_sentences"):
                    titles.add(key[0])
            if not (isinstance(row.get("question"), str) and isinstance(row.get("answer"), str)):
                raise BadInput(
                    f"{place}: it has no question or no answer", hint='write {"question": "…", "answer": "…"}'
                )
            asked.append(Hops(str(row.get("id") or place), row["question"], row["answer"], frozenset(titles)))
    if not asked:
        raise BadInput(f"no questions in {', '.join(map(str, files))}", hint="each line needs question and passages")
    return list(paragraphs.values()), asked


def _listed(row: Row, name: str, place: str) -> list[Any]:
    found = row.get(name)
    if not isinstance(found, list) or not found:
        raise BadInput(f"{place}: it has no list of {name}", hint='write {"passages": [{"title", "sentences": []}]}')
    return found


async def _answered(crew: Crew, one: Hops, mode: Literal["quick", "copilot"]) -> Record:
    question = Question(id=one.id, thread_id=one.id, text=one.text, mode=mode)
    deadline = Deadline.after(crew.answer.deadline_s)
    answer = fold([event async for event in ask(question, one.id, (), crew, deadline)])
    return Record(system=mode, answer=answer, gold=(one.gold,))


def _apart(some: Sequence[tuple[Hops, Record]]) -> dict[str, list[tuple[Hops, Record]]]:
    return {
        "other": [pair for pair in some if not pair[0].yes_no],
        "yes/no": [pair for pair in some if pair[0].yes_no],
    }


def _pairs(given: dict[str, list[tuple[Hops, Record]]]) -> list[tuple[Hops, bool, bool]]:
    both = zip(given["quick"], given["copilot"], strict=True)
    return [(one, _hit(one, quick), _hit(one, copilot)) for (one, quick), (_, copilot) in both if not one.yes_no]


def _hit(one: Hops, record: Record) -> bool:
    return not record.abstained and measures.contains(record.answer.text, [one.gold])


def _row(some: Sequence[tuple[Hops, Record]]) -> dict[str, Any]:
    records = [record for _, record in some]
    row: dict[str, Any] = {"n": len(some)}
    if not some[0][0].yes_no:
        row["hit"] = asdict(wilson(sum(_hit(*pair) for pair in some), len(some)))
        row["lead_hit"] = measures.mean([float(_hit(*pair) and _in_lead(*pair)) for pair in some])
    return row | {
        "both_cited": measures.mean([float(_both_cited(*pair)) for pair in some]),
        "abstained": measures.mean([float(record.abstained) for record in records]),
        "words": measures.mean([float(len(record.answer.text.split())) for record in records]),
        "searches_max": max(record.answer.usage.searches for record in records),
        "seconds": measures.spread([record.answer.timings["total"] / 1000 for record in records]),
        "seconds_max": max(record.answer.timings["total"] / 1000 for record in records),
    }


def _in_lead(one: Hops, record: Record) -> bool:
    return measures.contains(record.lead, [one.gold])


def _both_cited(one: Hops, record: Record) -> bool:
    cited = {passage.document.title for each in record.answer.sentences for passage in record.cited(each) if passage}
    return one.titles <= cited
