"""Who are the people of this server, and how is each known again? Accounts, passwords, sessions, keys, invitations.

Kept is only what a thing can be checked against: argon2id of a password, SHA-256 of the 256 random bits in a cookie, a
key, an invitation. What is wrong is refused in the same words and the same time, whether there is such a person or not.
The first owner is the person ``me`` that the server had before it had accounts, so what was asked then is theirs.
"""

from __future__ import annotations

import asyncio
import secrets as random
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, select

from pincite.errors import BadInput, Refused
from pincite.library import accounts, records, vouching
from pincite.library.access import Role, Scope
from pincite.library.accounts import KEY_MARK, Key, Known, Person, Session, Ticket, address
from pincite.library.records import Transaction
from pincite.library.rolls import people
from pincite.library.vouching import Entry, Vouched

SHORTEST, LONGEST = 10, 1000
"""Characters of a password."""
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
"""OWASP's profile: 19 MiB and two passes, 37 ms of this CPU. ``HASHES`` at once, or memory would be the next attack."""
HASHES = 2
NOBODY = HASHER.hash(random.token_urlsafe(16))
"""What a password is checked against where there is no such person."""

T = TypeVar("T")


class Write(Protocol):
    """The library's way to write."""

    def __call__(
        self, work: Callable[[Transaction], T], /, *, then: Callable[[T], None] | None = None
    ) -> Awaitable[T]: ...


class Read(Protocol):
    """The library's way to read."""

    def __call__(self, work: Callable[[Connection], T], /) -> Awaitable[T]: ...


def fresh() -> str:
    return random.token_urlsafe(32)


def worthy(password: str, email: str) -> str:
    """``password`` if it may be one. Raises ``BadInput``, which does not repeat it."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(
            f"the password has {len(password)} characters",
            hint=f"take {SHORTEST} at least, such as a few words; any characters will do",
        )
    if password.casefold() in {email, email.partition("@")[0]} or len(set(password)) < 5:
        raise BadInput("the password is too easy to guess", hint="take a few words that nobody would put together")
    return password


class People:
    """The accounts of one library."""

    def __init__(self, read: Read, write: Write, forgotten: Callable[[Sequence[str]], None]) -> None:
        """``forgotten`` is told the ids of answers that are gone with their asker."""
        self._read = read
        self._write = write
        self._forgotten = forgotten
        self._hashing = asyncio.Semaphore(HASHES)

    # ── accounts ──

    async def all(self) -> list[Person]:
        """The oldest first."""
        return await self._read(accounts.everybody)

    async def person(self, person_id: str) -> Person:
        """Raises ``NotFound``."""
        return await self._read(lambda c: accounts.one(c, person_id))

    async def add(self, email: str, password: str, role: Role, *, name: str = "", plan: str = "free") -> Person:
        """A new account. Raises ``BadInput``, and ``Conflict`` if the address has one."""
        email = address(email)
        kept = await self._hash(worthy(password, email))
        return await self._write(
            lambda transaction: accounts.add(transaction.connection, email, role, name, plan, password=kept)
        )

    async def set_role(self, person_id: str, role: Role, *, by: Role) -> None:
        """Only owners make, and unmake, admins and owners. Raises ``NotFound``, ``Refused``, ``Conflict``."""
        await self._write(lambda transaction: accounts.set_role(transaction.connection, person_id, role, by))

    async def set_plan(self, person_id: str, plan: str, *, by: Role) -> None:
        """Raises as ``set_role``."""
        await self._write(lambda transaction: accounts.set_plan(transaction.connection, person_id, plan, by))

    async def suspend(self, person_id: str, *, by: Role) -> None:
        """Out at once, everywhere, until ``resume``; what was kept stays. Raises as ``set_role``."""
        await self._write(lambda transaction: accounts.suspend(transaction.connection, person_id, by))

    async def resume(self, person_id: str, *, by: Role) -> None:
        """Raises as ``set_role``."""
        await self._write(lambda transaction: accounts.resume(transaction.connection, person_id, by))

    async def rename(self, person_id: str, name: str) -> None:
        """Raises ``NotFound`` and ``BadInput``."""
        plain = records.line(name)[:80]
        if not plain:
            raise BadInput("the name is empty", hint="write one letter at least")
        await self._write(lambda transaction: accounts.change(transaction.connection, person_id, name=plain))

    async def spent(self, person_id: str) -> dict[str, int]:
        """How many ``questions`` and ``copilot`` questions the person has used today (UTC), where they are limited."""
        return await self._read(lambda c: accounts.spent(c, person_id))

    async def running(self, person_id: str) -> list[str]:
        """The ids of the answers that are being made in the person's threads."""
        return await self._read(lambda c: accounts.running(c, person_id))

    async def forget(self, person_id: str, files: Callable[[str], Awaitable[None]]) -> None:
        """The account, and everything that is kept of the person; ``files`` forgets the files of a person.

        Files go first: where that is cut off there still is an account with which to do it again. And once more when
        nobody is left who could hand one in. Raises ``NotFound``, and ``Conflict`` for the last owner; nothing is gone
        then.
        """
        await self._read(lambda c: accounts.may_leave(c, person_id))
        await files(person_id)
        await self._write(lambda transaction: accounts.forget(transaction, person_id), then=self._forgotten)
        await files(person_id)

    # ── passwords ──

    async def _hash(self, password: str) -> str:
        async with self._hashing:
            return await asyncio.to_thread(HASHER.hash, password)

    async def _matches(self, kept: str | None, password: str) -> bool:
        async with self._hashing:
            good = await asyncio.to_thread(_verified, kept or NOBODY, password[: LONGEST + 1])
        return good and kept is not None

    async def check(self, email: str, password: str) -> Person | None:
        """The person whose password it is; ``None`` if it is nobody's, or the person is suspended."""
        try:
            wanted = address(email)
        except BadInput:
            wanted = ""
        row = await self._read(lambda c: c.execute(select(people).where(people.c.email == wanted)).one_or_none())
        good = await self._matches(None if row is None else row.password, password)
        if not good or row is None or row.suspended is not None:
            return None
        if HASHER.check_needs_rehash(row.password):
            kept = await self._hash(password)
            await self._write(lambda transaction: accounts.change(transaction.connection, row.id, password=kept))
        return accounts.person_of(row)

    async def set_password(self, person_id: str, old: str, new: str) -> None:
        """Ends all sessions of the person, in the same moment. Raises ``Refused`` if ``old`` is wrong."""
        row = await self._read(lambda c: c.execute(select(people).where(people.c.id == person_id)).one_or_none())
        if not await self._matches(None if row is None else row.password, old) or row is None:
            raise Refused("that is not your password", hint="type the one that you sign in with")
        kept = await self._hash(worthy(new, row.email))
        await self._write(lambda transaction: accounts.renew(transaction.connection, person_id, kept))

    # ── identity providers ──

    async def come(self, who: Vouched, entry: Entry) -> Person:
        """Whose account ``who`` may use, made or connected where that is right. Raises ``Refused``."""
        return await self._write(lambda transaction: vouching.come(transaction.connection, who, entry))

    async def connect(self, person_id: str, who: Vouched) -> None:
        """The person can come in as ``who`` too. Raises ``Conflict`` if somebody else does."""
        await self._write(lambda transaction: vouching.connect(transaction.connection, person_id, who))

    async def disconnect(self, person_id: str) -> None:
        """Raises ``Conflict`` for who has no password."""
        await self._write(lambda transaction: vouching.disconnect(transaction.connection, person_id))

    # ── sessions ──

    async def sign_in(self, person_id: str, agent: str) -> str:
        """What to put into the cookie: always fresh, whatever the browser had before."""
        token = fresh()
        await self._write(lambda transaction: accounts.open_session(transaction.connection, person_id, token, agent))
        return token

    async def sign_out(self, token: str) -> None:
        await self._write(lambda transaction: accounts.close_session(transaction.connection, token))

    async def known(self, token: str, idle_s: float, most_s: float) -> Known | None:
        """Who has this cookie. ``None`` after ``idle_s`` without a visit, ``most_s`` in all, or a suspension."""
        found = await self._read(lambda c: accounts.by_session(c, token, idle_s, most_s))
        return await self._noted(found, lambda transaction: accounts.seen(transaction.connection, token))

    async def sessions(self, person_id: str) -> list[Session]:
        """The last used first."""
        return await self._read(lambda c: accounts.sessions_of(c, person_id))

    async def end_sessions(self, person_id: str, session_id: str | None = None) -> None:
        """One session, or all. Raises ``NotFound`` for one that is not this person's."""
        await self._write(lambda transaction: accounts.end_sessions(transaction.connection, person_id, session_id))

    # ── API keys ──

    async def make_key(self, person_id: str, name: str, scopes: frozenset[Scope], ends_s: float | None = None) -> str:
        """The key, which is shown this once. Raises ``BadInput``."""
        plain = " ".join(name.split())[:80]
        if not plain or not plain.isprintable() or not scopes:
            raise BadInput("a key needs a name and a scope", hint="name it after what uses it, and tick what it may do")
        key = KEY_MARK + fresh()
        await self._write(
            lambda transaction: accounts.make_key(transaction.connection, person_id, plain, key, scopes, ends_s)
        )
        return key

    async def by_key(self, key: str) -> Known | None:
        """Who has this key; ``None`` for one that is revoked or at its end, and for a suspended person's."""
        if not key.startswith(KEY_MARK):
            return None
        found = await self._read(lambda c: accounts.by_key(c, key))
        return await self._noted(found, lambda transaction: accounts.used(transaction.connection, key))

    async def _noted(self, found: tuple[Known, bool] | None, note: Callable[[Transaction], None]) -> Known | None:
        """Who was found; that they were here is noted where what is kept of it is stale."""
        if found is None:
            return None
        known, stale = found
        if stale:
            await self._write(note)
        return known

    async def keys(self, person_id: str) -> list[Key]:
        """The newest first."""
        return await self._read(lambda c: accounts.keys_of(c, person_id))

    async def revoke_key(self, person_id: str, key_id: str) -> None:
        """Raises ``NotFound`` for one that is not this person's."""
        await self._write(lambda transaction: accounts.revoke_key(transaction.connection, person_id, key_id))

    # ── invitations and new passwords ──

    async def invite(self, email: str, role: Role, *, by: Role) -> str:
        """What ends the address at which an account is made; good once and for a week. Raises ``Refused``,
        ``BadInput``, and ``Conflict`` if the address has an account. An older invitation of it ends."""
        email, token = address(email), fresh()
        await self._write(lambda transaction: accounts.invite(transaction.connection, email, role, by, token))
        return token

    async def offer_reset(self, person_id: str, *, by: Role) -> str:
        """What ends the address at which the person chooses a new password; good once and for a day."""
        token = fresh()
        await self._write(lambda transaction: accounts.offer_reset(transaction.connection, person_id, by, token))
        return token

    async def ticket(self, token: str) -> Ticket:
        """Raises ``NotFound`` for one that was never given, was used, or is at its end."""
        return await self._read(lambda c: accounts.ticket(c, token))

    async def invitations(self) -> list[Ticket]:
        """Those that still wait, the newest first."""
        return await self._read(accounts.waiting)

    async def withdraw(self, ticket_id: str) -> None:
        """Raises ``NotFound``."""
        await self._write(lambda transaction: accounts.withdraw(transaction.connection, ticket_id))

    async def accept(self, token: str, password: str, name: str = "", plan: str = "free") -> Person:
        """Uses a ticket: makes the account that was invited, or gives one its new password and ends its sessions."""
        ticket = await self.ticket(token)
        kept = await self._hash(worthy(password, ticket.email))
        return await self._write(lambda transaction: accounts.accept(transaction.connection, token, kept, name, plan))


def _verified(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
