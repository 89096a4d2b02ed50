"""What if the network broke just now? A TCP proxy on loopback whose connections can be stalled, slowed and cut.

For tests of whatever must survive that: a browser that resumes a stream, a client that retries::

    async with breakable("127.0.0.1", port) as proxy:
        ...  # talk to proxy.port
        proxy.drop()            # every open connection ends in a reset, new ones pass
        proxy.mode = "stall"    # bytes wait, both ways, until the mode changes
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from pincite.testing.loopback import Loopback, reset, running

_BLOCK = 16 << 10


@dataclass
class BreakableProxy(Loopback):
    """Passes bytes to ``host:target`` as ``mode`` says; change it at any time."""

    host: str
    target: int
    mode: Literal["pass", "stall", "refuse"] = "pass"
    """``refuse`` resets new connections and leaves the open ones alone."""
    bytes_a_second: float = 0.0
    """0 is unlimited."""
    passed: int = 0
    """Bytes so far, both ways."""
    accepted: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set, repr=False)

    def drop(self) -> int:
        """Resets all open connections, on both sides; how many there were."""
        dropped = len(self._open)
        for writer in list(self._open):
            reset(writer)
        return dropped // 2

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        self.accepted += 1
        if self.mode == "refuse":
            reset(writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(self.host, self.target)
        except OSError:
            reset(writer)
            return
        self._open |= {writer, far_writer}
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pump(reader, far_writer))
                both.create_task(self._pump(far_reader, writer))
        except* OSError:  # a reset, or ENOTCONN of a side that is gone, which is no ConnectionError
            reset(writer)
            reset(far_writer)
        finally:
            self._open -= {writer, far_writer}
            for side in (writer, far_writer):
                side.close()
                with contextlib.suppress(OSError):
                    await side.wait_closed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_BLOCK if not self.bytes_a_second else 256):
            while self.mode == "stall":  # noqa: ASYNC110 - the mode is a plain attribute, for tests to set
                await asyncio.sleep(0.01)
            if self.bytes_a_second:
                await asyncio.sleep(len(data) / self.bytes_a_second)
            writer.write(data)
            await writer.drain()
            self.passed += len(data)
        if writer.can_write_eof() and not writer.is_closing():
            writer.write_eof()


@asynccontextmanager
async def breakable(host: str, target: int) -> AsyncIterator[BreakableProxy]:
    """A proxy to ``host:target`` on a free port, for as long as the block runs."""
    async with running(BreakableProxy(host, target)) as proxy:
        yield proxy
