"""What may this visitor do with collections? Their face, with ``authorize`` before everything.

Whoever may not know of a collection is told that there is none. Members read it and ask in it; editors change its
threads; its owner says what it is, who is in it and who else may see it. Anybody may leave.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from pincite.library import access, collecting, reads
from pincite.library.access import Kind, Part, Scope, Thing, Verb, Visitor, allowed, authorize, demand, missing
from pincite.library.collecting import Collection, Invitation, Member, Opened, Plan
from pincite.library.people import Read, Write
from pincite.library.reads import Sought
from pincite.library.sharing import Shared
from pincite.types import Thread

Things = Callable[[Kind, str], Awaitable[Thing | None]]


class Collections:
    """The collections as ``visitor`` may use them. Methods raise ``NotFound`` and ``Refused`` as ``authorize`` does."""

    def __init__(self, read: Read, write: Write, thing: Things, visitor: Visitor) -> None:
        self._read = read
        self._write = write
        self._thing = thing
        self._visitor = visitor

    async def allow(self, verb: Verb, thing_id: str, kind: Kind = Kind.COLLECTION) -> None:
        thing = await self._thing(kind, thing_id)
        if thing is None:
            raise missing(kind, thing_id)
        authorize(self._visitor, verb, thing)

    async def may(self, verb: Verb, collection_id: str) -> bool:
        """Whether the visitor may do that."""
        thing = await self._thing(Kind.COLLECTION, collection_id)
        return thing is not None and allowed(self._visitor, verb, thing)

    # ── the collection ──

    async def make(self, plan: Plan) -> str:
        """The visitor's own new one; its id."""
        authorize(self._visitor, Verb.ASK, access.HOUSE)
        return await self._write(lambda transaction: collecting.make(transaction, self._visitor.actor.id, plan))

    async def all(self) -> list[Collection]:
        """Those that the visitor owns or works in, by title."""
        person = None if self._visitor.alone else self._visitor.actor.id
        return await self._read(lambda c: collecting.of(c, person))

    async def one(self, collection_id: str) -> Collection:
        await self.allow(Verb.READ, collection_id)
        return await self._read(lambda c: collecting.one(c, collection_id))

    async def threads(self, collection_id: str, limit: int, offset: int = 0) -> list[Thread]:
        """The threads in it, the latest question first."""
        await self.allow(Verb.READ, collection_id)
        return await self._read(lambda c: reads.threads_like(c, Sought(collection=collection_id), limit, offset))

    async def change(self, collection_id: str, plan: Plan) -> None:
        await self.allow(Verb.SHARE, collection_id)
        await self._write(lambda transaction: collecting.change(transaction, collection_id, plan))

    async def remove(self, collection_id: str) -> None:
        """Its threads stay with those whose they are."""
        await self.allow(Verb.DELETE, collection_id)
        await self._write(lambda transaction: collecting.remove(transaction, collection_id))

    async def move(self, thread_id: str, collection_id: str | None) -> None:
        """A thread of the visitor's own into a collection where it may ask, or out of all."""
        await self.allow(Verb.SHARE, thread_id, Kind.THREAD)
        if collection_id is not None:
            await self.allow(Verb.ASK, collection_id)
        await self._write(lambda transaction: collecting.move(transaction, thread_id, collection_id))

    # ── its people ──

    async def members(self, collection_id: str) -> list[Member]:
        await self.allow(Verb.READ, collection_id)
        return await self._read(lambda c: collecting.people_of(c, collection_id))

    async def invitations(self, collection_id: str) -> list[Invitation]:
        await self.allow(Verb.SHARE, collection_id)
        return await self._read(lambda c: collecting.invitations(c, collection_id))

    async def invite(self, collection_id: str, part: Part) -> str:
        """What ends the address of a new link for this part; an older one ends."""
        await self.allow(Verb.SHARE, collection_id)
        return await self._write(lambda transaction: collecting.invite(transaction, collection_id, part))

    async def uninvite(self, collection_id: str, part: Part) -> None:
        await self.allow(Verb.SHARE, collection_id)
        await self._write(lambda transaction: collecting.uninvite(transaction, collection_id, part))

    async def invitation(self, token: str) -> Invitation:
        """Whoever has the address may read what it offers."""
        return await self._read(lambda c: collecting.invitation(c, token))

    async def join(self, token: str) -> str:
        """Follow an invitation; the collection's id."""
        authorize(self._visitor, Verb.READ, access.HOUSE)
        return await self._write(lambda transaction: collecting.join(transaction, token, self._visitor.actor.id))

    async def set_part(self, collection_id: str, person: str, part: Part) -> None:
        await self.allow(Verb.SHARE, collection_id)
        await self._write(lambda transaction: collecting.set_part(transaction, collection_id, person, part))

    async def remove_member(self, collection_id: str, person: str) -> None:
        """Somebody else by the owner, or the visitor itself, who leaves."""
        mine = person == self._visitor.actor.id
        await self.allow(Verb.READ if mine else Verb.SHARE, collection_id)
        demand(self._visitor, Scope.WRITE)
        await self._write(lambda transaction: collecting.leave(transaction, collection_id, person))

    # ── what strangers see ──

    async def opened(self, token: str) -> Opened:
        """Whoever has the address may read: nobody is asked who they are."""
        return await self._read(lambda c: collecting.opened(c, token))

    async def opened_thread(self, token: str, thread_id: str) -> Shared:
        """A thread on such a page, without names and without what is not on the web."""
        return await self._read(lambda c: collecting.opened_thread(c, token, thread_id))
