"""What does a JSON Lines file say? Each line is a document: title, url, text, and if known id, lang, published.

Read line by line, so that a file may be far larger than memory; ``max_bytes`` bounds one line. Documents of one
file that share a URL (passages of an article) are told apart by their id behind a ``#``.
"""

from __future__ import annotations

import gzip
import json
import lzma
import zlib
from collections.abc import Iterator
from typing import IO, Any, cast

from pincite.errors import Unreadable
from pincite.readers.file import File, Reader
from pincite.readers.markdown import day, headings
from pincite.text import languages
from pincite.types import Document, Original

_SHOWN = 5
"""Bad lines named in the error at the end, where nobody takes reports."""
_TITLE = 200
"""Characters of a title at the most. An address is never cut: it would lead nowhere."""


def _read(file: File) -> Iterator[Original]:
    bad: list[Unreadable] = []
    report = file.report or bad.append
    seen: set[str] = set()
    for number, line in _lines(file, report):
        try:
            yield _original(file, line, number, seen)
        except Unreadable as problem:
            report(problem)
    if bad:
        shown = "; ".join(problem.detail for problem in bad[:_SHOWN])
        more = f"; and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
        raise Unreadable(f"{shown}{more}", hint=bad[0].hint)


def _lines(file: File, report: Any) -> Iterator[tuple[int, bytes]]:
    with file.opening(), _open(file) as source:
        number = 0
        try:
            while line := source.readline(file.max_bytes + 1):
                number += 1
                if len(line) > file.max_bytes:
                    report(file.unreadable("the line is too long", "raise index.max_file_mb", number))
                    while line and not line.endswith(b"\n"):
                        line = source.readline(1 << 20)
                elif line.strip():
                    yield number, line
        except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
            report(file.unreadable(f"the compressed data breaks off: {error}", "fetch or pack it again", number + 1))


def _open(file: File) -> IO[bytes]:
    name = file.path.name.lower()
    if name.endswith(".gz"):
        return cast("IO[bytes]", gzip.open(file.path, "rb"))
    return lzma.open(file.path, "rb") if name.endswith(".xz") else file.path.open("rb")


def _original(file: File, line: bytes, number: int, seen: set[str]) -> Original:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise file.unreadable(f"it is no JSON: {error}", "each line must be a JSON object", number) from None
    if not isinstance(record, dict) or not isinstance(record.get("text"), str) or not record["text"].strip():
        raise file.unreadable("it has no text", 'each line needs {"title": …, "url": …, "text": …}', number)
    # A lone surrogate is legal JSON and no text: it can't be stored or sent.
    text = record["text"].encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lang = record.get("lang")
    return Original(
        document=Document(
            url=_url(file, record, number, seen),
            title=(_line(record.get("title")) or _line(text))[:_TITLE],
            published=day(record.get("published") or record.get("date")),
            lang=lang[:2].lower() if isinstance(lang, str) and lang else languages.detect(text),
            collection=file.collection,
        ),
        text=text,
        headings=headings(text, lowest=2),
    )


def _url(file: File, record: dict[str, Any], number: int, seen: set[str]) -> str:
    id_ = _line(str(record.get("id") or number))
    url = _line(record.get("url")) or f"{file.url}#{id_}"
    if url in seen:
        url = f"{url}#{id_}"
    seen.add(url)
    return url


def _line(value: object) -> str:
    """One clean line."""
    if not isinstance(value, str):
        return ""
    clean = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    return " ".join(clean.split())


READER = Reader(frozenset({".jsonl", ".jsonl.gz", ".jsonl.xz", ".ndjson"}), _read)
