"""How do the rooms work together? Open, ask, follow, stop, close: the one module that knows every room.

A question is durable before anyone is told of it, and so is every event of its answer: the run writes to the
log, and whoever follows reads the log. So a run needs nobody to watch it, anybody can join late, and a follower
that went away comes back to the same events.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, aclosing, suppress
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import takewhile
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

import structlog

from pincite.answer.ask import ask
from pincite.answer.check.check import Lexical
from pincite.answer.check.support import Weighing
from pincite.answer.clarify.reply import given, replied
from pincite.answer.crew import Crew
from pincite.answer.gather import together
from pincite.answer.notes import Notes
from pincite.answer.precedence import Precedence
from pincite.answer.question.plan import admit, written
from pincite.answer.question.spelling import respelt
from pincite.answer.resume import continued
from pincite.answer.write.route import First
from pincite.encoders.cross import CrossEncoder
from pincite.encoders.embed import MiniLM
from pincite.errors import BadInput, NotFound, PinciteError
from pincite.events import Carded, Event, Failed, Finished, Stamped, Started, Stepped, Wrote, fold
from pincite.index import Index
from pincite.index.follower import Follower
from pincite.intake import Intake
from pincite.library import Library
from pincite.library.endpoints import Endpoints
from pincite.library.notes import ELSEWHERE, NOW
from pincite.library.recovery import Taken
from pincite.library.run import Run
from pincite.library.temporary import Temporary
from pincite.library.vault import Vault
from pincite.models import Picker
from pincite.models.duties import duties
from pincite.ports import Deadline, Hits, Lexicon, Query
from pincite.rank import learn, policy
from pincite.rank.order import Order
from pincite.search.focus import Focuses, Looking
from pincite.search.live.harvest import Harvest
from pincite.search.live.search import LiveSearch
from pincite.search.own import OwnIndex
from pincite.search.without import Without
from pincite.settings import Settings
from pincite.types import Answer, Document, Original, Question, Status, lineage, new_id
from pincite.widgets.glance import Glancer

log = structlog.get_logger()

THUMBS_S = 10.0
"""How old may be what the ranking knows of readers' thumbs: counting them reads all that were ever given."""
AT_ONCE = 2
"""Threads that embed what a question needs; what can wait has ``index.embed_threads``."""

SWEEP_S = 3600.0
"""How often files are looked for that went with their threads, beside whenever something is forgotten here."""


class AnswerEngine:
    """The whole answer engine in one process. Use ``open``, or ``async with await AnswerEngine.open(settings)``."""

    def __init__(
        self,
        settings: Settings,
        library: Library,
        index: Index,
        embedder: MiniLM,
        models: Picker,
        focuses: Focuses,
        *,
        vault: Vault,
        endpoints: Endpoints,
        cross: CrossEncoder | None,
        embed: bool,
    ) -> None:
        self.settings = settings
        self.library = library
        self.index = index
        self.models = models
        self.focuses = focuses
        self.vault = vault
        self.endpoints = endpoints
        self._embedder = embedder
        self._precedence = Precedence()
        self._behind = embedder.behind(self._precedence.stand_back, settings.index.embed_threads)
        self._index_search = OwnIndex(index, settings.search.dense_weight)
        self._lexicon = index.lexicon(embedder.knows)
        self._checker = Lexical()
        self._careful = Weighing.configured(settings.answer, embedder)
        self._cross = cross
        self._runs: dict[str, Run] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._harvest = Harvest(settings)
        self._thumbs: Mapping[str, tuple[int, int]] = {}
        self._thumbs_until = 0.0
        self._closing = False
        self._resumes = False
        self._glancer = Glancer(settings)
        self.files = Intake(settings, embedder, self._behind)
        self.temporary = Temporary(library.forgot.set)
        self._sweeping = asyncio.create_task(self._sweep(), name="sweep files")
        self._follower: Follower | None = None
        if embed:
            self.files.resume()
            self.focuses.warm()
            self._follower = Follower(settings.index_dir, index, self._behind, settings.index)

    @classmethod
    async def open(
        cls, settings: Settings, *, embed: bool = False, resume: bool = False, env: Mapping[str, str] = os.environ
    ) -> AnswerEngine:
        """Opens the data folder, creating what is missing, and closes answers that a dead process left open.

        With ``resume`` it goes on with those that somebody may still wait for, see ``library/recovery.py``; that is for
        who stays. The engine reads the index, and sees what other processes add. ``embed=True`` also turns passages
        into vectors in the background, as the index's writer for some seconds at a time, so that others get their turn.
        Raises ``Damaged``, ``DiskFull`` or ``BadSettings`` where the data can't be used, with what to do.
        """
        await asyncio.to_thread(settings.made)
        embedder = await asyncio.to_thread(MiniLM.load, AT_ONCE)
        index = await asyncio.to_thread(Index.open, settings.index_dir, embedder, settings=settings.index)
        library = await Library.open(settings.library_url)
        vault = await library.vault(settings.data_dir, env)
        endpoints = await library.endpoints(vault)
        models = Picker(settings.models, vault, settings.answer, added=endpoints, renew=endpoints.renew)
        focuses = Focuses(settings, vault, embedder, lambda: index.counts().collections)
        cross = await asyncio.to_thread(CrossEncoder.configured, settings)
        engine = cls(
            settings,
            library,
            index,
            embedder,
            models,
            focuses,
            vault=vault,
            endpoints=endpoints,
            cross=cross,
            embed=embed,
        )
        engine._resumes = resume
        try:
            recovered = await library.recover(engine._resume if resume else None)
        except BaseException:
            await engine.close()
            raise
        if recovered:
            log.info("recovered", answers=len(recovered))
        return engine

    async def close(self) -> None:
        """Stops what runs, then closes the data folder. Answers end as interrupted; an engine that resumes those of
        others leaves to others what they can go on with."""
        self._closing = True
        for run in list(self._runs.values()):
            if self._resumes and run.resumable:
                run.leave()
            else:
                run.end(Status.INTERRUPTED)
        await asyncio.gather(*(run.task for run in self._runs.values()), return_exceptions=True)
        await self._harvest.close()
        if self._follower is not None:
            await asyncio.to_thread(self._follower.close)
        self._sweeping.cancel()
        await asyncio.gather(self._sweeping, return_exceptions=True)
        await self.files.close()
        await self.models.close()
        await self.focuses.close()
        await self._glancer.close()
        await self.temporary.close()
        await self.library.close()
        await asyncio.to_thread(self.index.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # ── asking ──

    async def ask(
        self,
        question: Question,
        *,
        key: str | None = None,
        history: Sequence[Answer] | None = None,
        limits: Mapping[str, int] | None = None,
        focuses: Focuses | None = None,
    ) -> str:
        """The id of the answer, as soon as the question is durable; the answering goes on by itself.

        ``key`` makes it safe to send the same request again: it returns the first one's answer.
        ``history`` stands for the thread's earlier answers where the caller keeps them, as stateless APIs do.
        ``limits`` are how many questions of each kind the asker has a day: one that is kept is counted, see ``begin``.
        ``focuses`` are those that the asker may know of; without them, all.
        A focus and sites that the text names (``@wikipedia``, ``site:``) are taken out of it, see ``Focuses.aim``.
        A reply to a form, chosen or typed, is its thread's next question, see ``answer/clarify/reply.py``; the same
        one again returns the first one's answer.
        Raises ``BadQuestion``, ``BadInput`` for a reply that can't be taken, ``UnknownFocus``, ``LockedFocus``,
        ``UnknownModel``, ``Conflict``, ``Spent``; nothing is kept then.
        """
        question = await self.temporary.placed(question, self.library)
        async with self._turns.setdefault(question.thread_id, asyncio.Lock()):  # whoever is first answers a form
            kept = lineage(await self._history(question.thread_id), question.follows)
            thread = kept or list(history or ())
            question = replied(question, thread, repeated=key is not None)
            before = given(question, thread)
            if before is not None:
                return before.id
            return await self._ask(question, key, thread, history, limits, focuses or self.focuses)

    def library_of(self, id_: str) -> Library:
        """The library that has the thread or the answer of that id."""
        return self.temporary.of(id_) or self.library

    async def _ask(
        self,
        question: Question,
        key: str | None,
        thread: Sequence[Answer],
        elsewhere: Sequence[Answer] | None,
        limits: Mapping[str, int] | None,
        focuses: Focuses,
    ) -> str:
        """``elsewhere`` is the history that whoever asks keeps; it stands for the ``thread``'s."""
        history = thread if elsewhere is None else elsewhere
        admit(question)
        own = await self.library.withholds_files(question.thread_id, question.asker.id)
        earlier_questions = [answer.question for answer in history]
        question = await asyncio.to_thread(self.files.meant, question, earlier_questions, own=own)
        question = await asyncio.to_thread(focuses.aim, question)
        crew, live = await self._crew(question)
        body = sha256(question.model_dump_json(exclude={"id", "thread_id"}).encode()).hexdigest()
        kept, fresh = not question.temporary, new_id()
        begin = self.library.begin if kept else partial(self.temporary.begin, counting=self.library)
        answer_id = await begin(question, fresh, key=key, body_hash=body, limits=limits)
        if answer_id == fresh:
            notes, resumable = None, kept and question.mode == "copilot" and crew.database is None
            if resumable:
                keep = self.library.notes.keeping(answer_id)
                notes = Notes(keep)
                crew = crew.noted(notes)
                if elsewhere is not None:
                    resumable = False
                    keep(ELSEWHERE, "")
            events = self._in_turn(self._earlier(question), question, answer_id, history, crew, notes)
            library = self.library_of(answer_id)
            self._run(Run(library, question, answer_id, events, crew.enough, resumable=resumable), live)
        await self.files.asked(question.file_ids)
        return answer_id

    async def _crew(self, question: Question) -> tuple[Crew, LiveSearch | None]:
        """Who works on a question, and who may keep the pages that are read for it."""
        hands = await duties(self.models, self.settings.models, question.model)
        rank = self.settings.rank
        read_s = min(rank.read_s, rank.read_with_model_s) if hands.writer else rank.read_s
        judged, kept = await self._judged(), not question.temporary
        looking, order = await asyncio.to_thread(self._searching, question.focus, judged, read_s, kept=kept)
        if question.file_ids and looking.database is None:
            looking = self._inside(question.file_ids, looking)
        crew = Crew(
            backends=looking.backends,
            ranker=order,
            embedder=self._embedder,
            checker=self._checker,
            model=hands.writer,
            model_problem=hands.problem,
            planner=hands.planner,
            second=hands.checker,
            first=First.of(hands.first, self.settings.models) if hands.first else None,
            answer=self.settings.answer,
            search=looking.settings,
            reader=self._cross,
            lexicon=self._words(looking),
            careful=self._careful,
            instructions=await self.library.instructions(question.thread_id, question.collection),
            database=looking.database,
            glance=self._glancer.look,
        )
        return crew, looking.live if kept else None

    def _earlier(self, question: Question) -> list[asyncio.Task[None]]:
        """The answers that are being made in its thread."""
        return [run.task for run in self._runs.values() if run.thread_id == question.thread_id]

    def _run(self, run: Run, live: LiveSearch | None) -> None:
        self._runs[run.answer_id] = run
        run.task.add_done_callback(lambda _: self._ended(run.answer_id, live))

    def _resume(self, taken: Taken) -> None:
        """Goes on with an answer whose process was killed; called when it is this engine's."""
        if self._closing:  # it is left to whoever comes next
            return
        enough = asyncio.Event()
        events = self._resumed(taken, self._earlier(taken.question), enough)
        run = Run(self.library, taken.question, taken.answer_id, events, enough, begun=True, resumable=True)
        self._run(run, None)
        log.info("resumed", answer_id=taken.answer_id, events=taken.seq)

    async def _resumed(
        self, taken: Taken, earlier: Sequence[asyncio.Task[None]], enough: asyncio.Event
    ) -> AsyncGenerator[Event]:
        question, answer_id = taken.question, taken.answer_id
        try:
            crew, live = await self._crew(question)
            thread = await self._history(question.thread_id)
            kept = await self.library.notes.of(answer_id)
            hurry = enough.set if NOW in kept else lambda: None  # not before what was found is read
            notes = Notes(self.library.notes.keeping(answer_id), kept, beyond=hurry)
        except PinciteError as error:  # the model or the focus is no longer there
            yield Failed(problem=error.problem())
            yield Finished(status=Status.FAILED)
            return
        before = lineage(takewhile(lambda answer: answer.id != answer_id, thread), question.follows)
        events = self._in_turn(earlier, question, answer_id, before, replace(crew, enough=enough).noted(notes), notes)
        async with aclosing(continued(taken.told, events)) as more:
            async for event in more:
                yield event
        self._harvest.take(live)

    async def _in_turn(
        self,
        earlier: Sequence[asyncio.Task[None]],
        question: Question,
        answer_id: str,
        history: Sequence[Answer],
        crew: Crew,
        notes: Notes | None,
    ) -> AsyncGenerator[Event]:
        """The events of an answer that is made after those that are being made in its thread, in ``earlier``."""
        if earlier:
            yield Started(answer_id=answer_id, question=question, model=crew.opens)
            yield Stepped(step="wait", detail="an earlier question of this thread is being answered")
            await asyncio.wait(earlier)
            history = await self._refreshed(history)
        seconds = self.settings.answer.deadline_s
        deadline = notes.begun(seconds) if notes else Deadline.after(seconds)
        with ExitStack() as first:
            first.enter_context(self._precedence.taken())
            async with aclosing(ask(question, answer_id, history, crew, deadline)) as events:
                async for event in events:
                    if crew.model is not None and isinstance(event, Wrote | Carded):
                        first.close()  # from here on it is the model that is waited for
                    if not (earlier and isinstance(event, Started)):
                        yield event

    async def _refreshed(self, history: Sequence[Answer]) -> list[Answer]:
        """What was being answered when the question was asked, as it is now."""
        found = []
        for answer in history:
            try:
                running = answer.status is Status.RUNNING
                found.append(await self.library_of(answer.id).answer(answer.id) if running else answer)
            except NotFound:  # deleted meanwhile
                continue
        return found

    def _ended(self, answer_id: str, live: LiveSearch | None) -> None:
        self._runs.pop(answer_id, None)
        self._harvest.take(live)

    async def _history(self, thread_id: str) -> list[Answer]:
        try:
            return await self.library_of(thread_id).answers(thread_id)
        except NotFound:  # the question opens the thread
            return []

    def follow(self, answer_id: str, after: int = 0) -> AsyncIterator[Stamped]:
        """The events of an answer after number ``after``: those kept, then those to come, to ``Finished``."""
        return self.library_of(answer_id).tail(answer_id, after)

    async def answer(self, question: Question, *, history: Sequence[Answer] | None = None) -> Answer:
        """Ask, and wait for the whole answer."""
        answer_id = await self.ask(question, history=history)
        return fold([stamped.event async for stamped in self.follow(answer_id)])

    async def stop(self, answer_id: str) -> None:
        """Ends a running answer as ``stopped``, keeping its text; returns when that is durable.

        An answer that has ended stays as it is. Raises ``NotFound`` for an unknown id.
        """
        run = self._runs.get(answer_id)
        if run is None:
            await self.library_of(answer_id).answer(answer_id)
            return
        run.end(Status.STOPPED)
        await asyncio.wait([run.task])

    async def answer_now(self, answer_id: str) -> None:
        """Research that is under way for a running answer ends, and the answer is written from what is there.

        Any other answer stays as it is. Raises ``NotFound`` for an unknown id.
        """
        run = self._runs.get(answer_id)
        if run is None:
            await self.library_of(answer_id).answer(answer_id)
            return
        await self.library_of(answer_id).notes.keep(answer_id, NOW, "")
        run.enough.set()

    async def search(self, query: Query, focus: str = "index", focuses: Focuses | None = None) -> Hits:
        """Ranked hits without an answer; each explains its rank by ``signals``, and ``rank.told`` in words.
        ``missing`` names whom the search went without, and phrases that no passage has; ``note`` says for what else
        was searched, where a word was misspelt.

        An empty ``focus`` is the default one; a focus, or sites, that the text names count as they do in a question,
        and so do ``focuses``.
        Raises ``UnknownFocus``, ``LockedFocus``, ``BadQuestion`` for what is no text, ``BadInput`` for a database, and
        ``BadSettings`` for a policy or a ranker that can't be taken.
        """
        if not written(query.text).strip():
            return Hits()
        asked = Question(text=query.text, focus=focus, filters=query.filters)
        aimed = await asyncio.to_thread((focuses or self.focuses).aim, asked)
        read_s = self.settings.rank.read_s
        looking, order = await asyncio.to_thread(self._searching, aimed.focus, await self._judged(), read_s)
        if looking.database is not None:
            label = looking.database.label
            raise BadInput(f"{label} is a database: it has no passages to be found", hint="ask it a question")
        words = self._words(looking)
        right = await asyncio.to_thread(respelt, aimed.text, words) if words else ""
        queries = [text for text in (right, aimed.text) if text]
        most = max(query.limit, self.settings.search.hits)
        deadline = Deadline.after(looking.settings.deadline_s)
        with self._precedence.taken():
            found = await together(queries, most, aimed.filters, looking.backends, deadline)
            ranked = await asyncio.to_thread(order.rank, queries[0], found)
            note = f"also searched for “{right}”" if right else ""
            return Hits.of(ranked[: query.limit], found.missing, note, more=found.more or len(ranked) > query.limit)

    def _searching(
        self, focus: str, thumbs: Mapping[str, tuple[int, int]], read_s: float, *, kept: bool = True
    ) -> tuple[Looking, Order]:
        """Where to search and how to rank, by the files as they are now: a policy may change while the engine runs."""
        ours = policy.load(self.settings.policy_file)
        refused = ours.blocks if ours.blocking else None
        looking = self.focuses.looking(focus, Without(self._index_search, refused), refused, kept=kept)
        weighing = learn.load(self.settings.ranker_file, ours)
        return looking, Order(policy=ours, weighing=weighing, scorer=self._cross, read_s=read_s, thumbs=thumbs)

    def _words(self, looking: Looking) -> Lexicon | None:
        """The words of the index, where nothing else is searched: of the web and of files they say nothing."""
        return self._lexicon if list(looking.backends) == [self._index_search.name] else None

    async def _judged(self) -> Mapping[str, tuple[int, int]]:
        """Thumbs by document, at most ``THUMBS_S`` old. Where they can't be read, the last ones stand."""
        if time.monotonic() >= self._thumbs_until:
            self._thumbs_until = time.monotonic() + THUMBS_S  # first, so that questions at once count them once
            try:
                self._thumbs = await self.library.thumbs()
            except PinciteError as error:
                log.warning("thumbs_not_read", detail=error.detail, hint=error.hint)
        return self._thumbs

    def _inside(self, file_ids: Sequence[str], looking: Looking) -> Looking:
        """Only in these files, whatever the focus; one that is still being read is waited for."""
        wait_s = self.settings.files.deadline_s if self.files.is_reading(file_ids) else 0.0
        search = looking.settings.model_copy(update={"deadline_s": looking.settings.deadline_s + wait_s})
        return Looking({"files": Without(self.files.backend(file_ids))}, search)

    async def _files_named(self) -> set[str]:
        return await self.library.files_named() | await self.temporary.files_named()

    async def _sweep(self) -> None:
        """Files go with the last thread that asked about them, whoever deletes it: now, by itself, or elsewhere."""
        while True:
            try:
                gone = await self.files.sweep(self._files_named)
                if gone:
                    log.info("files_gone_with_threads", files=len(gone))
            except PinciteError as error:
                log.warning("files_not_swept", detail=error.detail, hint=error.hint)
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_S):
                    await self.library.forgot.wait()
            self.library.forgot.clear()

    def original(self, document: Document) -> Original | None:
        """The whole text of a document, of the index or of a file that was handed in."""
        return self.files.original(document) or self.index.original(document.id)
