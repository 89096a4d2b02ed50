"""Which web is crawled when crawling is measured? Real documentation sites on loopback, with traps beside them.

    python -m benchmarks.sites --copies 8          # serves, and prints what it serves as one JSON line

Each copy of a site is a host of its own (127.0.1.x), whose pages carry one sentence that no other copy has. The first
host also has the traps: a calendar without end, session ids, a folder inside itself, parameters in every combination,
redirects in circles, an answer that drips, a packed bomb, pages that say nothing new, and a part that robots.txt
disallows. Every request is written to the log, one JSON line: host, path, begin and end in seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import lzma
import random
import re
import sys
import tarfile
import time
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from benchmarks import shared

TRAPS = ("/calendar", "/deep", "/sort", "/loop", "/drip", "/bomb", "/same", "/many")
DISALLOWED = "/private"
SESSION = "PHPSESSID"
DELAYED_S = 0.5
"""The crawl-delay that the second host asks for."""
_INSIDE = re.compile(rb"<body[^>]*>", re.IGNORECASE)
_HEADING = re.compile(rb"<h1[\s>]", re.IGNORECASE)

Pages = dict[str, bytes]


def sites() -> list[Pages]:
    """Every shared site: path to page. Templates that lie among the pages, and 404.html, are none."""
    folder = shared.HOME / "sites"
    found = []
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        about = json.loads(line)
        prefix = urlsplit(about["base_url"]).path
        pages: Pages = {}
        with lzma.open(folder / f"{about['site']}.tar.xz") as packed, tarfile.open(fileobj=packed) as tree:
            for member in tree:
                if member.isfile() and member.name.endswith("index.html") and (file := tree.extractfile(member)):
                    path = prefix + member.name.removeprefix("./").removesuffix("index.html")
                    pages[path] = file.read()
        found.append(pages)
    return found


def copied(pages: Pages, number: int) -> Pages:
    """The same site with a sentence of its own in each page."""
    made = {}
    for path, html in pages.items():
        words = random.Random(f"{number} {path}").sample(range(10_000), 6)
        sentence = f"<p>Edition {number} of this page was printed as {' '.join(f'w{word}' for word in words)}.</p>"
        place = _HEADING.search(html) or _INSIDE.search(html)
        at = place.start() if place and place.re is _HEADING else place.end() if place else 0
        made[path] = html[:at] + sentence.encode() + html[at:]
    return made


def _trapped(pages: Pages) -> Pages:
    """Each page leads into every trap, and to the other pages by a session id as well."""
    made = {}
    for number, (path, html) in enumerate(pages.items()):
        links = [
            "/calendar/2026/11/", "/deep/a/", f"/sort?by=name&page={number}", "/loop/0", "/drip", "/bomb", "/same/0",
            "/many", f"{DISALLOWED}/{number}", f"{path}?{SESSION}={number:08x}",
        ]  # fmt: skip
        anchors = " ".join(f'<a href="{link}">more</a>' for link in links).encode()
        at = match.end() if (match := _INSIDE.search(html)) else 0
        made[path] = html[:at] + b"<nav>" + anchors + b"</nav>" + html[at:]
    return made


def _trap(path: str) -> tuple[int, dict[str, str], bytes]:
    """What a trap answers; each leads further in."""
    name, _, rest = path.lstrip("/").partition("/")
    links: list[str] = []
    if name == "calendar":
        year, month = map(int, rest.strip("/").split("/")[:2])
        links = [
            f"/calendar/{year + month // 12}/{month % 12 + 1}/",
            f"/calendar/{year - (month == 1)}/{(month - 2) % 12 + 1}/",
        ]
        text = f"Events in month {month} of {year}. There are no events in this month. Look at another one."
    elif name == "deep":
        links = [f"/{path.strip('/')}/a/", f"/{path.strip('/')}/b{random.randrange(9999)}/"]
        text = f"You are in {path}, a folder like any other. Go further in if you like."
    elif name.startswith("sort"):
        links = [
            f"/sort?by={by}&page={random.randrange(999)}&order={way}"
            for by in ("name", "day")
            for way in ("up", "down")
        ]
        text = "The list of things, in another order. Things are listed here in the order that you wanted."
    elif name == "same":
        links = [f"/same/{random.randrange(10**6)}" for _ in range(5)]
        text = (
            "The page that you are looking for is not here. Perhaps it is elsewhere, or it never was anywhere at all."
        )
    elif name == "loop":
        number = int(rest or 0)
        return 302, {"location": f"/loop/{number + 1 if number < 10**6 else 0}"}, b""
    else:
        links = [f"/many/{number}" for number in range(20_000)] if name == "many" and not rest else []
        text = f"One of many pages that have next to nothing to say. {rest}"
    anchors = " ".join(f'<a href="{link}">{link}</a>' for link in links)
    return 200, {}, f"<html><title>{name}</title><body><p>{text}</p>{anchors}".encode()


def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()


@dataclass
class Web:
    """Hosts, and the log of what they were asked."""

    hosts: dict[str, Pages]
    log: list[tuple[str, str, float, float]] = field(default_factory=list)
    connections: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    """Connections of a host at once, at the most."""
    bomb: bytes = field(default_factory=_bomb)

    def robots(self, host: str) -> bytes:
        names = list(self.hosts)
        lines = ["User-agent: *", f"Disallow: {DISALLOWED}"]
        lines += [f"Crawl-delay: {DELAYED_S}"] if host == names[1] else []
        filler = "# a long robots.txt\n" * 30_000 if host == names[0] else ""
        return ("\n".join(lines) + "\n" + filler).encode()

    def answer(self, host: str, target: str) -> tuple[int, dict[str, str], bytes]:
        path = target.partition("?")[0]
        if path == "/robots.txt":
            return 200, {"content-type": "text/plain"}, self.robots(host)
        if path in self.hosts[host]:
            return 200, {}, self.hosts[host][path]
        if f"{path}/" in self.hosts[host]:
            return 301, {"location": f"{path}/"}, b""
        if host != next(iter(self.hosts)):
            return 404, {}, b"not here"
        if path == "/bomb":
            return 200, {"content-encoding": "gzip"}, self.bomb
        if path.startswith(DISALLOWED):
            return 200, {}, f"<p>This is private, number {path}.".encode()
        return _trap(path) if path.startswith(TRAPS) else (404, {}, b"not here")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        self.connections[host] = self.connections.get(host, 0) + 1
        self.most[host] = max(self.most.get(host, 0), self.connections[host])
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                await self._one(host, head.split(" ", 2)[1], writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.connections[host] -= 1
            writer.close()

    async def _one(self, host: str, target: str, writer: asyncio.StreamWriter) -> None:
        began = time.monotonic()
        if target == "/drip" and host == next(iter(self.hosts)):
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n")
            self.log.append((host, target, began, began))
            while True:
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.5)
        status, headers, body = self.answer(host, target)
        headers = {"content-type": "text/html; charset=utf-8", "content-length": str(len(body)), **headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + body)
        await writer.drain()
        self.log.append((host, target, began, time.monotonic()))


def web(copies: int) -> Web:
    """``copies`` of each site, on hosts of their own; the first with traps."""
    hosts: dict[str, Pages] = {}
    for number in range(copies):
        for pages in sites():
            hosts[f"127.0.1.{len(hosts) + 1}"] = copied(pages, number)
    first = next(iter(hosts))
    hosts[first] = _trapped(hosts[first])
    return Web(hosts)


async def _main(copies: int) -> None:
    made = web(copies)
    server = await asyncio.start_server(
        made.serve, list(made.hosts), 0 if copies == 0 else 18_000 + random.randrange(9000)
    )
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"port": port, "hosts": {host: list(pages) for host, pages in made.hosts.items()}}), flush=True)
    stopped: Callable[[], Awaitable[str]] = lambda: asyncio.to_thread(sys.stdin.readline)  # noqa: E731
    await stopped()
    print(json.dumps({"log": made.log, "most": made.most}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=8)
    asyncio.run(_main(parser.parse_args().copies))


if __name__ == "__main__":
    main()
