"""What if the disk lied? Damage is found by checksums, set aside, and what it held is made again.

The journal of originals and the database can each be made again from the other; full text and vector files from
the database. Nothing is deleted: damaged files move to ``quarantine/``.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from pincite.errors import Damaged
from pincite.index.fulltext import FullText
from pincite.index.journal import Journal, Place
from pincite.index.passages import content_hash, passages
from pincite.index.store import Store, Transaction
from pincite.index.vectors import VectorFiles, rows_of
from pincite.types import Original

log = structlog.get_logger()
DATABASE = "index.sqlite3"
_STEP = 500
"""Documents a transaction while the database is made again."""


def quarantine(directory: Path, *paths: Path) -> None:
    """Moves what is damaged out of the way, under a name that says when."""
    aside = directory / "quarantine"
    aside.mkdir(exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for path in paths:
        if path.exists():
            goal = aside / f"{stamp}-{path.name}"
            attempt = 1
            while goal.exists():
                attempt += 1
                goal = aside / f"{stamp}-{attempt}-{path.name}"
            shutil.move(path, goal)
            log.error("quarantined", file=path.name, to=str(goal))


def sound_store(directory: Path, words: int, *, thorough: bool) -> tuple[Store, list[str]]:
    """The database, made again from the journal if it is damaged. Also says what was done."""
    path = directory / DATABASE
    lost = not path.exists() and any(directory.glob("originals-*.log"))
    try:
        if lost:
            raise Damaged(f"{path} is missing")
        store = Store(path)
    except Damaged as damage:
        if "newer pincite" in damage.detail:
            raise
        return _made_again(directory, words), [damage.detail]
    try:
        if thorough:
            store.check()
        store.states()
    except Damaged as damage:
        store.close()
        return _made_again(directory, words), [damage.detail]
    return store, []


def _made_again(directory: Path, words: int) -> Store:
    path = directory / DATABASE
    quarantine(directory, path, path.with_name(f"{DATABASE}-wal"), path.with_name(f"{DATABASE}-shm"))
    shutil.rmtree(directory / "text", ignore_errors=True)
    store = Store(path)
    journal = Journal(directory)
    batch: list[Callable[[Transaction], object]] = []

    def flush() -> None:
        with store.writing() as transaction:
            for change in batch:
                change(transaction)
            transaction.note("journal_file", journal.end[0])
            transaction.note("journal_end", journal.end[1])
        batch.clear()

    for record in journal.records():
        if record.kind == "begin":
            flush()
            batch += [_removing(id_) for id_, _ in store.places()]
            flush()
        elif record.kind == "delete":
            batch.append(_removing(record.deleted()))
        else:
            batch.append(_putting(record.original(), record.place, words))
        if len(batch) >= _STEP:
            flush()
    flush()
    return store


def _removing(document_id: str) -> Callable[[Transaction], object]:
    return lambda transaction: transaction.remove(document_id)


def _putting(original: Original, place: Place, words: int) -> Callable[[Transaction], object]:
    return lambda transaction: transaction.put(
        original, content_hash(original, words), place, passages(original, words)
    )


def mend_journal(store: Store, journal: Journal) -> list[str]:
    """Originals that the journal has lost are written to it again, from the passages of the database.

    The blanks between passages, and headings that stood there, come back as blank lines: offsets still hold.
    """
    good = {record.place for record in journal.records() if record.kind == "add"}
    lost = [id_ for id_, place in store.places() if place not in good]
    if not lost:
        return []
    with store.writing() as transaction:
        for id_ in lost:
            transaction.move(id_, journal.add(_remembered(store, id_)))
        journal.sync()
        transaction.note("journal_file", journal.end[0])
        transaction.note("journal_end", journal.end[1])
    log.error("originals_restored", documents=len(lost))
    return [f"{len(lost)} originals were damaged and have been restored from their passages"]


def _remembered(store: Store, document_id: str) -> Original:
    rows = store.of_document(document_id)
    text = ""
    for row in rows:
        text += "\n" * (row.passage.start - len(text)) + row.passage.text
    document = rows[0].passage.document if rows else store.document(document_id)
    return Original(document=document, text=text)


def mend_text(directory: Path, text: FullText, *, thorough: bool) -> list[str]:
    """Sets damaged full text aside; following the store makes it again."""
    try:
        text.reload()
        if thorough:
            text.check()
    except Damaged as damage:
        text.drop()
        quarantine(directory, directory / "text")
        return [damage.detail]
    return []


def mend_vectors(directory: Path, store: Store, files: VectorFiles, dimensions: int, embedder: str) -> list[str]:
    """Makes damaged vector files again from the vectors in the database, all in one new file."""
    damaged: list[str] = []
    listed = store.segments()
    for file, rows, crc in listed:
        try:
            files.check(file, crc)
            files.open(file, rows, dimensions)
        except Damaged as damage:
            damaged.append(damage.detail)
            quarantine(directory, directory / "vectors" / file)
    if damaged:
        with store.writing() as transaction:
            everything = rows_of(store.vectors(), dimensions)
            name = files.name(transaction.seq, embedder)
            transaction.drop_segments(file for file, _, _ in listed)
            transaction.list_segment(name, len(everything), files.write(name, everything))
    return damaged
