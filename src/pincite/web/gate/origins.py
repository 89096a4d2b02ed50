"""Which pages of other origins may use the API? Those that ``server.origins`` names, with a token and never a cookie.

A browser lets a page of another origin send or read only what the server says (CORS, as the Fetch standard has it).
This is said below ``API`` and nowhere else: forms, pages and accounts are for our own pages.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from pincite.errors import BadSettings
from pincite.settings import ServerSettings
from pincite.web.gate.guard import authority

API = ("/api/", "/v1/", "/async/", "/tavily/", "/openwebui/")
"""Paths below these, and exactly ``ALSO``, may be used from a listed origin."""
ALSO = frozenset({"/chat/completions", "/search", "/mcp", "/openapi.json"})
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
EXPOSED = (
    "content-disposition location mcp-session-id preference-applied retry-after www-authenticate x-answer-id "
    "x-request-id x-thread-id"
).split()
"""Headers of a response that such a page may read, beside those that every page may."""


def allowed(server: ServerSettings, *, locked: bool) -> tuple[str, ...]:
    """The origins that may use the API. Raises ``BadSettings`` for any origin on a server that is not ``locked``: where
    no token is needed, every page in the world that its user opens could do what its user may."""
    if "*" in server.origins and not locked:
        raise BadSettings(
            "server.origins = '*' lets pages of every origin in, and no access token is set",
            hint="name the origins, such as https://app.example.org, or set an access token",
        )
    return server.origins


class Origins:
    """ASGI middleware, outside the log, so that a page can read errors too.

    A request from a listed origin is ``abroad`` in its scope, and its cookies are gone: who has no bearer token is a
    stranger. ``preflight`` is the answer to a preflight, which the guard gives when it has looked at the host.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str], base_url: str) -> None:
        self.app = app
        self._base = authority(base_url)
        self._cors = CORSMiddleware(
            app, origins, METHODS, ("*",), allow_private_network=True, expose_headers=EXPOSED, max_age=600
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_api(scope):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if not self._listed(headers):
            # Without an origin nothing is said but that it depends on the origin, which a cache must know.
            await self._cors.simple_response(scope, receive, send, request_headers=Headers())
            return
        scope["abroad"] = True
        scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            scope["preflight"] = self._cors.preflight_response(headers)
            await self.app(scope, receive, send)
        else:
            await self._cors.simple_response(scope, receive, send, request_headers=headers)

    def _listed(self, headers: Headers) -> bool:
        """Whether this comes from a page of a listed origin that is not our own."""
        origin = headers.get("origin", "")
        own = {headers.get("host", "").lower(), self._base} - {""}
        return bool(origin) and self._cors.is_allowed_origin(origin) and authority(origin) not in own


def _is_api(scope: Scope) -> bool:
    path = scope["path"][len(scope.get("root_path", "")) :]
    return path in ALSO or path.startswith(API)
