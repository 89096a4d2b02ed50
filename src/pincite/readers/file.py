"""What is a file, to a reader? A path to read once, a limit, and somewhere to say what could not be read."""

from __future__ import annotations

import errno
import math
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pincite.errors import Unreadable
from pincite.text import charset, dates
from pincite.types import Original

_SNIFF = 8192
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]")
_ENDING = re.compile(r"(?:\.jsonl)?\.[^.]*\Z", re.IGNORECASE)
"""What of a name says the type: *v1.2 notes.txt* and *Dr. Smith.pdf* are called so up to their last dot."""
_BETWEEN = re.compile(r"(?:(?<!\d)-|-(?!\d)|[_\s])+")
"""What parts the words of a name; a hyphen between digits is a date's, or a number's."""
_LONGEST_SUFFIX = 3
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class File:
    """A file that a reader was given."""

    path: Path
    collection: str
    max_bytes: int
    report: Callable[[Unreadable], None] | None = None
    address: str = ""
    """The URL of what is read, where it is not the path's own."""
    ocr_languages: str = "eng"
    """Of text in pictures, as tesseract names them."""
    ocr_left: Callable[[], float] = lambda: math.inf
    """Seconds left for the file's pictures; whoever is about to read one asks."""

    @property
    def url(self) -> str:
        return self.address or Path(os.path.abspath(self.path)).as_uri()  # noqa: PTH100 — the name it was given, symlinks and all

    @property
    def title(self) -> str:
        """A title made of the file's name, for a document that names none."""
        return _BETWEEN.sub(" ", self._bare).strip() or self.name

    @property
    def day(self) -> date | None:
        """The day that its name tells, as those of notes and minutes do."""
        return dates.day(self._bare)

    @property
    def name(self) -> str:
        """What it is called, with � for each byte that is no UTF-8: a system lets names hold such."""
        return os.fsencode(self.path.name).decode("utf-8", "replace")

    @property
    def _bare(self) -> str:
        return _ENDING.sub("", self.name)

    def text(self) -> str:
        """The whole file decoded, line ends made ``\\n``. Raises ``Unreadable`` if it is no text."""
        data = self.bytes()
        if not data.startswith(_WIDE_MARKS) and b"\0" in data[:_SNIFF]:
            raise self.unreadable("it is binary", "only text can be indexed")
        text = charset.decode(data).replace("\r\n", "\n").replace("\r", "\n")
        strange = len(_CONTROL.findall(text[:_SNIFF]))
        if strange * 20 > len(text[:_SNIFF]):
            raise self.unreadable("it is binary or in an unknown encoding", "save it as UTF-8")
        return text.replace("\0", "")

    def bytes(self) -> bytes:
        """The whole file. Raises ``Unreadable`` for one that is too large, or no regular file."""
        with self.opening():
            about = self.path.stat()
            if not stat.S_ISREG(about.st_mode):
                raise self.unreadable("it is no regular file", "name a file or a folder")
            if about.st_size > self.max_bytes:
                raise self.unreadable(
                    f"it has {about.st_size / 1e6:.1f} MB, more than {self.max_bytes / 1e6:.1f}",
                    "raise index.max_file_mb, or split it",
                )
            return self.path.read_bytes()

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Errors of the file system in the house's own words."""
        try:
            yield
        except OSError as error:
            hint = {errno.EACCES: "check its permissions", errno.ENOENT: "check the path"}.get(error.errno or 0, "")
            raise self.unreadable((error.strerror or str(error)).lower(), hint) from None

    def unreadable(self, why: str, hint: str = "", line: int | None = None) -> Unreadable:
        where = f"{self.path}, line {line}" if line else f"{self.path}"
        return Unreadable(f"{where} can't be read: {why}", hint=hint)


@dataclass(frozen=True)
class Reader:
    """A file type: how its names end, and how to read it."""

    suffixes: frozenset[str]
    read: Callable[[File], Iterator[Original]]


def ending(path: Path, known: Collection[str]) -> str:
    """Which of the endings in ``known`` the file's name has, the longest one; empty for none."""
    name = path.name.lower()
    if name in known:
        return name
    parts = name.split(".")
    for length in range(_LONGEST_SUFFIX, 0, -1):
        suffix = "." + ".".join(parts[1:][-length:])
        if suffix in known:
            return suffix
    return ""
