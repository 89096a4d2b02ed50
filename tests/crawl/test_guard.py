"""The only way out of a browser obeys the rule that holds for every connection, and bounds what comes in."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator

import pytest
from tests.crawl.serving import Page, Site

from pincite.crawl.address import Allowed
from pincite.crawl.guard import CONNECT, Guard
from pincite.crawl.wire import Pinned, by_system

REFUSED, UNREACHABLE, NO_COMMAND = 2, 4, 7


def guard(site: Site, max_bytes: int = 1 << 20) -> Guard:
    """Of the private addresses it may reach the site alone, by its address or as site.example."""
    names = (f"127.0.0.1:{site.port}", f"site.example:{site.port}", "127.0.0.9")

    async def resolve(host: str, port: int) -> list[str]:
        return (
            ["127.0.0.1"] if host.endswith(".example") else [host] if host[0].isdigit() else await by_system(host, port)
        )

    return Guard(Pinned(Allowed.of((80, 443), names), resolve), connect_s=2, max_bytes=max_bytes)


@pytest.fixture
async def guarded(site: Site) -> AsyncIterator[Guard]:
    async with guard(site) as made:
        yield made


async def through(
    made: Guard, host: bytes, port: int, command: int = CONNECT, greeting: bytes = b"\x05\x01\x00"
) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter]:
    """Asks for a connection by name; the code of the answer, and both ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(made.url.rpartition(":")[2]))
    writer.write(greeting)
    assert await reader.readexactly(2) == b"\x05\x00"
    writer.write(bytes((5, command, 0, 3, len(host))) + host + struct.pack(">H", port))
    return (await reader.readexactly(10))[1], reader, writer


@pytest.mark.parametrize("host", [b"127.0.0.1", b"site.example", b"SITE.example"])
async def test_what_may_be_reached_is(guarded: Guard, site: Site, host: bytes) -> None:
    site.pages["/"] = Page("hello there")
    code, reader, writer = await through(guarded, host, site.port)
    writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    assert code == 0
    assert await asyncio.wait_for(reader.readuntil(b"hello there"), 5)
    writer.close()


@pytest.mark.parametrize("host", [b"127.0.0.2", b"localhost", b"169.254.169.254", b"other.example"])
async def test_what_is_private_is_refused_and_not_connected_to(guarded: Guard, site: Site, host: bytes) -> None:
    code, _, writer = await through(guarded, host, site.port)
    assert code == REFUSED
    assert [problem.reason for problem in guarded.refused] == ["blocked_address"]
    assert site.most_at_once == 0
    writer.close()


async def test_where_nobody_listens_is_unreachable(guarded: Guard) -> None:
    code, _, writer = await through(guarded, b"127.0.0.9", 1)
    assert code == UNREACHABLE
    writer.close()


@pytest.mark.parametrize("command", [2, 3])
async def test_nothing_is_bound_and_no_datagram_is_carried(guarded: Guard, site: Site, command: int) -> None:
    code, _, writer = await through(guarded, b"127.0.0.1", site.port, command)
    assert code == NO_COMMAND
    writer.close()


async def test_what_is_not_socks_is_hung_up_on(guarded: Guard) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(guarded.url.rpartition(":")[2]))
    writer.write(b"GET http://127.0.0.1/ HTTP/1.1\r\n\r\n")
    assert await reader.read() == b""
    writer.close()


async def test_more_than_a_page_may_have_does_not_come(site: Site) -> None:
    site.pages["/"] = Page("x" * 3_000_000)
    async with guard(site, max_bytes=200_000) as made:
        code, reader, writer = await through(made, b"127.0.0.1", site.port)
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        got = await asyncio.wait_for(reader.read(-1), 5)
        assert code == 0
        assert 200_000 <= len(got) < 400_000
        assert made.spent
        writer.close()
        again, other = await asyncio.open_connection("127.0.0.1", int(made.url.rpartition(":")[2]))
        assert await again.read() == b""
        other.close()
