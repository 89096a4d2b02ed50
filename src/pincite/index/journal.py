"""What if everything else is lost? Every original, and every deletion, in order, in files that are only appended to.

A record is ``magic, kind, payload length, CRC-32 of kind and payload`` and the payload. Additions hold the whole
original as compressed JSON, so the database, the full text and the passages can be made again from here alone.
The database says how far a file is committed; what lies beyond is a torn tail and is cut off by the next writer.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from pincite.errors import Damaged
from pincite.types import Original

_HEAD = struct.Struct("<4sBII")
_MAGIC = b"pcj1"
Kind = Literal["add", "delete", "begin"]
_KINDS: tuple[Kind, ...] = ("add", "delete", "begin")
"""``begin`` opens a rewritten file: whatever older files say no longer counts."""


class Place(NamedTuple):
    """Where a record lies: which file, from which byte, how many bytes."""

    file: int
    at: int
    size: int


@dataclass(frozen=True)
class Record:
    """One entry. ``payload`` is still compressed for an addition, the document's id for a deletion."""

    place: Place
    kind: Kind
    payload: bytes

    def original(self) -> Original:
        return Original.model_validate_json(zlib.decompress(self.payload))

    def deleted(self) -> str:
        return self.payload.decode()


class Journal:
    """The files ``originals-<n>.log`` of one directory; the highest one is appended to. One writer at a time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file = max(self.files(), default=1)
        self._tail = bytearray()
        self._end = self._size()

    def files(self) -> list[int]:
        return sorted(int(path.stem.split("-")[1]) for path in self._directory.glob("originals-*.log"))

    def path(self, file: int) -> Path:
        return self._directory / f"originals-{file:06}.log"

    @property
    def end(self) -> tuple[int, int]:
        """The open file and how many bytes of it are on disk or waiting for ``sync``."""
        return self._file, self._end + len(self._tail)

    def _size(self) -> int:
        path = self.path(self._file)
        return path.stat().st_size if path.exists() else 0

    def size(self) -> int:
        """Bytes of all files."""
        return sum(self.path(file).stat().st_size for file in self.files())

    def add(self, original: Original) -> Place:
        return self._append("add", zlib.compress(original.model_dump_json().encode(), 6))

    def delete(self, document_id: str) -> Place:
        return self._append("delete", document_id.encode())

    def _append(self, kind: Kind, payload: bytes) -> Place:
        at = self._end + len(self._tail)
        self._tail += _packed(kind, payload)
        return Place(self._file, at, _HEAD.size + len(payload))

    def sync(self) -> None:
        """What was appended is on disk after this. On an error nothing of it is: the file is cut back."""
        if not self._tail:
            return
        try:
            with self.path(self._file).open("ab") as file:
                file.write(self._tail)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            self.cut(self._file, self._end)
            raise
        self._end += len(self._tail)
        self._tail.clear()

    def cut(self, file: int, end: int) -> None:
        """Whatever lies beyond the committed ``end`` of ``file``, and every later file, goes."""
        for later in self.files():
            if later > file:
                self.path(later).unlink()
        self._file, self._end = file, end
        self._tail.clear()
        if self._size() > end:
            os.truncate(self.path(file), end)
        self._end = self._size()

    def read(self, place: Place) -> Record:
        """Raises ``Damaged`` if the record is not what was written."""
        try:
            with self.path(place.file).open("rb") as file:
                file.seek(place.at)
                raw = file.read(place.size)
        except OSError as error:
            raise Damaged(f"the original at {place} can't be read: {error.strerror}", hint=_HINT) from None
        record = _unpacked(raw, 0, place.file, place.at)
        if record is None:
            raise Damaged(f"the original at {place} fails its checksum", hint=_HINT)
        return record

    def records(self) -> Iterator[Record]:
        """All good records of all files, oldest first. Damaged bytes are skipped up to the next good record."""
        for file in self.files():
            raw = self.path(file).read_bytes()
            at = 0
            while at < len(raw):
                record = _unpacked(raw, at, file, at)
                if record is not None:
                    yield record
                    at += record.place.size
                else:
                    found = raw.find(_MAGIC, at + 1)
                    at = found if found >= 0 else len(raw)

    def rewrite(self, places: list[Place]) -> list[Place]:
        """A new file with these additions alone, on disk; the old ones stay until ``drop_before``."""
        file = self._file + 1
        moved: list[Place] = []
        with self.path(file).open("wb") as out:
            out.write(_packed("begin", b""))
            for place in places:
                moved.append(Place(file, out.tell(), place.size))
                out.write(_packed("add", self.read(place).payload))
            out.flush()
            os.fsync(out.fileno())
        self._file, self._end = file, self._size()
        return moved

    def drop_before(self, file: int) -> None:
        for older in self.files():
            if older < file:
                self.path(older).unlink()


_HINT = "run: pincite index repair"


def _packed(kind: Kind, payload: bytes) -> bytes:
    number = _KINDS.index(kind)
    return _HEAD.pack(_MAGIC, number, len(payload), _checksum(number, payload)) + payload


def _unpacked(raw: bytes, start: int, file: int, at: int) -> Record | None:
    """The record at ``raw[start:]``, which lies at byte ``at`` of ``file``; ``None`` if it is not whole."""
    if len(raw) - start < _HEAD.size:
        return None
    magic, number, size, checksum = _HEAD.unpack_from(raw, start)
    payload = raw[start + _HEAD.size : start + _HEAD.size + size]
    if magic != _MAGIC or number >= len(_KINDS) or len(payload) != size or _checksum(number, payload) != checksum:
        return None
    return Record(Place(file, at, _HEAD.size + size), _KINDS[number], payload)


def _checksum(number: int, payload: bytes) -> int:
    return zlib.crc32(payload, number)
