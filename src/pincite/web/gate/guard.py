"""Who may come in, and how? Host, origin, token and size are checked before any handler runs.

The table ``OPEN`` is the whole of what a stranger may reach where a token or an account is needed; all else needs it,
also a route that nobody has thought of here. Without either the server listens on loopback only (``serve.py``), and
the host allow-list is what keeps a web page whose name was rebound to 127.0.0.1 out. From whom a request comes is put
into its scope, as ``visitor``, and whether it is a ``stranger``; what a visitor may do is asked where it is done.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import time
from hashlib import sha256
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pincite.library import access
from pincite.library.access import LOCAL, STRANGER
from pincite.library.accounts import Known
from pincite.types import Problem
from pincite.web import problems
from pincite.web.state import Door
from pincite.web.visitors import COOKIE as PERSON
from pincite.web.visitors import Visitors, bearer, shown_key

OPEN: frozenset[str] = frozenset(
    "/healthz /login /favicon.ico /robots.txt /opensearch.xml /llms.txt /manifest.webmanifest /offline /sw.js".split()
)
"""Exact paths that need no token."""
OPEN_BELOW: tuple[str, ...] = ("/static/", "/share/", "/shared/")
"""Paths below these need none either: files that are in the public repository anyway, and what is shared by link."""

UPLOADS: frozenset[str] = frozenset({"/api/files", "/files"})
"""Exact paths to which files are sent."""

HANDED_IN: frozenset[str] = frozenset({"/api/ask", "/api/files", "/api/files/page"})
"""What is sent here is taken, and only told where it will be: all that a key may do that may not read."""
OPEN_TO_GUESTS: tuple[str, ...] = ("/invite/", "/reset/", "/login/")
"""Where there are accounts, paths below these need none: whoever goes there has no other way in yet."""
IN_A_BROWSER: tuple[str, ...] = ("/account", "/people", "/providers", "/logout")
"""Accounts are governed by who is signed in, never by a key: a key must not make a better one."""

MAX_BODY = 1 << 20
"""Bytes of a request's body. The longest question is a hundredth of it, a long conversation a quarter."""
BODY_S = 20.0
"""A body must be complete by then; one that drips in holds a connection for nothing."""
SESSION_S = 30 * 86_400
COOKIE = "pincite"

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: with it, browsers send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_SAFE = {"GET", "HEAD", "OPTIONS"}


class Guard:
    """ASGI middleware: refuses, or passes on; adds the security headers to whatever comes back."""

    def __init__(self, app: ASGIApp, door: Door, visitors: Visitors | None = None) -> None:
        """``visitors`` where people have accounts; the token counts for nothing then."""
        self.app = app
        self.door = door
        self.visitors = visitors
        server = door.settings.server
        self.base = authority(server.base_url)
        self.names = {name for name in (hostname(self.base), server.host.strip("[]").lower()) if name}
        self.any_host = (
            (bool(door.token) or visitors is not None) and not is_loopback(server.host) and not server.base_url
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        out = hardened(send)
        if self.visitors is None:
            scope["visitor"] = LOCAL
        host = request.headers.get("host", "")
        if not self.host_allowed(host):
            refusal: Response | None = problems.respond(request, _host_problem(host))
        elif "preflight" in scope:
            refusal = scope["preflight"]
        elif self.visitors is None:
            refusal = self._refusal(request)
        else:
            refusal = await self._unknown(request, self.visitors)
        if refusal is None and scope["method"] not in _SAFE:
            limit = int(self.door.settings.index.max_file_mb * 1e6) if _path(request) in UPLOADS else 0
            body = _unread(request, limit) if limit else await _body(request, receive)
            if isinstance(body, Problem):
                refusal = problems.respond(request, body, headers={"connection": "close"})
            elif body is not None:
                receive = _again(body, receive)
        await (refusal or self.app)(scope, receive, out)

    def _refusal(self, request: Request) -> Response | None:
        """Where nobody has an account: who has the token, if there is one, is the one person of this server."""
        headers = request.headers
        holds = bearer_holds(headers, self.door.token)
        # A page of another site can't send our token in a header, so a request with one is not forged.
        if not holds and _forged(request, self._own(headers.get("host", ""))):
            return problems.respond(request, _FORGED)
        stranger = bool(self.door.token) and not holds and not cookie_holds(request, self.door.token)
        request.scope["stranger"] = stranger
        return _to_the_login(request, _NO_TOKEN) if stranger and not _is_open(request) else None

    async def _unknown(self, request: Request, visitors: Visitors) -> Response | None:
        """Where people have accounts: the visitor is whose session or key it is, or a stranger."""
        headers = request.headers
        keyed = shown_key(headers) is not None
        if not keyed and _forged(request, self._own(headers.get("host", "")), strictly=PERSON in request.cookies):
            return problems.respond(request, _FORGED)
        known = await visitors.known(request)
        wait_s = visitors.wait_s(request, known)
        if wait_s:
            return problems.respond(request, _TOO_OFTEN.model_copy(update={"retry_after_s": wait_s}))
        request.scope["known"], request.scope["visitor"] = known, known.visitor if known else STRANGER
        request.scope["stranger"] = known is None
        if keyed:
            return _what_a_key_may_not(request, known)
        guest = _path(request).startswith(OPEN_TO_GUESTS)
        return None if known or guest or _is_open(request) else _to_the_login(request, _SIGN_IN)

    def host_allowed(self, host: str) -> bool:
        """Whether a request for ``host`` (a Host header, with or without port) is meant for this server."""
        name = hostname(host)
        return bool(name) and (self.any_host or is_loopback(name) or name in self.names)

    def _own(self, host: str) -> set[str]:
        """The authorities under which this server is reached, as they stand in an Origin header."""
        return {host.lower(), self.base} - {""}


def authority(url: str) -> str:
    """Host and port of an address or an origin, lower-cased, as they stand in it; empty if it has none."""
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def hostname(host: str) -> str:
    """The name in a Host header, lower-cased, without port and brackets; empty if it is no host."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether ``host``, a name or an address, can only mean this machine."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def bearer_holds(headers: Headers, token: str) -> bool:
    """Whether the Authorization header carries ``token``. False where no token is set."""
    value = bearer(headers)
    return value is not None and token_holds(value, token)


def token_holds(value: str, token: str) -> bool:
    """Compares in constant time. False where no token is set."""
    # Hashed first, so that the time does not tell the length either.
    given, wanted = (sha256(text.encode("utf-8", "surrogateescape")).digest() for text in (value, token))
    return bool(token) and hmac.compare_digest(given, wanted)


def session(token: str, now: float) -> str:
    """The cookie of someone who showed ``token``: until when it is good, signed with the token.

    So nothing is stored, the token itself is not in the browser, and a new token ends all sessions.
    """
    until = str(int(now + SESSION_S))
    return f"{until}.{_sign(until, token)}"


def cookie_holds(request: HTTPConnection, token: str) -> bool:
    until, _, signature = request.cookies.get(COOKIE, "").partition(".")
    if not (token and until.isascii() and until.isdigit() and len(until) < 16 and int(until) > time.time()):
        return False
    return hmac.compare_digest(signature.encode("utf-8", "surrogateescape"), _sign(until, token).encode())


def _sign(until: str, token: str) -> str:
    return hmac.new(token.encode(), f"pincite session {until}".encode(), sha256).hexdigest()


def _to_the_login(request: Request, problem: Problem) -> Response:
    if request.method in {"GET", "POST"} and "text/html" in request.headers.get("accept", ""):
        wanted = _page(str(request.url) if request.method == "GET" else request.headers.get("referer", ""))
        return RedirectResponse(f"{request.scope.get('root_path', '')}/login?next={quote(wanted, safe='/')}", 303)
    return problems.respond(request, problem, headers={"www-authenticate": 'Bearer realm="pincite"'})


def _page(address: str) -> str:
    """The page at an address of ours, to go back to. A form that is sent when the session has ended names its page as
    the referer, and that page keeps what was typed."""
    try:
        there = urlsplit(address)
    except ValueError:
        return "/"
    return (there.path or "/") + (f"?{there.query}" if there.query else "")


def _what_a_key_may_not(request: Request, known: Known | None) -> Response | None:
    if known is None:
        return problems.respond(request, _BAD_KEY, headers={"www-authenticate": 'Bearer realm="pincite"'})
    if _path(request).startswith(IN_A_BROWSER):
        return problems.respond(request, _NOT_BY_KEY)
    # Nearly every reply is something to read, and a question whose answer can't be would be asked in vain.
    if access.Scope.READ not in known.visitor.scopes and (request.method != "POST" or _path(request) not in HANDED_IN):
        return problems.respond(request, _NO_READING)
    return None


def _path(request: HTTPConnection) -> str:
    path: str = request.scope["path"]
    return path[len(request.scope.get("root_path", "")) :]


def _is_open(request: HTTPConnection) -> bool:
    path = _path(request)
    return path in OPEN or (path.startswith(OPEN_BELOW) and ".." not in path)


def _forged(request: Request, own: set[str], *, strictly: bool = False) -> bool:
    """Whether another site's page made the browser send this. ``strictly``: who does something must say from where.

    A link or an address typed elsewhere may open a page; nothing else that another site starts may do anything.
    Programs send neither header, and are not what this is about. At ``/mcp`` also a GET opens a session's stream.
    From a listed origin nothing is forged: a cookie, the one thing that a browser would add by itself, counts for
    nothing there, see ``origins.py``.
    """
    if request.scope.get("abroad"):
        return False
    headers = request.headers
    if led_by_another_site(headers):
        visit = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        return not (visit and request.method in _SAFE)
    origin = headers.get("origin")
    acts = request.method not in _SAFE or _path(request) == "/mcp"
    if origin is None:
        return acts and strictly and "sec-fetch-site" not in headers
    return acts and authority(origin) not in own


def led_by_another_site(headers: Headers) -> bool:
    """Whether the browser says that another site, or one below the same name, led to this request."""
    return headers.get("sec-fetch-site", "none") in {"cross-site", "same-site"}


def _unread(request: Request, limit: int) -> Problem | None:
    """A file is not held in memory: its handler reads it, and how long it may be is said before it comes."""
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()):
        return _NO_LENGTH
    return _too_large(limit) if int(length) > limit + MAX_BODY else None


async def _body(request: Request, receive: Receive) -> bytes | Problem:
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > MAX_BODY:
        return _TOO_LARGE
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_S):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return _CUT
                pieces.append(message.get("body", b""))
                size += len(pieces[-1])
                if size > MAX_BODY:
                    return _TOO_LARGE
                more = message.get("more_body", False)
    except TimeoutError:
        return _TOO_SLOW
    return b"".join(pieces)


def _again(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that gives ``body`` first, then what the server says: that the client left."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def hardened(send: Send) -> Send:
    """``send`` with the security headers on every response that does not set its own."""

    async def out(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return out


def _host_problem(host: str) -> Problem:
    return Problem(
        type="misdirected-request",
        title="This server does not answer for that host",
        status=421,
        detail=f"the request is for host {problems.printable(host)[:100]!r}",
        hint="open it as http://localhost, or set server.base_url to the address that others use",
    )


_FORGED = Problem(
    type="cross-site",
    title="Another site may not do that",
    status=403,
    detail="the browser says that a page of another site sent this request",
    hint="do it on pincite's own page, or send Authorization: Bearer with the access token",
)
_NO_TOKEN = Problem(
    type="no-token",
    title="An access token is needed",
    status=401,
    detail="the request has no access token, or a wrong one",
    hint="send Authorization: Bearer with the token that the server was started with, or log in at /login",
)
_SIGN_IN = Problem(
    type="no-account",
    title="Sign in first",
    status=401,
    detail="the request comes from nobody that this server knows",
    hint="sign in at /login, or send Authorization: Bearer with an API key: /account makes one",
)
_BAD_KEY = Problem(
    type="bad-key",
    title="That API key is not good",
    status=401,
    detail="the API key is unknown, revoked or at its end",
    hint="make another one: /account",
)
_NOT_BY_KEY = Problem(
    type="not-by-key", title="Not with an API key", status=403, detail="that is done in the browser", hint="open /login"
)
_NO_READING = Problem(
    type="refused",
    title="Not allowed",
    status=403,
    detail="this API key has no scope 'read'",
    hint="make one that has it: /account",
)
_TOO_OFTEN = Problem(
    type="too-many-requests",
    title="That was too much at once",
    status=429,
    detail="more requests came than people.per_minute allows",
    hint="wait as long as Retry-After says",
    retryable=True,
)
_TOO_LARGE = Problem(
    type="too-large",
    title="The request is too large",
    status=413,
    detail=f"a request's body may have {MAX_BODY} bytes",
    hint="send a shorter question or conversation; a long text is handed in as a file: POST /api/files",
)
_NO_LENGTH = Problem(
    type="length-required", title="How long is it?", status=411, detail="a file must be sent with Content-Length"
)


def _too_large(limit: int) -> Problem:
    return Problem(
        type="too-large",
        title="The file is too large",
        status=413,
        detail=f"a file may have {limit / 1e6:,.0f} MB",
        hint="split it; who runs the server can raise index.max_file_mb",
    )


_TOO_SLOW = Problem(
    type="too-slow", title="The request came too slowly", status=408, detail=f"no whole body after {BODY_S:.0f} s"
)
_CUT = Problem(type="cut", title="The request was cut off", status=400, detail="the client left before its end")
