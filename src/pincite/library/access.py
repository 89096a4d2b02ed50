"""Who may do what with which thing? One question, ``authorize``, and one table, ``RIGHTS``, that answers it.

Whoever may not know of a thing is told, in the same words as for one that never was, that there is no such thing
(``NotFound``); whoever knows of it and may not do that with it is ``Refused``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pincite.errors import NotFound, Refused
from pincite.settings import DatabaseSettings
from pincite.types import Actor


class Role(StrEnum):
    """What a person is on this server."""

    OWNER = "owner"
    """Runs it. Never less than one."""
    ADMIN = "admin"
    """Invites and suspends people, adds providers and their keys."""
    MEMBER = "member"
    """Asks, and has threads."""
    GUEST = "guest"
    """Has what others share, and asks where they let it; has no threads of its own."""


class Part(StrEnum):
    """What a person is to one thing."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class Kind(StrEnum):
    """What there is to be allowed for."""

    THREAD = "thread"
    ANSWER = "answer"
    """Belongs to whom its thread belongs."""
    COLLECTION = "collection"
    FILE = "file"
    """One that a person handed in; nobody else's."""
    HOUSE = "house"
    """The server itself, as all who are signed in know it: search, the index, opening a thread."""
    PEOPLE = "people"
    """The accounts of others."""
    PROVIDERS = "providers"
    """Who writes and who searches, and the keys for it."""
    METRICS = "metrics"


class Verb(StrEnum):
    """What is to be done."""

    READ = "read"
    ASK = "ask"
    """Of a thread: one more question in it. Of the house: a question that opens a thread."""
    CHANGE = "change"
    """Rename, move, rewrite, stop."""
    SHARE = "share"
    """Say who else may read it, and take that back."""
    DELETE = "delete"


class Scope(StrEnum):
    """What an API key may be used for."""

    READ = "read"
    ASK = "ask"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True)
class Visitor:
    """From whom a request comes: the person, what it is on this server, and what the way it came by lets it do."""

    actor: Actor = field(default_factory=Actor)
    """As whom questions are asked, and whose the threads are that they open."""
    role: Role | None = None
    """``None``: nobody that this server knows, perhaps with a link."""
    links: frozenset[str] = frozenset()
    """Ids of threads and collections whose share link was shown."""
    scopes: frozenset[Scope] = frozenset(Scope)
    """All, but for an API key."""
    alone: bool = False
    """There are no accounts: whoever is here may do everything."""


LOCAL = Visitor(role=Role.OWNER, alone=True)
"""The one person of a server without accounts."""
STRANGER = Visitor(Actor(id="", name=""))
"""Somebody who is not signed in."""


@dataclass(frozen=True)
class Thing:
    """What something is to be done with. Only what decides about it is here."""

    kind: Kind
    id: str = ""
    owner: str = ""
    """The person whose it is; empty where it belongs to the server."""
    visibility: str = "private"
    members: Mapping[str, Part] = field(default_factory=dict)
    """Parts of persons other than the owner, by their ids: those of the collection that it is in."""
    opened_by: str = ""
    """The id whose link opens it; empty: its own. A thread's link opens its answers."""


HOUSE = Thing(Kind.HOUSE)
PEOPLE = Thing(Kind.PEOPLE)
PROVIDERS = Thing(Kind.PROVIDERS)
METRICS = Thing(Kind.METRICS)

_ALL = frozenset(Part)
_EDIT = frozenset({Part.OWNER, Part.EDITOR})
_OWN = frozenset({Part.OWNER})
_SHARED = {Verb.READ: _ALL, Verb.ASK: _EDIT, Verb.CHANGE: _EDIT, Verb.SHARE: _OWN, Verb.DELETE: _OWN}
_RUN = frozenset({Role.OWNER, Role.ADMIN})

RIGHTS: Mapping[Kind, Mapping[Verb, frozenset[Part] | frozenset[Role]]] = {
    Kind.THREAD: _SHARED,
    Kind.ANSWER: _SHARED,
    Kind.COLLECTION: _SHARED,
    Kind.FILE: {Verb.READ: _OWN, Verb.DELETE: _OWN},
    Kind.HOUSE: {Verb.READ: frozenset(Role), Verb.ASK: _RUN | {Role.MEMBER}},
    Kind.PEOPLE: {Verb.READ: _RUN, Verb.CHANGE: _RUN},
    Kind.PROVIDERS: {Verb.READ: _RUN, Verb.CHANGE: _RUN},
    Kind.METRICS: {Verb.READ: _RUN},
}
"""Who may: of the server's own things by role, of people's things by their part in it. What is not here, nobody may."""

_NEEDS = {
    Verb.READ: Scope.READ,
    Verb.ASK: Scope.ASK,
    Verb.CHANGE: Scope.WRITE,
    Verb.SHARE: Scope.WRITE,
    Verb.DELETE: Scope.WRITE,
}
_OF_THE_SERVER = {Kind.HOUSE, Kind.PEOPLE, Kind.PROVIDERS, Kind.METRICS}
_FOR_ADMINS = {Kind.PEOPLE, Kind.PROVIDERS, Kind.METRICS}


def authorize(visitor: Visitor, verb: Verb, thing: Thing) -> None:
    """Returns if ``visitor`` may. Raises ``NotFound`` where it may not even read, ``Refused`` where it may not do that.

    Administering others gives no right to read what they wrote.
    """
    if allowed(visitor, verb, thing):
        return
    if not _may(visitor, Verb.READ, thing):
        raise missing(thing.kind, thing.id)
    demand(visitor, needed(verb, thing.kind))
    named = f"{thing.kind} {thing.id!r}" if thing.id else thing.kind
    raise Refused(f"you may not {verb} in this {named}" if verb is Verb.ASK else f"you may not {verb} this {named}")


def demand(visitor: Visitor, scope: Scope) -> None:
    """Raises ``Refused`` for an API key without ``scope``."""
    if scope not in visitor.scopes:
        raise Refused(f"this API key has no scope {str(scope)!r}", hint="make one that has it: /account")


def allowed(visitor: Visitor, verb: Verb, thing: Thing) -> bool:
    """Whether ``authorize`` would return."""
    return visitor.alone or _may(visitor, verb, thing)


def _may(visitor: Visitor, verb: Verb, thing: Thing) -> bool:
    held = visitor.role if thing.kind in _OF_THE_SERVER else part(visitor, thing)
    if held is None or held not in RIGHTS[thing.kind].get(verb, frozenset()):
        return False
    return needed(verb, thing.kind) in visitor.scopes


def needed(verb: Verb, kind: Kind) -> Scope:
    """The scope that an API key needs for it."""
    return Scope.ADMIN if kind in _FOR_ADMINS else _NEEDS[verb]


def part(visitor: Visitor, thing: Thing) -> Part | None:
    """What ``visitor`` is to ``thing``; ``None``: a stranger, who is not to know that there is such a thing."""
    me = visitor.actor.id
    if me and visitor.role is not None:
        if thing.owner == me:
            return Part.OWNER
        if me in thing.members:
            return thing.members[me]
    shown = thing.visibility == "link" and (thing.opened_by or thing.id) in visitor.links
    return Part.VIEWER if shown or thing.visibility == "public" else None


_WHERE = {
    Kind.THREAD: "list them with: pincite threads",
    Kind.FILE: "it may have been deleted; GET /api/files lists them",
    Kind.ANSWER: "it may have been deleted; list threads: pincite threads",
}


def databases_kept_from(visitor: Visitor, databases: Mapping[str, DatabaseSettings]) -> frozenset[str]:
    """Names of those that ``visitor`` may neither ask nor know of. What was answered out of one is read as any answer.

    A person who is alone may ask all of them.
    """
    if visitor.alone:
        return frozenset()
    return frozenset(name for name, one in databases.items() if visitor.role not in one.roles)


def missing(kind: Kind, id_: str) -> NotFound:
    """What is said of a thing that is not there, and of one that the visitor is not to know of."""
    return NotFound(f"there is no {kind} {id_!r}" if id_ else "there is nothing here", hint=_WHERE.get(kind, ""))
