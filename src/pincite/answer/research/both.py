"""How is a question answered that is two? One after the other: what the first comes to may be what the second is about.

"Who wrote it and when was he born?" asks for the birth of whoever the first answer names. So the second question is
understood as a follow-up of the first, and both are searched for, read and weighed as questions of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from pincite.answer.crew import Crew
from pincite.answer.gather import Gathered, gather, untold
from pincite.answer.question.plan import Plan, plan, understood
from pincite.answer.quote.extract import Extract, extract
from pincite.answer.quote.read import UNREAD
from pincite.answer.research.sections import Finding, Researched, side_by_side
from pincite.events import Stepped
from pincite.ports import Deadline
from pincite.types import Answer, Question

WITH_MODEL_S = 0.1
"""Seconds that each question is read closely before a model writes: it waits for both."""


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
    begins, follows = (question.model_copy(update={"text": text}) for text in asked)
    second = await asyncio.to_thread(plan, follows, [*history, _turn(begins, one)], crew.lexicon)
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
    lost = untold(found.degraded, first.degraded)
    if crew.model is None and (one.extract.hurried or other.extract.hurried):
        lost += (UNREAD,)
    yield replace(done, searches=first.searches + found.searches, degraded=lost)


def _turn(question: Question, finding: Finding) -> Answer:
    """The first question with its answer, as a turn of the thread before the second."""
    text, sentences = "", []
    for piece in finding.extract.pieces:
        sentences.append(piece.sentence(len(text)))
        text += piece.lead_in + piece.text
    return Answer(
        id=question.id, question=question, text=text, sentences=tuple(sentences), sources=finding.gathered.sources
    )


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
        deadline.within(crew.answer.read_s if crew.model is None else min(WITH_MODEL_S, crew.answer.read_s)),
    )
