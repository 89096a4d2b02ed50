"""A real server on loopback, over a real engine with a small index, in a thread of its own with its own event loop."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from tests.test_clarifying import UNHURRIED, fill

from pincite.encoders.embed import MiniLM
from pincite.engine import AnswerEngine
from pincite.index import Index
from pincite.readers import read
from pincite.settings import EndpointSettings, ModelSettings, RankSettings, ServerSettings, Settings
from pincite.testing.model_server import ModelServer
from pincite.testing.model_server import running as model_running
from pincite.types import Original
from pincite.web.serve import Server, bind

T = TypeVar("T")


UNREAD = RankSettings(cross_encoder="none")
"""How much of the passages is read in time depends on how busy the machine is."""

UNTRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Without the authorities of the world, which take 15 ms to read: loopback has none."""


@dataclass
class Served:
    """A running server. ``run`` runs a coroutine on its event loop and returns what that returns."""

    url: str
    engine: Any
    server: Server
    loop: asyncio.AbstractEventLoop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def client(self, **more: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30, verify=UNTRUSTING, **more)


@contextmanager
def serving(opening: Callable[[], Awaitable[Any]], settings: Settings, token: str = "") -> Iterator[Served]:
    """Serves the engine that ``opening`` opens on a free port, and closes it at the end."""
    up = threading.Event()
    found: list[Served | BaseException] = []
    done: list[asyncio.Event] = []

    async def main() -> None:
        async with await opening() as engine:
            server = Server(engine, settings, token)
            with bind("127.0.0.1", 0) as listener:
                async with server.running(listener) as url:
                    stop = asyncio.Event()
                    done.append(stop)
                    found.append(Served(url, engine, server, asyncio.get_running_loop()))
                    up.set()
                    await stop.wait()

    def body() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            found.insert(0, error)
        finally:
            up.set()

    thread = threading.Thread(target=body, name="server")
    thread.start()
    up.wait(60)
    try:
        served = found[0]
        if isinstance(served, BaseException):
            raise served
        yield served
    finally:
        for stop in done:
            found[-1].loop.call_soon_threadsafe(stop.set)  # type: ignore[union-attr]
        thread.join(30)
    if isinstance(found[0], BaseException):
        raise found[0]


async def indexed(settings: Settings, corpus: Path) -> AnswerEngine:
    """An engine whose index holds ``corpus``, vectors included."""
    originals = [
        original
        for path in sorted(corpus.iterdir())
        if path.is_file()
        for original in read(path, collection="default", max_bytes=1 << 20)
    ]
    await asyncio.to_thread(take_in, settings, originals)
    return await AnswerEngine.open(settings, env={})


def take_in(settings: Settings, originals: list[Original]) -> None:
    with closing(Index.open(settings.index_dir, MiniLM.load(), writer=True)) as index:
        index.add(originals)
        index.commit()
        index.embed_pending(threading.Event())


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path) -> Iterator[Served]:
    """A server without token and model, over the small corpus."""
    server = ServerSettings(max_streams=20)
    settings = Settings(data_dir=tmp_path_factory.mktemp("web"), server=server, rank=UNREAD)
    with serving(lambda: indexed(settings, small_corpus), settings) as running:
        yield running


@pytest.fixture(scope="session")
def ambiguous(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over four documents on different things of one name, where a copilot asks back which is meant."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("ambiguous"), answer=UNHURRIED, rank=UNREAD)
    fill(settings)
    with serving(lambda: opened(settings), settings) as running:
        yield running


async def opened(settings: Settings) -> AnswerEngine:
    return await AnswerEngine.open(settings, env={})


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    with served.client() as client:
        yield client


@pytest.fixture(scope="session")
def modelled(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path) -> Iterator[tuple[Served, ModelServer]]:
    """A server whose answers a model writes, and that model, which does what a test tells it to."""
    with bind("127.0.0.1", 0) as free:
        model = ModelServer(port=free.getsockname()[1])
    endpoint = EndpointSettings(
        base_url=model.base_url, models=("test-model", "cut-mid", "length", "429", "stall-first")
    )
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("modelled"),
        models=ModelSettings(default="test:test-model", endpoints={"test": endpoint}),
        rank=UNREAD,
    )

    @asynccontextmanager
    async def both() -> AsyncIterator[AnswerEngine]:
        async with model_running(model), await indexed(settings, small_corpus) as engine:
            yield engine

    async def opening() -> Any:
        return both()

    with serving(opening, settings) as running:
        yield running, model
