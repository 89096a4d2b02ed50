"""How do events reach a client while they happen? One response that batches, compresses, beats and lets go.

A ``Streamed`` response pulls items from an async iterator, and hands them in batches to a renderer that makes bytes.
Batching is what keeps the wire small and the server quick: small pieces of text leave ``HOLD_S`` apart on average, and
what has come by then leaves as one write. What is compressed is flushed at every write, so nothing waits in a window.
A client that goes away, or takes nothing for ``STUCK_S``, frees its place at once.
"""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

import structlog
from prometheus_client import Counter, Gauge
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from pincite.errors import Busy, PinciteError

log = structlog.get_logger()

HOLD_S = 0.035
"""Pieces of text leave so far apart on average: 28 writes a second look fluent, and the wire takes 2.7 bytes a byte of
text at 50 tokens a second, where a write a token takes 3.75. A busy library's beat (its writer's ``WINDOW_S``) is
longer, so that no text waits twice.
"""
BEAT_S = 10.0
"""A comment goes out after this much silence at the latest, so that proxies and watchdogs see life."""
STUCK_S = 30.0
"""A client that takes nothing for this long is gone."""

_PARTIAL = 1
"""zlib's Z_PARTIAL_FLUSH: a decoder gets everything, as with Z_SYNC_FLUSH, for 10 bits instead of 5 bytes."""

Item = TypeVar("Item")
ItemIn = TypeVar("ItemIn", contravariant=True)


class TooManyStreams(Busy):
    title = "Too many answers are being followed"


class Streams:
    """How many event streams are open; more than ``most`` are refused rather than served badly."""

    def __init__(self, most: int, gauge: Gauge | None = None, refused: Counter | None = None) -> None:
        self.most = most
        self.open = 0
        self._gauge = gauge
        self._refused = refused

    def admit(self) -> None:
        """Raises ``TooManyStreams`` if there is no place. To be called before the response is begun."""
        if self.open >= self.most:
            if self._refused is not None:
                self._refused.inc()
            raise TooManyStreams(
                f"{self.open} streams are open, and server.max_streams is {self.most}",
                hint="try again in a few seconds; GET /api/answers/{id} has the answer when it is finished",
            )

    def enter(self) -> None:
        self._count(+1)

    def leave(self) -> None:
        self._count(-1)

    def _count(self, change: int) -> None:
        self.open += change
        if self._gauge is not None:
            self._gauge.set(self.open)


class Renderer(Protocol[ItemIn]):
    """Turns items into bytes. May keep state; is used for one stream only."""

    media_type: str

    def head(self) -> bytes:
        """The first bytes, before any item."""
        ...

    def render(self, batch: Sequence[ItemIn]) -> bytes:
        """The bytes for a batch that is not empty, in order; may be empty."""
        ...

    def holds(self, batch: Sequence[ItemIn]) -> bool:
        """Whether all of the batch may wait for more."""
        ...

    def beat(self) -> bytes:
        """Says that the stream lives. Empty where the format has no such thing."""
        ...

    def tail(self) -> bytes:
        """The last bytes, after all items."""
        ...

    def broken(self, error: Exception) -> bytes:
        """The last bytes after the source failed. The head was sent, so this is the only place to say so."""
        ...


class Streamed(Response, Generic[Item]):
    """Streams ``source`` through ``renderer``; calls ``gone`` if the client leaves before the end.

    ``source`` keeps what comes while it is not asked, as the tail of a log does: it is asked as rarely as possible.
    Raises ``TooManyStreams`` when it is made, so that the refusal is an ordinary response.
    """

    def __init__(
        self,
        streams: Streams,
        source: AsyncIterator[Item],
        renderer: Renderer[Item],
        *,
        gone: Callable[[], Awaitable[None]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        streams.admit()
        # x-accel-buffering is how nginx is told not to hold a stream back.
        fixed = {"cache-control": "no-store", "x-accel-buffering": "no", "vary": "accept, accept-encoding"}
        super().__init__(headers={**fixed, **(headers or {})}, media_type=renderer.media_type)
        del self.headers["content-length"]
        self._streams = streams
        self._source = source
        self._renderer = renderer
        self._gone = gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        pack = _accepts_gzip(scope)
        if pack:
            self.headers["content-encoding"] = "gzip"
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        self._streams.enter()
        inbox, wire = _Inbox(self._renderer.holds), _Wire(send, pack)
        patience = asyncio.timeout(None)
        work = (inbox.fill(self._source), inbox.watch(receive), inbox.pulse(wire, patience))
        tasks = [asyncio.create_task(one) for one in work]
        try:
            async with patience:
                whole = await self._send(inbox, wire)
        except (TimeoutError, OSError):
            # The client takes nothing any more, or its socket broke while we wrote: the same as having left.
            whole = False
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._streams.leave()
        if not whole and self._gone is not None:
            await self._gone()

    async def _send(self, inbox: _Inbox[Item], wire: _Wire) -> bool:
        """Everything in the inbox, until it is over. False if the client left before."""
        render = self._renderer
        await wire.put(render.head())
        while not inbox.left:
            await inbox.news()
            if batch := inbox.take():
                await wire.put(render.render(batch))
            elif not inbox.over and not inbox.left:
                await wire.put(render.beat())
            if inbox.over and not inbox.items:
                await wire.end(render.broken(inbox.error) if inbox.error else render.tail())
                return True
        return False


class _Inbox(Generic[Item]):
    """What the source gave and the client has not got yet."""

    FULL = 256

    def __init__(self, holds: Callable[[Sequence[Item]], bool]) -> None:
        self.items: list[Item] = []
        self.over = False
        self.left = False
        self.error: Exception | None = None
        self._holds = holds
        self._pace = _Pace()
        self._taken_at = time.monotonic()
        self._news = asyncio.Event()
        self._room = asyncio.Event()

    async def fill(self, source: AsyncIterator[Item]) -> None:
        """Asks the source again only when text may leave again: what has come by then comes in one go.

        So a source that would wake us for each token wakes us for each write.
        """
        try:
            async for item in source:
                self.items.append(item)
                # Only the first waits; and again where a timer was early, or one item would leave each time.
                while len(self.items) == 1 and self._holds(self.items):
                    wait_s = self._pace.wait_s(time.monotonic())
                    if not wait_s:
                        break
                    await asyncio.sleep(wait_s)
                # A beat may have taken the held item along. Then there is no news: said all the same, it would
                # send the next item alone, and so on, one item a hold for ever.
                if self.items:
                    self._news.set()
                if len(self.items) >= self.FULL:
                    self._room.clear()
                    await self._room.wait()
        except Exception as error:
            self.error = error
            if not isinstance(error, PinciteError):
                log.exception("stream_broke")
        finally:
            self.over = True
            self._news.set()

    async def watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self._news.set()

    async def pulse(self, wire: _Wire, patience: asyncio.Timeout) -> None:
        """Wakes the sender after a silence, and ends its ``patience`` with a client that takes nothing.

        Dearer timers at every wait and every write would say no more.
        """
        while wire.stuck_s() < STUCK_S:
            silent_s = time.monotonic() - self._taken_at
            if silent_s >= BEAT_S:
                self._taken_at += silent_s
                self._news.set()
                silent_s = 0.0
            await asyncio.sleep(min(BEAT_S - silent_s, STUCK_S))
        patience.reschedule(asyncio.get_running_loop().time())

    async def news(self) -> None:
        await self._news.wait()

    def take(self) -> list[Item]:
        batch, self.items = self.items, []
        if batch:
            self._taken_at = time.monotonic()
        if batch and self._holds(batch[-1:]):
            self._pace.left(time.monotonic())
        if not self.over and not self.left:
            self._news.clear()
        self._room.set()
        return batch


class _Pace:
    """When text may leave: ``HOLD_S`` apart on average, and up to that much sooner after it came later.

    A fixed distance would let what comes on a beat wait again and again, because it once came late in its beat.
    """

    def __init__(self) -> None:
        self._paid_until = 0.0

    def wait_s(self, now: float) -> float:
        """Seconds until text may leave; 0: at once."""
        return max(0.0, self._paid_until - HOLD_S - now)

    def left(self, now: float) -> None:
        """Text leaves."""
        self._paid_until = max(self._paid_until, now) + HOLD_S


class _Wire:
    """The response's body, compressed if the client can, flushed at each ``put``."""

    def __init__(self, send: Send, pack: bool) -> None:
        self._send = send
        self._began: float | None = None
        # 128 KB a stream: the window (16 KB) still holds the sources when their passages are cited.
        self._packer = zlib.compressobj(6, zlib.DEFLATED, 16 + 14, 7) if pack else None

    async def put(self, data: bytes) -> None:
        if data:
            if self._packer is not None:
                data = self._packer.compress(data) + self._packer.flush(_PARTIAL)
            await self._out(data, more=True)

    async def end(self, data: bytes) -> None:
        if self._packer is not None:
            data = self._packer.compress(data) + self._packer.flush()
        await self._out(data, more=False)

    async def _out(self, data: bytes, *, more: bool) -> None:
        self._began = time.monotonic()
        await self._send({"type": "http.response.body", "body": data, "more_body": more})
        self._began = None

    def stuck_s(self) -> float:
        """For how long the client has taken nothing of the write that is under way; 0 where none is."""
        return 0.0 if self._began is None else time.monotonic() - self._began


def _accepts_gzip(scope: Scope) -> bool:
    for part in Headers(scope=scope).get("accept-encoding", "").split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip().lower() == "gzip":
            return weight.replace(" ", "").lower() not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
