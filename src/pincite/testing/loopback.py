"""How does a server of ours listen? On a port of loopback, and its end is the end of whatever it is doing."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar

S = TypeVar("S", bound="Loopback")


@dataclass(kw_only=True)
class Loopback:
    """A server by hand on asyncio streams. ``connected`` is what it does with one connection."""

    buffered: ClassVar[int] = 1 << 16
    """Bytes that are read ahead of whoever takes them; a request's head must fit."""
    port: int = 0
    """0 until it listens: then the one that was free."""
    _ending: bool = field(default=False, init=False, repr=False)
    _serving: set[asyncio.Task[None]] = field(default_factory=set, init=False, repr=False)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)
        try:
            await self.connected(reader, writer)
        except asyncio.CancelledError:
            # asyncio logs a cancelled handler as an error, and this one is cancelled at every end of ``running``.
            if not self._ending:
                raise
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def running(server: S) -> AsyncIterator[S]:
    """``server`` on its port of loopback, or on a free one, for as long as the block runs."""
    listening = await asyncio.start_server(server._serve, "127.0.0.1", server.port, limit=server.buffered)
    server.port = listening.sockets[0].getsockname()[1]
    server._ending = False
    try:
        yield server
    finally:
        server._ending = True
        listening.close()
        serving = list(server._serving)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        await listening.wait_closed()


async def request(reader: asyncio.StreamReader) -> tuple[str, bytes] | None:
    """An HTTP request's first line with its headers, and its body; ``None`` where no other one comes."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    length = re.search(r"^content-length:\s*(\d+)", head, re.IGNORECASE | re.MULTILINE)
    return head, await reader.readexactly(int(length[1])) if length else b""


def reset(writer: asyncio.StreamWriter) -> None:
    """Ends a connection at once, by a RST."""
    sock = writer.get_extra_info("socket")
    if sock is not None and not writer.is_closing():
        # Closing with a linger of 0 makes the kernel send RST in place of FIN.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
