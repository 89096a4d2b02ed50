"""Which vendors' models can be used, and with whose key? The page on which admins give keys, and take them back.

A key goes in and is never shown again, not even its beginning.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from pincite.errors import NotFound, PinciteError
from pincite.web.looks import page
from pincite.web.state import engine_of
from pincite.web.wire import url

router = APIRouter(prefix="/providers", include_in_schema=False)

Name = Annotated[str, Form(max_length=200)]


@router.get("")
async def providers(request: Request) -> Response:
    return _page(request)


def _page(request: Request, problem: PinciteError | None = None) -> Response:
    engine = engine_of(request)
    vault = engine.vault
    return page(
        request,
        "providers.html",
        problem.status if problem else 200,
        keys=sorted(engine.models.keys().items()),
        given=vault.given(),
        known={name for name in engine.models.keys() if vault.get(name, "").strip()},  # noqa: SIM118 - not a mapping
        problem=problem,
    )


@router.post("")
async def give(request: Request, name: Name = "", key: Annotated[str, Form(max_length=5000)] = "") -> Response:
    vault = engine_of(request).vault
    _check(request, name)
    try:
        await vault.put(name, key)
    except PinciteError as problem:
        return _page(request, problem)
    return _back(request)


@router.post("/forget")
async def forget(request: Request, name: Name = "") -> Response:
    vault = engine_of(request).vault
    _check(request, name)
    await vault.forget(name)
    return _back(request)


def _check(request: Request, name: str) -> None:
    """Only what servers' keys are looked for in: nothing else of the environment can be changed from here."""
    if name not in engine_of(request).models.keys():  # noqa: SIM118 - not a mapping
        raise NotFound(f"no server looks for its key in {name!r}", hint="name it in models.endpoints, as key_env")


def _back(request: Request) -> Response:
    """What was changed counts at once."""
    engine_of(request).models.forget()
    if hasattr(request.app.state, "cards"):
        del request.app.state.cards
    return RedirectResponse(url(request, "/providers"), 303)
