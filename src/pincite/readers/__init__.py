"""What does this file say? A file in, originals out; one module a file type, each with a ``READER``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from pincite.errors import Unreadable
from pincite.readers import html, jsonl, markdown, plain
from pincite.readers.file import File, Reader
from pincite.readers.walk import walk
from pincite.types import Original

__all__ = ["READERS", "read", "suffixes", "walk"]

READERS: tuple[Reader, ...] = (plain.READER, markdown.READER, html.READER, jsonl.READER)
_LONGEST_SUFFIX = 3


def suffixes() -> set[str]:
    """Endings of file names that can be read, such as ``.md`` and ``.jsonl.gz``."""
    return {suffix for reader in READERS for suffix in reader.suffixes}


def read(
    path: Path, *, collection: str, max_bytes: int, report: Callable[[Unreadable], None] | None = None
) -> Iterator[Original]:
    """The originals in a file, one after another.

    Raises ``Unreadable`` for a file that is binary, broken, larger than ``max_bytes`` or of an unknown type. Where
    only a part is bad (a line of a JSON Lines file) the rest is read all the same; the part goes to ``report``, or
    is raised at the end if there is none.
    """
    reader = _reader(path)
    yield from reader.read(File(path, collection, max_bytes, report))


def _reader(path: Path) -> Reader:
    parts = path.name.lower().split(".")
    for length in range(_LONGEST_SUFFIX, 0, -1):
        suffix = "." + ".".join(parts[1:][-length:])
        for reader in READERS:
            if suffix in reader.suffixes:
                return reader
    raise Unreadable(
        f"{path} is of a type that pincite does not read",
        hint=f"it reads {', '.join(sorted(suffixes()))}",
    )
