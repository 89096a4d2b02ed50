"""What may be learnt from what somebody asked? What that person gave leave for: question, steps, form, reply, outcome.

Nothing is collected for it. A trace is read from the log when traces are exported, and kept is only the leave: by whom,
and since when. What is deleted, or lies in the bin, is in no export; neither is anything of a person who took the leave
back, nor what was asked before it was given.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import Connection, Row, Select, delete, insert, select

from pincite.events import Event, Stepped, fold
from pincite.library.records import Transaction, log
from pincite.library.runners import now
from pincite.library.tables import answers, consents, feedback, threads
from pincite.types import UPLOADED, Answer, Form, FormReply, Noun, Question, Status, Verdict

PAGE = 200
"""Answers that are read at once."""


class Outcome(Noun):
    """What came of it."""

    status: Status
    declined: bool = False
    """It says that nothing answers the question."""
    writer: str | None = None
    """The model that wrote; ``None``: sentences of the sources."""
    verdicts: dict[str, int] = Field(default={})
    """Checked sentences by verdict; exempt ones are not counted."""
    searches: int = 0
    model_calls: int = 0
    dollars: float | None = None
    ms: float | None = None
    thumb: Literal["up", "down"] | None = None
    """Of whoever asked."""
    reasons: tuple[str, ...] = ()

    @property
    def supported(self) -> float | None:
        """The share of checked sentences that their sources support; ``None`` without any."""
        total = sum(self.verdicts.values())
        return self.verdicts.get(Verdict.SUPPORTED, 0) / total if total else None


class Trace(Noun):
    """One question on its way. Texts of sources and of the answer are not in it."""

    id: str
    """Of the answer."""
    question: str
    mode: Literal["quick", "copilot"] = "quick"
    focus: str = ""
    steps: tuple[Stepped, ...] = ()
    titles: tuple[str, ...] = ()
    """Of the sources in the order of their numbers, but for files that were handed in."""
    form: Form | None = None
    """What was asked back."""
    reply: FormReply | None = None
    """The question is the reply to this form, of an earlier trace."""
    outcome: Outcome


# ── leave ──


def give(transaction: Transaction, person: str) -> None:
    """From now on. Given again, it holds from the first time."""
    if given(transaction.connection, person) is None:
        transaction.connection.execute(insert(consents).values(person=person, since=now(transaction.connection)))


def take_back(connection: Connection, person: str) -> None:
    """Also for what was asked while it was given."""
    connection.execute(delete(consents).where(consents.c.person == person))


def given(connection: Connection, person: str) -> float | None:
    """Since when, in seconds since 1970 by the database's clock; ``None``: not."""
    since: float | None = connection.execute(select(consents.c.since).where(consents.c.person == person)).scalar()
    return since


# ── traces ──


def page(connection: Connection, after: int = 0, limit: int = PAGE) -> tuple[list[Trace], int | None]:
    """Traces of finished answers after the number ``after``, and the number to go on after; ``None`` at the end.

    Raises ``Damaged`` for a log that can't be read.
    """
    leave = {row.person: row.since for row in connection.execute(select(consents))}
    rows = connection.execute(_finished(after, limit)).all()
    found = [trace for row in rows if (trace := _trace(connection, row, leave)) is not None]
    return found, rows[-1].number if len(rows) == limit else None


def _finished(after: int, limit: int) -> Select[Any]:
    return (
        select(answers.c.number, answers.c.question, answers.c.asked)
        .join(threads, threads.c.number == answers.c.thread)
        .where(
            answers.c.number > after,
            answers.c.status != Status.RUNNING,
            answers.c.binned.is_(None),
            threads.c.binned.is_(None),
        )
        .order_by(answers.c.number)
        .limit(limit)
    )


def _trace(connection: Connection, row: Row[Any], leave: dict[str, float]) -> Trace | None:
    """``None`` for what there was no leave for when it was asked."""
    asker = json.loads(row.question).get("asker", {}).get("id", "")
    if asker not in leave or row.asked is None or row.asked < leave[asker]:
        return None
    told = log(connection, row.number)
    answer = fold(told)
    mine = (feedback.c.answer == row.number, feedback.c.person == asker)
    judged = connection.execute(select(feedback.c.thumb, feedback.c.reasons).where(*mine)).one_or_none()
    outcome = _outcome(answer)
    if judged is not None:
        outcome = outcome.model_copy(update={"thumb": judged.thumb, "reasons": tuple(json.loads(judged.reasons))})
    return _told(answer, told, outcome)


def _told(answer: Answer, told: Sequence[Event], outcome: Outcome) -> Trace:
    question: Question = answer.question
    documents = [source.document for source in answer.sources]
    return Trace(
        id=answer.id,
        question=question.text,
        mode=question.mode,
        focus=question.focus,
        steps=tuple(event for event in told if isinstance(event, Stepped)),
        titles=tuple(document.title for document in documents if not document.url.startswith(UPLOADED)),
        form=answer.form,
        reply=question.reply,
        outcome=outcome,
    )


def _outcome(answer: Answer) -> Outcome:
    counts = Counter(sentence.verdict for sentence in answer.sentences)
    return Outcome(
        status=answer.status,
        declined=answer.declined,
        writer=answer.usage.writer,
        verdicts={verdict: number for verdict, number in counts.items() if verdict is not Verdict.EXEMPT},
        searches=answer.usage.searches,
        model_calls=answer.usage.model_calls,
        dollars=answer.usage.dollars,
        ms=answer.timings.get("total"),
    )
