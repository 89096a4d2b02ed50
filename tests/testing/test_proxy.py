"""Does the proxy break connections in just the ways it says?"""

from __future__ import annotations

import asyncio
import socket
import struct
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


async def test_a_client_that_is_gone_unnoticed_when_the_target_ends_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Shutting a reset socket is ENOTCONN, an ``OSError`` that is no ``ConnectionError``."""
    gone = asyncio.Event()

    async def end_when_gone(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await gone.wait()
        writer.close()

    listening = await asyncio.start_server(end_when_gone, "127.0.0.1", 0)
    async with listening, breakable("127.0.0.1", listening.sockets[0].getsockname()[1]) as proxy:
        proxy.mode = "stall"
        _, writer = await dial(proxy)
        writer.write(bytes(1_000_000))  # more than the proxy buffers: it stops reading, and hears of no reset
        await asyncio.sleep(0.1)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        gone.set()
        await asyncio.sleep(0.1)
        assert proxy.drop() == 0, "the connection is over on both sides"
    assert not caplog.records
