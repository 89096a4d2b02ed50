"""What may this visitor do with the engine? The engine's face for one visitor, with ``authorize`` before everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pincite.errors import NotFound
from pincite.events import Stamped
from pincite.library import access
from pincite.library.access import Kind, Thing, Verb, Visitor, authorize
from pincite.library.shelf import Shelf
from pincite.ports import Hits, Query
from pincite.settings import PlanSettings, Settings
from pincite.types import UPLOADED, Answer, Document, Original, Question, Status, Upload
from pincite.web import plans

if TYPE_CHECKING:
    from pincite.engine import AnswerEngine
    from pincite.index import Index
    from pincite.library.endpoints import Endpoints
    from pincite.library.people import People
    from pincite.library.vault import Vault
    from pincite.models import Picker
    from pincite.search.focus import Focuses


class Acting:
    """The engine, as ``visitor`` may use it; raises ``NotFound`` and ``Refused`` as ``authorize`` does."""

    def __init__(self, engine: AnswerEngine, visitor: Visitor) -> None:
        self._engine = engine
        self.visitor = visitor

    def by(self, visitor: Visitor) -> Acting:
        """The same engine, as another may use it."""
        return Acting(self._engine, visitor)

    @property
    def library(self) -> Shelf:
        return Shelf(self._engine.library, self.visitor, self._engine.temporary)

    @property
    def people(self) -> People:
        """The accounts. What is done to others' is asked for by who does it; one's own needs nobody's leave."""
        return self._engine.library.people

    @property
    def vault(self) -> Vault:
        """The keys that admins gave."""
        authorize(self.visitor, Verb.CHANGE, access.PROVIDERS)
        return self._engine.vault

    @property
    def endpoints(self) -> Endpoints:
        """The model servers that admins added."""
        authorize(self.visitor, Verb.CHANGE, access.PROVIDERS)
        return self._engine.endpoints

    @property
    def plan(self) -> PlanSettings:
        """The limits that hold for the visitor."""
        return plans.plan_of(self.visitor, self.settings)

    @property
    def settings(self) -> Settings:
        return self._engine.settings

    @property
    def index(self) -> Index:
        authorize(self.visitor, Verb.READ, access.HOUSE)
        return self._engine.index

    @property
    def models(self) -> Picker:
        return self._engine.models

    @property
    def focuses(self) -> Focuses:
        """Where the visitor may look: not in databases of which its role is not to know."""
        return self._engine.focuses.but(access.databases_kept_from(self.visitor, self.settings.databases))

    def own(self, key: str) -> str:
        """``key``, an idempotency key, as no other person can use it. What is derived from it is derived from this."""
        return key if self.visitor.alone else f"{self.visitor.actor.id} {key}"

    async def ask(self, question: Question, *, key: str | None = None, history: Sequence[Answer] | None = None) -> str:
        """As ``AnswerEngine.ask``; the asker is the visitor."""
        await self.library.allow_question(question.thread_id)
        if question.collection is not None:
            await self.library.collections.allow(Verb.ASK, question.collection)
        for file_id in question.file_ids:
            await self._allow_file(file_id, question.thread_id)
        if self.visitor.alone:
            return await self._engine.ask(question, key=key, history=history)
        question = plans.writer(question, self.plan, self.settings.models.default)
        question = question.model_copy(update={"asker": self.visitor.actor})
        own = None if key is None else self.own(key)
        limits = plans.limits(self.plan, question)
        return await self._engine.ask(question, key=own, history=history, limits=limits, focuses=self.focuses)

    async def leave(self) -> None:
        """The visitor's account, and everything that is kept of it, is gone for good. Raises as ``People.forget``; what
        was being answered is stopped then, and nothing else."""
        me = self.visitor.actor.id
        for answer_id in await self.people.running(me):
            await self.stop(answer_id)
        await self._engine.temporary.forget_of(me)
        await self.people.forget(me, self._engine.files.forget)

    # ── files ──

    async def take(self, name: str, content: Path, *, with_threads: bool = False) -> Upload:
        """As ``Intake.take``; the file is the visitor's."""
        authorize(self.visitor, Verb.ASK, access.HOUSE)
        plans.fits((await asyncio.to_thread(content.stat)).st_size, self.plan)
        return await self._engine.files.take(name, content, self.visitor.actor.id, with_threads=with_threads)

    async def take_page(self, url: str, *, with_threads: bool = False) -> Upload:
        """As ``Intake.take_page``; the page is a file of the visitor's."""
        authorize(self.visitor, Verb.ASK, access.HOUSE)
        most = int(plans.most_mb(self.plan, self.settings) * 1e6)
        return await self._engine.files.take_page(
            url, self.visitor.actor.id, most_bytes=most, with_threads=with_threads
        )

    async def uploads(self) -> list[Upload]:
        """The visitor's own files, the latest first."""
        mine = None if self.visitor.alone else self.visitor.actor.id
        return await asyncio.to_thread(self._engine.files.uploads.all, mine)

    async def upload(self, file_id: str, verb: Verb = Verb.READ) -> Upload:
        """Raises ``NotFound`` for what is not the visitor's, as for what never was."""
        upload = await asyncio.to_thread(self._engine.files.uploads.get, file_id)
        authorize(self.visitor, verb, Thing(Kind.FILE, file_id, upload.owner))
        return upload

    async def _allow_file(self, file_id: str, thread_id: str) -> None:
        """A file is asked about by whose it is, and in a thread that was asked about it by whoever may ask there."""
        try:
            await self.upload(file_id)
        except NotFound:
            if file_id not in await self._shared_in(thread_id):
                raise

    async def _shared_in(self, thread_id: str) -> set[str]:
        """The files that a thread was asked about, unless its share leaves files out."""
        if await self._engine.library.withholds_files(thread_id, self.visitor.actor.id):
            return set()
        try:
            answers = await self.library.answers(thread_id)
        except NotFound:  # the question opens it
            return set()
        return {file_id for answer in answers for file_id in answer.question.file_ids}

    async def files_of(self, question: Question) -> list[Upload]:
        """The files that a question of a thread which the visitor may read is about, without what is gone or left out
        of the thread's share."""
        if not question.file_ids:
            return []
        me = self.visitor.actor.id
        owner = me if await self._engine.library.withholds_files(question.thread_id, me) else None
        known = self._engine.files.known
        found = await asyncio.to_thread(lambda: [known(file_id, owner) for file_id in question.file_ids])
        return [upload for upload in found if upload is not None]

    async def are_gone(self, question: Question) -> bool:
        """Whether none of the files that a question is about is there any more."""
        known = self._engine.files.known
        return await asyncio.to_thread(lambda: not any(map(known, question.file_ids)))

    def followed(self, history: Sequence[Answer]) -> Question | None:
        """As ``Intake.followed``."""
        return self._engine.files.followed([answer.question for answer in history])

    async def remove(self, file_id: str) -> None:
        """As ``Intake.remove``."""
        await self.upload(file_id, Verb.DELETE)
        await self._engine.files.remove(file_id)

    async def text(self, file_id: str) -> Original | None:
        """The text of a file that is read, and one document; else ``None``."""
        upload = await self.upload(file_id)
        return await asyncio.to_thread(self._engine.files.text, upload) if upload.status == "ready" else None

    async def original(self, document: Document) -> Original | None:
        """The whole text of a document; ``None`` where it is gone, or read from a file that is somebody else's."""
        if not document.url.startswith(UPLOADED):
            return self._engine.index.original(document.id)
        try:
            await self.upload(document.url.removeprefix(UPLOADED))
        except NotFound:
            return None
        return await asyncio.to_thread(self._engine.files.original, document)

    def follow(self, answer_id: str, after: int = 0) -> AsyncIterator[Stamped]:
        return self.library.tail(answer_id, after)

    async def stop(self, answer_id: str) -> None:
        """As ``AnswerEngine.stop``."""
        await self.library.allow_answer(Verb.CHANGE, answer_id)
        await self._engine.stop(answer_id)

    async def answer_now(self, answer_id: str) -> None:
        """As ``AnswerEngine.answer_now``."""
        await self.library.allow_answer(Verb.CHANGE, answer_id)
        await self._engine.answer_now(answer_id)

    async def stop_thread(self, thread_id: str) -> None:
        """Stops whatever is being made in a thread."""
        for answer in await self.library.answers(thread_id):
            if answer.status is Status.RUNNING:
                await self.stop(answer.id)

    async def search(self, query: Query, focus: str = "index") -> Hits:
        """As ``AnswerEngine.search``."""
        authorize(self.visitor, Verb.READ, access.HOUSE)
        return await self._engine.search(query, focus, self.focuses)
