"""How does a person get in with a browser? By an e-mail address and a password, or once by the access token.

Where there are accounts, signing in always makes a new session: what a browser had before is nothing to build on.
"""

from __future__ import annotations

import math
import time
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from pincite.errors import PinciteError
from pincite.library.accounts import Person
from pincite.web.gate import guard
from pincite.web.gate.guard import SESSION_S, session, token_holds
from pincite.web.looks import page
from pincite.web.state import house_of, visitors_of
from pincite.web.visitors import COOKIE, Visitors, give_cookie, place, take_cookie
from pincite.web.wire import url

router = APIRouter(include_in_schema=False)

LEAVE_NOTHING = '"cache", "storage"'
"""What a browser is told when somebody signs out: pages that were kept for reading without a network go too."""

Secret = Annotated[str, Form(max_length=1001)]


@router.get("/login")
async def form(request: Request, next: str = "") -> Response:  # noqa: A002 - the name in the URL
    if request.app.state.visitors is not None:
        return sign_in_page(request, next)
    if not house_of(request).token:
        return RedirectResponse(url(request, "/"), 303)
    return _form(request, next, wrong=False)


@router.post("/login")
async def login(
    request: Request,
    token: Secret = "",
    email: Annotated[str, Form(max_length=300)] = "",
    password: Secret = "",
    next: Annotated[str, Form(max_length=8000)] = "",  # noqa: A002
) -> Response:
    visitors: Visitors | None = request.app.state.visitors
    if visitors is not None:
        return await _sign_in(request, visitors, email, password, next)
    door = house_of(request)
    if door.token and not token_holds(token, door.token):
        return _form(request, next, wrong=True)
    response = _onward(request, next)
    if door.token:
        secure = request.url.scheme == "https" or door.settings.server.base_url.startswith("https:")
        response.set_cookie(
            guard.COOKIE, session(door.token, time.time()), SESSION_S, httponly=True, samesite="lax", secure=secure
        )
    return response


async def _sign_in(request: Request, visitors: Visitors, email: str, password: str, target: str) -> Response:
    """Tells nobody whether an address has an account: not in words, not in time, not in how often it may be tried."""
    where = place(request)
    wait_s = visitors.logins.wait_s(email, where)
    if wait_s:
        response = sign_in_page(request, target, email, wait_s=wait_s)
        response.headers["retry-after"] = str(math.ceil(wait_s))
        return response
    person = await house_of(request).engine.people.check(email, password)
    if person is None:
        visitors.logins.failed(email, where)
        return sign_in_page(request, target, email, wrong=True)
    visitors.logins.succeeded(email, where)
    return await signed_in(request, person, target)


async def signed_in(request: Request, person: Person, target: str) -> Response:
    """On to ``target``, with a new session in place of the one that this browser may have had, which ends at once."""
    people = house_of(request).engine.people
    await people.sign_out(request.cookies.get(COOKIE, ""))
    visitors_of(request).changed()
    token = await people.sign_in(person.id, request.headers.get("user-agent", ""))
    response = _onward(request, target)
    give_cookie(response, token, house_of(request).settings.people.session_days)
    return response


@router.post("/logout")
async def logout(request: Request) -> Response:
    response = RedirectResponse(url(request, "/login"), 303)
    visitors: Visitors | None = request.app.state.visitors
    if visitors is not None:
        await house_of(request).engine.people.sign_out(request.cookies.get(COOKIE, ""))
        visitors.changed()
        take_cookie(response)
        response.headers["clear-site-data"] = LEAVE_NOTHING
    response.delete_cookie(guard.COOKIE, httponly=True, samesite="lax")
    return response


def local(target: str) -> bool:
    """Whether ``target`` is a path on this server: a login must not send people elsewhere."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable():
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc and "\\" not in parts.path


def landing(request: Request, target: str) -> str:
    """Where a login leads: to ``target`` if that is on this server, else home, which a proxy may have below a path."""
    return target if local(target) else url(request, "/")


def _onward(request: Request, target: str) -> Response:
    return RedirectResponse(landing(request, target), 303)


def _form(request: Request, target: str, *, wrong: bool) -> Response:
    return page(request, "login.html", 401 if wrong else 200, next=landing(request, target), wrong=wrong)


def sign_in_page(
    request: Request,
    target: str,
    email: str = "",
    *,
    wrong: bool = False,
    wait_s: float = 0,
    problem: PinciteError | None = None,
) -> Response:
    """The form for a password, and the ways to identity providers; ``problem`` is what came of going there."""
    status = problem.status if problem else 429 if wait_s else 401 if wrong else 200
    shown = {"next": landing(request, target), "email": email, "wrong": wrong, "wait": math.ceil(wait_s)}
    return page(request, "sign_in.html", status, others=others(request), problem=problem, **shown)


def others(request: Request) -> dict[str, str]:
    """The identity providers by name, and what each is called."""
    return {name: one.label or name for name, one in house_of(request).settings.people.oidc.items()}
