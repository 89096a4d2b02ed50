"""What do readers think of an answer? A thumb and reasons, one of each reader and answer; the last one counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from pincite.errors import BadInput
from pincite.library import records
from pincite.library.reads import answer as read_answer
from pincite.library.records import Transaction
from pincite.library.runners import now
from pincite.library.tables import answers, feedback, threads
from pincite.types import Answer, Status

Thumb = Literal["up", "down"]
REASONS = ("false", "unsupported", "beside", "incomplete", "other")
"""Why a thumb is down: not true, its sources do not say so, not what was asked, something is missing, another."""


@dataclass(frozen=True)
class Feedback:
    """What one reader thinks of one answer. ``documents`` are those that the answer cites."""

    answer_id: str
    person: str
    thumb: Thumb
    reasons: tuple[str, ...]
    documents: tuple[str, ...]
    given: float
    """Seconds since 1970, by the database's clock."""


def put(
    transaction: Transaction, answer_id: str, person: str, thumb: Thumb | None, reasons: Sequence[str] = ()
) -> None:
    """In the place of what the person thought before; ``None`` takes it back. Raises ``NotFound``, and ``BadInput`` for
    reasons that there are not, and for an answer that is not finished."""
    if unknown := [reason for reason in reasons if reason not in REASONS]:
        raise BadInput(f"there is no reason {unknown[0]!r}", hint=f"reasons are {', '.join(REASONS)}")
    judged = read_answer(transaction.connection, answer_id)
    state = records.state_of(transaction.connection, answer_id)
    assert state is not None
    if state.status is Status.RUNNING:
        raise BadInput(f"answer {answer_id!r} is still being made", hint="judge it when it is finished")
    mine = (feedback.c.answer == state.number, feedback.c.person == person)
    transaction.connection.execute(delete(feedback).where(*mine))
    if thumb is None:
        return
    transaction.connection.execute(
        insert(feedback).values(
            answer=state.number,
            person=person,
            thumb=thumb,
            reasons=json.dumps([reason for reason in REASONS if reason in reasons] if thumb == "down" else []),
            documents=json.dumps(cited(judged)),
            given=now(transaction.connection),
        )
    )


def cited(answer: Answer) -> list[str]:
    """The ids of the documents that the answer's sentences rest on, in the order of their numbers."""
    numbers = {citation.source for sentence in answer.sentences for citation in sentence.citations}
    return [source.document.id for source in answer.sources if source.number in numbers]


def of_thread(connection: Connection, thread_id: str, person: str) -> dict[str, Feedback]:
    """What a person thinks of the answers of a thread, by answer."""
    found = _all(connection, threads.c.id == thread_id, feedback.c.person == person)
    return {one.answer_id: one for one in found}


def given(connection: Connection, person: str | None = None) -> list[Feedback]:
    """All that a person gave, or that anybody did, the oldest first."""
    return list(_all(connection, *(() if person is None else (feedback.c.person == person,))))


def forget(connection: Connection, person: str) -> None:
    """All that a person gave, wherever."""
    connection.execute(delete(feedback).where(feedback.c.person == person))


def thumbs(connection: Connection) -> Mapping[str, tuple[int, int]]:
    """Up and down, by document: a thumb is for all documents that its answer cites."""
    counts: Counter[tuple[str, str]] = Counter()
    for thumb, documents in connection.execute(select(feedback.c.thumb, feedback.c.documents)):
        counts.update((document, thumb) for document in json.loads(documents))
    return {document: (counts[document, "up"], counts[document, "down"]) for document, _ in counts}


def _all(connection: Connection, *wanted: ColumnElement[bool]) -> Iterator[Feedback]:
    whole = feedback.join(answers, answers.c.number == feedback.c.answer).join(
        threads, threads.c.number == answers.c.thread
    )
    rows = connection.execute(
        select(feedback, answers.c.id.label("answer_id"))
        .select_from(whole)
        .where(*wanted)
        .order_by(feedback.c.given, feedback.c.answer, feedback.c.person)
    )
    for row in rows:
        yield Feedback(
            answer_id=row.answer_id,
            person=row.person,
            thumb=row.thumb,
            reasons=tuple(json.loads(row.reasons)),
            documents=tuple(json.loads(row.documents)),
            given=row.given,
        )
