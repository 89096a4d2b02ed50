"""What has been committed? Documents, passages, vectors and their whereabouts, in one SQLite database.

One connection writes, under ``writing``; readers borrow theirs from a pool, so any thread may ask. Nothing here
knows of full text or of scores.
"""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any

import structlog

from pincite.errors import Damaged, DiskFull
from pincite.index.journal import Place
from pincite.index.schema import FORMAT, SCHEMA
from pincite.types import Document, Filters, Original, Passage

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
        connection.execute("PRAGMA journal_mode = WAL")
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
            if self._write.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in SCHEMA.split(";\n"):
                    self._write.execute(statement)
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


class Transaction:
    """What may be changed, all of it or nothing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        self.seq: int = 1 + self._value("seq")
        self._texts_changed = False

    def _value(self, name: str) -> Any:
        return self._sql.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()[0]

    def note(self, name: str, value: Any) -> None:
        self._sql.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))

    def _count(self, name: str, more: int) -> None:
        self._sql.execute("UPDATE state SET value = value + ? WHERE name = ?", (more, name))

    def finish(self) -> None:
        self.note("seq", self.seq)
        if self._texts_changed:
            self.note("text_seq", self.seq)

    def put(self, original: Original, content: bytes, place: Place, passages: Sequence[Passage]) -> None:
        """A new document, or a new version of one.

        A passage that stands where it stood under the same title and headings keeps its number and its vector.
        """
        self._texts_changed = True
        document = original.document
        known = self._sql.execute(f"SELECT number, {_LABELS} FROM documents WHERE id = ?", (document.id,)).fetchone()  # noqa: S608
        number = self._document(document, content, place, known[0] if known else None)
        old: dict[str, tuple[int, str]] = {}
        if known:
            rows = self._sql.execute("SELECT id, number, headings FROM passages WHERE document = ?", (number,))
            old = {row[0]: (row[1], row[2]) for row in rows}
        same = known is not None and tuple(known[1:]) == _labels(document)
        new = [each for each in passages if not same or each.id not in old or old[each.id][1] != _headings(each)]
        stay = {each.id for each in passages} - {each.id for each in new}
        self._bury([number for id_, (number, _) in old.items() if id_ not in stay])
        for passage in new:
            self._passage(number, passage)
        self._count("passages", len(new))

    def _document(self, document: Document, content: bytes, place: Place, number: int | None) -> int:
        values = (
            document.id, document.url, document.title.casefold(), *_labels(document), content, *place, self.seq,
        )  # fmt: skip
        if number is not None:
            self._tally(number, -1)
            self._sql.execute(_UPDATE_DOCUMENT, (*values, number))
            self._tally(number, 1)
            return number
        made = self._sql.execute(_INSERT_DOCUMENT, values).lastrowid
        assert made is not None
        self._count("documents", 1)
        self._tally(made, 1)
        return made

    def _tally(self, number: int, more: int) -> None:
        lang, collection = self._sql.execute(
            "SELECT lang, collection FROM documents WHERE number = ?", (number,)
        ).fetchone()
        for kind, name in (("lang", lang), ("collection", collection)):
            self._sql.execute(
                """INSERT INTO tallies VALUES (?, ?, ?)
                   ON CONFLICT DO UPDATE SET documents = documents + excluded.documents""",
                (kind, name, more),
            )

    def _passage(self, document: int, passage: Passage) -> None:
        values = (
            passage.id, document, passage.start, passage.end, _headings(passage), passage.text, passage.page,
            zlib.crc32(passage.text.encode()), self.seq,
        )  # fmt: skip
        number = self._sql.execute(_INSERT_PASSAGE, values).lastrowid
        self._sql.execute("INSERT INTO pending VALUES (?)", (number,))

    def remove(self, document_id: str) -> bool:
        """A document and all that hangs on it. ``False`` if there is none."""
        row = self._sql.execute("SELECT number FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            return False
        self._texts_changed = True
        numbers = self._sql.execute("SELECT number FROM passages WHERE document = ?", row).fetchall()
        self._bury([number for (number,) in numbers])
        self._tally(row[0], -1)
        self._sql.execute("DELETE FROM documents WHERE number = ?", row)
        self._count("documents", -1)
        return True

    def _bury(self, numbers: list[int]) -> None:
        each = [(number,) for number in numbers]
        self._sql.executemany("DELETE FROM passages WHERE number = ?", each)
        self._sql.executemany("DELETE FROM pending WHERE number = ?", each)
        gone = self._sql.executemany("DELETE FROM vectors WHERE number = ?", each).rowcount if each else 0
        self._sql.executemany("INSERT OR REPLACE INTO tombstones VALUES (?, ?)", [(n, self.seq) for n in numbers])
        self._count("passages", -len(numbers))
        self._count("embedded", -max(0, gone))

    def move(self, document_id: str, place: Place) -> None:
        """The journal was rewritten; the original lies elsewhere now."""
        self._sql.execute("UPDATE documents SET file = ?, at = ?, size = ? WHERE id = ?", (*place, document_id))

    def embed(self, rows: Iterable[tuple[int, float, bytes]]) -> set[int]:
        """Keeps vectors of those passages that are still there, and says which."""
        kept: set[int] = set()
        for number, scale, vector in rows:
            if self._sql.execute("DELETE FROM pending WHERE number = ?", (number,)).rowcount:
                self._sql.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", (number, scale, vector))
                kept.add(number)
        self._count("embedded", len(kept))
        return kept

    def list_segment(self, file: str, rows: int, crc: int) -> None:
        self._sql.execute("INSERT INTO segments VALUES (?, ?, ?)", (file, rows, crc))

    def drop_segments(self, files: Iterable[str]) -> None:
        self._sql.executemany("DELETE FROM segments WHERE file = ?", [(file,) for file in files])

    def purge(self, numbers: Iterable[int]) -> None:
        """Tombstones that no derived store needs any more."""
        self._sql.executemany("DELETE FROM tombstones WHERE number = ?", [(number,) for number in numbers])

    def forget_vectors(self, embedder: str) -> None:
        """Every passage waits for a vector of another embedder."""
        self._sql.execute("DELETE FROM vectors")
        self._sql.execute("DELETE FROM segments")
        self._sql.execute("INSERT OR IGNORE INTO pending SELECT number FROM passages ORDER BY number")
        self.note("embedded", 0)
        self.note("embedder", embedder)


_DOCUMENT_COLUMNS = "documents.id, url, title, site, published, lang, collection"
_COLUMNS = f"""passages.number, passages.document, passages.id, start, "end", headings, text, page, crc,
    {_DOCUMENT_COLUMNS}"""
_LABELS = "title, site, published, lang, collection"
"""What full text knows a passage by, beside its own text; if any of them changes, the passage is a new one."""
_DOCUMENT = f"id, url, title_key, {_LABELS}, hash, file, at, size, seq"
_INSERT_DOCUMENT = f"INSERT INTO documents ({_DOCUMENT}) VALUES ({','.join('?' * 13)})"  # noqa: S608
_UPDATE_DOCUMENT = f"UPDATE documents SET ({_DOCUMENT}) = ({','.join('?' * 13)}) WHERE number = ?"  # noqa: S608
_INSERT_PASSAGE = (
    'INSERT INTO passages (id, document, start, "end", headings, text, page, crc, seq) VALUES (?,?,?,?,?,?,?,?,?)'
)


def _labels(document: Document) -> tuple[str, str, str | None, str, str]:
    published = document.published.isoformat() if document.published else None
    return document.title, document.site, published, document.lang, document.collection


def _headings(passage: Passage) -> str:
    return json.dumps(passage.headings, ensure_ascii=False)


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
        document=_document(record[9:]),
        headings=tuple(json.loads(record[5])),
        text=record[6],
        start=record[3],
        end=record[4],
        page=record[7],
    )
    return Row(record[0], record[1], passage)


def _conditions(filters: Filters) -> tuple[str, list[Any]]:
    """A condition on ``documents`` and its values. Sites admit their subdomains."""
    parts: list[str] = ["1"]
    values: list[Any] = []
    if filters.sites:
        parts.append("(" + " OR ".join(["site = ? OR site LIKE ? ESCAPE '!'"] * len(filters.sites)) + ")")
        values += [value for site in filters.sites for value in _site_values(site)]
    for site in filters.exclude_sites:
        parts.append("NOT (site = ? OR site LIKE ? ESCAPE '!')")
        values += _site_values(site)
    for column, allowed in (("collection", filters.collections), ("lang", filters.langs)):
        if allowed:
            parts.append(f"{column} IN ({','.join('?' * len(allowed))})")
            values += allowed
    for comparison, day in ((">=", filters.after), ("<=", filters.before)):
        if day is not None:
            parts.append(f"published {comparison} ?")
            values.append(day.isoformat())
    return " AND ".join(parts), values


def _site_values(site: str) -> list[str]:
    bare = site.lower().strip(".").removeprefix("www.")
    escaped = bare.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return [bare, f"%.{escaped}"]


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of SQLite and of the disk in the house's own words."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if "full" in str(error) or ("disk I/O error" in str(error) and _is_full(path)):
            raise DiskFull(
                f"no room for {path}", hint="free some space and try again; nothing committed is lost"
            ) from error
        if "malformed" in str(error) or "no such table" in str(error):
            raise Damaged(f"{path}: {error}", hint="run: pincite index repair") from error
        raise
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InterfaceError):
            raise
        raise Damaged(f"{path}: {error}", hint="run: pincite index repair") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"no room for {error.filename or path}", hint="free some space and try again") from error
        raise


def _is_full(path: Path) -> bool:
    return shutil.disk_usage(path.parent).free < 1 << 20
