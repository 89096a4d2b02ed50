"""Whose is this thread, this answer? What ``authorize`` needs to know, also of what is in the bin."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, select

from pincite.library.access import Kind, Part, Thing
from pincite.library.tables import answers, collections, members, threads


def thread(connection: Connection, thread_id: str) -> Thing | None:
    """Whoever works in its collection works in it. ``None`` for one that is not there."""
    row = connection.execute(_KEPT.where(threads.c.id == thread_id)).first()
    if row is None:
        return None
    people = _parts(connection, row.collection)
    return Thing(Kind.THREAD, thread_id, row.owner, row.visibility, people)


def answer(connection: Connection, answer_id: str) -> Thing | None:
    """Its thread's owner, members and visibility are its own. ``None`` for one that is not there."""
    of = _KEPT.join(answers, answers.c.thread == threads.c.number)
    row = connection.execute(of.where(answers.c.id == answer_id)).first()
    if row is None:
        return None
    people = _parts(connection, row.collection)
    return Thing(Kind.ANSWER, answer_id, row.owner, row.visibility, people, opened_by=row.id)


def collection(connection: Connection, collection_id: str) -> Thing | None:
    """``None`` for one that is not there. What is open to strangers is asked for at its own address, not here."""
    where = collections.c.id == collection_id
    row = connection.execute(select(collections.c.owner).where(where)).first()
    return (
        None if row is None else Thing(Kind.COLLECTION, collection_id, row.owner, members=_members(connection, where))
    )


_KEPT = select(threads.c.id, threads.c.owner, threads.c.visibility, threads.c.collection)


def _parts(connection: Connection, collection_id: str | None) -> Mapping[str, Part]:
    """Whoever owns the collection may work in a thread of it, and not take it from its owner."""
    if collection_id is None:
        return {}
    where = collections.c.id == collection_id
    owner = connection.execute(select(collections.c.owner).where(where)).scalar()
    return _members(connection, where) | ({} if owner is None else {owner: Part.EDITOR})


def _members(connection: Connection, where: ColumnElement[bool]) -> dict[str, Part]:
    joined = select(members.c.person, members.c.part).join(collections, collections.c.number == members.c.collection)
    return {row.person: Part(row.part) for row in connection.execute(joined.where(where))}
