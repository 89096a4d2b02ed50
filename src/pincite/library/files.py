"""Which files did people hand in? A folder each: what came, what is known of it, and its own index.

    files/<id>/upload.json      owner, name, status; written whole or not at all
    files/<id>/original/<name>  the bytes that came
    files/<id>/index/           passages of this file and of no other

So whatever a file says is in no index that others search, not even in its statistics, and deleting the folder deletes
all of it.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from pydantic import ValidationError

from pincite.errors import Damaged, DiskFull, NotFound
from pincite.types import Upload

log = structlog.get_logger()

_ID = re.compile(r"[0-9a-f]{32}")
_RECORD = "upload.json"
_UNSAFE = re.compile(r"[^\w .,()\[\]@+=~-]+")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST_NAME = 120
LEAST_FREE = 0.05
ENOUGH_BYTES = 1_000_000_000
"""What is left to those who answer: that share of the disk, and on a large one so many bytes, whatever its share."""


class Uploads:
    """The files in a directory. Every method blocks for some milliseconds at the most."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._changing = threading.Lock()

    def get(self, file_id: str) -> Upload:
        """Raises ``NotFound``."""
        try:
            return Upload.model_validate_json((self._folder(file_id) / _RECORD).read_bytes())
        except FileNotFoundError:
            raise self._missing(file_id) from None
        except ValidationError as error:
            raise Damaged(f"{self._folder(file_id)} is damaged: {error}", hint="delete that folder") from None

    def all(self, owner: str | None = None) -> list[Upload]:
        """Those of one person, or of all; the latest first. One whose record is damaged is left out, and logged."""
        found = []
        for path in self._directory.glob(f"*/{_RECORD}"):
            try:
                found.append(self.get(path.parent.name))
            except NotFound:  # deleted just now
                continue
            except Damaged as damage:
                log.error("file_record_damaged", detail=damage.detail, hint=damage.hint)
        mine = [upload for upload in found if owner is None or upload.owner == owner]
        return sorted(mine, key=lambda upload: (upload.created, upload.id), reverse=True)

    def begin(self, upload: Upload, content: Path) -> None:
        """Takes a file in by moving it. Raises ``DiskFull`` while there is still room to answer."""
        self._directory.mkdir(parents=True, exist_ok=True)
        if is_scarce(self._directory):
            raise DiskFull("the rest of the disk is kept for answers", hint="free some space and try again")
        place = self.path(upload)
        place.parent.mkdir(parents=True)
        shutil.move(content, place)
        self._write(upload)

    def change(self, file_id: str, **known: Any) -> Upload:
        """Keeps what is known of a file from now on, by the names of its fields; the rest stays.

        Raises ``NotFound`` for one that was deleted meanwhile, and keeps nothing.
        """
        with self._changing:
            upload = self.get(file_id).model_copy(update=known)
            self._write(upload)
        return upload

    def _write(self, upload: Upload) -> None:
        folder = self._folder(upload.id)
        made = folder / f"{_RECORD}.{uuid4().hex}"
        try:
            with made.open("wb") as out:
                out.write(upload.model_dump_json().encode())
                out.flush()
                os.fsync(out.fileno())
            made.replace(folder / _RECORD)
        except FileNotFoundError:
            raise self._missing(upload.id) from None

    def remove(self, file_id: str) -> None:
        """The file, its text and its index. Raises ``NotFound``."""
        folder = self._folder(file_id)
        (folder / _RECORD).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)

    def forget(self, owner: str) -> None:
        """All files of a person, for good."""
        for upload in self.all(owner):
            self.remove(upload.id)

    def path(self, upload: Upload) -> Path:
        return self._folder(upload.id) / "original" / safe(upload.name)

    def index_dir(self, file_id: str) -> Path:
        return self._folder(file_id) / "index"

    def _folder(self, file_id: str) -> Path:
        if not _ID.fullmatch(file_id):
            raise self._missing(file_id)
        return self._directory / file_id

    def _missing(self, file_id: str) -> NotFound:
        return NotFound(f"there is no file {file_id!r}", hint="it may have been deleted; GET /api/files lists them")


def safe(name: str) -> str:
    """A name that is one, and no path: its end tells the type, so that stays."""
    clean = _UNSAFE.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    stem, dot, end = clean.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{end[:10]}" if stem else clean[:_LONGEST_NAME] or "file"


def shown(name: str) -> str:
    """A name as people see it: what it was called, without folders, on one line. One that is too long keeps its end,
    which tells the type."""
    last = name.encode("utf-8", "replace").decode().replace("\\", "/").rpartition("/")[2]
    line = " ".join(_CONTROL.sub(" ", last).split())
    if len(line) > _LONGEST_NAME:
        stem, dot, end = line.rpartition(".")
        line = f"{stem[: _LONGEST_NAME - 12]}…{dot}{end[:10]}" if stem else line[:_LONGEST_NAME]
    return line or "file"


def is_scarce(directory: Path) -> bool:
    """Is so little of the disk free that files are refused?"""
    usage = shutil.disk_usage(directory)
    return usage.free < min(LEAST_FREE * usage.total, ENOUGH_BYTES)
