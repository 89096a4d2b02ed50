"""What is an account, and what does each act on one read and write? Each within a transaction.

People are changed by others only as ``RANK`` allows, and never so that no owner is left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from pincite.errors import BadInput, Conflict, NotFound, Refused, Spent
from pincite.library import collecting, feedback, records, traces
from pincite.library.access import Role, Scope, Visitor
from pincite.library.records import Transaction
from pincite.library.rolls import api_keys, people, sessions, tickets, uses
from pincite.library.runners import now
from pincite.library.tables import answers, threads
from pincite.types import Actor, Status, new_id

SEEN_S = 300.0
"""When something was last used is written at most this often."""
KEY_MARK = "pin_"
"""What every API key begins with, so that a leaked one is found."""
INVITED_S = 7 * 86_400
RESET_S = 86_400
RANK: Mapping[Role, int] = {Role.OWNER: 3, Role.ADMIN: 2, Role.MEMBER: 1, Role.GUEST: 0}


@dataclass(frozen=True)
class Person:
    """An account. ``created`` and ``suspended`` are seconds since 1970."""

    id: str
    email: str
    name: str
    role: Role
    plan: str
    created: float
    suspended: float | None
    has_password: bool
    subject: str | None = None
    """By whom the person is vouched for and by what name: issuer, a blank, subject."""

    @property
    def actor(self) -> Actor:
        return Actor(id=self.id, kind="person", name=self.name, plan=self.plan)


@dataclass(frozen=True)
class Session:
    """A browser that is signed in."""

    id: str
    agent: str
    created: float
    seen: float


@dataclass(frozen=True)
class Key:
    """An API key as it is shown: its beginning, never the whole."""

    id: str
    name: str
    prefix: str
    scopes: frozenset[Scope]
    created: float
    ends: float | None
    used: float | None


@dataclass(frozen=True)
class Ticket:
    """An invitation, or the leave to choose a new password: good once, until ``ends``."""

    id: str
    kind: str
    email: str
    role: Role
    ends: float
    person: str | None = None


@dataclass(frozen=True)
class Known:
    """Who came, and by which session or key; the id of a session is empty for a key."""

    person: Person
    visitor: Visitor
    session: str = ""
    key: str = ""


def digest(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a fast hash is enough."""
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def address(email: str) -> str:
    """An e-mail address as it is kept. Raises ``BadInput``."""
    plain = email.strip().casefold()
    name, at, host = plain.rpartition("@")
    if not (at and name and host and len(plain) <= 254 and plain.isprintable() and not set(plain) & set(' "<>,;:\\')):
        raise BadInput(f"{email[:100]!r} is no e-mail address", hint="such as ada@example.org")
    return plain


# ── accounts ──


def person_of(row: Row[Any]) -> Person:
    has_password, role = row.password is not None, Role(row.role)
    return Person(row.id, row.email, row.name, role, row.plan, row.created, row.suspended, has_password, row.subject)


def one(connection: Connection, person_id: str) -> Person:
    """Raises ``NotFound``."""
    row = connection.execute(select(people).where(people.c.id == person_id)).one_or_none()
    if row is None:
        raise no_person(person_id)
    return person_of(row)


def everybody(connection: Connection) -> list[Person]:
    """The oldest first."""
    return [person_of(row) for row in connection.execute(select(people).order_by(people.c.created, people.c.id))]


def add(
    connection: Connection,
    email: str,
    role: Role,
    name: str,
    plan: str,
    password: str | None = None,
    subject: str | None = None,
) -> Person:
    """The first owner is the one person that the server had without accounts. Raises ``Conflict``."""
    if connection.execute(select(people.c.id).where(people.c.email == email)).first() is not None:
        raise Conflict(f"{email} has an account", hint="sign in with it, or have its password set anew")
    alone = role is Role.OWNER and connection.execute(select(people.c.id).limit(1)).first() is None
    person = Actor().id if alone else new_id()
    values = {"id": person, "email": email, "name": name or email.partition("@")[0], "role": role, "plan": plan}
    kept = {"password": password, "subject": subject, "created": now(connection)}
    connection.execute(insert(people).values(**values, **kept))
    return one(connection, person)


def change(connection: Connection, person_id: str, **values: Any) -> None:
    """Raises ``NotFound``."""
    if not connection.execute(update(people).where(people.c.id == person_id).values(**values)).rowcount:
        raise no_person(person_id)


def governed(connection: Connection, person_id: str, by: Role, *roles: Role) -> Person:
    """The person, if ``by`` may change it, and give it ``roles``. Raises ``NotFound`` and ``Refused``."""
    person = one(connection, person_id)
    if by is Role.OWNER:
        return person
    highest = max(RANK[role] for role in (person.role, *roles))
    if RANK[by] < RANK[Role.ADMIN] or highest >= RANK[Role.ADMIN]:
        raise Refused("only an owner may do that with an owner or an admin", hint="ask an owner of this server")
    return person


def keep_an_owner(connection: Connection, person: Person) -> None:
    """Raises ``Conflict`` if there is no owner but ``person``."""
    others = select(func.count()).where(
        people.c.role == Role.OWNER, people.c.suspended.is_(None), people.c.id != person.id
    )
    if person.role is Role.OWNER and not connection.execute(others).scalar_one():
        raise Conflict(f"{person.email} is the last owner", hint="make somebody else an owner first")


def set_role(connection: Connection, person_id: str, role: Role, by: Role) -> None:
    person = governed(connection, person_id, by, role)
    if role is not Role.OWNER:
        keep_an_owner(connection, person)
    change(connection, person_id, role=role)


def set_plan(connection: Connection, person_id: str, plan: str, by: Role) -> None:
    governed(connection, person_id, by)
    change(connection, person_id, plan=plan)


def suspend(connection: Connection, person_id: str, by: Role) -> None:
    keep_an_owner(connection, governed(connection, person_id, by))
    change(connection, person_id, suspended=now(connection))
    connection.execute(delete(sessions).where(sessions.c.person == person_id))


def resume(connection: Connection, person_id: str, by: Role) -> None:
    governed(connection, person_id, by)
    change(connection, person_id, suspended=None)


def may_leave(connection: Connection, person_id: str) -> Person:
    """Raises ``NotFound``, and ``Conflict`` for the last owner."""
    person = one(connection, person_id)
    keep_an_owner(connection, person)
    return person


def forget(transaction: Transaction, person_id: str) -> list[str]:
    """The account with its sessions, keys, tickets, counts, memberships, collections, thumbs and leave to learn, and
    every thread of it, also in the bin. The ids of the answers that are gone. Raises as ``may_leave``."""
    connection = transaction.connection
    person = may_leave(connection, person_id)
    owned = connection.execute(select(threads.c.id).where(threads.c.owner == person_id)).scalars().all()
    gone = [answer_id for thread_id in owned for answer_id in records.forget(transaction, thread_id)]
    collecting.forget(transaction, person_id)
    feedback.forget(connection, person_id)
    traces.take_back(connection, person_id)
    connection.execute(delete(tickets).where(tickets.c.email == person.email))
    connection.execute(delete(people).where(people.c.id == person_id))
    return gone


def running(connection: Connection, person_id: str) -> list[str]:
    """The answers that are being made in the person's threads."""
    theirs = select(answers.c.id).join(threads, threads.c.number == answers.c.thread)
    here = (threads.c.owner == person_id, answers.c.status == Status.RUNNING)
    return list(connection.execute(theirs.where(*here)).scalars())


def renew(connection: Connection, person_id: str, password: str) -> None:
    """A new password ends every session and every leave to set another."""
    change(connection, person_id, password=password)
    connection.execute(delete(sessions).where(sessions.c.person == person_id))
    connection.execute(delete(tickets).where(tickets.c.person == person_id))


# ── sessions ──


def open_session(connection: Connection, person_id: str, token: str, agent: str) -> None:
    moment = now(connection)
    values = {"hash": digest(token), "id": new_id(), "person": person_id, "agent": agent[:200]}
    connection.execute(insert(sessions).values(**values, created=moment, seen=moment))


def by_session(connection: Connection, token: str, idle_s: float, most_s: float) -> tuple[Known, bool] | None:
    """Who has it, and whether that it was seen is to be written."""
    row = connection.execute(
        select(people, sessions.c.id.label("session"), sessions.c.seen, sessions.c.created.label("opened"))
        .join(people, people.c.id == sessions.c.person)
        .where(sessions.c.hash == digest(token), people.c.suspended.is_(None))
    ).one_or_none()
    moment = now(connection)
    if row is None or moment - row.seen > idle_s or moment - row.opened > most_s:
        return None
    person = person_of(row)
    known = Known(person, Visitor(person.actor, person.role), session=row.session)
    return known, moment - row.seen > SEEN_S


def seen(connection: Connection, token: str) -> None:
    connection.execute(update(sessions).where(sessions.c.hash == digest(token)).values(seen=now(connection)))


def close_session(connection: Connection, token: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.hash == digest(token)))


def sessions_of(connection: Connection, person_id: str) -> list[Session]:
    rows = connection.execute(select(sessions).where(sessions.c.person == person_id).order_by(sessions.c.seen.desc()))
    return [Session(row.id, row.agent, row.created, row.seen) for row in rows]


def end_sessions(connection: Connection, person_id: str, session_id: str | None) -> None:
    condition = (sessions.c.person == person_id, *(() if session_id is None else (sessions.c.id == session_id,)))
    if not connection.execute(delete(sessions).where(*condition)).rowcount and session_id is not None:
        raise NotFound(f"there is no session {session_id!r}", hint="it may have ended already: /account")


# ── API keys ──


def make_key(
    connection: Connection, person_id: str, name: str, key: str, scopes: frozenset[Scope], ends_s: float | None
) -> None:
    moment = now(connection)
    values = {"hash": digest(key), "id": new_id(), "person": person_id, "name": name, "created": moment}
    values |= {"prefix": key[: len(KEY_MARK) + 6], "scopes": " ".join(sorted(scopes))}
    connection.execute(insert(api_keys).values(**values, ends=None if ends_s is None else moment + ends_s))


def by_key(connection: Connection, key: str) -> tuple[Known, bool] | None:
    """Who has it, and whether that it was used is to be written."""
    row = connection.execute(
        select(people, api_keys.c.id.label("key"), api_keys.c.scopes, api_keys.c.ends, api_keys.c.used)
        .join(people, people.c.id == api_keys.c.person)
        .where(api_keys.c.hash == digest(key), people.c.suspended.is_(None))
    ).one_or_none()
    moment = now(connection)
    if row is None or (row.ends is not None and row.ends <= moment):
        return None
    person = person_of(row)
    visitor = Visitor(person.actor, person.role, scopes=frozenset(map(Scope, row.scopes.split())))
    return Known(person, visitor, key=row.key), row.used is None or moment - row.used > SEEN_S


def used(connection: Connection, key: str) -> None:
    connection.execute(update(api_keys).where(api_keys.c.hash == digest(key)).values(used=now(connection)))


def keys_of(connection: Connection, person_id: str) -> list[Key]:
    rows = connection.execute(
        select(api_keys).where(api_keys.c.person == person_id).order_by(api_keys.c.created.desc())
    )
    return [
        Key(row.id, row.name, row.prefix, frozenset(map(Scope, row.scopes.split())), row.created, row.ends, row.used)
        for row in rows
    ]


def revoke_key(connection: Connection, person_id: str, key_id: str) -> None:
    mine = delete(api_keys).where(api_keys.c.person == person_id, api_keys.c.id == key_id)
    if not connection.execute(mine).rowcount:
        raise NotFound(f"there is no key {key_id!r}", hint="it may have been revoked already: /account")


# ── invitations and new passwords ──


def invite(connection: Connection, email: str, role: Role, by: Role, token: str) -> None:
    if RANK[by] < RANK[Role.ADMIN] or (by is not Role.OWNER and RANK[role] >= RANK[Role.ADMIN]):
        raise Refused(f"only an owner may invite somebody as {role}", hint="invite a member or a guest")
    if connection.execute(select(people.c.id).where(people.c.email == email)).first() is not None:
        raise Conflict(f"{email} has an account", hint="change its role instead")
    connection.execute(delete(tickets).where(tickets.c.email == email))
    _write_ticket(connection, token, "invite", None, email, role, INVITED_S)


def offer_reset(connection: Connection, person_id: str, by: Role, token: str) -> None:
    person = governed(connection, person_id, by)
    connection.execute(delete(tickets).where(tickets.c.person == person_id))
    _write_ticket(connection, token, "reset", person_id, person.email, person.role, RESET_S)


def _write_ticket(
    connection: Connection, token: str, kind: str, person: str | None, email: str, role: Role, ends_s: float
) -> None:
    moment = now(connection)
    values = {"hash": digest(token), "id": new_id(), "kind": kind, "person": person, "email": email, "role": role}
    connection.execute(insert(tickets).values(**values, created=moment, ends=moment + ends_s))


def ticket(connection: Connection, token: str) -> Ticket:
    """Raises ``NotFound``."""
    good = select(tickets).where(tickets.c.hash == digest(token), tickets.c.ends > now(connection))
    row = connection.execute(good).one_or_none()
    if row is None:
        raise NotFound("this link is not good (any more)", hint="it works once, for some days: ask for a new one")
    return _ticket(row)


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(row.id, row.kind, row.email, Role(row.role), row.ends, row.person)


def waiting(connection: Connection) -> list[Ticket]:
    open_ = select(tickets).where(tickets.c.kind == "invite", tickets.c.ends > now(connection))
    return [_ticket(row) for row in connection.execute(open_.order_by(tickets.c.created.desc()))]


def withdraw(connection: Connection, ticket_id: str) -> None:
    if not connection.execute(delete(tickets).where(tickets.c.id == ticket_id)).rowcount:
        raise NotFound(f"there is no invitation {ticket_id!r}", hint="it may have been accepted: /people")


def accept(connection: Connection, token: str, password: str, name: str, plan: str) -> Person:
    """Uses the ticket up, in the same transaction."""
    given = ticket(connection, token)
    connection.execute(delete(tickets).where(tickets.c.id == given.id))
    if given.person is None:
        return add(connection, given.email, given.role, name, plan, password=password)
    renew(connection, given.person, password)
    return one(connection, given.person)


# ── plans ──


def spend(connection: Connection, person_id: str, limits: Mapping[str, int]) -> None:
    """Counts one of each for today (UTC). Raises ``Spent`` where there are as many already; none is counted then."""
    moment = now(connection)
    day = int(moment // 86_400)
    for what, most in limits.items():
        here = (uses.c.person == person_id, uses.c.what == what, uses.c.day == day)
        count = connection.execute(select(uses.c.count).where(*here)).scalar() or 0
        if count >= most:
            left_s = 86_400 - moment % 86_400
            raise Spent(
                f"your plan has {most} {what} a day",
                hint=f"the next ones come in {math.ceil(left_s / 3600)} h, at midnight UTC",
                retry_after_s=left_s,
            )
        if count:
            connection.execute(update(uses).where(*here).values(count=count + 1))
        else:
            connection.execute(delete(uses).where(uses.c.person == person_id, uses.c.what == what))
            connection.execute(insert(uses).values(person=person_id, what=what, day=day, count=1))


def spent(connection: Connection, person_id: str) -> dict[str, int]:
    """What was counted today (UTC), by what it is."""
    day = int(now(connection) // 86_400)
    rows = connection.execute(select(uses.c.what, uses.c.count).where(uses.c.person == person_id, uses.c.day == day))
    return {str(what): int(number) for what, number in rows}


def no_person(person_id: str) -> NotFound:
    return NotFound(f"there is no person {person_id!r}", hint="list them with: pincite people")
