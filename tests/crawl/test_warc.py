"""Archives go out and come in, whole; broken ones say so."""

from __future__ import annotations

import gzip
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pincite.crawl.page import Fetched
from pincite.crawl.warc import Archive, pages
from pincite.errors import Unreadable

AT = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)


def fetched(number: int, kind: str = "text/html; charset=utf-8") -> Fetched:
    url = f"https://e.org/{number}"
    headers = {"content-type": kind, "content-encoding": "gzip", "etag": f'"{number}"'}
    return Fetched(url, url, AT, 200, headers, f"<p>Größe {number}".encode() * 50)


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_what_goes_out_comes_in_the_same(tmp_path: Path, name: str) -> None:
    for part in (range(3), range(3, 5)):  # an archive is gone on with
        with Archive(tmp_path / name) as archive:
            for number in part:
                archive.add(fetched(number))
    found = list(pages(tmp_path / name, 1 << 20))
    assert [each.final_url for each in found] == [f"https://e.org/{n}" for n in range(5)]
    assert [each.body for each in found] == [fetched(n).body for n in range(5)]
    assert (found[0].fetched_at, found[0].headers["etag"]) == (AT, '"0"')
    assert "content-encoding" not in found[0].headers


def test_only_pages_within_the_limit_come_in(tmp_path: Path) -> None:
    with Archive(tmp_path / "a.warc.gz") as archive:
        archive.add(fetched(1, "image/png"))
        archive.add(fetched(2))
        archive.add(Fetched("https://e.org/big", "https://e.org/big", AT, 200, {}, b"x" * 5000))
    assert [each.url for each in pages(tmp_path / "a.warc.gz", 4000)] == ["https://e.org/2"]


def test_an_archive_of_others_is_read_too(tmp_path: Path) -> None:
    """As Common Crawl writes them: the server's own headers, a body in chunks and packed."""
    body = gzip.compress(b"<p>Hello", mtime=0)
    http = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        + f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    )  # fmt: skip
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-11-25T03:04:05Z\r\nWARC-Target-URI: <https://e.org/x>\r\n"
        "WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    ).encode()
    (tmp_path / "c.warc.gz").write_bytes(gzip.compress(head + http + b"\r\n\r\n"))
    (found,) = pages(tmp_path / "c.warc.gz", 1 << 20)
    assert (found.url, found.body) == ("https://e.org/x", b"<p>Hello")


@pytest.mark.parametrize("data", [b"no archive at all", gzip.compress(b"neither is this", mtime=0)])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.warc.gz").write_bytes(data)
    with pytest.raises(Unreadable, match=r"a\.warc\.gz"):
        list(pages(tmp_path / "a.warc.gz", 1 << 20))


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"none\.warc"):
        list(pages(tmp_path / "none.warc", 1))


@pytest.mark.parametrize("name", ["cut.warc", "cut.warc.gz"])
def test_a_cut_archive_gives_what_is_whole_and_says_that_it_is_cut(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with Archive(path) as archive:
        for at in range(3):
            archive.add(replace(fetched(at), body=random.Random(at).randbytes(5000).hex().encode()))
    path.write_bytes(path.read_bytes()[:-2000])
    found: list[Fetched] = []
    with pytest.raises(Unreadable, match="ends in the middle"):
        found.extend(pages(path, 10**6))
    assert [(each.url, len(each.body)) for each in found] == [("https://e.org/0", 10_000), ("https://e.org/1", 10_000)]
