"""How does a person get in by an identity provider? To it, back from it, and into a session as if by a password.

What speaks to providers (``oidc.py``) is imported when the first person goes that way: nobody else pays for it.
"""

from __future__ import annotations

from importlib import import_module
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Annotated, Any

import structlog
from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse, Response

from pincite.errors import BadInput, NotFound, PinciteError, Refused
from pincite.library.access import Role
from pincite.library.vouching import Entry
from pincite.settings import OidcSettings
from pincite.web.gate.login import landing, sign_in_page, signed_in
from pincite.web.state import house_of, visitors_of
from pincite.web.visitors import known_of
from pincite.web.wire import url, whole_url

if TYPE_CHECKING:
    from pincite.web.gate.oidc import Pending, Provider

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()

COOKIE = "__Host-pincite-oidc"
BEGUN_S = 600
"""How long a person may take at the provider."""

Name = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]


@router.get("/login/{provider}")
async def begin(request: Request, provider: Name, next: str = "") -> Response:  # noqa: A002 - the name in the URL
    """A link, not a form: browsers let no form lead to another site than ours. It does nothing by itself."""
    try:
        return await _away(request, provider, landing(request, next))
    except PinciteError as problem:
        if isinstance(problem, NotFound):
            raise
        return sign_in_page(request, next, problem=problem)


@router.get("/account/connect/{provider}")
async def connect(request: Request, provider: Name) -> Response:
    """From a link of our own page only: another site could have signed the browser in at the provider as its own
    person, and would share the account from then on."""
    known = known_of(request)
    if request.headers.get("sec-fetch-site") != "same-origin":
        raise Refused("accounts are connected from the page of the account", hint="open /account, and do it there")
    return await _away(request, provider, url(request, "/account"), known.person.id)


async def _away(request: Request, name: str, target: str, person: str = "") -> Response:
    provider = _provider(request, name)
    pending: Pending = _oidc().Pending(name, token_urlsafe(32), target, person)
    response = RedirectResponse(await provider.address(pending, _back(request, name)), 303)
    # Lax: the provider sends the browser back from its own site.
    kept: dict[str, Any] = {"path": "/", "secure": True, "httponly": True, "samesite": "lax"}
    response.set_cookie(COOKIE, pending.cookie, BEGUN_S, **kept)
    return response


@router.get("/login/{provider}/callback")
async def back(request: Request, provider: Name) -> Response:
    there = _provider(request, provider)
    pending: Pending | None = _oidc().Pending.of(request.cookies.get(COOKIE, ""))
    try:
        response = await _arrived(request, there, provider, pending)
    except PinciteError as problem:
        log.warning("sign_in_failed", provider=provider, why=type(problem).__name__)
        if pending is not None and pending.person:
            raise
        response = sign_in_page(request, pending.target if pending else "", problem=problem)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return response


async def _arrived(request: Request, there: Provider, name: str, pending: Pending | None) -> Response:
    """Raises what ``Provider.vouched``, ``People.come`` and ``People.connect`` raise."""
    if pending is None or pending.provider != name:
        raise BadInput("this browser did not begin to sign in, or that is too long ago", hint="sign in once more")
    who = await there.vouched(pending, _back(request, name), request.query_params)
    people = house_of(request).engine.people
    if not pending.person:
        return await signed_in(request, await people.come(who, _entry(request, name)), pending.target)
    if known_of(request).person.id != pending.person:
        raise Refused("somebody else is signed in by now", hint="sign in as yourself, and connect the account again")
    await people.connect(pending.person, who)
    visitors_of(request).changed()
    return RedirectResponse(url(request, "/account"), 303)


@router.post("/account/disconnect")
async def disconnect(request: Request) -> Response:
    """Only the password opens the account from now on."""
    visitors_of(request)
    await house_of(request).engine.people.disconnect(known_of(request).person.id)
    return RedirectResponse(url(request, "/account"), 303)


def _settings(request: Request, name: str) -> OidcSettings:
    visitors_of(request)
    found = house_of(request).settings.people.oidc.get(name)
    if found is None:
        raise NotFound(f"there is no identity provider {name!r}", hint="/login shows those that there are")
    return found


def _provider(request: Request, name: str) -> Provider:
    settings, door = _settings(request, name), house_of(request)
    made: dict[str, Provider] = request.app.state.providers
    if name not in made:
        made[name] = _oidc().Provider(name, settings, door.engine.vault, door.settings.fetch)
    return made[name]


def _entry(request: Request, name: str) -> Entry:
    settings = _settings(request, name)
    plan = house_of(request).settings.people.plan
    return Entry(settings.label or name, frozenset(settings.domains), Role(settings.role), plan)


def _back(request: Request, name: str) -> str:
    return whole_url(request, f"/login/{name}/callback")


def _oidc() -> Any:
    return import_module("pincite.web.gate.oidc")
