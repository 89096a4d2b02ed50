"""What becomes of a file that was handed in? It is kept, read by a process of its own, indexed alone, and asked.

Passages are found by words as soon as they are in, by meaning some seconds later. A question about files searches the
indexes of these files and nothing else.
"""

from __future__ import annotations

import asyncio
import codecs
import tempfile
import threading
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog

from pincite import readers
from pincite.crawl.fetch import Fetcher
from pincite.encoders.embed import MiniLM
from pincite.errors import BadInput, NotFound, PinciteError, Unreadable
from pincite.index import Index
from pincite.library.files import Uploads, safe, shown
from pincite.ports import Deadline, Hits, Query
from pincite.settings import Settings
from pincite.text.size import tokens
from pincite.types import UPLOADED, Degradation, Document, Filters, Hit, Original, Passage, Question, Upload

log = structlog.get_logger()

COLLECTION = "files"
MOST = 20
"""Files that one question may be about."""
PAGES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
}
"""What can stand behind an address, and the end of the name by which it is read."""
_OPEN = 8
"""Indexes that are kept open for the next question."""
_AGAIN_S = 1.0
"""How soon what could not be noted of a file is tried to be noted again."""
_SPARE_S = 0.2
"""Left of a search's deadline for the search itself, when a file is still being read."""
_PART = "a file"
"""What is missing where a file is: parts are counted, and what people call their files stands in no figure."""
GONE = Degradation(part=_PART, reason="gone", detail="a file of this thread was deleted")
_BELOW = 1.0
"""Standard deviations by which what the search did not find stands below the last that it found."""


@dataclass
class _Open:
    """An index that is open, how many ask it just now, and whether it is kept for the next question."""

    index: Index
    asking: int = 0
    kept: bool = True


class Intake:
    """The files that were handed in. Belongs to one event loop."""

    def __init__(self, settings: Settings, embedder: MiniLM, behind: MiniLM | None = None) -> None:
        """``behind`` embeds what can wait: passages, whose words are found meanwhile."""
        self._settings = settings
        self._embedder = embedder
        self._behind = behind or embedder
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._closing = threading.Event()
        self._indexes: dict[str, _Open] = {}
        self._embedding: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()
        self._turn = asyncio.Semaphore(1)
        self.uploads = Uploads(settings.files_dir)

    async def take(
        self, name: str, content: Path, owner: str, *, with_threads: bool = False, address: str = ""
    ) -> Upload:
        """Takes a file, which is moved away, and begins to read it; what it is called decides how.

        ``with_threads``: it is gone with the last thread that asks about it, see ``sweep``. ``address``: where it was
        fetched.
        Raises ``Unreadable`` for a type that is not read, ``BadInput`` for an empty file; nothing is kept then.
        """
        readers.check(Path(safe(name)))
        size = (await asyncio.to_thread(content.stat)).st_size
        name = shown(name)
        if not size:
            raise BadInput(f"{name!r} is empty", hint="pick another file")
        created = datetime.now(UTC)
        upload = Upload(name=name, bytes=size, owner=owner, with_threads=with_threads, address=address, created=created)
        await asyncio.to_thread(self.uploads.begin, upload, content)
        self._begin(upload)
        return upload

    async def take_page(self, url: str, owner: str, *, most_bytes: int, with_threads: bool = False) -> Upload:
        """Fetches the page that a person named, and takes it as a file; no link of it is followed.

        Raises ``Unfetchable`` for what is not there, not public, larger than ``most_bytes`` or of a type that is not
        read, and as ``take``; nothing is kept then.
        """
        fetcher = await asyncio.to_thread(partial(Fetcher, self._settings.fetch, connections=1))
        try:
            page = await fetcher.get(url, accept=tuple(PAGES), max_bytes=most_bytes)
        finally:
            await fetcher.aclose()
        suffix = PAGES.get(page.media_type, ".html")
        # What the server says of the characters stands in no file, so that text is kept in those that need no word.
        body = page.body if suffix == ".pdf" else codecs.BOM_UTF8 + page.text().removeprefix("\ufeff").encode()
        with tempfile.TemporaryDirectory(prefix="pincite-page-", ignore_cleanup_errors=True) as folder:
            content = Path(folder) / "content"
            await asyncio.to_thread(content.write_bytes, body)
            return await self.take(
                _named(page.url, suffix), content, owner, with_threads=with_threads, address=page.url
            )

    def _begin(self, upload: Upload) -> None:
        task = asyncio.create_task(self._read(upload), name=f"read {upload.id}")
        self._reading[upload.id] = task
        task.add_done_callback(lambda _: self._reading.pop(upload.id, None))

    def resume(self) -> None:
        """Goes on with what a process that is gone left unread."""
        for upload in self.uploads.all():
            if upload.status == "reading" and upload.id not in self._reading:
                self._begin(upload)

    async def _read(self, upload: Upload) -> None:
        """A file is ready when it can be found by words; what waits for it need not wait for the vectors."""
        async with self._turn:
            try:
                known = await asyncio.to_thread(self._taken_in, upload)
            except Unreadable as problem:
                why = problem.detail.replace(str(self.uploads.path(upload)), upload.name)
                known = {"status": "failed", "why": why, "hint": problem.hint}
            except PinciteError as problem:
                log.error("file_not_indexed", file=upload.id, detail=problem.detail)
                why = f"{upload.name} can't be read: {_said(problem)}"
                known = {"status": "failed", "why": why, "hint": "hand it in again; the server's log says more"}
            except Exception as problem:
                # Whatever it is, the file must not be told as still being read.
                log.exception("file_not_read", file=upload.id)
                why = f"{upload.name} can't be read: {_said(problem)}"
                known = {"status": "failed", "why": why, "hint": "hand it in again; the server's log says more"}
        if await self._noted(upload.id, known) and known["status"] == "ready":
            embedding = asyncio.create_task(asyncio.to_thread(self._embed, upload.id), name=f"embed {upload.id}")
            self._embedding.add(embedding)
            embedding.add_done_callback(self._embedding.discard)

    async def _noted(self, file_id: str, known: Mapping[str, Any]) -> bool:
        """Keeps what came of the reading; ``False`` where there is nothing to keep it of any more.

        Where the disk is full, say, the file is told as being read until that can be written, or by the next process.
        """
        while True:
            try:
                await asyncio.to_thread(partial(self.uploads.change, file_id, **known))
                return True
            except NotFound:  # deleted while it was read: what the reading has made of it goes too
                await asyncio.to_thread(self.uploads.remove, file_id)
                return False
            except OSError as problem:
                log.error("file_not_noted", file=file_id, detail=str(problem))
            if self._closing.is_set():
                return False
            await asyncio.sleep(_AGAIN_S)

    def _taken_in(self, upload: Upload) -> dict[str, Any]:
        """What is known of a file when it was read and indexed."""
        path = self.uploads.path(upload)
        partly: list[Unreadable] = []
        with readers.Child(self._settings.files) as child:
            limit = int(self._settings.index.max_file_mb * 1e6)
            originals = child.read(readers.File(path, COLLECTION, limit, partly.append, upload.url))
            index = self._writer(upload.id)
            pages = size = 0
            try:
                for original in originals:
                    pages = max([pages, *(spot.page or 0 for spot in original.spots)])
                    size += tokens(original.text)
                    index.add([original])
                index.commit()
                passages = index.counts().passages
            finally:
                index.close()
        if not passages:
            raise partly[0] if partly else Unreadable(f"{path} can't be read: it holds no text")
        return {
            "status": "ready",
            "pages": pages or None,
            "passages": passages,
            "tokens": size,
            "why": partly[0].detail.replace(str(path), upload.name) if partly else "",
            "hint": partly[0].hint if partly else "",
        }

    def _writer(self, file_id: str) -> Index:
        directory = self.uploads.index_dir(file_id)
        return Index.open(directory, self._behind, writer=True, settings=self._settings.index)

    def _embed(self, file_id: str) -> None:
        try:
            with self._lock:  # of a file that was deleted meanwhile it would make the folder again
                self.uploads.get(file_id)
                index = self._writer(file_id)
            try:
                index.embed_pending(self._closing)
            finally:
                index.close()
        except PinciteError as problem:
            # What is not embedded is found by words; a file that was deleted meanwhile is not found at all.
            log.warning("file_not_embedded", file=file_id, detail=problem.detail)

    async def remove(self, file_id: str) -> None:
        """Forgets a file and whatever was made of it. Raises ``NotFound``."""
        await asyncio.to_thread(self.uploads.get, file_id)
        task = self._reading.get(file_id)
        if task is not None:
            await asyncio.wait([task])
        await asyncio.to_thread(self._removed, file_id)

    def _removed(self, file_id: str) -> None:
        with self._lock:  # nobody opens its index meanwhile: that would make its folder again
            self.uploads.remove(file_id)
            self._let_go(file_id)

    async def forget(self, owner: str) -> None:
        """Forgets every file of a person, and whatever was made of them."""
        for upload in await asyncio.to_thread(self.uploads.all, owner):
            with suppress(NotFound):  # deleted meanwhile
                await self.remove(upload.id)

    async def asked(self, file_ids: Sequence[str]) -> None:
        """A question that names these is kept. From now on, those that go with their threads do.

        One for which this can't be noted stays longer than it should; no question fails for that.
        """
        for file_id in file_ids:
            try:
                if not (await asyncio.to_thread(self.uploads.get, file_id)).asked:
                    await asyncio.to_thread(partial(self.uploads.change, file_id, asked=True))
            except NotFound:  # deleted meanwhile
                continue
            except (PinciteError, OSError) as error:
                log.warning("file_not_marked", file=file_id, detail=str(error))

    async def sweep(self, named: Callable[[], Awaitable[Collection[str]]]) -> list[str]:
        """Forgets the files that go with their threads and that no question names any more; their ids.

        ``named`` tells which files the questions that are kept name. What was not asked about yet stays.
        """
        known = await asyncio.to_thread(self.uploads.all)
        going = [upload.id for upload in known if upload.with_threads and upload.asked]
        kept = await named() if going else ()
        gone = [file_id for file_id in going if file_id not in kept]
        for file_id in gone:
            with suppress(NotFound):  # by another process
                await self.remove(file_id)
        return gone

    async def close(self) -> None:
        """Waits for what is being read: seconds, by the limits on reading."""
        self._closing.set()
        await asyncio.gather(*self._reading.values(), *self._embedding, return_exceptions=True)
        with self._lock:
            for file_id in list(self._indexes):
                self._let_go(file_id)

    # ── asking ──

    def meant(self, question: Question, earlier: Sequence[Question], *, own: bool = False) -> Question:
        """The question with the files that it is about: its own, else those that its thread was last asked about,
        unless it lets them go; of these only the asker's, if ``own``.

        Raises ``NotFound`` for a file that it names and that is not there, ``BadInput`` for too many.
        """
        if len(question.file_ids) > MOST:
            raise BadInput(f"a question may be about {MOST} files, not {len(question.file_ids)}", hint="pick fewer")
        if question.file_ids:
            for file_id in question.file_ids:
                self.uploads.get(file_id)
            return question
        before = None if question.files_off else self.followed(earlier)
        if before is None:
            return question
        mine = question.asker.id if own else None
        last = tuple(one for one in before.file_ids if not own or self.known(one, mine) is not None)
        return question.model_copy(update={"file_ids": last, "files_off": before.files_off})

    def followed(self, earlier: Sequence[Question]) -> Question | None:
        """The question of a thread whose files, or whose letting them go, the next one goes on with."""
        return next((one for one in reversed(earlier) if one.file_ids or one.files_off), None)

    def known(self, file_id: str, owner: str | None = None) -> Upload | None:
        """A file that may be gone; ``None`` for it then, and for one that is not the ``owner``'s, if given."""
        try:
            upload = self.uploads.get(file_id)
        except NotFound:
            return None
        return upload if owner is None or upload.owner == owner else None

    def is_reading(self, file_ids: Sequence[str]) -> bool:
        return any(file_id in self._reading for file_id in file_ids)

    def backend(self, file_ids: Sequence[str]) -> Held:
        return Held(self, file_ids)

    def original(self, document: Document) -> Original | None:
        """The text of a document that was read from a file; ``None`` if that is gone, or it is none."""
        file_id = document.url.removeprefix(UPLOADED)
        if file_id == document.url:
            return None
        try:
            with self._asking(file_id) as index:
                return index.original(document.id)
        except NotFound:
            return None

    def text(self, upload: Upload) -> Original | None:
        """The text of a file that is one document."""
        return self.original(Document(url=upload.url, title=upload.name, collection=COLLECTION))

    async def ready(self, file_ids: Sequence[str], deadline: Deadline) -> None:
        """Waits until these are read, or the deadline is near."""
        tasks = [self._reading[file_id] for file_id in file_ids if file_id in self._reading]
        if tasks:
            await asyncio.wait(tasks, timeout=max(0.0, deadline.left() - _SPARE_S))

    def search(self, file_id: str, query: Query, *, all_of_it: bool = False) -> list[Hit]:
        """Hits, best first; with ``all_of_it`` the passages that were not found come behind, in their order."""
        with self._asking(file_id) as index:
            index.refresh()
            found = index.search(query)
            return [*found, *_unfound(index.all(), found)] if all_of_it else found

    @contextmanager
    def _asking(self, file_id: str) -> Iterator[Index]:
        """The index of a file, which stays open at least until this is left. Raises ``NotFound``, also for a file that
        is deleted meanwhile where that makes the asking fail.
        """
        with self._lock:
            self.uploads.get(file_id)
            opened = self._indexes.pop(file_id, None)
            if opened is None:
                directory = self.uploads.index_dir(file_id)
                opened = _Open(Index.open(directory, self._embedder, settings=self._settings.index))
            self._indexes[file_id] = opened
            opened.asking += 1
            while len(self._indexes) > _OPEN:
                self._let_go(next(iter(self._indexes)))
        try:
            yield opened.index
        except Exception:
            self.uploads.get(file_id)
            raise
        finally:
            with self._lock:
                opened.asking -= 1
                if not opened.kept and not opened.asking:
                    opened.index.close()

    def _let_go(self, file_id: str) -> None:
        """Keeps its index no longer: it is closed now, or by the last who leaves it. Call this with the lock."""
        opened = self._indexes.pop(file_id, None)
        if opened is not None:
            opened.kept = False
            if not opened.asking:
                opened.index.close()


def _named(url: str, suffix: str) -> str:
    """What a page is called among files: its host, and the last word of its path."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]).removesuffix(suffix)
    return f"{(parts.hostname or '').removeprefix('www.')} {last}".strip() + suffix


def _unfound(passages: Sequence[Passage], found: Sequence[Hit]) -> list[Hit]:
    known = {hit.passage.id for hit in found}
    score = min((hit.score for hit in found), default=0.0) - _BELOW
    rest = (passage for passage in passages if passage.id not in known)
    return [Hit(passage=passage, score=score, backend="index", signals={"fused": score}) for passage in rest]


def _said(error: Exception) -> str:
    """What went wrong, for a person: without the paths of this server."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return error.title.lower() if isinstance(error, PinciteError) else f"it failed with {type(error).__name__}"


def _unsearched(name: str, why: str) -> Degradation:
    detail, hint = f"{name} can't be searched: {why}", "hand it in again; the server's log says more"
    return Degradation(part=_PART, reason="failed", detail=detail, hint=hint)


def _of_file(hit: Hit, name: str) -> Hit:
    """The hit with the ``name`` of its file: what a document is titled need not be what its owner knows it by."""
    document = hit.passage.document.model_copy(update={"file": name})
    return hit.model_copy(update={"passage": hit.passage.model_copy(update={"document": document})})


def small(uploads: Sequence[Upload], most: int) -> set[str]:
    """The ids of those that together have ``most`` tokens at the most, the smallest first."""
    taken: set[str] = set()
    for upload in sorted(uploads, key=lambda one: one.tokens or 0):
        most -= upload.tokens or 0
        if most < 0:
            break
        if upload.tokens:  # one that was read before this was counted is of unknown size
            taken.add(upload.id)
    return taken


class Held:
    """The ``SearchBackend`` named ``files``: what stands in these files."""

    name = "files"

    def __init__(self, intake: Intake, file_ids: Sequence[str]) -> None:
        self._intake = intake
        self._file_ids = tuple(file_ids)

    async def search(self, query: Query, deadline: Deadline) -> Hits:
        """Hits of all files in one list, best first. A file that can't be searched is missing, with the reason.

        Of those that ``query.whole_tokens`` has room for every passage comes; ``whole`` are those of them that are one
        document.
        """
        await self._intake.ready(self._file_ids, deadline)
        uploads, missing = await asyncio.to_thread(self._looked_up)
        wanted = small(uploads, query.whole_tokens if query.filters == Filters() else 0)
        found: list[Hit] = []
        always: set[str] = set()
        whole: set[str] = set()
        for upload in uploads:
            all_of_it = upload.id in wanted
            hits = await asyncio.to_thread(self._asked, upload, query, all_of_it)
            if isinstance(hits, Degradation):
                missing.append(hits)
                continue
            found += [_of_file(hit, upload.name) for hit in hits]
            if all_of_it:
                always |= {hit.passage.id for hit in hits}
                documents = {hit.passage.document.id for hit in hits}
                whole |= documents if len(documents) == 1 else set()
        found.sort(key=lambda hit: -hit.score)
        kept = [hit for place, hit in enumerate(found) if place < query.limit or hit.passage.id in always]
        return Hits.of(kept, missing, whole=sorted(whole))

    def _asked(self, upload: Upload, query: Query, all_of_it: bool) -> list[Hit] | Degradation:
        """The hits of one file, or why there are none: it may cost its own, never those of the others."""
        try:
            return self._intake.search(upload.id, query, all_of_it=all_of_it)
        except NotFound:
            return GONE
        except Exception as error:
            log.exception("file_not_searched", file=upload.id)
            return _unsearched(upload.name, _said(error))

    def _looked_up(self) -> tuple[list[Upload], list[Degradation]]:
        ready: list[Upload] = []
        missing: list[Degradation] = []
        for file_id in self._file_ids:
            try:
                upload = self._intake.uploads.get(file_id)
            except NotFound:
                missing.append(GONE)
                continue
            except (PinciteError, OSError) as error:
                log.error("file_record_not_read", file=file_id, detail=str(error))
                missing.append(_unsearched("a file", "what is known of it can't be read"))
                continue
            if upload.status == "ready":
                ready.append(upload)
            else:
                why = upload.why or f"{upload.name} is still being read; ask again in a moment"
                missing.append(Degradation(part=_PART, reason=upload.status, detail=why))
        return ready, missing
