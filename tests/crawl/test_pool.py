"""Pages are read by processes of their own, and one that kills its reader costs itself alone."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from pincite.crawl import pool
from pincite.crawl.page import Fetched, Page, read
from pincite.crawl.pool import Pool

PROSE = "Whales are mammals that live in the sea and breathe air at its surface. " * 8
KILLER = "https://e.org/killer"


def deadly(batch: Sequence[Fetched], collection: str) -> list[Page]:
    """Reads, and is killed by one of the pages as a bug in a parser would."""
    if any(fetched.url == KILLER for fetched in batch):
        os.kill(os.getpid(), signal.SIGSEGV)
    return read(batch, collection)


def fetched(url: str) -> Fetched:
    html = f"<title>{url}</title><p>{PROSE}{url}</p>"
    return Fetched(url, url, datetime.now(UTC), 200, {"content-type": "text/html"}, html.encode())


@pytest.fixture
async def two() -> AsyncIterator[Pool]:
    made = Pool(2, "web")
    yield made
    made.close()


async def test_pages_come_in_their_order_however_many_read(two: Pool) -> None:
    batch = [fetched(f"https://e.org/{number}") for number in range(7)]
    here = Pool(0, "web")
    assert await two.spread(batch) == await two.read(batch) == await here.spread(batch)
    here.close()


async def test_a_page_that_kills_its_reader_is_none_and_the_others_are_read(
    two: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "read", deadly)
    urls = ["https://e.org/1", KILLER, "https://e.org/2", "https://e.org/3"]
    came = [page and page.url for page in await two.spread([fetched(url) for url in urls])]
    assert came == ["https://e.org/1", None, "https://e.org/2", "https://e.org/3"]
    assert [page and page.url for page in await two.read([fetched("https://e.org/4")])] == ["https://e.org/4"]
