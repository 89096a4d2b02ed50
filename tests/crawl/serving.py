"""A web server on loopback that a test writes the pages of, and that remembers what it was asked."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    at: float


@dataclass(frozen=True)
class Page:
    """What is answered."""

    body: bytes | str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "text/html; charset=utf-8"

    def raw(self) -> bytes:
        body = self.body.encode() if isinstance(self.body, str) else self.body
        headers = {"content-type": self.kind, "content-length": str(len(body)), **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
        return f"HTTP/1.1 {self.status} Said\r\n{lines}\r\n".encode() + body


Raw = Callable[[asyncio.StreamWriter], Awaitable[None]]
"""An answer that is written by hand; the connection is closed after it."""


def moved(to: str, status: int = 302) -> Page:
    return Page(status=status, headers={"location": to})


class Site:
    """``site.pages["/path"]`` is a page, a function of the request that gives one, or a ``Raw``."""

    def __init__(self, port: int, host: str, scheme: str) -> None:
        self.host, self.port, self.scheme = host, port, scheme
        self.pages: dict[str, Page | Callable[[Asked], Page] | Raw] = {}
        self.asked: list[Asked] = []
        self.most_at_once = 0

    def url(self, path: str = "/", host: str | None = None) -> str:
        return f"{self.scheme}://{host or self.host}:{self.port}{path}"

    def targets(self) -> list[str]:
        return [each.target for each in self.asked]


@asynccontextmanager
async def serving(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        site.most_at_once = max(site.most_at_once, len(tasks))
        try:
            while await _answer(site, reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            pass  # by the end of ``serving`` alone; asyncio's own callback takes a cancelled client for a bug
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(serve, host, 0, ssl=tls)
    site = Site(server.sockets[0].getsockname()[1], host, "https" if tls else "http")
    try:
        yield site
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _answer(site: Site, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    asked = Asked(method, target, headers, body, time.monotonic())
    site.asked.append(asked)
    page = site.pages.get(target) or site.pages.get(target.partition("?")[0]) or Page("no such page", 404)
    if asyncio.iscoroutinefunction(page):
        await page(writer)
        await writer.drain()
        return False
    answer = page if isinstance(page, Page) else page(asked)
    writer.write(answer.raw())
    await writer.drain()
    return True
