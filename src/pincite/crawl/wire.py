"""Which machine is really connected to? A name is resolved, checked and pinned in one step, when it is connected to.

The check stands below HTTP, in what opens sockets, so that no redirect, retry, reused name or clever spelling gets
around it: whoever wants a connection gets it from here.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import httpcore

from pincite.crawl.address import IP, Allowed
from pincite.errors import Unfetchable

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""A host and a port to IP addresses, best first. Raises ``OSError`` for an unknown name."""


async def by_system(host: str, port: int) -> list[str]:
    """What the operating system says a host's addresses are."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Pinned(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only."""

    def __init__(self, allowed: Allowed, resolve: Resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 — the interface's own
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                ips = await self._checked(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout(f"no address was found for {host}") from None
        failed: Exception | None = None
        for ip in ips:
            try:
                return await self._sockets.connect_tcp(str(ip), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        assert failed is not None
        raise failed

    async def _checked(self, host: str, port: int) -> list[IP]:
        try:
            names = await self._resolve(host, port)
        except (OSError, UnicodeError):
            names = []
        if not names:
            raise Unfetchable(f"nobody knows the host {host}", reason="unknown_host", hint="check how it is written")
        ips = [ipaddress.ip_address(name) for name in names]
        if why := self._allowed.refusal(host, port, ips):
            raise Unfetchable(
                f"{host}:{port} is not fetched: {why}",
                reason="blocked_address",
                hint="fetch.allow_private lists what may be reached beyond the public web",
            )
        return ips

    async def connect_unix_socket(self, path: str, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        raise Unfetchable(f"{path} is not on the web", reason="blocked_address")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
