"""How is a model's server reached? By a client whose connections are checked where the socket is opened.

Whoever set a server's address may mean this machine or the private network. Where clouds hand their machines' keys out
nobody means to ask for an answer, whatever a name resolves to when it is connected to.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from functools import cache
from typing import Any

import httpcore
import httpx

from pincite.crawl.address import Allowed
from pincite.crawl.wire import Pinned, Resolve, by_system
from pincite.errors import BadInput, Unfetchable
from pincite.models.servers import unsound

CONNECT_S = 5.0
RESOLVE_S = 5.0


class Reaching(httpcore.AsyncNetworkBackend):
    """As ``Pinned``, in the words of a model's client: what can't be reached is a ``ConnectError``."""

    def __init__(self, resolve: Resolve) -> None:
        self._pinned = Pinned(Allowed.anywhere(), resolve)

    async def connect_tcp(self, host: str, port: int, *more: Any, **named: Any) -> httpcore.AsyncNetworkStream:
        try:
            return await self._pinned.connect_tcp(host, port, *more, **named)
        except Unfetchable as refused:
            raise httpcore.ConnectError(refused.detail) from None

    async def sleep(self, seconds: float) -> None:
        await self._pinned.sleep(seconds)


class Transport(httpx.AsyncHTTPTransport):
    """httpx's own, over ``backend``: httpx hands none on, so the pool is given it before it is used."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend, *, verify: bool, limits: httpx.Limits) -> None:
        super().__init__(verify=_tls(verify), limits=limits)
        self._pool._network_backend = backend


@cache
def _tls(verify: bool) -> ssl.SSLContext:
    """Reading the authorities takes 15 ms: once is enough."""
    return httpx.create_ssl_context(verify, trust_env=False)


def client(*, verify: bool, resolve: Resolve = by_system) -> httpx.AsyncClient:
    """No proxies of the environment, no redirects, and no time limit but for connecting. ``resolve`` is for tests."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=32, keepalive_expiry=60)
    return httpx.AsyncClient(
        transport=Transport(Reaching(resolve), verify=verify, limits=limits),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=CONNECT_S),
    )


async def sound(base_url: str, resolve: Resolve = by_system) -> None:
    """Returns if a server that is added may be at ``base_url``.

    Raises ``BadInput`` for what is no address, and for where nobody means to ask for an answer.
    """
    if why := unsound(base_url):
        raise BadInput(why, hint="such as http://127.0.0.1:11434/v1")
    url = httpx.URL(base_url)
    if url.query or url.fragment:
        raise BadInput(f"{base_url[:200]!r} has more than a path", hint="leave out what follows the ? or the #")
    port = url.port or (443 if url.scheme == "https" else 80)
    ips = map(ipaddress.ip_address, await _ips(url.host, port, resolve))
    if why := Allowed.anywhere().refusal(url.host, port, ips):
        raise BadInput(f"{url.host} is not asked: {why}", hint="name a server of models")


async def _ips(host: str, port: int, resolve: Resolve) -> list[str]:
    """Nothing for a name that nobody knows yet: who tries the server is told so."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        async with asyncio.timeout(RESOLVE_S):
            return await resolve(host, port)
    except (OSError, UnicodeError, TimeoutError):
        return []
