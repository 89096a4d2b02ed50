"""How does a thread go on in two ways? A fork: a new thread that begins as a copy of another's answers.

Copied are the answers as they are given here, so what was left out of them stays out. A copy keeps the askers' names
and has identifiers of its own; its log is the shortest one of which it is the fold.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update

from pincite.errors import BadInput
from pincite.events import replay
from pincite.library import records
from pincite.library.records import Transaction
from pincite.library.runners import Runner
from pincite.library.tables import threads
from pincite.types import Answer, Status, new_id


def fork(transaction: Transaction, me: Runner, originals: Sequence[Answer], title: str, owner: str) -> str:
    """The id of the new thread. Raises ``BadInput`` if none of ``originals`` is finished."""
    finished = [answer for answer in originals if answer.status is not Status.RUNNING]
    if not finished:
        raise BadInput("there is no finished answer to begin with", hint="wait until it is answered")
    thread_id = new_id()
    copies: dict[str | None, str] = {}
    for original in finished:
        copy_id = copies[original.id] = new_id()
        again = {"id": new_id(), "thread_id": thread_id, "collection": None}
        again |= {name: copies.get(getattr(original.question, name)) for name in ("replaces", "follows")}
        question = original.question.model_copy(update=again)
        copy = original.model_copy(update={"id": copy_id, "question": question})
        records.begin(transaction, me, question, copy_id, None, "")
        records.append(transaction, copy_id, list(replay(copy)))
    kept = {"title": records.title(title), "owner": owner}
    number = update(threads).where(threads.c.id == thread_id).values(**kept).returning(threads.c.number)
    records.index(transaction.connection, transaction.connection.execute(number).scalar_one())
    return thread_id
