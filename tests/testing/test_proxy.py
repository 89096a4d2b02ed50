"""Does the proxy break connections in just the ways it says?"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from pincite.testing.proxy import BreakableProxy, breakable


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(1000):
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[BreakableProxy]:
    listening = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with listening, breakable("127.0.0.1", listening.sockets[0].getsockname()[1]) as made:
        yield made


async def dial(proxy: BreakableProxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", proxy.port)


async def test_bytes_pass_both_ways(proxy: BreakableProxy) -> None:
    reader, writer = await dial(proxy)
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    writer.close()
    assert proxy.passed == 10


async def test_a_dropped_connection_is_reset_and_a_new_one_passes(proxy: BreakableProxy) -> None:
    reader, writer = await dial(proxy)
    writer.write(b"hello")
    await reader.readexactly(5)
    assert proxy.drop() == 1
    with pytest.raises(ConnectionResetError):
        await reader.readexactly(1)
    writer.close()
    reader, writer = await dial(proxy)
    writer.write(b"again")
    assert await reader.readexactly(5) == b"again"
    writer.close()


async def test_stalled_bytes_arrive_when_the_stall_is_over(proxy: BreakableProxy) -> None:
    proxy.mode = "stall"
    reader, writer = await dial(proxy)
    writer.write(b"hello")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await reader.readexactly(1)
    proxy.mode = "pass"
    assert await reader.readexactly(5) == b"hello"
    writer.close()


async def test_a_refused_connection_is_reset(proxy: BreakableProxy) -> None:
    proxy.mode = "refuse"
    reader, writer = await dial(proxy)
    with pytest.raises(ConnectionResetError):
        await reader.readexactly(1)
    writer.close()


async def test_a_dead_target_resets() -> None:
    async with breakable("127.0.0.1", 9) as proxy:
        reader, writer = await dial(proxy)
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)
        writer.close()


async def test_a_slow_line_is_slow_and_loses_nothing(proxy: BreakableProxy) -> None:
    proxy.bytes_a_second = 20000
    reader, writer = await dial(proxy)
    writer.write(b"x" * 1000)
    assert await reader.readexactly(1000) == b"x" * 1000
    writer.close()
