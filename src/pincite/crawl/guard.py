"""Where may a browser connect? Only through here: a SOCKS server on loopback that opens its sockets by our own rule.

A browser that runs a page's scripts asks for whatever they want. It is started so that this is its only way out, and
here every connection is resolved, checked and pinned by the same ``Pinned`` as all others. RFC 1928, as browsers use
it: version 5, no password, CONNECT alone.
"""

from __future__ import annotations

import asyncio
import ipaddress
import struct

import httpcore

from pincite.crawl.wire import Pinned
from pincite.errors import Unfetchable

VERSION, CONNECT = 5, 1
_IPV4, _NAME, _IPV6 = 1, 3, 4
_DONE, _REFUSED, _UNREACHABLE, _NO_COMMAND = 0, 2, 4, 7
_PIECE = 1 << 16
AT_ONCE = 32
"""Connections of one page that may be open; browsers open 6 a host."""


class Guard:
    """The way out of one page. Inside ``async with`` it listens; after it every connection is closed."""

    def __init__(self, wire: Pinned, *, connect_s: float, max_bytes: int) -> None:
        """``max_bytes`` bounds what may come in over all connections together; then all are closed."""
        self._wire, self._connect_s = wire, connect_s
        self._left = max_bytes
        self._clients: set[asyncio.Task[None]] = set()
        self.refused: list[Unfetchable] = []
        """Connections that were not allowed."""

    @property
    def spent(self) -> bool:
        """Whether the page wanted more bytes than it may have."""
        return self._left <= 0

    @property
    def url(self) -> str:
        """As a browser is told of it."""
        return f"socks5://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Guard:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = asyncio.current_task()
        assert client is not None
        self._clients.add(client)
        try:
            if len(self._clients) <= AT_ONCE and not self.spent:
                await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, httpcore.NetworkError, httpcore.TimeoutException):
            pass  # one side is gone, and so is what it was for
        except asyncio.CancelledError:
            pass  # by ``__aexit__`` alone; asyncio's own callback takes a cancelled client for a bug
        finally:
            self._clients.discard(client)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(self._connect_s):
            host, port, command = await _asked(reader, writer)
        if command != CONNECT:
            await _answer(writer, _NO_COMMAND)
            return
        try:
            stream = await self._wire.connect_tcp(host, port, self._connect_s)
        except Unfetchable as problem:
            self.refused.append(problem)
            await _answer(writer, _REFUSED)
            return
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            await _answer(writer, _UNREACHABLE)
            return
        try:
            await _answer(writer, _DONE)
            await self._piped(reader, writer, stream)
        finally:
            await stream.aclose()

    async def _piped(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stream: httpcore.AsyncNetworkStream
    ) -> None:
        """Both ways until either side has ended."""

        async def out() -> None:
            while piece := await reader.read(_PIECE):
                await stream.write(piece)

        async def into() -> None:
            while not self.spent and (piece := await stream.read(_PIECE)):
                self._left -= len(piece)
                writer.write(piece)
                await writer.drain()

        ways = [asyncio.ensure_future(out()), asyncio.ensure_future(into())]
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


async def _asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> tuple[str, int, int]:
    """Host, port and command. Raises ``OSError`` for what is not SOCKS 5."""
    version, methods = await reader.readexactly(2)
    if version != VERSION:
        raise ConnectionError(f"not SOCKS 5 but {version}")
    await reader.readexactly(methods)
    writer.write(bytes((VERSION, 0)))
    version, command, _, kind = await reader.readexactly(4)
    if version != VERSION or kind not in (_IPV4, _NAME, _IPV6):
        raise ConnectionError(f"an address of an unknown kind: {kind}")
    if kind == _NAME:
        host = (await reader.readexactly((await reader.readexactly(1))[0])).decode("latin-1").lower()
    else:
        host = str(ipaddress.ip_address(await reader.readexactly(4 if kind == _IPV4 else 16)))
    (port,) = struct.unpack(">H", await reader.readexactly(2))
    return host, port, command


async def _answer(writer: asyncio.StreamWriter, code: int) -> None:
    writer.write(bytes((VERSION, code, 0, _IPV4, 0, 0, 0, 0, 0, 0)))
    await writer.drain()
