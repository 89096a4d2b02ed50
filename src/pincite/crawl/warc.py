"""How do archives of the web come in and go out? WARC files, as Common Crawl and the archives keep them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pincite.crawl.fetch import PAGES
from pincite.crawl.page import Fetched
from pincite.crawl.traps import tidy
from pincite.errors import Unfetchable, Unreadable
from pincite.text import charset

_UNPACKED = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers about how a body was sent; bodies are kept unpacked."""
_STEP = 1 << 16
"""Bytes that are passed over at once."""


def pages(path: Path, max_bytes: int) -> Iterator[Fetched]:
    """The pages in an archive: answers with status 200 that hold text, unpacked, no longer than ``max_bytes``.

    A cut archive gives what is whole, then raises ``Unreadable``, as does a file that is none.
    """
    try:
        with path.open("rb") as file:
            yield from _pages(file, max_bytes)
    except OSError as error:
        raise Unreadable(f"{path} can't be read: {(error.strerror or str(error)).lower()}") from None
    except (ArchiveLoadFailed, EOFError) as error:
        raise Unreadable(
            f"{path} is no WARC file, or a damaged one: {str(error).strip() or 'it ends in the middle'}",
            hint="gzip -t shows whether it came whole",
        ) from None


def _pages(file: BinaryIO, max_bytes: int) -> Iterator[Fetched]:
    for record in ArchiveIterator(file):
        page = _page(record, max_bytes)
        while record.raw_stream.read(_STEP):
            continue
        # warcio takes the end of the file for the end of its last record.
        if getattr(record.raw_stream, "limit", 0) > 0:
            raise EOFError
        if page is not None:
            yield page


def _page(record: ArcWarcRecord, max_bytes: int) -> Fetched | None:
    """The page in a record; ``None`` for what is none, or too long."""
    if record.rec_type != "response" or record.http_headers is None:
        return None
    if record.http_headers.get_statuscode() != "200":
        return None
    headers = {name.lower(): value for name, value in record.http_headers.headers}
    media = charset.media_type(headers.get("content-type", ""))
    if media and media not in PAGES:
        return None
    try:
        url = tidy(record.rec_headers.get_header("WARC-Target-URI", "").strip("<>"))
    except Unfetchable:
        return None
    body = record.content_stream().read(max_bytes + 1)
    if len(body) > max_bytes:
        return None
    kept = {name: value for name, value in headers.items() if name not in _UNPACKED}
    return Fetched(url, url, _moment(record.rec_headers.get_header("WARC-Date", "")), 200, kept, body)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return datetime.now(UTC)


class Archive:
    """A WARC file that pages are added to; every one a gzip member of its own, so that a cut file keeps the others."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        self._writer = WARCWriter(self._file, gzip=path.suffix == ".gz")

    def add(self, page: Fetched) -> None:
        """One response, with its body unpacked."""
        kept = [(name, value) for name, value in page.headers.items() if name not in _UNPACKED]
        kept.append(("content-length", str(len(page.body))))
        record = self._writer.create_warc_record(
            page.final_url,
            "response",
            payload=BytesIO(page.body),
            length=len(page.body),
            http_headers=StatusAndHeaders(f"{page.status} {HTTPStatus(page.status).phrase}", kept, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": page.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
        )
        self._writer.write_record(record)
        self._file.flush()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
