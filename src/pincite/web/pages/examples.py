"""What can be asked here? Some questions that the picked place can answer, for whoever has none yet."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from pincite.errors import PinciteError
from pincite.index import Index
from pincite.ports import Database, Deadline
from pincite.types import Problem
from pincite.web.state import engine_of

STARTER = "starter"
STARTER_EXAMPLES = (
    "What is a black hole?",
    "How are stars formed?",
    "What are the symptoms of malaria?",
)
SHOWN = 3
PATIENCE_S = 0.5
"""A page waits no longer for a database that is seen for the first time; it is read on behind the page."""
READING_S = 30.0


@dataclass(frozen=True)
class Try:
    """What may be asked where ``focus`` looks, or why it can't be; ``passages`` are those of the own index."""

    questions: Sequence[str]
    passages: int
    database: bool = False
    trouble: Problem | None = None


async def examples(request: Request, focus: str) -> Try:
    """For the focus that is picked."""
    engine = engine_of(request)
    counts = engine.index.counts()
    if engine.focuses.focus(focus).database:
        return await _of_database(engine.focuses.database(focus), counts.passages)
    questions = _of_index(engine.index, set(counts.collections)) if counts.passages else ()
    return Try(questions, counts.passages)


async def _of_database(database: Database, passages: int) -> Try:
    try:
        found = await asyncio.wait_for(database.examples(Deadline.after(READING_S)), PATIENCE_S)
    except TimeoutError:
        return Try((), passages, database=True)
    except PinciteError as error:
        return Try((), passages, database=True, trouble=error.problem())
    return Try(tuple(found)[:SHOWN], passages, database=True)


def _of_index(index: Index, collections: Collection[str]) -> Sequence[str]:
    if STARTER in collections:
        return STARTER_EXAMPLES
    titles: list[str] = []
    for letter in "tcmesabdfghiklnoprw":
        titles += [title for title in index.titles(letter, 1) if 3 <= len(title) <= 40][:1]
        if len(titles) == SHOWN:
            break
    return [f"What is known about {title}?" for title in titles]
