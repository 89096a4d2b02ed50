"""What has been committed? Documents, passages, vectors and their whereabouts, in one SQLite database.

One connection writes, under ``writing``; readers borrow theirs from a pool, so any thread may ask. Nothing here
knows of full text or of scores.
"""

from __future__ import annotations

import errno
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from pincite.errors import Damaged, DiskFull, Refused
from pincite.index.journal import Place
from pincite.index.schema import FORMAT, STEPS
from pincite.index.transaction import Transaction
from pincite.types import Document, Filters, Link, Passage, Spot
from pincite.wal import is_full, is_unwritable, write_ahead

log = structlog.get_logger()
_BATCH = 500
"""Values in one IN (…): far below SQLite's limit on variables."""


@dataclass(frozen=True)
class Row:
    """A passage with what the derived stores need to know of it."""

    number: int
    document: int
    passage: Passage


class Store:
    """``index.sqlite3`` of one directory. Opening makes it if it is not there; raises ``Damaged`` if it is no index."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._all: list[sqlite3.Connection] = []
        self._lock = Lock()
        with explained(path):
            self._write = self._connect()
            self._create()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, check_same_thread=False, isolation_level=None, timeout=30)
        with self._lock:
            self._all.append(connection)
        write_ahead(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA mmap_size = 1073741824")
        connection.execute("PRAGMA cache_size = -8192")
        return connection

    def _create(self) -> None:
        version = self._write.execute("PRAGMA user_version").fetchone()[0]
        if version > FORMAT:
            raise Damaged(
                f"{self._path} was made by a newer pincite (format {version}, this one reads {FORMAT})",
                hint="upgrade pincite",
            )
        if version == FORMAT:
            return
        self._write.execute("BEGIN IMMEDIATE")
        try:
            version = self._write.execute("PRAGMA user_version").fetchone()[0]
            for step in STEPS[version:]:
                for statement in step.split(";\n"):
                    self._write.execute(statement)
            Transaction(self._write).address_documents()
            self._write.execute(f"PRAGMA user_version = {FORMAT}")
            self._write.execute("COMMIT")
        except BaseException:
            self._write.execute("ROLLBACK")
            raise

    def close(self) -> None:
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for a moment."""
        try:
            connection = self._pool.get_nowait()
        except Empty:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
        try:
            with explained(self._path):
                yield connection
        finally:
            self._pool.put(connection)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """One transaction with the next ``seq``; committed to disk on leaving, undone on any error."""
        with explained(self._path):
            self._write.execute("BEGIN IMMEDIATE")
            try:
                transaction = Transaction(self._write)
                yield transaction
                transaction.finish()
                self._write.execute("COMMIT")
            except BaseException:
                if self._write.in_transaction:
                    self._write.execute("ROLLBACK")
                raise

    def check(self) -> None:
        """Raises ``Damaged`` if SQLite finds its own structure broken. Reads the whole file."""
        with self.reading() as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise Damaged(f"{self._path}: {found}", hint="run: pincite index repair")

    def damaged(self) -> list[str]:
        """Documents of which a passage's text fails its checksum. Reads every passage."""
        query = """SELECT documents.id, text, crc FROM passages
                   JOIN documents ON documents.number = passages.document"""
        with self.reading() as connection:
            found = [id_ for id_, text, crc in connection.execute(query) if zlib.crc32(text.encode()) != crc]
        return list(dict.fromkeys(found))

    # ── state ──

    def state(self, name: str) -> Any:
        with self.reading() as connection:
            return connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()[0]

    def states(self) -> dict[str, Any]:
        with self.reading() as connection:
            return dict(connection.execute("SELECT name, value FROM state"))

    def tallies(self, kind: str) -> dict[str, int]:
        """How many documents there are by collection or by language, most first."""
        query = "SELECT name, documents FROM tallies WHERE kind = ? AND documents > 0 ORDER BY documents DESC, name"
        with self.reading() as connection:
            return dict(connection.execute(query, (kind,)))

    def segments(self) -> list[tuple[str, int, int]]:
        """Vector files that count: name, rows, CRC-32."""
        with self.reading() as connection:
            return list(connection.execute("SELECT file, rows, crc FROM segments ORDER BY file"))

    # ── documents ──

    def hashes(self, ids: Sequence[str]) -> dict[str, bytes]:
        """Content hashes of those documents that are there."""
        return {row[0]: row[1] for row in self._in("SELECT id, hash FROM documents WHERE id IN ({})", ids)}

    def place(self, document_id: str) -> Place | None:
        """Where the journal keeps the original."""
        rows = self._in("SELECT file, at, size FROM documents WHERE id IN ({})", [document_id])
        return Place(*rows[0]) if rows else None

    def document(self, document_id: str) -> Document | None:
        """What is known of a document."""
        rows = self._in(f"SELECT {_DOCUMENT_COLUMNS} FROM documents WHERE id IN ({{}})", [document_id])  # noqa: S608
        return _document(rows[0]) if rows else None

    def places(self) -> list[tuple[str, Place]]:
        """All originals, oldest document first."""
        with self.reading() as connection:
            rows = connection.execute("SELECT id, file, at, size FROM documents ORDER BY number").fetchall()
        return [(row[0], Place(*row[1:])) for row in rows]

    def original_bytes(self) -> int:
        """What all originals together take of the journal. A list of them would take seconds, of a million."""
        with self.reading() as connection:
            return int(connection.execute("SELECT TOTAL(size) FROM documents").fetchone()[0])

    def titles(self, prefix: str, limit: int) -> list[str]:
        query = """SELECT MIN(title) FROM documents WHERE title_key >= ? AND title_key < ?
                   GROUP BY title_key ORDER BY title_key LIMIT ?"""
        key = prefix.casefold()
        with self.reading() as connection:
            return [row[0] for row in connection.execute(query, (key, f"{key}\U0010ffff", limit))]

    def titled(self, title: str, limit: int) -> list[int]:
        """Numbers of the first passages of documents with exactly this title, whatever its case."""
        query = """SELECT MIN(passages.number) FROM documents JOIN passages ON passages.document = documents.number
                   WHERE title_key = ? GROUP BY documents.number LIMIT ?"""
        with self.reading() as connection:
            return [row[0] for row in connection.execute(query, (title.casefold(), limit))]

    def documents_that(self, filters: Filters) -> list[int]:
        """Numbers of the documents that pass, ascending."""
        where, values = _conditions(filters)
        with self.reading() as connection:
            found = connection.execute(f"SELECT number FROM documents WHERE {where} ORDER BY number", values)  # noqa: S608
            return [row[0] for row in found]

    def matching_ids(self, urls: Sequence[str], ids: Sequence[str], collections: Sequence[str]) -> list[str]:
        """Ids of the documents named in any of the three ways."""
        rows = self._in("SELECT id FROM documents WHERE url IN ({})", urls)
        rows += self._in("SELECT id FROM documents WHERE id IN ({})", ids)
        rows += self._in("SELECT id FROM documents WHERE collection IN ({})", collections)
        return list(dict.fromkeys(row[0] for row in rows))

    def below(self, url: str) -> list[str]:
        """Addresses of the documents that are ``url``, a part of it (``url#3``) or in it as in a folder, in order."""
        inside = "(url > ? || '#' AND url < ? || '$') OR (url > ? || '/' AND url < ? || '0')"  # the next characters
        query = f"SELECT DISTINCT url FROM documents WHERE url = ? OR {inside} ORDER BY url"  # noqa: S608
        with self.reading() as connection:
            return [row[0] for row in connection.execute(query, (url.rstrip("/"),) * 5)]

    # ── passages ──

    def load(self, numbers: Sequence[int]) -> dict[int, Row]:
        """Passages by number. One whose text fails its checksum is left out, and said so in the log."""
        return self._rows("passages.number IN ({})", numbers)

    def find(self, ids: Sequence[str]) -> dict[int, Row]:
        """Passages by id."""
        return self._rows("passages.id IN ({})", ids)

    def of_document(self, document_id: str) -> list[Row]:
        """The passages of a document, in order."""
        return sorted(self._rows("documents.id IN ({})", [document_id]).values(), key=lambda row: row.passage.start)

    def after(self, number: int, limit: int) -> list[Row]:
        """The next passages by number."""
        with self.reading() as connection:
            query = "SELECT number FROM passages WHERE number > ? ORDER BY number LIMIT ?"
            numbers = [row[0] for row in connection.execute(query, (number, limit))]
        found = self.load(numbers)
        return [found[each] for each in numbers if each in found]

    def pending(self, limit: int) -> list[Row]:
        """Passages that wait for a vector, first come first."""
        with self.reading() as connection:
            numbers = [row[0] for row in connection.execute("SELECT number FROM pending LIMIT ?", (limit,))]
        return list(self.load(numbers).values())

    def openings(self, limit: int) -> tuple[list[Row], int]:
        """Passages that open their document and wait for a vector, first come first.

        The second value is the number up to which none is left then; the writer notes it as ``opened``, so that
        the next look begins there.
        """
        query = """SELECT number FROM pending CROSS JOIN passages AS one USING (number)
                   WHERE number > ? AND NOT EXISTS (
                       SELECT 1 FROM passages WHERE document = one.document AND start < one.start
                   ) ORDER BY number LIMIT ?"""
        with self.reading() as connection:
            since = connection.execute("SELECT MAX(value) FROM state WHERE name = 'opened'").fetchone()[0] or 0
            last = connection.execute("SELECT MAX(number) FROM pending").fetchone()[0] or 0
            numbers = [row[0] for row in connection.execute(query, (since, limit))]
        if len(numbers) == limit:
            last = numbers[-1]
        return list(self.load(numbers).values()), max(since, last)

    def _rows(self, where: str, values: Sequence[Any]) -> dict[int, Row]:
        query = f"SELECT {_COLUMNS} FROM passages JOIN documents ON documents.number = passages.document WHERE {where}"  # noqa: S608
        found: dict[int, Row] = {}
        damaged = 0
        for record in self._in(query, values):
            if zlib.crc32(record[6].encode()) != record[8]:
                damaged += 1
                continue
            found[record[0]] = _row(record)
        if damaged:
            log.error("passages_damaged", passages=damaged, hint="run: pincite index repair")
        return found

    def _in(self, query: str, values: Sequence[Any]) -> list[Any]:
        found: list[Any] = []
        with self.reading() as connection:
            for at in range(0, len(values), _BATCH):
                some = values[at : at + _BATCH]
                found += connection.execute(query.format(",".join("?" * len(some))), tuple(some)).fetchall()
        return found

    # ── links ──

    def links(self, document_id: str) -> tuple[Link, ...]:
        """A document's links, by address: the order of its text is not kept here."""
        query = """SELECT addresses.url, anchor, nofollow FROM links
                   JOIN documents ON documents.number = document JOIN addresses ON addresses.number = target
                   WHERE documents.id IN ({}) ORDER BY target, anchor"""
        rows = self._in(query, [document_id])
        return tuple(Link(target=url, anchor=anchor, nofollow=bool(nofollow)) for url, anchor, nofollow in rows)

    def edges(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """From which address to which the links lead that are not nofollow."""
        query = """SELECT documents.address, target FROM links JOIN documents ON documents.number = document
                   WHERE NOT nofollow"""
        with self.reading() as connection:
            flat = np.fromiter(chain.from_iterable(connection.execute(query)), np.int64)
        return flat[::2], flat[1::2]

    def addresses_of_documents(self) -> list[int]:
        """Each once, ascending."""
        with self.reading() as connection:
            rows = connection.execute("SELECT DISTINCT address FROM documents ORDER BY address")
            return [row[0] for row in rows]

    def spellings(self, of: Callable[[str], str]) -> dict[int, str]:
        """By number of the address, what ``of`` makes of its URL."""
        with self.reading() as connection:
            return {number: of(url) for number, url in connection.execute("SELECT number, url FROM addresses")}

    def anchors(self) -> Iterator[tuple[int, str, str, int]]:
        """Address and language of a document, an anchor, and how many others link to it with that, by address."""
        query = """SELECT links.target, MIN(here.lang), links.anchor, COUNT(DISTINCT links.document) FROM links
                   JOIN documents AS here ON here.address = links.target
                   JOIN documents AS there ON there.number = links.document AND there.address <> links.target
                   WHERE NOT nofollow AND anchor <> '' GROUP BY links.target, links.anchor ORDER BY links.target"""
        with self.reading() as connection:
            yield from connection.execute(query)

    def standings(self, numbers: Sequence[int]) -> dict[int, tuple[float, float, str]]:
        """By number of the passage, rank, site's rank and anchors of its document."""
        query = """SELECT passages.number, rank, site_rank, anchors FROM passages
                   JOIN documents ON documents.number = passages.document
                   JOIN standings ON standings.address = documents.address WHERE passages.number IN ({})"""
        return {row[0]: row[1:] for row in self._in(query, numbers)}

    # ── what derived stores follow ──

    def tombstones(self, after_seq: int) -> list[int]:
        """Passages deleted after a change number."""
        with self.reading() as connection:
            rows = connection.execute("SELECT number FROM tombstones WHERE seq > ?", (after_seq,))
            return [row[0] for row in rows]

    def vectors(self, numbers: Sequence[int] | None = None) -> list[tuple[int, int, str, float, bytes]]:
        """number, document, passage id, scale, int8 bytes; by number ascending; all of them for ``None``."""
        query = """SELECT vectors.number, document, passages.id, scale, vector
                   FROM vectors JOIN passages USING (number)"""
        if numbers is not None:
            return sorted(self._in(f"{query} WHERE vectors.number IN ({{}})", numbers))
        with self.reading() as connection:
            return connection.execute(f"{query} ORDER BY vectors.number").fetchall()


_DOCUMENT_COLUMNS = "documents.id, url, title, site, published, lang, collection"
_COLUMNS = f"""passages.number, passages.document, passages.id, start, "end", headings, text, page, crc, spots,
    {_DOCUMENT_COLUMNS}"""


def _document(record: Sequence[Any]) -> Document:
    id_, url, title, site, published, lang, collection = record
    return Document.model_construct(
        id=id_,
        url=url,
        title=title,
        site=site,
        published=date.fromisoformat(published) if published else None,
        lang=lang,
        collection=collection,
    )


def _row(record: Sequence[Any]) -> Row:
    passage = Passage.model_construct(
        id=record[2],
        document=_document(record[10:]),
        headings=tuple(json.loads(record[5])),
        text=record[6],
        start=record[3],
        end=record[4],
        page=record[7],
        spots=tuple(Spot(start=start, label=label, page=page) for start, label, page in json.loads(record[9])),
    )
    return Row(record[0], record[1], passage)


_SITES = """SELECT site FROM (SELECT DISTINCT site FROM documents)
    JOIN json_each(?) ON lower(site) = value OR substr(lower(site), -length(value) - 1) = '.' || value"""
"""The sites that are one of a list, or below it."""


def _conditions(filters: Filters) -> tuple[str, list[Any]]:
    """A condition on ``documents`` and its values. Sites admit their subdomains; a list is one value, of any length."""
    parts: list[str] = ["1"]
    values: list[Any] = []
    for word, sites in (("IN", filters.sites), ("NOT IN", filters.exclude_sites)):
        if sites:
            parts.append(f"site {word} ({_SITES})")
            values.append(json.dumps(sites))
    for column, allowed in (("collection", filters.collections), ("lang", filters.langs)):
        if allowed:
            parts.append(f"{column} IN ({','.join('?' * len(allowed))})")
            values += allowed
    for comparison, day in ((">=", filters.after), ("<=", filters.before)):
        if day is not None:
            parts.append(f"published {comparison} ?")
            values.append(day.isoformat())
    return " AND ".join(parts), values


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of SQLite and of the disk in the house's own words."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" in str(error) or ("disk I/O error" in str(error) and is_full(path.parent)):
            raise DiskFull(
                f"no room for {path}", hint="free some space and try again; nothing committed is lost"
            ) from error
        if "malformed" in str(error) or "no such table" in str(error):
            raise Damaged(f"{path}: {error}", hint="run: pincite index repair") from error
        if is_unwritable(error):
            raise Refused(
                f"{path}: {error}",
                hint=f"make {path.parent} and all that is in it writable for this user, or name another --data-dir",
            ) from error
        raise
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InterfaceError):
            raise
        raise Damaged(f"{path}: {error}", hint="run: pincite index repair") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"no room for {error.filename or path}", hint="free some space and try again") from error
        raise
