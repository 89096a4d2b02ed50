"""A real Chromium before a real server. Every page is watched: an error in its console, a refusal by the content
security policy, or a request to any other host fails the test that caused it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.browser.stage import Stage
from tests.web.conftest import UNREAD, Served, indexed, serving

from pincite.crawl.chromium import NAMES
from pincite.settings import EndpointSettings, FetchSettings, ModelSettings, ServerSettings, Settings
from pincite.testing.model_server import ModelServer, running

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
HERE = Path(__file__).parent
T = TypeVar("T")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser of this machine. Without one these tests are skipped, but never where CI counts on them."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        reason = f"needs a browser: none of {', '.join(NAMES)} is on the path"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def launched(chromium: str) -> Iterator[Browser]:
    """A browser for one module's tests: while Playwright's synchronous face is open, no asyncio test can run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


class Beside:
    """An event loop in a thread of its own, for what runs beside the server: a model, a network that breaks."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="beside")
        self.thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    @contextmanager
    def entered(self, context: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """``context``, entered and left on the loop, by one task as its rules ask."""
        entered: Future[T] = Future()
        leave = asyncio.Event()

        async def hold() -> None:
            async with context as value:
                entered.set_result(value)
                await leave.wait()

        holding = asyncio.run_coroutine_threadsafe(hold(), self.loop)
        yield entered.result(30)
        self.loop.call_soon_threadsafe(leave.set)
        holding.result(30)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(30)
        self.loop.close()


@pytest.fixture(scope="session")
def beside() -> Iterator[Beside]:
    made = Beside()
    yield made
    made.close()


@pytest.fixture(scope="session")
def model(beside: Beside) -> Iterator[ModelServer]:
    """A model server of known speed, which the served engine knows as ``local``."""
    with beside.entered(running(ModelServer())) as server:
        yield server


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path, model: ModelServer) -> Iterator[Served]:
    """A server over the small corpus. It has a model, ``local:words``, which must be picked."""
    endpoint = EndpointSettings(base_url=model.base_url, models=("words", "sources", "401"))
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("browser"),
        server=ServerSettings(max_streams=100),
        models=ModelSettings(endpoints={"local": endpoint}),
        rank=UNREAD,
        fetch=FetchSettings(allow_private=("127.0.0.1",)),
    )
    with serving(lambda: indexed(settings, small_corpus), settings) as running:
        yield running


@pytest.fixture
def stage(served: Served) -> Stage:
    return Stage(served)


Opened = Callable[..., Page]


@pytest.fixture
def opened(launched: Browser) -> Iterator[Opened]:
    """``opened(url, **context options)``: a page in a window of its own, watched."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(url: str, *, quiet: bool = False, **options: Any) -> Page:
        usual: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "service_workers": "block"}
        context = launched.new_context(**{**usual, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        if not quiet:
            watch(page, urlsplit(url).netloc, wrong)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


def watch(page: Page, host: str, wrong: list[str]) -> None:
    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    page.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type == "error" else None)
    page.on(
        "request", lambda request: wrong.append(f"request to {request.url}") if elsewhere(request.url, host) else None
    )


def elsewhere(url: str, host: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc != host
