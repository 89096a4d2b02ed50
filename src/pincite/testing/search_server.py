"""What if the web were exactly these pages, and its search services said exactly this, or failed in exactly that way?

One server on loopback. Below ``/NAME`` it speaks the API of the search service of that name (``search_dialects``);
below ``/pages/`` it serves the pages that they find. ``modes`` makes a service fail: see ``MODES``::

    async with loopback.running(SearchServer(pages=PAGES)) as server:
        server.modes["brave"] = "429"
        ...  # web.services.brave.base_url = server.base_url("brave")
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from html import escape
from urllib.parse import parse_qsl, urlsplit

from pincite.testing import loopback
from pincite.testing.loopback import Loopback
from pincite.testing.search_dialects import DIALECTS, Page, Reply, Request

MODES = (
    "401", "402", "403", "429", "500", "503", "malformed", "html", "wrong", "empty", "slow", "hanging", "reset", "cut"
)  # fmt: skip
"""Ways to fail. A number is a status; ``wrong`` is JSON of another shape; ``slow`` takes ``slow_s``, then answers."""

PAGES = (
    Page(
        "eiffel",
        "Eiffel Tower",
        "The Eiffel Tower is a wrought-iron lattice tower in Paris, France. It was completed in March 1889 for the "
        "World's Fair. The tower is 330 metres tall. The company of Gustave Eiffel designed and built it. "
        "It was the tallest structure in the world for 41 years, until 1930.",
        date(2024, 3, 5),
        "Ada Writer",
    ),
    Page(
        "honey",
        "Honey",
        "Honey is a sweet food made by bees from the nectar of flowers. Bees store honey in wax honeycombs. Honey "
        "keeps for years because it holds little water and is acid.",
        date(2019, 7, 1),
        "Bea Keeper",
    ),
    Page(
        "tower-records",
        "The tallest towers",
        "The Eiffel Tower was the tallest structure until the Chrysler Building was finished in 1930. Today the "
        "tallest tower is the Tokyo Skytree, which is 634 metres tall. Towers are measured from ground to tip.",
        date(2023, 1, 2),
        "Cy Measure",
    ),
)
"""Three small pages; two of them know about the Eiffel Tower."""


@dataclass
class SearchServer(Loopback):
    """Settings of the server, which may be changed while it runs, and what it has seen."""

    pages: tuple[Page, ...] = PAGES
    modes: dict[str, str] = field(default_factory=dict)
    """Service, or ``pages`` or ``pages/SLUG`` → how it fails; a service that is not named works."""
    slow_s: float = 1.0
    retry_after_s: int = 7
    seen: list[tuple[str, Request]] = field(default_factory=list)
    """Each request so far, with the service's name."""

    def base_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"

    def asked(self, name: str) -> list[Request]:
        """The requests to one service."""
        return [request for service, request in self.seen if service == name]

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answers request after request until the connection ends."""
        # The other side may go away, which is its right.
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._one(reader, writer):
                pass

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        asked = await loopback.request(reader)
        if asked is None:
            return False
        name, request = _understood(*asked)
        self.seen.append((name, request))
        mode = self.modes.get(f"{name}{request.path}", self.modes.get(name, ""))
        if mode == "hanging":
            await asyncio.sleep(3600)
        if mode == "slow":
            await asyncio.sleep(self.slow_s)
        if mode == "reset":
            loopback.reset(writer)
            return False
        reply = self._broken(mode) if mode not in {"", "slow", "cut", "empty"} else self._reply(name, request, mode)
        headers = {"content-type": reply.kind, "content-length": str(len(reply.body)), **reply.headers}
        lines = "".join(f"{key}: {value}\r\n" for key, value in headers.items())
        body = reply.body[: len(reply.body) // 2] if mode == "cut" else reply.body
        writer.write(f"HTTP/1.1 {reply.status} X\r\n{lines}\r\n".encode() + body)
        await writer.drain()
        return mode != "cut"

    def _reply(self, name: str, request: Request, mode: str) -> Reply:
        if name == "pages":
            return self._page(request.path.strip("/"))
        if name not in DIALECTS:
            return Reply.of({"error": f"there is no service {name!r}"}, 404)
        pages = [] if mode == "empty" else self.pages
        return DIALECTS[name](request, pages, f"http://127.0.0.1:{self.port}/pages")

    def _page(self, slug: str) -> Reply:
        page = next((each for each in self.pages if each.slug == slug), None)
        if page is None:
            return Reply(b"<h1>Not here</h1>", 404, "text/html; charset=utf-8")
        html = (
            f'<!doctype html><html lang="en"><head><title>{escape(page.title)}</title>'
            f'<meta property="article:published_time" content="{page.published}"></head>'
            f"<body><nav>Home</nav><main><h1>{escape(page.title)}</h1><p>{escape(page.text)}</p></main></body></html>"
        )
        return Reply(html.encode(), 200, "text/html; charset=utf-8")

    def _broken(self, mode: str) -> Reply:
        if mode.isdecimal():
            headers = {"retry-after": str(self.retry_after_s)} if mode in {"429", "503"} else {}
            return Reply(json.dumps({"error": f"status {mode}"}).encode(), int(mode), "application/json", headers)
        bodies = {
            "malformed": (b'{"results": [{"url": "http', "application/json"),
            "html": (b"<html><body><h1>Sign in</h1></body></html>", "text/html"),
            "wrong": (b'["this", 1, {"is": "something else"}]', "application/json"),
        }
        return Reply(bodies[mode][0], 200, bodies[mode][1])


def _understood(head: str, raw: bytes) -> tuple[str, Request]:
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines) if value}
    parts = urlsplit(target)
    name, _, rest = parts.path.lstrip("/").partition("/")
    query: Mapping[str, str] = dict(parse_qsl(parts.query, keep_blank_values=True))
    return name, Request(method, f"/{rest}", query, headers, json.loads(raw) if raw else None)
