"""What is kept? Threads and their answers, and what became of them: binned, shared, judged. The one face of this room.

What is kept of an answer while it is made, and who is told of it, is the ``Log`` that a library is, too.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pincite.library import (
    binning,
    collecting,
    feedback,
    forks,
    reads,
    records,
    sharing,
    things,
    traces,
    usage,
)
from pincite.library.access import Kind, Thing, Visitor
from pincite.library.binning import Binned
from pincite.library.collections import Collections
from pincite.library.database import Database
from pincite.library.endpoints import Endpoints
from pincite.library.feedback import Feedback, Thumb
from pincite.library.log import Log
from pincite.library.notes import Notes
from pincite.library.people import People
from pincite.library.reads import Sought
from pincite.library.rescue import problems
from pincite.library.sharing import Left, Share, Shared, Visibility
from pincite.library.traces import Trace
from pincite.library.usage import Use
from pincite.library.vault import Vault
from pincite.types import Actor, Answer, Passage, Thread


class Library(Log):
    """Open with ``await Library.open(url)``, then close; an async context manager too. Belongs to one event loop."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.people = People(self._read, self._write, self._forgotten)
        self.notes = Notes(self._read, self._write)

    # ── writing ──

    async def rename(self, thread_id: str, title: str) -> None:
        """Raises ``NotFound``, and ``BadInput`` for a title in which nothing can be seen."""
        await self._write(lambda transaction: records.rename(transaction, thread_id, title))

    async def delete(self, thread_id: str) -> None:
        """Forget a thread with its questions, answers, events and keys. Raises ``NotFound``."""
        await self._write(lambda transaction: records.forget(transaction, thread_id), then=self._forgotten)

    async def bin_thread(self, thread_id: str) -> None:
        """Out of sight for everybody, and back with ``restore_thread`` for 30 days. Raises ``NotFound``."""
        await self._write(lambda transaction: binning.put_thread(transaction, thread_id))

    async def bin_answer(self, answer_id: str) -> Binned:
        """One answer alone; what is in the bin now, for a thread goes with its last answer. Raises ``NotFound``."""
        return await self._write(lambda transaction: binning.put_answer(transaction, answer_id))

    async def restore_thread(self, thread_id: str) -> None:
        """As it was. Raises ``NotFound`` if it is not in the bin (any more)."""
        await self._write(lambda transaction: binning.restore_thread(transaction, thread_id))

    async def restore_answer(self, answer_id: str) -> None:
        """Back in its place. Raises ``NotFound`` if it is not in the bin (any more)."""
        await self._write(lambda transaction: binning.restore_answer(transaction, answer_id))

    async def empty_bin(self, older_s: float = binning.KEPT_S, owner: str | None = None) -> None:
        """Forget for good what has been in the bin, of one person or of all, for longer. Done by itself, every hour."""
        await self._write(lambda transaction: binning.empty(transaction, older_s, owner), then=self._forgotten)

    async def binned(self, owner: str | None = None) -> list[Binned]:
        """What is in the bin, of one person or of all, the latest first."""
        return await self._read(lambda c: binning.content(c, owner))

    async def fork(self, answers: Sequence[Answer], title: str, owner: str = Actor().id) -> str:
        """A new thread that begins as a copy of ``answers``; its id. Unfinished ones are not copied."""
        return await self._write(lambda transaction: forks.fork(transaction, self._runner, answers, title, owner))

    async def judge(self, answer_id: str, person: str, thumb: Thumb | None, reasons: Sequence[str] = ()) -> None:
        """What a reader thinks of a finished answer; ``None`` takes it back. Raises ``NotFound`` and ``BadInput``."""
        await self._write(lambda transaction: feedback.put(transaction, answer_id, person, thumb, reasons))

    async def judged(self, thread_id: str, person: str) -> dict[str, Feedback]:
        """What a reader thinks of the answers of a thread, by answer."""
        return await self._read(lambda c: feedback.of_thread(c, thread_id, person))

    async def feedback(self, person: str | None = None) -> list[Feedback]:
        """All that a reader gave, or all readers, the oldest first."""
        return await self._read(lambda c: feedback.given(c, person))

    async def thumbs(self) -> Mapping[str, tuple[int, int]]:
        """Up and down, by document: a thumb is for all documents that its answer cites."""
        return await self._read(feedback.thumbs)

    async def consent(self, person: str, *, given: bool) -> None:
        """Whether what the person asks from now on may be learnt from; taken back, nothing of it is exported."""
        await self._write(
            lambda transaction: (
                traces.give(transaction, person) if given else traces.take_back(transaction.connection, person)
            )
        )

    async def consented(self, person: str) -> float | None:
        """Since when, in seconds since 1970; ``None``: not."""
        return await self._read(lambda c: traces.given(c, person))

    async def traces(self) -> AsyncGenerator[Trace]:
        """What may be learnt from, the oldest first. Raises ``Damaged`` for a log that can't be read."""
        after: int | None = 0
        while after is not None:
            found, after = await self._read(partial(traces.page, after=after))
            for trace in found:
                yield trace

    async def use(self, days: int) -> Use:
        """Counts over the answers of the last days."""
        return await self._read(lambda c: usage.use(c, days))

    async def share(self, thread_id: str, visibility: Visibility, leaves_out: Collection[Left] = ()) -> Share | None:
        """Who may read the thread from now on; taking it back counts for the next reader. Raises ``NotFound``."""
        return await self._write(lambda transaction: sharing.put(transaction, thread_id, visibility, leaves_out))

    async def share_of(self, thread_id: str) -> Share | None:
        """How a thread is shared; ``None`` if it is private."""
        return await self._read(lambda c: sharing.of(c, thread_id))

    async def withholds_files(self, thread_id: str, asker: str) -> bool:
        """Whether questions of ``asker`` in the thread must leave its files alone: its share leaves them out."""
        return await self._read(lambda c: sharing.withholds_files(c, thread_id, asker))

    async def askers(self, thread_id: str) -> list[str]:
        """The names of those who may ask in a thread beside its owner."""
        return await self._read(lambda c: collecting.askers(c, thread_id))

    async def shared(self, token: str) -> Shared:
        """What stands at a share's address. Raises ``NotFound``."""
        return await self._read(lambda c: sharing.read(c, token))

    def collections(self, visitor: Visitor) -> Collections:
        """The collections, as ``visitor`` may use them."""
        return Collections(self._read, self._write, self.thing, visitor)

    async def instructions(self, thread_id: str, collection_id: str | None) -> str:
        """What a model is told in the collection of a thread, or in the one where it will be opened; empty for none."""
        return await self._read(lambda c: collecting.instructions(c, thread_id, collection_id))

    # ── reading ──

    async def check(self) -> list[str]:
        """What is wrong with what is kept, in words; empty if it is sound. Reads all of it (3 ms a megabyte)."""
        return await self._read(problems)

    async def vault(self, folder: Path, env: Mapping[str, str]) -> Vault:
        """The keys that admins gave; what opens them is in ``folder``. Raises ``Damaged``."""
        return await Vault.open(self._read, self._write, folder, env)

    async def endpoints(self, vault: Vault) -> Endpoints:
        """The model servers that admins added."""
        return await Endpoints.open(self._read, self._write, vault)

    async def thing(self, kind: Kind, id_: str) -> Thing | None:
        """Whose a thread or an answer is, also of one in the bin; ``None`` if there is none."""
        find = {Kind.THREAD: things.thread, Kind.ANSWER: things.answer, Kind.COLLECTION: things.collection}[kind]
        return await self._read(lambda c: find(c, id_))

    async def answer(self, answer_id: str) -> Answer:
        """An answer, finished or as far as it is. Raises ``NotFound``."""
        return await self._read(lambda c: reads.answer(c, answer_id))

    async def asked(self, answer_id: str) -> float:
        """When the question of an answer came, in seconds since 1970. Raises ``NotFound``."""
        return await self._read(lambda c: reads.asked(c, answer_id))

    async def answers(self, thread_id: str) -> list[Answer]:
        """The answers of a thread in the order of their questions. Raises ``NotFound``."""
        return await self._read(lambda c: reads.answers_of(c, thread_id))

    async def thread(self, thread_id: str) -> Thread:
        """Raises ``NotFound``."""
        return await self._read(lambda c: reads.thread(c, thread_id))

    async def threads(
        self,
        *,
        search: str = "",
        limit: int = 50,
        offset: int = 0,
        owner: str | None = None,
        sought: Sought | None = None,
    ) -> list[Thread]:
        """Threads, of one person or of all, the latest question first.

        With ``search``: those with words that begin like each of its words. ``sought`` may say more.
        """
        wanted = replace(sought or Sought(search), owner=owner)
        return await self._read(lambda c: reads.threads_like(c, wanted, limit, offset))

    async def files_named(self) -> set[str]:
        """The ids of the files that any question names, those in the bin too."""
        return await self._read(reads.files_named)

    async def passage(self, answer_id: str, passage_id: str) -> Passage | None:
        """A passage as the answer's writer saw it, whatever has become of its document. Raises ``NotFound``."""
        kept = await self.answer(answer_id)
        passages = (passage for source in kept.sources for passage in source.passages)
        return next((passage for passage in passages if passage.id == passage_id), None)
