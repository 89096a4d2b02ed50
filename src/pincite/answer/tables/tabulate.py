"""How is a question to a database answered? One query, its rows as the source, and sentences made of their values."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from pincite.answer.crew import Crew
from pincite.answer.question.plan import admit
from pincite.answer.tables.chart import chart
from pincite.answer.tables.rows import cited, counted, passage, sentences, source
from pincite.answer.tally import Tally
from pincite.answer.told import declined
from pincite.errors import DatabaseFailed, Unanswerable
from pincite.events import Carded, Cited, Event, Sourced, Stepped, Suggested, Wrote
from pincite.ports import Database, Deadline, Tabled
from pincite.types import DECLINED, Answer, Card, Question, Table, Usage

WIDGET = "table"
"""What a card with a table names as its widget."""
WANTED = 3
"""Questions that are shown where one could not be answered, or was."""


async def tabulate(
    question: Question, history: Sequence[Answer], crew: Crew, database: Database, deadline: Deadline, tally: Tally
) -> AsyncGenerator[Event, None]:
    """The events of an answer from ``database``. Raises ``BadQuestion``, ``BadQuery``, ``DatabaseFailed``."""
    text = admit(question)
    began = tally.ms()
    try:
        found = await _asked(question, text, history, crew, database, deadline)
    except Unanswerable as error:
        tally.usage = Usage()
        for event in declined([_sentence(error.detail), error.hint], DECLINED, error.detail, tally):
            yield event
    else:
        tally.usage = Usage(searches=1)
        tally.degraded += found.missing
        table = found.table.model_copy(update={"chart": chart(found.table)})
        read = f"{table.label}: {counted(table)} from {', '.join(table.tables) or 'no table'}"
        words = "; ".join(filter(None, [f"{read}, read as: {table.title}", table.note]))
        yield Stepped(step="gather", detail=words, ms=tally.ms() - began)
        for event in told(table, tally):
            yield event
    if follow_ups := await _follow_ups(text, history, database, deadline):
        yield Suggested(follow_ups=follow_ups)


async def _asked(
    question: Question, text: str, history: Sequence[Answer], crew: Crew, database: Database, deadline: Deadline
) -> Tabled:
    earlier = [
        card.body
        for answer in history
        for card in answer.cards
        if isinstance(card.body, Table) and answer.question.focus == question.focus
    ]
    if not question.sql:
        return await database.ask(text, earlier, crew.planner or crew.model, deadline)
    found = await database.run(question.sql, deadline)
    same = [table.title for table in earlier if table.sql == found.table.sql]
    return replace(found, table=found.table.model_copy(update={"title": same[-1]})) if same else found


def told(table: Table, tally: Tally) -> list[Event]:
    """A table as a source, a card, and sentences that quote its rows."""
    rows = passage(table)
    said = sentences(table)
    text = " ".join(one.text for one in said)
    card = Card(widget=WIDGET, title=table.title, text=text, body=table)
    events: list[Event] = [Sourced(sources=(source(rows),)), Carded(card=card)]
    at = 0
    for one in said:
        lead_in = " " if at else ""
        at += len(lead_in)
        events += [Wrote(text=lead_in + one.text), Cited(sentence=cited(one, at, rows))]
        at += len(one.text)
    return [*events, Stepped(step="write", detail=f"{len(said)} sentences of {counted(table)}", ms=tally.ms())]


async def _follow_ups(text: str, history: Sequence[Answer], database: Database, deadline: Deadline) -> tuple[str, ...]:
    """Questions that it can answer and that this thread has not asked. None where it can't be asked for them."""
    asked = {text.casefold(), *(answer.question.text.casefold() for answer in history)}
    try:
        examples = await database.examples(deadline)
    except DatabaseFailed:
        return ()
    return tuple(one for one in examples if one.casefold() not in asked)[:WANTED]


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
