"""What may a widget look up, and what was said lately? One way out for all widgets: bounded, remembered, in time.

Only addresses of the settings are asked. What a service sent is kept until it is old, some of it on disk; a service
that failed is left alone for a while, so that no question waits for it twice.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import structlog

from pincite.crawl.fetch import Fetcher, refused
from pincite.errors import Unfetchable
from pincite.ports import Deadline
from pincite.settings import Settings, WidgetSettings

T = TypeVar("T")
log = structlog.get_logger()

REST_S = 60.0
"""How long a service that failed is left alone, unless it says for how long itself."""
LONGEST_REST_S = 3600.0
MOST_KEPT = 256
"""Replies in memory; the one that was used longest ago goes first."""
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Found(Generic[T]):
    """What a service said. ``problem`` says why it is an old reply, where a newer one could not be had."""

    value: T
    problem: Unfetchable | None = None


class Sources:
    """What the widgets of one engine share. For the tasks of one event loop; ``close`` it."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self.settings: WidgetSettings = settings.widgets
        self._fetch = settings.fetch
        self._folder = settings.data_dir / "widgets"
        self._clock = clock
        self._fetcher: Fetcher | None = None
        self._kept: OrderedDict[str, tuple[float, Any]] = OrderedDict()
        self._resting: dict[str, tuple[float, Unfetchable]] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def close(self) -> None:
        if self._fetcher is not None:
            await self._fetcher.aclose()

    async def get(
        self, url: str, read: Callable[[bytes], T], *, fresh_s: float, service: str, file: str = "", default: str = ""
    ) -> Found[T]:
        """What ``url`` says, as ``read`` reads it; ``read`` raises ``ValueError`` for anything else.

        A reply counts for ``fresh_s`` seconds. With ``file`` it is kept on disk under that name, and serves, however
        old, where no newer one can be had. ``service`` is the address whose failures count together. ``default`` is
        the address that nobody chose: all others may be on this machine or in the private network.
        Raises ``Unfetchable``: its reasons are those of ``crawl.fetch``, and ``resting``.
        """
        deadline = Deadline.after(self.settings.deadline_s)
        async with self._locks[service]:
            kept = self._kept.get(url) or await self._from_disk(self._path(url, file), read)
            if kept is not None:
                self._keep(url, kept)
                if 0 <= self._clock() - kept[0] < fresh_s:
                    return Found(kept[1])
            try:
                return Found(await self._asked(url, read, service, file, default, deadline))
            except Unfetchable as error:
                if kept is None or not file:
                    raise
                return Found(kept[1], error)

    async def _asked(
        self, url: str, read: Callable[[bytes], T], service: str, file: str, default: str, deadline: Deadline
    ) -> T:
        until, error = self._resting.get(service, (0.0, None))
        left = until - self._clock()
        if error is not None and 0 < left <= LONGEST_REST_S:
            raise Unfetchable(f"{error.detail}; it is asked again in {left:.0f} s", reason="resting")
        try:
            body, value = await self._sent(url, read, default, deadline)
        except Unfetchable as failed:
            rest = min(failed.retry_after_s or REST_S, LONGEST_REST_S)
            self._resting[service] = (self._clock() + rest, failed)
            raise
        self._resting.pop(service, None)
        self._keep(url, (self._clock(), value))
        path = self._path(url, file)
        if path:
            await asyncio.to_thread(_to_disk, path, body)
        return value

    async def _sent(self, url: str, read: Callable[[bytes], T], default: str, deadline: Deadline) -> tuple[bytes, T]:
        try:
            async with asyncio.timeout(deadline.left()):
                if self._fetcher is None:
                    self._fetcher = await asyncio.to_thread(Fetcher, self._fetch, connections=4)
                response = await self._fetcher.request(
                    "GET",
                    url,
                    base_url="" if url == default else url,
                    headers={"accept": "*/*"},
                    deadline=deadline,
                    max_bytes=MAX_BYTES,
                )
        except TimeoutError:
            detail = f"{urlsplit(url).hostname} had not answered after {self.settings.deadline_s:g} s"
            raise Unfetchable(detail, reason="timeout") from None
        if response.status != 200:
            raise refused(response)
        try:
            return response.body, read(response.body)
        except ValueError as error:
            host = urlsplit(url).hostname
            raise Unfetchable(f"what {host} sent is of another shape: {str(error)[:120]}", reason="garbled") from None

    # ── what was said lately ──

    def _keep(self, url: str, reply: tuple[float, Any]) -> None:
        self._kept[url] = reply
        self._kept.move_to_end(url)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    def _path(self, url: str, file: str) -> Path | None:
        """Another address is another file."""
        return self._folder / f"{sha256(url.encode()).hexdigest()[:8]}-{file}" if file else None

    async def _from_disk(self, path: Path | None, read: Callable[[bytes], T]) -> tuple[float, Any] | None:
        return await asyncio.to_thread(_on_disk, path, read) if path else None


def _on_disk(path: Path, read: Callable[[bytes], T]) -> tuple[float, Any] | None:
    try:
        return path.stat().st_mtime, read(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        log.warning("kept_reply_broken", file=str(path), detail=str(error))
        return None


def _to_disk(path: Path, body: bytes) -> None:
    """Whole or not at all. A full disk costs the copy, and no answer."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(body)
            Path(name).replace(path)
        except OSError:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        log.warning("reply_not_kept", file=str(path), detail=str(error))
