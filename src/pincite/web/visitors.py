"""From whom does a request come? By the session in its cookie, or by the API key in its header.

On a server without accounts nobody is asked: that is ``guard.py``'s business.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response

from pincite.errors import Refused
from pincite.library.accounts import Known, digest
from pincite.settings import PeopleSettings
from pincite.web.limits import Logins, Rate

if TYPE_CHECKING:
    from pincite.library.people import People

COOKIE = "__Host-pincite"
"""A name that browsers take only over TLS or from this machine, for the whole host, and from no other host."""
FRESH_S = 0.5
"""Who has a token is looked up again after this long: what is revoked elsewhere is dead within a second."""
MOST_FRESH = 10_000
STRANGERS = 5
"""All who are not signed in at one address may ask for so many times as much as a person."""


class Visitors:
    """Who is who, remembered for ``FRESH_S``; and how much each may ask for."""

    def __init__(self, people: Callable[[], People], settings: PeopleSettings) -> None:
        self._people = people
        self._settings = settings
        self._fresh: dict[str, tuple[float, Known | None]] = {}
        self.logins = Logins()
        self._rate = Rate(settings.per_minute)
        self._strangers = Rate(settings.per_minute * STRANGERS)

    async def known(self, request: HTTPConnection) -> Known | None:
        """Who has the key, if one is shown, or else the cookie; ``None`` for nobody."""
        people, settings = self._people(), self._settings
        if (key := shown_key(request.headers)) is not None:
            return await self._remembered(f"key {key}", lambda: people.by_key(key))
        token = request.cookies.get(COOKIE, "")
        if not token:
            return None
        idle_s, most_s = settings.idle_days * 86_400, settings.session_days * 86_400
        return await self._remembered(f"session {token}", lambda: people.known(token, idle_s, most_s))

    async def _remembered(self, token: str, look: Callable[[], Awaitable[Known | None]]) -> Known | None:
        name, now = digest(token), time.monotonic()
        at, known = self._fresh.get(name, (float("-inf"), None))
        if now - at > FRESH_S:
            known = await look()
            if len(self._fresh) >= MOST_FRESH:
                self._fresh.clear()
            self._fresh[name] = (now, known)
        return known

    def changed(self) -> None:
        """Somebody's sessions, keys or role are not what they were: all are looked up again."""
        self._fresh.clear()

    def wait_s(self, request: HTTPConnection, known: Known | None) -> float:
        """Seconds until this person, this key or, for strangers, this address is heard again; 0 if now."""
        if known is None:
            return self._strangers.wait_s(place(request))
        return self._rate.wait_s(known.key or known.person.id)


def shown_key(headers: Headers) -> str | None:
    """The key in ``Authorization: Bearer`` or ``x-api-key``; ``None`` where neither is sent."""
    return headers.get("x-api-key") if (value := bearer(headers)) is None else value


def bearer(headers: Headers) -> str | None:
    """What stands in ``Authorization: Bearer``; ``None`` where that is not sent."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def place(request: HTTPConnection) -> str:
    """From where the request comes, as the socket says."""
    return request.client.host if request.client else ""


def known_of(request: HTTPConnection) -> Known:
    """The person who is signed in with a browser. Raises ``Refused`` for a key: accounts are for their owners."""
    known: Known | None = request.scope.get("known")
    if known is None or not known.session:
        raise Refused("that is done in the browser, signed in", hint="open /login")
    return known


def give_cookie(response: Response, token: str, days: float) -> None:
    # Lax, not Strict: a link to a thread in a letter must open it.
    response.set_cookie(COOKIE, token, int(days * 86_400), path="/", secure=True, httponly=True, samesite="lax")


def take_cookie(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
