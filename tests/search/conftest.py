"""A small web on loopback: search services that speak their real APIs, and the pages that they find."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pincite.crawl.fetch import Fetcher
from pincite.search.focus import Focuses, providers
from pincite.search.live.desk import Desk
from pincite.search.live.ledger import Ledger
from pincite.search.live.pages import Pages
from pincite.search.live.search import Line, LiveSearch, Tools
from pincite.settings import FetchSettings, ProviderSettings, Settings, WebSettings
from pincite.testing.loopback import running
from pincite.testing.search_server import SearchServer

CERTIFICATES = ssl.create_default_context()
"""Loaded once: no test here speaks TLS."""
KEYS = {one.key_env: "tvly-test-key" for one in providers().values() if one.key == "needed"}


@pytest.fixture
async def world() -> AsyncIterator[SearchServer]:
    async with running(SearchServer()) as server:
        yield server


@pytest.fixture
def services(world: SearchServer) -> dict[str, ProviderSettings]:
    """Every service, at its address here."""
    return {name: ProviderSettings(base_url=world.base_url(name), engine="cx1") for name in providers()}


@pytest.fixture
def settings(services: dict[str, ProviderSettings], data_dir: Path) -> Settings:
    return Settings(
        data_dir=data_dir,
        fetch=FetchSettings(allow_private=("127.0.0.1",)),
        web=WebSettings(services=services, per_host=10, deadline_s=3),
    )


@pytest.fixture
async def line(settings: Settings) -> AsyncIterator[Line]:
    made = Line(settings.fetch, partial(Fetcher, ssl_context=CERTIFICATES))
    yield made
    await made.close()


@pytest.fixture
def desk(settings: Settings, tmp_path: Path) -> Callable[..., Desk]:
    def make(name: str, **changes: Any) -> Desk:
        mine = settings.web.services[name].model_copy(update=changes)
        return Desk(providers()[name], mine, KEYS, Ledger(tmp_path / "ledger.sqlite3"))

    return make


@pytest.fixture
def live(desk: Callable[..., Desk], line: Line, settings: Settings) -> Callable[..., LiveSearch]:
    def make(*names: str, name: str = "web", **changes: Any) -> LiveSearch:
        web = settings.web.model_copy(update=changes)
        return LiveSearch(name, [desk(one) for one in names], Tools(line, Pages(), web, 120))

    return make


@pytest.fixture
async def focuses(settings: Settings) -> AsyncIterator[Callable[..., Focuses]]:
    made: list[Focuses] = []

    def make(env: dict[str, str] = KEYS, **changes: Any) -> Focuses:
        made.append(Focuses(settings.model_copy(update={"web": settings.web.model_copy(update=changes)}), env))
        return made[-1]

    yield make
    for one in made:
        await one.close()
