"""How does a judge find these answers? Its rulings, a line an answer, from which all measures of support follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from functools import partial
from pathlib import Path
from time import perf_counter

from pydantic import Field

from pincite.answer.write.cite import plain
from pincite.errors import BadInput, ModelGarbled
from pincite.evals.judges import Judgement, SupportJudge
from pincite.evals.record import Record, append, kept, records, resumed
from pincite.evals.report import Report, Telling, silent
from pincite.evals.sets import sample
from pincite.types import Noun, Passage, Sentence, Verdict

_AT_ONCE = 4
"""Answers that are judged side by side: a server batches, a processor does not mind."""


class Ruling(Noun):
    """One statement (a sentence of the answer), and what the judge found."""

    start: int
    end: int
    worthy: bool
    """Verification-worthy: it says something about the world, so it needs support."""
    union: Judgement | None = None
    """All its citations together; ``None`` if it has none."""
    each: tuple[Judgement, ...] = ()
    """Its citations, each alone."""
    without: tuple[bool | None, ...] = ()
    """Do the others still support it fully without this one? ``None`` where that decides nothing, or nobody asked."""
    sources: tuple[bool, ...] | None = None
    """Does each listed source support it fully? ``None``: nobody asked."""


class Opinion(Noun):
    """What only a reader can say of an answer as a whole. ``None``: nobody said."""

    fluency: float | None = Field(None, ge=1, le=5)
    utility: float | None = Field(None, ge=1, le=5)
    one_sided: bool | None = None
    """To a debated question it gives one side only."""
    overconfident: bool | None = None
    """One-sided, and sure of itself."""


class Judged(Noun):
    """A record and what one judge, or several people together, found in it."""

    record: Record
    judge: str
    human: bool = False
    rulings: tuple[Ruling, ...] = ()
    opinion: Opinion = Opinion()
    failed: str = ""
    """Why there are no rulings; such an answer counts in no figure."""

    @property
    def id(self) -> str:
        return f"{self.record.system}\n{self.record.id}"


async def rule(record: Record, judge: SupportJudge) -> Judged:
    """All that the measures need to know of an answer.

    A thrifty judge is not asked about sources that a sentence does not cite, nor about sentences that need no support.
    A reply without a verdict costs the answer its rulings, not the run; any other failure is raised.
    """
    try:
        rulings = [await _ruling(record, sentence, judge) for sentence in record.answer.sentences]
    except ModelGarbled as error:
        return Judged(record=record, judge=judge.name, failed=error.detail)
    return Judged(record=record, judge=judge.name, rulings=tuple(rulings))


async def _ruling(record: Record, sentence: Sentence, judge: SupportJudge) -> Ruling:
    worthy = sentence.verdict is not Verdict.EXEMPT
    blank = Ruling(start=sentence.start, end=sentence.end, worthy=worthy)
    statement = plain(record.said(sentence))
    if judge.thrifty and not worthy:
        return blank
    ask = partial(judge.judge, statement)
    cited = [[passage] if passage else [] for passage in record.cited(sentence)]
    each = [await ask(passages) for passages in cited]
    together = _distinct([passage for passages in cited for passage in passages])
    union = (each[0] if len(each) == 1 else await ask(together)) if each else None
    without: list[bool | None] = [None] * len(each)
    if union is not None and union.full and len(each) > 1:
        for at, alone in enumerate(each):
            if not alone.full:
                rest = _distinct([p for n, passages in enumerate(cited) if n != at for p in passages])
                without[at] = any(other.full for n, other in enumerate(each) if n != at) or (await ask(rest)).full
    sources = None
    if not judge.thrifty:
        found = [await ask(source.passages) for source in record.answer.sources]
        sources = tuple(judgement.full for judgement in found)
    return blank.model_copy(update={"union": union, "each": tuple(each), "without": tuple(without), "sources": sources})


def _distinct(passages: Sequence[Passage]) -> list[Passage]:
    return list({passage.id: passage for passage in passages}.values())


# ── a run that can be stopped ──


async def judged(rows: Sequence[Record], judge: SupportJudge) -> AsyncGenerator[Judged]:
    """In order, some at a time."""
    for at in range(0, len(rows), _AT_ONCE):
        for one in await asyncio.gather(*(rule(row, judge) for row in rows[at : at + _AT_ONCE])):
            yield one


async def run(
    answers: Path,
    judge: SupportJudge,
    out: Path,
    *,
    limit: int | None = None,
    seed: int = 0,
    telling: Telling = silent,
) -> Report:
    """Judges the answers (or a sample of ``limit``) into ``out``. Started again, it goes on where it was.

    Answers whose judging failed are tried again. Raises ``BadInput`` if ``out`` holds another judge's rulings.
    """
    began = perf_counter()
    wanted = sample(list(records(answers)), limit, seed)
    before = resumed(out, Judged)
    if others := {one.judge for one in before} - {judge.name}:
        raise BadInput(f"{out} holds the rulings of {', '.join(sorted(others))}", hint="give another --out")
    rows = {f"{record.system}\n{record.id}": record for record in wanted}
    if changed := [one.record.id for one in before if one.id in rows and one.record != rows[one.id]]:
        raise BadInput(f"{out} judges another answer to {changed[0]!r} than {answers} has", hint="give another --out")
    done = {one.id for one in before if not one.failed}
    rest = [record for id_, record in rows.items() if id_ not in done]
    async with aclosing(judged(rest, judge)) as coming:
        async for one in coming:
            append(out, [one])
            done.add(one.id)
            telling("judged", len(done), len(rows))
    made = judgements(out)
    facts = {
        "n": len(made),
        "judged_now": len(rest),
        "failed": sum(bool(one.failed) for one in made),
        "judge": judge.name,
        "seconds": perf_counter() - began,
        "file": str(out),
    }
    return Report("judge", facts)


def judgements(path: Path) -> list[Judged]:
    """The judged answers of a file, each once: a later line replaces an earlier one of the same answer."""
    if not path.is_file():
        raise BadInput(f"there is no file {path}", hint="make one with: pincite eval judge")
    return list({(one.judge, one.id): one for one in kept(path, Judged)}.values())
