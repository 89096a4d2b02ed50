"""How is a question answered that is two? One after the other: what the first comes to may be what the second is about.

"Who wrote it and when was he born?" asks for the birth of whoever the first answer names. So the second question is
understood as a follow-up of the first, and both are searched for, read and weighed as questions of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from pincite.answer.crew import Crew
from pincite.answer.gather import Gathered, gather
from pincite.answer.question.plan import Plan, plan, understood
from pincite.answer.question.recall import Said
from pincite.answer.quote.extract import Extract, extract
from pincite.answer.research.sections import Finding, Researched, side_by_side
from pincite.events import Stepped
from pincite.ports import Deadline
from pincite.types import Answer, Question


async def both(
    question: Question,
    asked: Sequence[str],
    planned: Plan,
    first: Gathered,
    history: Sequence[Answer],
    crew: Crew,
    deadline: Deadline,
) -> AsyncGenerator[Stepped | Researched]:
    """Steps as they are taken, then one ``Researched`` about the two questions that are ``asked``.

    ``first`` is what was gathered for the first one as it was ``planned``. Nothing is raised for a search that fails.
    """
    one = Finding(asked[0], planned, first, await _read(planned, first, crew, deadline))
    began = deadline.clock()
    follows = question.model_copy(update={"text": asked[1]})
    second = await asyncio.to_thread(plan, follows, history, crew.lexicon, [_said(one)])
    yield Stepped(step="plan", detail=understood(second, question.filters), ms=(deadline.clock() - began) * 1000)
    found = await gather(
        second.queries,
        question.filters,
        crew.backends,
        crew.ranker,
        crew.search,
        crew.answer.sources,
        deadline,
        (second.about,),
    )
    for step in found.steps:
        yield step
    other = Finding(asked[1], second, found, await _read(second, found, crew, deadline))
    done = side_by_side(one, other, crew.answer.sources)
    known = {(lost.part, lost.reason) for lost in first.degraded}
    fresh = tuple(lost for lost in found.degraded if (lost.part, lost.reason) not in known)
    yield replace(done, searches=first.searches + found.searches, degraded=fresh)


def _said(finding: Finding) -> Said:
    """The first question and its answer as a turn of the thread."""
    pieces = finding.extract.pieces
    cited = {citation.passage_id for piece in pieces for citation in piece.citations}
    titles = [hit.passage.document.title for hit in finding.gathered.hits if hit.passage.id in cited]
    text = " ".join(piece.text for piece in pieces)
    return Said(finding.plan.queries[-1], text, tuple(dict.fromkeys(titles))[:2], finding.plan.queries[0])


async def _read(planned: Plan, found: Gathered, crew: Crew, deadline: Deadline) -> Extract:
    """What answers it, in half of the words."""
    return await asyncio.to_thread(
        extract,
        planned,
        found.hits,
        found.sources,
        crew.embedder,
        crew.answer.max_words // 2,
        crew.reader,
        deadline.within(crew.answer.read_s),
    )
