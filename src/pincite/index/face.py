"""Which passages match? The one face of the index: add, delete, commit, search.

    originals.log   every original and deletion, appended and checksummed       ┐ either can be made again
    index.sqlite3   the only commit point: documents, passages, vectors, files  ┘ from the other
    text/           BM25 by tantivy                       ┐ derived: followed after every commit,
    vectors/        int8 segments, mapped into memory     ┘ made again when damaged or lost

One process writes; any number read and see a commit after ``refresh``. Texts can be searched as soon as they are
committed; vectors follow by ``embed_pending``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray

from pincite.errors import Busy, Damaged
from pincite.index import links, measure, repair
from pincite.index.fulltext import FullText
from pincite.index.journal import Journal
from pincite.index.lexicon import Lexicon
from pincite.index.lock import WriterLock, holder
from pincite.index.passages import content_hash, passages
from pincite.index.progress import Added, IndexCounts, IndexStatus, Progress
from pincite.index.searcher import Searcher
from pincite.index.store import Row, Store, explained
from pincite.index.vectors import Segment, VectorFiles, merged, quantise, rows_of, to_merge
from pincite.ports import Embedder, Query, Vectors
from pincite.settings import IndexSettings
from pincite.types import Hit, Original, Passage

log = structlog.get_logger()
_EMBED_STEP = 64
"""Passages embedded between two looks at whether to stop."""
_FOLLOW_S = 5.0
"""While much is added, full text follows this often; a commit always makes it follow."""
_COMPACT_BYTES = 16 << 20
"""A journal smaller than this is never worth writing anew."""
_THOROUGH_BYTES = 128 << 20
"""A database up to this size is read whole and checked whenever a writer opens it (well under a second)."""


@dataclass(frozen=True)
class _Staged:
    original: Original
    hash: bytes
    passages: list[Passage]


class Index:
    """Documents in, passages out. Safe to use from several threads; every method blocks."""

    def __init__(
        self,
        directory: Path,
        embedder: Embedder | None,
        settings: IndexSettings,
        lock: WriterLock | None,
        *,
        full: bool,
    ) -> None:
        """Use ``Index.open``. ``full`` checks every byte, whatever it takes."""
        self.directory = directory
        self._embedder = embedder
        self._settings = settings
        self._lock = lock
        self._changing = threading.RLock()
        self._staged: dict[str, _Staged] = {}
        self._followed = time.monotonic()
        self._files = VectorFiles(directory / "vectors")
        self.repaired: tuple[str, ...] = ()
        self._start(full)

    @classmethod
    def open(
        cls,
        directory: Path,
        embedder: Embedder | None,
        *,
        writer: bool = False,
        settings: IndexSettings | None = None,
    ) -> Index:
        """The index in a directory; made if there is none.

        ``writer=True`` takes the lock (``Busy`` names the process that has it) and catches up with whatever a crash
        left behind. Damage is set aside and mended by whoever may write; a reader that meets it while another
        process writes raises ``Damaged``.
        """
        directory.mkdir(parents=True, exist_ok=True)
        settings = settings or IndexSettings()
        if writer:
            return cls._locked(directory, embedder, settings, full=False)
        try:
            return cls(directory, embedder, settings, None, full=False)
        except Damaged:
            mended: tuple[str, ...] = ()
            try:
                mended = cls.repair(directory, embedder, settings)
            except Busy as busy:
                log.warning("repair_left_to_writer", detail=busy.detail)
            index = cls(directory, embedder, settings, None, full=False)
            index.repaired = mended
            return index

    @classmethod
    def repair(
        cls, directory: Path, embedder: Embedder | None, settings: IndexSettings | None = None
    ) -> tuple[str, ...]:
        """Reads and checks every byte, mends what is damaged, and says what was. Takes the writer's lock."""
        index = cls._locked(directory, embedder, settings or IndexSettings(), full=True)
        try:
            return index.repaired
        finally:
            index.close()

    @classmethod
    def _locked(cls, directory: Path, embedder: Embedder | None, settings: IndexSettings, *, full: bool) -> Index:
        lock = WriterLock(directory / "writer.lock")
        try:
            return cls(directory, embedder, settings, lock, full=full)
        except BaseException:
            lock.release()
            raise

    def _start(self, full: bool) -> None:
        if self._lock is None:
            if repair.is_lost(self.directory):
                raise Damaged(f"{self.directory / repair.DATABASE} is missing", hint="run: pincite index repair")
            self._store = Store(self.directory / repair.DATABASE)
            self._text = FullText(self.directory / "text")
            self._text.reload()
            self._journal = Journal(self.directory)
        else:
            self._open_to_write(full)
        self._searcher = Searcher(self._store, self._text, self._files, self._embedder)
        self.refresh()

    def _open_to_write(self, full: bool) -> None:
        database = self.directory / repair.DATABASE
        thorough = full or not database.exists() or database.stat().st_size <= _THOROUGH_BYTES
        self._store, done = repair.sound_store(self.directory, self._settings.passage_words, thorough=thorough)
        state = self._store.states()
        self._journal = Journal(self.directory)
        self._journal.cut(state["journal_file"], state["journal_end"])
        if thorough:
            done += repair.mend_rows(self._store, self._journal, self._settings.passage_words)
            done += repair.mend_journal(self._store, self._journal)
        self._text = FullText(self.directory / "text")
        done += repair.mend_text(self.directory, self._text, thorough=thorough)
        if self._embedder is not None:
            self._adopt(self._embedder, salvage=bool(done))
            done += repair.mend_vectors(
                self.directory, self._store, self._files, self._embedder.dimensions, self._embedder.name
            )
        self._files.sweep(file for file, _, _ in self._store.segments())
        self._follow(anew=True)
        self.repaired = tuple(done)
        if done:
            log.error("index_repaired", damage=done)

    def _adopt(self, embedder: Embedder, *, salvage: bool) -> None:
        """Vectors of another embedder can't be compared with this one's: they are made again."""
        if self._store.state("embedder") != embedder.name:
            with self._store.writing() as transaction:
                transaction.forget_vectors(embedder.name)
        if salvage and self._store.state("embedded") == 0:
            kept = self._files.salvage(embedder.dimensions, embedder.name)
            rows = [row for row in self._store.pending(1 << 62) if row.passage.id in kept] if kept else []
            if rows:
                self._keep_vectors(rows, [kept[row.passage.id] for row in rows], embedder)

    def close(self) -> None:
        """Commits what was added, and lets go of everything."""
        with self._changing:
            try:
                if self._staged:
                    self.commit()
                if self._lock is not None:
                    self._compact()
                self._text.close()
            finally:
                self._store.close()
                if self._lock is not None:
                    self._lock.release()
                    self._lock = None

    # ── writing ──

    def add(self, originals: Iterable[Original], progress: Callable[[Progress], None] | None = None) -> Added:
        """Takes documents in; an equal one is left alone, a changed one replaced. Commits every so many.

        What is not committed yet is lost by a crash and found by nobody: call ``commit`` at the end.
        """
        began = time.monotonic()
        added = Added()
        seen = 0
        for group in _groups(originals, self._settings.commit_every):
            with self._writing():
                added += self._stage(group)
                if len(self._staged) >= self._settings.commit_every:
                    self._flush()
            seen += len(group)
            if progress:
                progress(Progress(seen, None, added.passages, time.monotonic() - began))
        return added

    def _stage(self, group: Sequence[Original]) -> Added:
        known = self._store.hashes([original.document.id for original in group])
        known |= {id_: staged.hash for id_, staged in self._staged.items()}
        new = cut = unchanged = updated = 0
        for original in group:
            id_, content = original.document.id, content_hash(original, self._settings.passage_words)
            if known.get(id_) == content:
                unchanged += 1
                continue
            made = passages(original, self._settings.passage_words)
            new, updated, cut = new + (id_ not in known), updated + (id_ in known), cut + len(made)
            self._staged[id_] = _Staged(original, content, made)
            known[id_] = content
        return Added(new, cut, unchanged, updated)

    def commit(self) -> None:
        """What was added before is on disk, and can be searched, after this."""
        with self._writing():
            self._flush()
            self._follow()
            self.refresh()

    def _flush(self) -> None:
        """Staged documents go to the journal, then to the database: only then do they count."""
        if not self._staged:
            return
        with self._journalled():
            places = {id_: self._journal.add(staged.original) for id_, staged in self._staged.items()}
            self._journal.sync()
            with self._store.writing() as transaction:
                for id_, staged in self._staged.items():
                    transaction.put(staged.original, staged.hash, places[id_], staged.passages)
                transaction.journalled(self._journal.end)
        self._staged.clear()
        if time.monotonic() - self._followed > _FOLLOW_S:
            self._follow()

    @contextmanager
    def _journalled(self) -> Iterator[None]:
        """What fails in it is cut off the journal again."""
        file, end = self._journal.end
        try:
            with explained(self._journal.path(file)):
                yield
        except BaseException:
            self._journal.cut(file, end)
            raise

    def _follow(self, *, anew: bool = False) -> None:
        """Full text takes over what was committed; if it can't go on from where it is, it begins again.

        ``anew`` also compares the two when there was nothing to take over: after another process wrote.
        """
        try:
            self._text.follow(self._store)
            if anew:
                self._text.compare(self._store)
        except Damaged as damage:
            log.error("text_made_again", why=damage.detail)
            self._text.drop()
            repair.quarantine(self.directory, self.directory / "text")
            self._text.follow(self._store)
        self._followed = time.monotonic()

    def delete(
        self, *, urls: Sequence[str] = (), document_ids: Sequence[str] = (), collections: Sequence[str] = ()
    ) -> int:
        """Removes documents named in any of these ways and commits. Returns how many there were."""
        with self._writing():
            self._flush()
            ids = self._store.matching_ids(urls, document_ids, collections)
            if not ids:
                return 0
            with self._journalled():
                for id_ in ids:
                    self._journal.delete(id_)
                self._journal.sync()
                with self._store.writing() as transaction:
                    for id_ in ids:
                        transaction.remove(id_)
                    transaction.journalled(self._journal.end)
            self.commit()
            return len(ids)

    def below(self, url: str) -> list[str]:
        """Addresses of the documents that are ``url``, a part of it (``url#3``) or in it as in a folder, in order."""
        return self._store.below(url)

    def _compact(self) -> None:
        """Writes the journal anew when most of it is about documents that are gone or have changed."""
        size = self._journal.size()
        if size < _COMPACT_BYTES or self._store.original_bytes() * 2 > size:
            return
        places = self._store.places()
        with explained(self.directory):
            moved = self._journal.rewrite([place for _, place in places])
        with self._store.writing() as transaction:
            for (id_, _), place in zip(places, moved, strict=True):
                transaction.move(id_, place)
            transaction.journalled(self._journal.end)
        self._journal.drop_before(self._journal.end[0])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._changing:
            if self._lock is None:
                raise Busy(f"the index in {self.directory} is open for reading only", hint="open it with writer=True")
            yield

    # ── vectors ──

    def embed_pending(
        self,
        stop: threading.Event,
        progress: Callable[[Progress], None] | None = None,
        *,
        openings: bool = False,
    ) -> int:
        """Turns passages into vectors until none waits or ``stop`` is set. Returns how many.

        The opening passage of every document comes first, since it says what the document is about, then the
        others as they came, or with ``openings`` none; then nobody knows the progress's total.
        Others may add and search meanwhile. Whatever is done is committed every few seconds at the most.
        """
        began, done = time.monotonic(), 0
        embedder = self._embedder
        while embedder is not None and not stop.is_set():
            rows, opened = self._store.openings(_EMBED_STEP)
            if not openings:
                rows = rows or self._store.pending(_EMBED_STEP)
            if not rows:
                break
            vectors, scales = quantise(embedder.embed([embedding_text(row.passage) for row in rows]))
            with self._writing():
                pairs = [(float(scale), vector.tobytes()) for scale, vector in zip(scales, vectors, strict=True)]
                self._keep_vectors(rows, pairs, embedder, opened)
                self._merge(embedder)
                self.refresh()
            done += len(rows)
            if progress:
                state = self._store.states()
                total = None if openings else state["passages"]
                progress(Progress(state["embedded"], total, done, time.monotonic() - began))
        return done

    def _keep_vectors(
        self, rows: Sequence[Row], made: Sequence[tuple[float, bytes]], embedder: Embedder, opened: int | None = None
    ) -> None:
        """``opened``: up to which number no opening passage waits any more."""
        with self._store.writing() as transaction:
            if opened is not None:
                transaction.note("opened", opened)
            kept = transaction.embed((row.number, *pair) for row, pair in zip(rows, made, strict=True))
            records = sorted(
                (row.number, row.document, row.passage.id, *pair)
                for row, pair in zip(rows, made, strict=True)
                if row.number in kept
            )
            if records:
                name = self._files.name(transaction.seq, embedder.name)
                crc = self._files.write(name, rows_of(records, embedder.dimensions))
                transaction.list_segment(name, len(records), crc)

    def _merge(self, embedder: Embedder) -> None:
        """Makes one file of many small ones, and forgets deletions that nothing holds any more."""
        self.refresh()
        while group := to_merge(self._searcher.snapshot.segments):
            rows = merged(group)
            gone = {segment.file for segment in group}
            with self._store.writing() as transaction:
                transaction.drop_segments(gone)
                if len(rows):
                    name = self._files.name(transaction.seq, embedder.name)
                    transaction.list_segment(name, len(rows), self._files.write(name, rows))
                rest = [segment for segment in self._searcher.snapshot.segments if segment.file not in gone]
                transaction.purge(_held_by_none(self._searcher.dead, rest), self._text.reached.seq)
            self._files.sweep(file for file, _, _ in self._store.segments())
            self.refresh()

    # ── links ──

    def rank_links(self, *, anew: bool = False) -> bool:
        """Makes the standings of documents in the link graph again if enough links came or went since, or if
        ``anew``; says whether it did. Others may add and search while it counts. Seconds for millions of links.
        """
        state = self._store.states()
        if not anew and not links.is_behind(state["links"], state["links_new"]):
            return False
        made = list(links.standings(self._store, self._settings.trusted_sites))
        with self._writing(), self._store.writing() as transaction:
            transaction.stand(made, state["links_new"])
        self.refresh()
        return True

    # ── reading ──

    def refresh(self) -> bool:
        """Looks for a newer commit and says whether there was one. Costs some microseconds when there is none."""
        return self._searcher.refresh()

    def search(self, query: Query, *, dense: bool = True, text: bool = True, weight: float | None = None) -> list[Hit]:
        """Passages, best first, each once; ``signals`` say why. Nothing for a question without a word.

        ``dense`` and ``text`` switch either search off; ``weight`` fixes the vectors' share in the fused
        score, which otherwise follows what they know of this question.
        """
        return self._searcher.search(query, dense=dense, text=text, weight=weight)

    def original(self, document_id: str) -> Original | None:
        """The whole text of a document as it was added."""
        place = self._store.place(document_id)
        try:
            return self._journal.read(place).original() if place else None
        except Damaged:
            # The writer may have written the journal anew between our two looks.
            again = self._store.place(document_id)
            if again is None or again == place:
                raise
            return self._journal.read(again).original()

    def all(self) -> list[Passage]:
        """Every passage, those of a document in order: for an index of a few documents."""
        found = [row.passage for row in self._store.after(0, self._store.states()["passages"])]
        return sorted(found, key=lambda passage: (passage.document.id, passage.start))

    def passage(self, passage_id: str) -> Passage | None:
        for row in self._store.find([passage_id]).values():
            return row.passage
        return None

    def vectors(self, passage_ids: Sequence[str]) -> dict[str, Vectors]:
        """Unit vectors by passage id, of those that have one."""
        numbers = {number: row.passage.id for number, row in self._store.find(passage_ids).items()}
        return {numbers[number]: vector for number, vector in self._searcher.snapshot.vectors(list(numbers)).items()}

    def titles(self, prefix: str, limit: int = 8) -> list[str]:
        """Titles that begin like this, whatever the case, in alphabetical order, each once."""
        return self._store.titles(prefix.strip(), limit) if prefix.strip() else []

    def lexicon(self, true: Callable[[str], bool] = lambda _: False) -> Lexicon:
        """The words of the passages as they are at the last ``refresh``; ``true`` knows words beside them."""
        return Lexicon(self._text, self._store, true)

    def counts(self) -> IndexCounts:
        """How much is committed: cheap enough for every second, and for every view of a page."""
        return measure.counts(self._store)

    def status(self) -> IndexStatus:
        """The counts, with what takes a walk through the folder and a look at the lock."""
        return IndexStatus(
            **vars(self.counts()),
            bytes=measure.folder_bytes(self.directory),
            writer=holder(self.directory / "writer.lock"),
            repaired=self.repaired,
        )


def embedding_text(passage: Passage) -> str:
    """What the embedder reads of a passage."""
    return "\n".join((passage.document.title, *passage.headings, passage.text))


def _held_by_none(dead: NDArray[np.int64], segments: Sequence[Segment]) -> list[int]:
    held = [segment.positions(dead) >= 0 for segment in segments]
    free = ~np.logical_or.reduce(held) if held else np.ones(len(dead), np.bool_)
    return [int(number) for number in dead[free]]


def _groups(originals: Iterable[Original], size: int) -> Iterator[list[Original]]:
    source = iter(originals)
    while group := list(islice(source, size)):
        yield group
