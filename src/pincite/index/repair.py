"""What if the disk lied? Damage is found by checksums, set aside, and what it held is made again.

The journal of originals and the database can each be made again from the other; full text and vector files from
the database. Nothing is deleted: damaged files move to ``quarantine/``.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import structlog

from pincite.errors import Damaged
from pincite.index.fulltext import FullText
from pincite.index.journal import Journal, Place
from pincite.index.passages import content_hash, passages
from pincite.index.store import Store
from pincite.index.transaction import Transaction
from pincite.index.vectors import VectorFiles, rows_of
from pincite.types import Heading, Original, Spot

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


def is_lost(directory: Path) -> bool:
    """Whether there are originals and no database that could know of them."""
    written = [directory / DATABASE, directory / f"{DATABASE}-wal"]
    return any(directory.glob("originals-*.log")) and not any(p.exists() and p.stat().st_size for p in written)


def sound_store(directory: Path, words: int, *, thorough: bool) -> tuple[Store, list[str]]:
    """The database, made again from the journal if it is damaged. Also says what was done."""
    path = directory / DATABASE
    try:
        if is_lost(directory):
            raise Damaged(f"{path} is missing or empty")
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
            transaction.journalled(journal.end)
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


def mend_rows(store: Store, journal: Journal, words: int) -> list[str]:
    """Documents of which a passage fails its checksum are cut again from their originals."""
    damaged = store.damaged()
    for id_ in damaged:
        place = store.place(id_)
        try:
            original = journal.read(place).original() if place else None
        except Damaged:
            # Both copies are gone. What is left of it is its other passages.
            original = _remembered(store, id_)
        with store.writing() as transaction:
            transaction.remove(id_)
            if original and place:
                transaction.put(original, content_hash(original, words), place, passages(original, words))
    return [f"{len(damaged)} documents had damaged passages and were cut again"] if damaged else []


def mend_journal(store: Store, journal: Journal) -> list[str]:
    """Originals that the journal has lost are written to it again, from the passages of the database.

    Offsets still hold; what stood between passages comes back as blank lines and plain headings, and links in
    another order.
    """
    good = {record.place for record in journal.records() if record.kind == "add"}
    lost = [id_ for id_, place in store.places() if place not in good]
    if not lost:
        return []
    with store.writing() as transaction:
        for id_ in lost:
            transaction.move(id_, journal.add(_remembered(store, id_)))
        journal.sync()
        transaction.journalled(journal.end)
    log.error("originals_restored", documents=len(lost))
    return [f"{len(lost)} originals were damaged and have been restored from their passages"]


def _remembered(store: Store, document_id: str) -> Original:
    """An original from which the same passages are cut again."""
    text = ""
    path: tuple[str, ...] = ()
    headings: list[Heading] = []
    spots: list[Spot] = []
    rows = store.of_document(document_id)
    for row in rows:
        gap = row.passage.start - len(text)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(path, row.passage.headings, strict=False)))
        if row.passage.headings != path:
            path = row.passage.headings
            titles = path[same:] or path[-1:]
            lines = "\n".join(titles)[: max(0, gap - 1)] + "\n"
            text += "\n" * (gap - len(lines))
            for level, title in enumerate(titles, len(path) - len(titles) + 1):
                headings.append(Heading(level=min(level, 6), title=title, start=min(len(text), row.passage.start)))
                text += f"{title}\n"
            text = text[: row.passage.start]
        text += "\n" * (row.passage.start - len(text)) + row.passage.text
        spots += [spot.model_copy(update={"start": row.passage.start + spot.start}) for spot in row.passage.spots]
    document = rows[0].passage.document if rows else store.document(document_id)
    if document is None:
        raise Damaged(f"the document {document_id} is in the index by name only", hint="index its source again")
    return Original(
        document=document,
        text=text,
        headings=tuple(headings),
        spots=tuple(spots),
        links=store.links(document_id),
    )


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
