"""Whose account is it that an identity provider vouches for? Known by issuer and subject; by an address only at first.

An address is what a provider may reassign, so it decides once at most: for an invitation, for a new account, or to
connect an account that is there already where the server's settings say that the provider speaks for its domain.
Owners and admins are never connected that way: whoever runs the provider would run this server too.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from pincite.errors import BadInput, Conflict, Refused
from pincite.library import accounts, records
from pincite.library.access import Role
from pincite.library.accounts import RANK, Person, address
from pincite.library.rolls import people, tickets
from pincite.library.runners import now

ASK = "whoever runs this server can invite you"


@dataclass(frozen=True)
class Vouched:
    """What a provider said of who signed in there, checked."""

    issuer: str
    subject: str
    email: str = ""
    """Only an address that the provider has verified; else empty."""
    name: str = ""

    @property
    def key(self) -> str:
        """As ``people.subject`` keeps it. An issuer is an address, so it has no blank."""
        return f"{self.issuer} {self.subject}"


@dataclass(frozen=True)
class Entry:
    """Who may come in by a provider, and as what."""

    label: str
    """What the provider is called on the page."""
    domains: frozenset[str] = frozenset()
    """Of the addresses for which the provider speaks; ``*``: whoever it knows gets an account, and no more."""
    role: Role = Role.MEMBER
    plan: str = "free"


def come(connection: Connection, who: Vouched, entry: Entry) -> Person:
    """The person's account; where there was none, a new one if ``entry`` or an invitation gives it.

    Raises ``Refused`` with what the person can do.
    """
    known = connection.execute(select(people).where(people.c.subject == who.key)).one_or_none()
    if known is not None:
        return _let_in(accounts.person_of(known))
    email = _address(who, entry)
    there = connection.execute(select(people).where(people.c.email == email)).one_or_none()
    if there is not None:
        return _connected(connection, accounts.person_of(there), who, entry)
    role = _invited(connection, email, entry)
    if role is None and not entry.domains & {"*", _domain(email)}:
        raise Refused(f"{email} has no account here", hint=ASK)
    name = records.line(who.name)[:80]
    return accounts.add(connection, email, role or entry.role, name, entry.plan, subject=who.key)


def _let_in(person: Person) -> Person:
    if person.suspended is not None:
        raise Refused(f"the account of {person.email} is suspended", hint="ask whoever runs this server")
    return person


def _address(who: Vouched, entry: Entry) -> str:
    try:
        # Letters beyond ASCII may fold to others (a Kelvin sign to a k), which would be somebody else's address.
        return address(who.email if who.email.isascii() else "")
    except BadInput:
        raise Refused(
            f"{entry.label} does not say that you have an e-mail address and that it is verified",
            hint=f"verify it there, then sign in again; or {ASK}",
        ) from None


def _connected(connection: Connection, person: Person, who: Vouched, entry: Entry) -> Person:
    """An account that the person had before."""
    _let_in(person)
    if person.subject is not None:
        raise Refused(f"{person.email} has an account that is connected with another one", hint=ASK)
    if _domain(person.email) not in entry.domains or RANK[person.role] >= RANK[Role.ADMIN]:
        raise Refused(
            f"{person.email} has an account here that is not connected with {entry.label}",
            hint="sign in with its password, then connect it under Account",
        )
    accounts.change(connection, person.id, subject=who.key)
    return accounts.one(connection, person.id)


def _invited(connection: Connection, email: str, entry: Entry) -> Role | None:
    """As what the address is invited; uses the invitation up."""
    waits = (tickets.c.kind == "invite", tickets.c.email == email, tickets.c.ends > now(connection))
    row = connection.execute(select(tickets).where(*waits)).one_or_none()
    if row is None:
        return None
    role = Role(row.role)
    if RANK[role] >= RANK[Role.ADMIN]:
        raise Refused(
            f"{email} is invited as {role}, which {entry.label} can't vouch for",
            hint="open the link of the invitation, choose a password, then connect the account under Account",
        )
    connection.execute(delete(tickets).where(tickets.c.id == row.id))
    return role


def connect(connection: Connection, person_id: str, who: Vouched) -> None:
    """From now on the person is known by ``who`` too. Raises ``Conflict`` if somebody else is."""
    holder = connection.execute(select(people.c.id).where(people.c.subject == who.key)).scalar()
    if holder not in {None, person_id}:
        raise Conflict("that one is connected with another account of this server", hint="sign in there as yourself")
    accounts.change(connection, person_id, subject=who.key)


def disconnect(connection: Connection, person_id: str) -> None:
    """Raises ``Conflict`` where it would leave no way in."""
    if not accounts.one(connection, person_id).has_password:
        raise Conflict("without a password there would be no way in any more", hint=f"{ASK} to choose one")
    accounts.change(connection, person_id, subject=None)


def _domain(email: str) -> str:
    return email.rpartition("@")[2]
