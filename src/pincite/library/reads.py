"""What is kept of this thread, this answer, this event log? Every question that is asked of the database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, exists, func, select

from pincite.errors import Damaged
from pincite.events import EVENT, Stamped, fold
from pincite.library import history
from pincite.library.records import State, log, no_answer, no_thread, state_of
from pincite.library.tables import answers, events, threads
from pincite.types import Answer, Question, Thread

PAGE = 500
"""Events that a viewer reads at once."""


def page(connection: Connection, answer_id: str, after: int, limit: int = PAGE) -> tuple[State, list[Stamped]]:
    """How the answer stands, and at most ``limit`` of its events after ``after``, in one snapshot."""
    found = state_of(connection, answer_id)
    if found is None or found.gone:
        raise no_answer(answer_id)
    if found.seq <= after:
        return found, []
    rows = connection.execute(
        select(events.c.seq, events.c.payload)
        .where(events.c.answer == found.number, events.c.seq > after)
        .order_by(events.c.seq)
        .limit(limit)
    )
    try:
        return found, [Stamped(seq=row.seq, event=EVENT.validate_json(row.payload)) for row in rows]
    except ValidationError as error:
        why = error.errors()[0]["msg"]
        raise Damaged(f"the log of answer {answer_id!r} can't be read: {why}", hint="run pincite doctor") from None


def answer(connection: Connection, answer_id: str) -> Answer:
    kept = select(answers).join(threads, threads.c.number == answers.c.thread)
    here = (answers.c.binned.is_(None), threads.c.binned.is_(None))
    row = connection.execute(kept.where(answers.c.id == answer_id, *here)).one_or_none()
    if row is None:
        raise no_answer(answer_id)
    return _answer(connection, row)


def asked(connection: Connection, answer_id: str) -> float:
    """When its question came, in seconds since 1970; of an answer that is too old to know it, when its thread began."""
    both = select(answers.c.asked, threads.c.created).join(threads, threads.c.number == answers.c.thread)
    row = connection.execute(both.where(answers.c.id == answer_id)).one_or_none()
    if row is None:
        raise no_answer(answer_id)
    return float(_utc(row.created).timestamp() if row.asked is None else row.asked)


def _answer(connection: Connection, row: Row[Any]) -> Answer:
    if row.answer is not None:
        try:
            return Answer.model_validate_json(row.answer)
        except ValidationError:  # damaged: the log says the same
            return fold(log(connection, row.number))
    so_far = log(connection, row.number)
    return fold(so_far) if so_far else Answer(id=row.id, question=Question.model_validate_json(row.question))


def answers_of(connection: Connection, thread_id: str) -> list[Answer]:
    kept = select(threads.c.number).where(threads.c.id == thread_id, threads.c.binned.is_(None))
    number = connection.execute(kept).scalar()
    if number is None:
        raise no_thread(thread_id)
    rows = connection.execute(select(answers).where(answers.c.thread == number).order_by(answers.c.position)).all()
    here = [_answer(connection, row) for row in rows if row.binned is None]
    if len(here) == len(rows):
        return here
    return _in_place(here, [Question.model_validate_json(row.question).replaces for row in rows], [r.id for r in rows])


def _in_place(here: Sequence[Answer], replaced: Sequence[str | None], ids: Sequence[str]) -> list[Answer]:
    """Versions whose first one is in the bin stay together, in its place; the first that is left stands for it.

    ``replaced`` and ``ids`` tell of all answers of the thread in their order, those in the bin too.
    """
    root: dict[str, str] = {}
    for answer_id, older in zip(ids, replaced, strict=True):
        root[answer_id] = root.get(older or "", answer_id)
    first: dict[str, str] = {}
    found = []
    for answer in here:
        head = first.setdefault(root[answer.id], answer.id)
        replaces = answer.question.replaces and (None if head == answer.id else head)
        question = answer.question.model_copy(update={"replaces": replaces})
        place = ids.index(root[answer.id] if head == answer.id else answer.id)
        found.append((place, answer.model_copy(update={"question": question})))
    return [answer for _, answer in sorted(found, key=lambda one: one[0])]


def _threads() -> Select[Any]:
    mine = (answers.c.thread == threads.c.number, answers.c.binned.is_(None))
    count = select(func.count()).where(*mine).scalar_subquery().label("answers")
    return select(threads, count).where(threads.c.binned.is_(None))


def thread(connection: Connection, thread_id: str) -> Thread:
    row = connection.execute(_threads().where(threads.c.id == thread_id)).one_or_none()
    if row is None:
        raise no_thread(thread_id)
    return _thread(row, _turns(connection, [row.number]))


@dataclass(frozen=True)
class Sought:
    """Which threads are listed; what is not given does not narrow."""

    search: str = ""
    """Words that begin like each of its words. Blank finds all, punctuation alone finds none."""
    owner: str | None = None
    collection: str | None = None
    focus: str = ""
    """Asked in at least once."""
    after: date | None = None
    """Went on on this day (UTC) or later."""
    before: date | None = None
    """Went on on this day or earlier."""


def threads_like(connection: Connection, sought: Sought, limit: int, offset: int) -> list[Thread]:
    """The latest question first."""
    wanted = _threads()
    if sought.owner is not None:
        wanted = wanted.where(threads.c.owner == sought.owner)
    if sought.collection is not None:
        wanted = wanted.where(threads.c.collection == sought.collection)
    if sought.focus:
        # As the question's JSON has it; inside a string its quotes would be escaped.
        asked = answers.c.question.contains(f'"focus":{json.dumps(sought.focus)}', autoescape=True)
        wanted = wanted.where(exists().where(answers.c.thread == threads.c.number, answers.c.binned.is_(None), asked))
    if sought.after is not None:
        wanted = wanted.where(threads.c.updated >= datetime.combine(sought.after, time.min, UTC))
    if sought.before is not None:
        wanted = wanted.where(threads.c.updated < datetime.combine(sought.before, time.min, UTC) + timedelta(days=1))
    if sought.search.strip():
        condition = history.found(connection, sought.search)
        if condition is None:
            return []
        wanted = wanted.where(condition)
    ordered = wanted.order_by(threads.c.touched.desc(), threads.c.number.desc()).limit(limit).offset(offset)
    rows = connection.execute(ordered).all()
    turns = _turns(connection, [row.number for row in rows])
    excerpts = _excerpts(connection, rows, sought.search) if sought.search.strip() else {}
    return [_thread(row, turns, excerpts.get(row.number, "")) for row in rows]


def _excerpts(connection: Connection, rows: Sequence[Row[Any]], search: str) -> dict[int, str]:
    """Where each thread says what was searched for and its title does not say, by its number."""
    wanted = history.words(search)
    missing = {row.number: wanted - history.held(wanted, history.words(row.title)) for row in rows}
    said: dict[int, list[str]] = {number: [] for number, some in missing.items() if some}
    turns = select(answers.c.thread, answers.c.question, answers.c.answer).where(
        answers.c.thread.in_(said), answers.c.binned.is_(None)
    )
    for turn in connection.execute(turns.order_by(answers.c.thread, answers.c.position)):
        answer = json.loads(turn.answer or "{}")
        titles = [source["document"]["title"] for source in answer.get("sources", ())]
        said[turn.thread] += [json.loads(turn.question).get("text", ""), answer.get("text", ""), *titles]
    return {number: history.excerpt(missing[number], texts) for number, texts in said.items()}


def _turns(connection: Connection, numbers: Sequence[int]) -> Counter[int]:
    """How many questions threads have as the page shows them, by the threads' ``numbers``: versions, and a form with
    its reply, are one."""
    columns = (answers.c.thread, answers.c.id, answers.c.question, answers.c.binned)
    rows = connection.execute(
        select(*columns).where(answers.c.thread.in_(numbers)).order_by(answers.c.thread, answers.c.position)
    )
    root: dict[str, str] = {}
    last: dict[int, tuple[str, str | None]] = {}
    heads: dict[str, int] = {}
    for row in rows:
        question = json.loads(row.question)
        text, (before, said) = question.get("text", ""), last.get(row.thread, ("", None))
        same = before if question.get("reply") or text == said else ""
        head = root[row.id] = root.get(question.get("replaces") or "") or same or row.id
        if row.binned is None:
            last[row.thread] = (head, text)
            heads[head] = row.thread
    return Counter(heads.values())


def _thread(row: Row[Any], turns: Mapping[int, int], excerpt: str = "") -> Thread:
    return Thread(
        id=row.id,
        title=row.title,
        owner=row.owner,
        collection=row.collection,
        visibility=row.visibility,
        created=_utc(row.created),
        updated=_utc(row.updated),
        answers=row.answers,
        turns=turns.get(row.number, 0),
        excerpt=excerpt,
    )


def _utc(moment: datetime) -> datetime:
    """SQLite keeps no time zone; what is written is always UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def files_named(connection: Connection) -> set[str]:
    """The ids of the files that any question names, those in the bin too."""
    naming = select(answers.c.question).where(answers.c.question.contains('"file_ids":["', autoescape=True))
    return {
        file_id for question in connection.execute(naming).scalars() for file_id in json.loads(question)["file_ids"]
    }
