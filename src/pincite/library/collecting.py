"""What belongs together? Collections: threads under one title, who works on them, and what the engine is told.

A collection has an owner and members, each an editor or a viewer; so has every thread in it. Its page is private, or
open to whoever has its link, or public; what strangers see of its threads is what a share with nothing but web sources
and no names shows (``sharing.py``). A collection that is deleted lets its threads go, and deletes none.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from pincite.errors import BadInput, Conflict, NotFound
from pincite.library import reads, records, sharing
from pincite.library.access import Part
from pincite.library.reads import Sought
from pincite.library.records import Transaction
from pincite.library.rolls import people
from pincite.library.sharing import Left, Shared, Visibility
from pincite.library.tables import collections, invites, members, threads
from pincite.types import Thread, new_id

LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_INSTRUCTIONS, LONGEST_EMOJI = 80, 500, 2000, 12
MOST_THREADS = 500
"""Of one collection on its page."""


@dataclass(frozen=True)
class Plan:
    """What its owner says of a collection. Raises ``BadInput`` for what can't be taken."""

    title: str
    emoji: str = ""
    description: str = ""
    instructions: str = ""
    """Told to the model with every question that is asked in the collection."""
    visibility: Visibility = Visibility.PRIVATE

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise BadInput("the collection has no title", hint="write one word at least")
        for name, most in (
            ("title", LONGEST_TITLE),
            ("description", LONGEST_DESCRIPTION),
            ("instructions", LONGEST_INSTRUCTIONS),
            ("emoji", LONGEST_EMOJI),
        ):
            length = len(getattr(self, name))
            if length > most:
                raise BadInput(f"its {name} has {length} characters", hint=f"{most} is the most")
        if any((c.isalnum() and c.isascii()) or c.isspace() for c in self.emoji):
            raise BadInput(f"{self.emoji!r} is no emoji", hint="take one sign, such as 📚, or none")


@dataclass(frozen=True)
class Collection:
    """A collection as its members see it."""

    id: str
    owner: str
    plan: Plan
    token: str | None
    """What the address of its open page ends in; ``None`` for a private one."""
    threads: int


@dataclass(frozen=True)
class Member:
    """Somebody who works in a collection and does not own it."""

    person: str
    name: str
    part: Part


@dataclass(frozen=True)
class Invitation:
    """What a link into a collection offers."""

    token: str
    collection_id: str
    title: str
    part: Part


# ── the collection ──


def make(transaction: Transaction, owner: str, plan: Plan) -> str:
    """A new one; its id."""
    made = new_id()
    transaction.connection.execute(insert(collections).values(id=made, owner=owner, **_kept(plan, None)))
    return made


def change(transaction: Transaction, collection_id: str, plan: Plan) -> None:
    """Its open page keeps its address for as long as it is open. Raises ``NotFound``."""
    before = one(transaction.connection, collection_id)
    kept = _kept(plan, before.token)
    transaction.connection.execute(update(collections).where(collections.c.id == collection_id).values(**kept))


def _kept(plan: Plan, token: str | None) -> dict[str, str | None]:
    open_ = plan.visibility is not Visibility.PRIVATE
    return {
        "title": records.title(plan.title),
        "emoji": plan.emoji,
        "description": plan.description.strip(),
        "instructions": plan.instructions.strip(),
        "visibility": plan.visibility,
        "token": (token or secrets.token_urlsafe(18)) if open_ else None,
    }


def remove(transaction: Transaction, collection_id: str) -> None:
    """Its threads stay with those who asked. Raises ``NotFound``."""
    one(transaction.connection, collection_id)
    transaction.connection.execute(update(threads).where(threads.c.collection == collection_id).values(collection=None))
    transaction.connection.execute(delete(collections).where(collections.c.id == collection_id))


def forget(transaction: Transaction, owner: str) -> None:
    """The collections of somebody who leaves the server."""
    owned = select(collections.c.id).where(collections.c.owner == owner)
    for collection_id in transaction.connection.execute(owned).scalars().all():
        remove(transaction, collection_id)


def move(transaction: Transaction, thread_id: str, collection_id: str | None) -> None:
    """A thread into a collection, or out of all. Raises ``NotFound``."""
    if collection_id is not None:
        one(transaction.connection, collection_id)
    here = (threads.c.id == thread_id, threads.c.binned.is_(None))
    if not transaction.connection.execute(update(threads).where(*here).values(collection=collection_id)).rowcount:
        raise records.no_thread(thread_id)


def one(connection: Connection, collection_id: str) -> Collection:
    """Raises ``NotFound``."""
    row = connection.execute(_select(collections.c.id == collection_id)).one_or_none()
    if row is None:
        raise NotFound(f"there is no collection {collection_id!r}", hint="it may have been deleted: /collections")
    return _collection(row)


def of(connection: Connection, person: str | None) -> list[Collection]:
    """Those that a person owns or works in, by title; ``None``: all."""
    mine = select(members.c.collection).where(members.c.person == person)
    where = () if person is None else ((collections.c.owner == person) | collections.c.number.in_(mine),)
    rows = connection.execute(_select(*where).order_by(func.lower(collections.c.title), collections.c.number)).all()
    return [_collection(row) for row in rows]


def _select(*where: ColumnElement[bool]) -> Any:
    here = (threads.c.collection == collections.c.id, threads.c.binned.is_(None))
    count = select(func.count()).where(*here).scalar_subquery().label("threads")
    return select(collections, count).where(*where)


def _collection(row: Row[Any]) -> Collection:
    plan = Plan(row.title, row.emoji, row.description, row.instructions, Visibility(row.visibility))
    return Collection(row.id, row.owner, plan, row.token, row.threads)


def instructions(connection: Connection, thread_id: str, collection_id: str | None) -> str:
    """What the model is told of a thread's collection, or of the one in which it will be opened; empty for none."""
    in_thread = select(threads.c.collection).where(threads.c.id == thread_id)
    wanted = connection.execute(in_thread).scalar() or collection_id
    found = connection.execute(select(collections.c.instructions).where(collections.c.id == wanted)).scalar()
    return str(found or "")


# ── its people ──


def askers(connection: Connection, thread_id: str) -> list[str]:
    """The names of those who may ask in a thread beside its owner, by name."""
    of = select(threads.c.owner, collections.c.number, collections.c.owner.label("keeper")).join(
        collections, collections.c.id == threads.c.collection
    )
    row = connection.execute(of.where(threads.c.id == thread_id)).first()
    if row is None:
        return []
    editing = select(members.c.person).where(members.c.collection == row.number, members.c.part == Part.EDITOR)
    wanted = people.c.id.in_(editing) | (people.c.id == row.keeper)
    named = select(people.c.name).where(wanted, people.c.id != row.owner).order_by(people.c.name, people.c.id)
    return list(connection.execute(named).scalars())


def people_of(connection: Connection, collection_id: str) -> list[Member]:
    """The members, by name."""
    rows = connection.execute(
        select(members.c.person, members.c.part, people.c.name)
        .join(people, people.c.id == members.c.person)
        .join(collections, collections.c.number == members.c.collection)
        .where(collections.c.id == collection_id)
        .order_by(people.c.name, people.c.id)
    )
    return [Member(row.person, row.name, Part(row.part)) for row in rows]


def invite(transaction: Transaction, collection_id: str, part: Part) -> str:
    """What ends the address of a link into the collection; it is good for as many as follow it until it is taken back.

    An older link for the same part ends. Raises ``NotFound``.
    """
    if part is Part.OWNER:
        raise BadInput("nobody is made an owner by a link", hint="invite an editor or a viewer")
    number = _number(transaction.connection, collection_id)
    uninvite(transaction, collection_id, part)
    token = secrets.token_urlsafe(18)
    transaction.connection.execute(insert(invites).values(token=token, collection=number, part=part))
    return token


def uninvite(transaction: Transaction, collection_id: str, part: Part) -> None:
    """Take the link for this part back. Raises ``NotFound``."""
    number = _number(transaction.connection, collection_id)
    transaction.connection.execute(delete(invites).where(invites.c.collection == number, invites.c.part == part))


def invitations(connection: Connection, collection_id: str) -> list[Invitation]:
    """The links into a collection that are good."""
    return _invitations(connection, collections.c.id == collection_id)


def invitation(connection: Connection, token: str) -> Invitation:
    """Raises ``NotFound``, in the same words for one that was taken back and one that never was."""
    found = _invitations(connection, invites.c.token == token)
    if not found:
        raise NotFound("this invitation is not good", hint="ask whoever gave it to you for a new one")
    return found[0]


def _invitations(connection: Connection, where: ColumnElement[bool]) -> list[Invitation]:
    rows = connection.execute(
        select(invites.c.token, invites.c.part, collections.c.id, collections.c.title)
        .join(collections, collections.c.number == invites.c.collection)
        .where(where)
        .order_by(invites.c.part)
    )
    return [Invitation(row.token, row.id, row.title, Part(row.part)) for row in rows]


def join(transaction: Transaction, token: str, person: str) -> str:
    """Who follows an invitation is a member from now on; the collection's id. An editor does not become a viewer.

    Raises ``NotFound``.
    """
    offered = invitation(transaction.connection, token)
    collection = one(transaction.connection, offered.collection_id)
    if collection.owner == person:
        return collection.id
    parts = {member.person: member.part for member in people_of(transaction.connection, collection.id)}
    if parts.get(person) is not Part.EDITOR:
        set_part(transaction, collection.id, person, offered.part)
    return collection.id


def set_part(transaction: Transaction, collection_id: str, person: str, part: Part) -> None:
    """What a person is in the collection. Raises ``NotFound``, and ``Conflict`` for its owner."""
    collection = one(transaction.connection, collection_id)
    if person == collection.owner or part is Part.OWNER:
        raise Conflict("a collection has one owner, who stays so", hint="delete it, or make a new one")
    number = _number(transaction.connection, collection_id)
    leave(transaction, collection_id, person)
    transaction.connection.execute(insert(members).values(collection=number, person=person, part=part))


def leave(transaction: Transaction, collection_id: str, person: str) -> None:
    """The person is no member from now on; what was asked stays. Raises ``NotFound`` for an unknown collection."""
    number = _number(transaction.connection, collection_id)
    transaction.connection.execute(delete(members).where(members.c.collection == number, members.c.person == person))


def _number(connection: Connection, collection_id: str) -> int:
    one(connection, collection_id)
    return int(connection.execute(select(collections.c.number).where(collections.c.id == collection_id)).scalar_one())


# ── what strangers see ──


@dataclass(frozen=True)
class Opened:
    """A collection that is not private, as whoever has its address sees it."""

    plan: Plan
    token: str
    threads: tuple[Thread, ...]


def opened(connection: Connection, token: str) -> Opened:
    """Raises ``NotFound``, in the same words for one that was made private and one that never was."""
    row = connection.execute(_select(collections.c.token == token)).one_or_none()
    if row is None:
        raise NotFound("nothing is shared at this address", hint="ask whoever gave it to you for a new one")
    found = reads.threads_like(connection, Sought(collection=row.id), MOST_THREADS, 0)
    return Opened(_collection(row).plan, token, tuple(found))


def opened_thread(connection: Connection, token: str, thread_id: str) -> Shared:
    """A thread of an open collection, without names and without what is not on the web. Raises ``NotFound``."""
    collection = opened(connection, token)
    thread = next((thread for thread in collection.threads if thread.id == thread_id), None)
    if thread is None:
        raise NotFound("this thread is not shared here", hint="go back to the collection and pick one")
    left = frozenset(Left)
    share = sharing.Share(token, thread_id, collection.plan.visibility, left)
    answers = sharing.shown(reads.answers_of(connection, thread_id), left)
    return Shared(share, thread.title, thread.updated, tuple(answers))
