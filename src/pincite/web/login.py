"""How does a person with a browser show the access token? Once, in a form; a signed cookie stands for it afterwards."""

from __future__ import annotations

import time
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from pincite.web.guard import COOKIE, SESSION_S, session, token_holds
from pincite.web.looks import page
from pincite.web.state import door_of
from pincite.web.wire import url

router = APIRouter(include_in_schema=False)


@router.get("/login")
async def form(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the URL
    if not door_of(request).token:
        return RedirectResponse(url(request, "/"), 303)
    return _form(request, next, wrong=False)


@router.post("/login")
async def login(
    request: Request,
    token: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=8000)] = "/",  # noqa: A002
) -> Response:
    door = door_of(request)
    if door.token and not token_holds(token, door.token):
        return _form(request, next, wrong=True)
    response = RedirectResponse(url(request, "/") if not local(next) else next, 303)
    if door.token:
        secure = request.url.scheme == "https" or door.settings.server.base_url.startswith("https:")
        response.set_cookie(
            COOKIE, session(door.token, time.time()), SESSION_S, httponly=True, samesite="lax", secure=secure
        )
    return response


@router.post("/logout")
async def logout(request: Request) -> Response:
    response = RedirectResponse(url(request, "/login"), 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


def local(target: str) -> bool:
    """Whether ``target`` is a path on this server: a login must not send people elsewhere."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or not target.isprintable():
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc and "\\" not in parts.path


def _form(request: Request, target: str, *, wrong: bool) -> Response:
    target = target if local(target) else "/"
    return page(request, "login.html", 401 if wrong else 200, next=target, wrong=wrong)
