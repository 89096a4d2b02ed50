"""What do the crawler's tests share? A site on loopback, and a fetcher that is allowed there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from tests.crawl.serving import Site, serving

from pincite.crawl.fetch import Fetcher
from pincite.settings import FetchSettings


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving() as made:
        yield made


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher(FetchSettings(allow_private=("127.0.0.0/8",), contact="https://example.org/bot"))
    yield made
    await made.aclose()
