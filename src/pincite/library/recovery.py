"""What becomes of an answer whose process was killed? Another process goes on with it, or its log is closed.

Who takes it writes its name into the answer's row, and what it says of that into the log, in one transaction: of
several processes that see the dead one, one has it. The log counts how often: an answer that kills whoever makes it is
closed at the third time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import Row, select, update

from pincite.events import Event, Failed, Finished, Stamped, Started, Stepped
from pincite.library.notes import ELSEWHERE, holds
from pincite.library.records import Transaction, append, log, state_of
from pincite.library.runners import Runner, alive, now
from pincite.library.tables import answers
from pincite.types import Problem, Question, Status

RESUMES = 2
"""How often one answer is gone on with."""
RESUMED_FOR_S = 3600.0
"""How long after it was asked: nobody waits for it any more."""
RESUME = "resume"
"""The step that says so."""


@dataclass(frozen=True)
class Taken:
    """An answer that this process goes on with. ``told`` is its log so far, ``seq`` the number of its last event."""

    answer_id: str
    question: Question
    told: tuple[Event, ...]
    seq: int


@dataclass(frozen=True)
class Recovered:
    """What became of the answers of dead processes: those closed, by id, and those taken."""

    closed: dict[str, list[Stamped]] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)


def recover(transaction: Transaction, me: Runner, *, resuming: bool) -> Recovered:
    """Takes or closes the answers whose runner is dead, the text so far kept."""
    transaction.flush()
    # The answers first: a runner is committed with its first answer, so whoever is not seen afterwards is gone.
    running = transaction.connection.execute(
        select(answers)
        .where(answers.c.status == Status.RUNNING, answers.c.runner != me.id)
        .with_for_update(skip_locked=True)
        .order_by(answers.c.runner, answers.c.number)  # as the index of running ones has it: else all answers are read
    ).all()
    found = Recovered()
    if not running:
        return found
    living = alive(transaction.connection, me)
    for row in running:
        if row.runner in living:
            continue
        transaction.connection.execute(update(answers).where(answers.c.number == row.number).values(runner=me.id))
        try:
            question = Question.model_validate_json(row.question)
        except ValidationError:  # the others are no worse for it
            structlog.get_logger().error("question_damaged", answer_id=row.id, hint="run pincite doctor")
            continue
        times = _times(transaction, row, question) if resuming else None
        if times is None or times >= RESUMES:
            found.closed[row.id] = interrupt(transaction, row.id, question, times or 0)
        else:
            me.beat(transaction.connection)
            found.taken.append(_take(transaction, row, question, times + 1))
    return found


def _times(transaction: Transaction, row: Row[Any], question: Question) -> int | None:
    """How often the answer was gone on with before; ``None`` for one that nobody goes on with."""
    found = state_of(transaction.connection, row.id)
    late = row.asked is None or now(transaction.connection) - row.asked > RESUMED_FOR_S
    if (
        question.mode != "copilot"
        or late
        or found is None
        or found.gone
        or holds(transaction.connection, row.id, ELSEWHERE)
    ):
        return None
    return sum(isinstance(event, Stepped) and event.step == RESUME for event in log(transaction.connection, row.number))


def _take(transaction: Transaction, row: Row[Any], question: Question, times: int) -> Taken:
    told = log(transaction.connection, row.number)
    detail = f"pincite stopped while it was working on this, and goes on with it ({times} of {RESUMES})"
    more: list[Event] = [] if told else [Started(answer_id=row.id, question=question)]
    stamped = append(transaction, row.id, [*more, Stepped(step=RESUME, detail=detail)])
    return Taken(row.id, question, (*told, *more), stamped[-1].seq)


def interrupt(transaction: Transaction, answer_id: str, question: Question, times: int = 0) -> list[Stamped]:
    """Ends an answer that nobody writes any more, after it was gone on with so many ``times``."""
    opening = [Started(answer_id=answer_id, question=question)] if transaction.head(answer_id).seq == 0 else []
    again = f", {times + 1} times," if times else ""
    problem = Problem(
        type="interrupted",
        title="The answer was interrupted",
        status=503,
        detail=f"pincite stopped{again} while it was writing this answer; what was written is kept",
        hint="ask again to get a whole answer",
        retryable=True,
    )
    return append(transaction, answer_id, [*opening, Failed(problem=problem), Finished(status=Status.INTERRUPTED)])
