"""How is anything got from the web? One transport for every request that pincite makes to an address from outside.

Addresses are parsed once, checked where the socket is opened, on every hop; bodies are bounded while they arrive and
while they are unpacked; every wait has a limit. No cookies, no proxies of the environment, no credentials in a URL.

``Unfetchable.reason`` is one of: ``bad_url`` ``bad_scheme`` ``credentials`` (what was asked for) · ``blocked_address``
``unknown_host`` ``unreachable`` ``bad_certificate`` (who was asked) · ``timeout`` ``cut`` ``garbled`` ``too_large``
``bad_type`` ``bad_encoding`` (what came) · ``redirects`` ``status_404`` and so on (what the server said) · ``robots``
(what it wants to be left alone) · ``not_rendered`` (what its scripts did).
"""

from __future__ import annotations

import asyncio
import json as json_
import ssl
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any, Literal
from urllib.parse import urlencode

import httpcore

from pincite.crawl import url as urls
from pincite.crawl.address import Allowed
from pincite.crawl.unpack import ACCEPTED, Unpacker
from pincite.crawl.url import Address, shown
from pincite.crawl.wire import Pinned, Resolve, by_system
from pincite.errors import Unfetchable
from pincite.ports import Deadline
from pincite.settings import FetchSettings
from pincite.text import charset

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PAGES = (
    "text/html", "application/xhtml+xml", "application/xml", "text/xml",
    "text/plain", "text/markdown", "text/x-markdown",
)  # fmt: skip
"""Media types that hold text to be read; of XML, what is HTML."""
MAX_HEADER_CHARACTERS = 8192
MAX_RETRY_AFTER_S = 1e6
"""Some days: later ones are a slip."""
_TLS_REASONS = ("certificate", "ssl", "tls", "hostname")
_AGAIN = (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError)


@dataclass(frozen=True)
class Response:
    """What a server sent, read to its end and unpacked."""

    url: str
    """Where it came from in the end."""
    status: int
    headers: Mapping[str, str]
    """By lower-case name; repeated ones joined by a comma."""
    body: bytes = field(repr=False)
    hops: tuple[str, ...] = ()
    """The addresses that led here by redirects, the one asked for first; empty if there were none."""
    seconds: float = 0.0
    """From asking for the last hop to the last byte."""

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def media_type(self) -> str:
        """Without parameters, lower case; empty if the server did not say."""
        return charset.media_type(self.content_type)

    @property
    def retry_after_s(self) -> float | None:
        """Seconds for which it wants to be left alone; ``None`` if it does not say."""
        later = self.headers.get("retry-after", "").strip()
        if later.isdecimal():
            return float(later) if len(later) < 7 else None
        try:
            moment = parsedate_to_datetime(later)
        except ValueError:
            return None
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - time.time()
        return min(max(0.0, seconds), MAX_RETRY_AFTER_S)

    @property
    def location(self) -> str:
        """Where a redirect points, as it would be fetched; empty if it is none. Raises ``Unfetchable`` if nowhere."""
        if self.status not in REDIRECTS or "location" not in self.headers:
            return ""
        # Header bytes are shown as Latin-1; those who redirect to other letters mean UTF-8.
        target = self.headers["location"].encode("latin-1", errors="replace").decode("utf-8", errors="replace")
        return urls.parse(target, self.url).url

    def text(self) -> str:
        """The body decoded, by byte-order mark, header and the page's own word."""
        return charset.decode(self.body, self.content_type)

    def json(self) -> Any:
        """The body as JSON. Raises ``Unfetchable`` (``garbled``)."""
        try:
            return json_.loads(self.body)
        except (ValueError, RecursionError):
            raise Unfetchable(f"{shown(self.url)} sent what is not JSON", reason="garbled") from None


def agent(contact: str = "") -> str:
    """Who we say we are: honest, with a way to reach whoever runs this."""
    return f"pincite/{version('pincite')}" + (f" (+{contact})" if contact else "")


class Fetcher:
    """Safe to share among the tasks of one event loop. ``aclose`` it."""

    def __init__(
        self,
        settings: FetchSettings,
        *,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve = by_system,
        connections: int = 100,
    ) -> None:
        """``ssl_context`` and ``resolve`` are for tests and unusual networks; both are asked at every connection."""
        self.settings = settings
        context = ssl_context or httpcore.default_ssl_context()
        self.wire = Pinned(Allowed.of(settings.ports, settings.allow_private), resolve)
        """What opens every connection to the web."""
        self.agent = agent(settings.contact)
        # Two pools, so that no connection that was opened on trust is ever used for an address from the web.
        self._web, self._trusted = (
            httpcore.AsyncConnectionPool(
                ssl_context=context,
                max_connections=connections,
                max_keepalive_connections=connections,
                keepalive_expiry=15.0,
                network_backend=backend,
            )
            for backend in (self.wire, Pinned(Allowed.anywhere(), resolve))
        )

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._web.aclose()
        await self._trusted.aclose()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        accept: Sequence[str] | None = PAGES,
        etag: str = "",
        last_modified: str = "",
        deadline: Deadline | None = None,
        max_bytes: int | None = None,
        truncate: bool = False,
        redirects: int | None = None,
    ) -> Response:
        """A page: status 200 with its body, or 304 if ``etag`` or ``last_modified`` (of an earlier response) hold.

        ``accept`` names the media types wanted, ``None`` takes any; a server that does not say is believed.
        ``redirects`` are followed up to this many (``None``: the setting); with 0 the redirect itself is returned.
        ``headers`` go to the first origin only. ``truncate`` keeps the first ``max_bytes`` of what is larger.
        Raises ``Unfetchable`` for all else.
        """
        most = self.settings.max_redirects if redirects is None else redirects
        wanted = {"accept": ", ".join([*(accept or ()), "*/*;q=0.1"] if accept else ["*/*"])}
        conditions = {"if-none-match": etag, "if-modified-since": last_modified}
        hop = urls.parse(url)
        origin, hops = hop.origin, []
        limit = int(self.settings.max_mb * 1e6) if max_bytes is None else max_bytes
        call = _Call("GET", limit, truncate, tuple(accept) if accept else None)
        async with _within(self.settings.total_s, deadline, hop):
            while True:
                own = {**(headers or {}), **conditions} if hop.origin == origin else {}
                response = await self._send(
                    self._web, hop, call, {**wanted, **{k: v for k, v in own.items() if v}}, b""
                )
                target = response.location
                if not target or most == 0:
                    break
                hops.append(hop.url)
                hop = urls.parse(target)
                if len(hops) > most or hop.url in hops:
                    raise Unfetchable(
                        f"{shown(url)} leads from one address to the next, {len(hops)} times",
                        reason="redirects",
                        hint="raise fetch.max_redirects, or open it in a browser to see where it ends",
                    )
        if response.status not in (200, 304) and not (target and most == 0):
            raise refused(response)
        return Response(response.url, response.status, response.headers, response.body, tuple(hops), response.seconds)

    async def request(
        self,
        method: Literal["GET", "POST"],
        url: str,
        *,
        base_url: str = "",
        headers: Mapping[str, str] | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        deadline: Deadline | None = None,
        max_bytes: int | None = None,
    ) -> Response:
        """One request to an API, with whatever status it answers. Redirects are not followed: a key stays where it is.
        Its body is ``json``, or the fields of ``form`` as a browser sends them.

        ``base_url`` is an address that the operator configured. If ``url`` has the same origin it is trusted, and
        may be on this machine or in the private network, and never where clouds hand their keys out; without it the
        rules for the open web hold.
        """
        hop = urls.parse(url)
        trusted = bool(base_url) and urls.parse(base_url).origin == hop.origin
        kind, body = ("application/json", b"" if json is None else json_.dumps(json, ensure_ascii=False).encode())
        if form is not None:
            kind, body = "application/x-www-form-urlencoded", urlencode(form).encode()
        own = {"accept": "application/json", **({"content-type": kind} if body else {})}
        own |= {name.lower(): value for name, value in (headers or {}).items()}
        limit = int(self.settings.max_mb * 1e6) if max_bytes is None else max_bytes
        async with _within(self.settings.total_s, deadline, hop):
            pool = self._trusted if trusted else self._web
            return await self._send(pool, hop, _Call(method, limit), own, body)

    async def _send(
        self, pool: httpcore.AsyncConnectionPool, hop: Address, call: _Call, headers: Mapping[str, str], body: bytes
    ) -> Response:
        """One hop. A connection that had been kept open and is dead by now is no reason to fail: GET asks again."""
        head = {"user-agent": self.agent, "accept-encoding": ACCEPTED, **headers}
        for tries_left in (1, 0) if call.method == "GET" else (0,):
            began = asyncio.get_running_loop().time()
            request = httpcore.Request(
                call.method,
                httpcore.URL(scheme=hop.scheme, host=hop.host, port=hop.port, target=hop.target),
                headers=_lines(hop, head, body),
                content=body or None,
                extensions={"timeout": {"connect": self.settings.connect_s, "pool": self.settings.total_s}},
            )
            reading = False
            try:
                async with self._answered(pool, request) as reply:
                    reading = True
                    found = await _read(reply, hop, call)
            except httpcore.UnsupportedProtocol as error:
                raise Unfetchable(f"{shown(hop.url)}: {error}", reason="bad_scheme") from None
            except _AGAIN as error:
                if reading or not tries_left:
                    raise _broken(error, hop) from None
            except (httpcore.ConnectError, httpcore.TimeoutException, httpcore.LocalProtocolError) as error:
                raise _broken(error, hop) from None
            else:
                seconds = asyncio.get_running_loop().time() - began
                return Response(hop.url, reply.status, found[0], found[1], seconds=seconds)
        raise AssertionError

    @asynccontextmanager
    async def _answered(
        self, pool: httpcore.AsyncConnectionPool, request: httpcore.Request
    ) -> AsyncGenerator[httpcore.Response]:
        """The response's head, within the time allowed for it; its body is read, or dropped, inside."""
        patience = self.settings.connect_s + self.settings.first_byte_s
        try:
            async with asyncio.timeout(patience):
                reply = await pool.handle_async_request(request)
        except TimeoutError:
            raise httpcore.ReadTimeout(f"it was silent for {patience:g} s") from None
        try:
            yield reply
        finally:
            await reply.aclose()


@dataclass(frozen=True)
class _Call:
    method: str
    limit: int
    truncate: bool = False
    accept: tuple[str, ...] | None = None


@asynccontextmanager
async def _within(total_s: float, deadline: Deadline | None, hop: Address) -> AsyncGenerator[None]:
    seconds = min(total_s, deadline.left()) if deadline else total_s
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Unfetchable(
            f"{shown(hop.url)} had not come after {seconds:.1f} s", reason="timeout", hint="raise fetch.total_s"
        ) from None


def _lines(hop: Address, headers: Mapping[str, str], body: bytes) -> list[tuple[bytes, bytes]]:
    try:
        lines = [(name.lower().encode("ascii"), value.encode("utf-8")) for name, value in headers.items()]
    except UnicodeEncodeError:
        raise Unfetchable("a header's name is not ASCII", reason="bad_url") from None
    host = hop.origin.partition("//")[2].encode("ascii")
    length = [(b"content-length", str(len(body)).encode())] if body else []
    return [(b"host", host), *lines, *length]


async def _read(reply: httpcore.Response, hop: Address, call: _Call) -> tuple[dict[str, str], bytes]:
    headers = _headers(reply)
    what = shown(hop.url)
    if reply.status in REDIRECTS or reply.status in (204, 304):
        return headers, b""
    media = charset.media_type(headers.get("content-type", ""))
    if reply.status == 200 and call.accept is not None and media and media not in call.accept:
        hint = "download it, and pincite index reads it, if it is a document"
        raise Unfetchable(f"{what} is {media[:60]}, no page", reason="bad_type", hint=hint)
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > call.limit and not call.truncate:
        raise Unfetchable(f"{what} has {int(length) / 1e6:,.1f} MB", reason="too_large", hint="raise fetch.max_mb")
    unpacker = Unpacker(headers.get("content-encoding", ""), call.limit, what, truncate=call.truncate)
    async for piece in reply.aiter_stream():
        if not unpacker.feed(piece):
            break
    return headers, unpacker.body()


def _headers(reply: httpcore.Response) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw in reply.headers:
        name, value = raw_name.decode("latin-1").lower(), raw.decode("latin-1")[:MAX_HEADER_CHARACTERS]
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _broken(error: Exception, hop: Address) -> Unfetchable:
    what, said = shown(hop.url), str(error)[:120]
    if isinstance(error, httpcore.TimeoutException):
        return Unfetchable(f"{what} did not answer: {said or 'no connection in time'}", reason="timeout")
    if isinstance(error, httpcore.ConnectError):
        if isinstance(error.__context__, ssl.SSLError) or any(word in said.lower() for word in _TLS_REASONS):
            return Unfetchable(f"{what} can't prove who it is: {said}", reason="bad_certificate")
        return Unfetchable(f"there is no connection to {hop.origin}: {said}", reason="unreachable")
    if isinstance(error, httpcore.LocalProtocolError):
        return Unfetchable(f"{what} can't be asked for: {said}", reason="bad_url")
    if isinstance(error, httpcore.RemoteProtocolError) and "disconnect" not in said and "closed" not in said:
        return Unfetchable(f"{what} does not speak HTTP: {said}", reason="garbled")
    return Unfetchable(f"{what} broke off: {said}", reason="cut")


def refused(response: Response) -> Unfetchable:
    """The error for a status that is no success."""
    after = response.retry_after_s
    private = "only what is public is read" if response.status in (401, 403, 407) else ""
    return Unfetchable(
        f"{shown(response.url)}: the server said {response.status}",
        reason=f"status_{response.status}",
        hint=f"ask again in {after:.0f} s" if after else private,
        retry_after_s=after,
    )
