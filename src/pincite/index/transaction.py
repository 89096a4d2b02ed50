"""How is something changed? All of it or nothing, with one change number, in rows that say what hangs on what."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pincite.index.addresses import address, distinct
from pincite.index.journal import Place
from pincite.types import Document, Original, Passage

_LABELS = "title, site, published, lang, collection"
"""What full text knows a passage by, beside its own text; if any of them changes, the passage is a new one."""
_DOCUMENT = f"id, url, title_key, {_LABELS}, hash, file, at, size, seq, address"
_INSERT_DOCUMENT = f"INSERT INTO documents ({_DOCUMENT}) VALUES ({','.join('?' * 14)})"  # noqa: S608
_UPDATE_DOCUMENT = f"UPDATE documents SET ({_DOCUMENT}) = ({','.join('?' * 14)}) WHERE number = ?"  # noqa: S608
_INSERT_PASSAGE = (
    'INSERT INTO passages (id, document, start, "end", headings, text, page, spots, crc, seq) '
    "VALUES (?,?,?,?,?,?,?,?,?,?)"
)


def _labels(document: Document) -> tuple[str, str, str | None, str, str]:
    published = document.published.isoformat() if document.published else None
    return document.title, document.site, published, document.lang, document.collection


def _headings(passage: Passage) -> str:
    return json.dumps(passage.headings, ensure_ascii=False)


def _spots(passage: Passage) -> str:
    return json.dumps([(spot.start, spot.label, spot.page) for spot in passage.spots], ensure_ascii=False)


def _around(passage: Passage) -> tuple[str, str]:
    return _headings(passage), _spots(passage)


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

    def journalled(self, end: tuple[int, int]) -> None:
        """How far the journal counts: its last file, and how many bytes of it."""
        self.note("journal_file", end[0])
        self.note("journal_end", end[1])

    def _count(self, name: str, more: int) -> None:
        self._sql.execute("UPDATE state SET value = value + ? WHERE name = ?", (more, name))

    def finish(self) -> None:
        self.note("seq", self.seq)
        if self._texts_changed:
            self.note("text_seq", self.seq)

    def put(self, original: Original, content: bytes, place: Place, passages: Sequence[Passage]) -> None:
        """A new document, or a new version of one.

        A passage that stands where it stood under the same title, headings and spots keeps its number and its vector.
        """
        self._texts_changed = True
        document = original.document
        known = self._sql.execute(f"SELECT number, {_LABELS} FROM documents WHERE id = ?", (document.id,)).fetchone()  # noqa: S608
        number = self._document(document, content, place, known[0] if known else None)
        old: dict[str, tuple[int, tuple[str, str]]] = {}
        if known:
            rows = self._sql.execute("SELECT id, number, headings, spots FROM passages WHERE document = ?", (number,))
            old = {row[0]: (row[1], (row[2], row[3])) for row in rows}
        same = known is not None and tuple(known[1:]) == _labels(document)
        new = [each for each in passages if not same or each.id not in old or old[each.id][1] != _around(each)]
        stay = {each.id for each in passages} - {each.id for each in new}
        self._bury([number for id_, (number, _) in old.items() if id_ not in stay])
        for passage in new:
            self._passage(number, passage)
        self._count("passages", len(new))
        self._link(number, distinct(original.links))

    def _document(self, document: Document, content: bytes, place: Place, number: int | None) -> int:
        values = (
            document.id, document.url, document.title.casefold(), *_labels(document), content, *place, self.seq,
            *self._numbers([address(document.url)]).values(),
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
            _spots(passage), zlib.crc32(passage.text.encode()), self.seq,
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
        self._link(row[0], {})
        self._tally(row[0], -1)
        self._sql.execute("DELETE FROM documents WHERE number = ?", row)
        self._count("documents", -1)
        return True

    def _link(self, document: int, links: Mapping[tuple[str, str], bool]) -> None:
        """What a document links to from now on. Links that stay are left alone; the others are counted."""
        numbers = self._numbers([url for url, _ in links])
        wanted = {(document, numbers[url], anchor, int(nofollow)) for (url, anchor), nofollow in links.items()}
        held = set(self._sql.execute("SELECT * FROM links WHERE document = ?", (document,)))
        gone, come = held - wanted, wanted - held
        self._sql.executemany(
            "DELETE FROM links WHERE document = ? AND target = ? AND anchor = ? AND nofollow = ?", gone
        )
        self._sql.executemany("INSERT INTO links VALUES (?, ?, ?, ?)", come)
        self._count("links", len(come) - len(gone))
        self._count("links_new", len(come) + len(gone))

    def _numbers(self, urls: Sequence[str]) -> dict[str, int]:
        """Numbers of addresses, by URL; those that have none get one."""
        each = [(url,) for url in dict.fromkeys(urls)]
        self._sql.executemany("INSERT OR IGNORE INTO addresses (url) VALUES (?)", each)
        return {
            url: self._sql.execute("SELECT number FROM addresses WHERE url = ?", (url,)).fetchone()[0]
            for (url,) in each
        }

    def address_documents(self) -> None:
        """Documents of an index that knew no links yet get their address."""
        rows = self._sql.execute("SELECT number, url FROM documents WHERE address IS NULL").fetchall()
        for number, url in rows:
            (place,) = self._numbers([address(url)]).values()
            self._sql.execute("UPDATE documents SET address = ? WHERE number = ?", (place, number))

    def stand(self, standings: Iterable[tuple[int, float, float, str]], known: int) -> None:
        """Standings of all documents in place of the old ones; ``known`` of the new links are in them."""
        self._sql.execute("DELETE FROM standings")
        self._sql.executemany("INSERT INTO standings VALUES (?, ?, ?, ?)", standings)
        self._count("links_new", -known)
        self.note("standings_seq", self.seq)

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

    def purge(self, numbers: Iterable[int], followed: int) -> None:
        """Tombstones that no vector file needs any more, of changes that full text has followed too."""
        each = [(number, followed) for number in numbers]
        self._sql.executemany("DELETE FROM tombstones WHERE number = ? AND seq <= ?", each)

    def forget_vectors(self, embedder: str) -> None:
        """Every passage waits for a vector of another embedder."""
        self._sql.execute("DELETE FROM vectors")
        self._sql.execute("DELETE FROM segments")
        self._sql.execute("INSERT OR IGNORE INTO pending SELECT number FROM passages ORDER BY number")
        self.note("embedded", 0)
        self.note("opened", 0)
        self.note("embedder", embedder)
