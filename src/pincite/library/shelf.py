"""What does one visitor see of the library, and what may it do there? Its face, with ``authorize`` before everything.

Doors speak to this and never to the library itself. Whoever is alone here is asked nothing.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from contextlib import aclosing
from typing import TypeVar, cast

from pincite.events import Stamped
from pincite.library import access
from pincite.library.access import Kind, Thing, Verb, Visitor, authorize, missing
from pincite.library.binning import KEPT_S, Binned
from pincite.library.collections import Collections
from pincite.library.feedback import Feedback, Thumb
from pincite.library.library import Library
from pincite.library.reads import Sought
from pincite.library.sharing import Left, Share, Shared, Visibility
from pincite.library.temporary import Temporary, refuse
from pincite.library.usage import Use
from pincite.types import Answer, Passage, Thread

AGAIN_S = 0.5
"""A stream asks at least this often, when there is something to tell, whether its reader still may read."""

T = TypeVar("T")


class Shelf:
    """The library as ``visitor`` sees it. Every method raises ``NotFound`` for what the visitor is not to know of, as
    for what never was, and ``Refused`` for what it may not do with what it knows."""

    def __init__(self, library: Library, visitor: Visitor, temporary: Temporary) -> None:
        self._library = library
        self._visitor = visitor
        self._temporary = temporary

    def _of(self, id_: str) -> Library:
        """The library that has the thread or the answer of that id."""
        return self._temporary.of(id_) or self._library

    async def allow(self, verb: Verb, thread_id: str) -> None:
        await self._allow(verb, Kind.THREAD, thread_id)

    async def allow_answer(self, verb: Verb, answer_id: str) -> None:
        await self._allow(verb, Kind.ANSWER, answer_id)

    async def allow_question(self, thread_id: str) -> None:
        """Whether the visitor may ask in a thread, which need not be there yet."""
        thing = None if self._visitor.alone else await self._of(thread_id).thing(Kind.THREAD, thread_id)
        authorize(self._visitor, Verb.ASK, thing or access.HOUSE)

    async def _allow(self, verb: Verb, kind: Kind, id_: str) -> None:
        if not self._visitor.alone:
            thing = await self._of(id_).thing(kind, id_)
            if thing is None:
                raise missing(kind, id_)
            authorize(self._visitor, verb, thing)
        if verb is Verb.SHARE and self._temporary.holds(id_):
            raise refuse("shared")

    async def rights(self, thread_id: str) -> frozenset[Verb]:
        """What the visitor may do with a thread: pages offer nothing else."""
        never = {Verb.SHARE} if self._temporary.holds(thread_id) else set[Verb]()
        thing = None if self._visitor.alone else await self._of(thread_id).thing(Kind.THREAD, thread_id)
        if thing is None:
            return frozenset(Verb) - never if self._visitor.alone else frozenset()
        return frozenset(verb for verb in Verb if access.allowed(self._visitor, verb, thing)) - never

    @property
    def _owner(self) -> str | None:
        """Whose threads are listed; ``None``: everybody's."""
        return None if self._visitor.alone else self._visitor.actor.id

    def is_temporary(self, thread_id: str) -> bool:
        return self._temporary.holds(thread_id)

    # ── reading ──

    async def thread(self, thread_id: str) -> Thread:
        await self.allow(Verb.READ, thread_id)
        return await self._of(thread_id).thread(thread_id)

    async def threads(
        self, *, search: str = "", limit: int = 50, offset: int = 0, sought: Sought | None = None
    ) -> list[Thread]:
        """The visitor's own threads, the latest question first; as the library's."""
        return await self._library.threads(search=search, limit=limit, offset=offset, owner=self._owner, sought=sought)

    async def answers(self, thread_id: str) -> list[Answer]:
        """The answers of a thread in the order of their questions."""
        await self.allow(Verb.READ, thread_id)
        return await self._of(thread_id).answers(thread_id)

    async def answer(self, answer_id: str) -> Answer:
        await self.allow_answer(Verb.READ, answer_id)
        return await self._of(answer_id).answer(answer_id)

    async def asked(self, answer_id: str) -> float:
        """When the question of an answer came, in seconds since 1970."""
        await self.allow_answer(Verb.READ, answer_id)
        return await self._of(answer_id).asked(answer_id)

    async def events(self, answer_id: str, after: int = 0) -> list[Stamped]:
        await self.allow_answer(Verb.READ, answer_id)
        return await self._of(answer_id).events(answer_id, after)

    async def passage(self, answer_id: str, passage_id: str) -> Passage | None:
        await self.allow_answer(Verb.READ, answer_id)
        return await self._of(answer_id).passage(answer_id, passage_id)

    def tail(self, answer_id: str, after: int = 0) -> AsyncIterator[Stamped]:
        """As the library's. Raises ``NotFound``, also in the middle, for a reader that may not read, or no longer."""
        return self.while_allowed(answer_id, self._of(answer_id).tail(answer_id, after))

    def while_allowed(self, answer_id: str, stream: AsyncIterator[T]) -> AsyncIterator[T]:
        """What ``stream`` tells of an answer, as long as the visitor may read that."""
        return stream if self._visitor.alone else self._asking(answer_id, stream)

    async def _asking(self, answer_id: str, stream: AsyncIterator[T]) -> AsyncIterator[T]:
        asked = float("-inf")
        async with aclosing(cast("AsyncGenerator[T]", stream)) as told:
            async for one in told:
                if time.monotonic() - asked > AGAIN_S:
                    await self.allow_answer(Verb.READ, answer_id)
                    asked = time.monotonic()
                yield one

    async def judged(self, thread_id: str) -> dict[str, Feedback]:
        """What the visitor thinks of the answers of a thread, by answer."""
        await self.allow(Verb.READ, thread_id)
        return await self._of(thread_id).judged(thread_id, self._visitor.actor.id)

    async def thumbs(self) -> list[Feedback]:
        """All that the visitor gave, the oldest first."""
        return await self._library.feedback(self._visitor.actor.id)

    async def feedback(self) -> list[Feedback]:
        """All that readers gave: no text of anybody is in it."""
        authorize(self._visitor, Verb.READ, access.METRICS)
        return await self._library.feedback()

    async def consented(self) -> float | None:
        """Since when what the visitor asks may be learnt from; ``None``: it may not."""
        return await self._library.consented(self._visitor.actor.id)

    async def use(self, days: int) -> Use:
        authorize(self._visitor, Verb.READ, access.METRICS)
        return await self._library.use(days)

    # ── changing ──

    async def judge(self, answer_id: str, thumb: Thumb | None, reasons: Sequence[str] = ()) -> None:
        """Whoever is signed in judges what it may read."""
        authorize(self._visitor, Verb.READ, access.HOUSE)
        await self.allow_answer(Verb.READ, answer_id)
        if self._temporary.holds(answer_id):
            raise refuse("judged")
        await self._library.judge(answer_id, self._visitor.actor.id, thumb, reasons)

    async def consent(self, *, given: bool) -> None:
        """Whether what the visitor asks may be learnt from: for whoever is signed in to say, for itself."""
        authorize(self._visitor, Verb.READ, access.HOUSE)
        await self._library.consent(self._visitor.actor.id, given=given)

    async def rename(self, thread_id: str, title: str) -> None:
        await self.allow(Verb.CHANGE, thread_id)
        await self._of(thread_id).rename(thread_id, title)

    async def delete(self, thread_id: str) -> None:
        await self.allow(Verb.DELETE, thread_id)
        if self._temporary.holds(thread_id):
            await self._temporary.forget(thread_id)
        else:
            await self._library.delete(thread_id)

    async def bin_thread(self, thread_id: str) -> None:
        await self.allow(Verb.DELETE, thread_id)
        if self._temporary.holds(thread_id):
            raise refuse("put into the bin")
        await self._library.bin_thread(thread_id)

    async def bin_answer(self, answer_id: str) -> Binned:
        await self.allow_answer(Verb.DELETE, answer_id)
        if self._temporary.holds(answer_id):
            raise refuse("put into the bin")
        return await self._library.bin_answer(answer_id)

    async def restore_thread(self, thread_id: str) -> None:
        await self.allow(Verb.DELETE, thread_id)
        await self._library.restore_thread(thread_id)

    async def restore_answer(self, answer_id: str) -> None:
        await self.allow_answer(Verb.DELETE, answer_id)
        await self._library.restore_answer(answer_id)

    async def binned(self) -> list[Binned]:
        """What the visitor has in the bin, the latest first."""
        return await self._library.binned(self._owner)

    async def empty_bin(self, older_s: float = KEPT_S) -> None:
        """Forget for good what the visitor has had in the bin for longer."""
        authorize(self._visitor, Verb.DELETE, Thing(Kind.THREAD, owner=self._visitor.actor.id))
        await self._library.empty_bin(older_s, self._owner)

    async def fork(self, answers: Sequence[Answer], title: str) -> str:
        """The visitor's own new thread, of answers that it may read."""
        authorize(self._visitor, Verb.ASK, access.HOUSE)
        for answer in answers:
            await self.allow_answer(Verb.READ, answer.id)
            if self._temporary.holds(answer.id):
                raise refuse("copied")
        return await self._library.fork(answers, title, self._visitor.actor.id)

    # ── sharing ──

    @property
    def collections(self) -> Collections:
        return self._library.collections(self._visitor)

    async def share(self, thread_id: str, visibility: Visibility, leaves_out: Collection[Left] = ()) -> Share | None:
        await self.allow(Verb.SHARE, thread_id)
        return await self._library.share(thread_id, visibility, leaves_out)

    async def share_of(self, thread_id: str) -> Share | None:
        await self.allow(Verb.SHARE, thread_id)
        return await self._library.share_of(thread_id)

    async def askers(self, thread_id: str) -> list[str]:
        """The names of those who may ask in the thread beside its owner."""
        await self.allow(Verb.SHARE, thread_id)
        return await self._library.askers(thread_id)

    async def shared(self, token: str) -> Shared:
        """Whoever has the address may read: nobody is asked who they are."""
        return await self._library.shared(token)

    async def continued(self, token: str) -> str:
        """A copy of what is shared there, the visitor's own; its id."""
        authorize(self._visitor, Verb.ASK, access.HOUSE)
        found = await self._library.shared(token)
        return await self._library.fork(found.answers, found.title, self._visitor.actor.id)
