"""What does a visitor prefer, and where is it kept? In cookies of this browser; one page shows and sets all of them,
and hands out or deletes what is kept on the server.

It works without scripts. An unknown value of a cookie or of the form is the default, never an error.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Form, Request
from pydantic_core import to_json
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response, StreamingResponse

from pincite.errors import BadInput
from pincite.web.acting import Acting
from pincite.web.looks import YEAR_S, Menu, Places, focus_menu, listed, look, menu, page
from pincite.web.pages.threads import PAGE, to_bin
from pincite.web.state import engine_of
from pincite.web.words import LANGUAGES, PSEUDO

router = APIRouter(include_in_schema=False)

CHOICES: Mapping[str, tuple[str, ...]] = {
    "theme": ("", "light", "dark"),
    "language": ("", *LANGUAGES, PSEUDO),
    "send": ("", "ctrl"),
    "keys": ("", "off"),
    "stream": ("", "off"),
    "mode": ("", "copilot"),
}
"""What can be chosen, by cookie; the first value is the default and needs none."""


@router.get("/settings")
async def settings(request: Request) -> Response:
    models, focuses = await menu(request), await focus_menu(request)
    return page(
        request,
        "settings.html",
        models=models,
        focuses=focuses,
        elsewhere=elsewhere(models, focuses, engine_of(request).settings.widgets.weather),
        languages=LANGUAGES,
        chosen={name: request.cookies.get(name, "") for name in CHOICES},
        kept="kept" in request.query_params,
        traced=engine_of(request).settings.library.traces,
        consented=await engine_of(request).library.consented() is not None,
    )


def elsewhere(models: Menu, focuses: Places, weather: str) -> Mapping[str, str]:
    """To whom something of a question can go with what the visitor may pick, by what leads there; else empty."""
    asked = [name for card in focuses.cards if not card.locked for name in card.asks]
    vendors = [card.host for card in models.cards if card.host and not card.locked]
    host = urlsplit(weather).hostname
    found = {"focuses": asked, "models": vendors, "weather": [host] if host else []}
    return {name: listed(list(dict.fromkeys(some))) if some else "" for name, some in found.items()}


@router.post("/preferences")
async def preferences(request: Request) -> Response:
    """Sets what the form has; what it has not stays as it is."""
    form = {name: str(value)[:300] for name, value in (await request.form()).items()}
    back = form.get("back", "/")
    response = RedirectResponse(look(request).root + (back if re.match(r"/(?![/\\])", back) else "/"), 303)
    for name in CHOICES.keys() & form.keys():
        remember(response, request, name, form[name] if form[name] in CHOICES[name] else "")
    for name in ("focus", "model"):
        if form.get(name):
            remember(response, request, name, form[name])
    return response


@router.post("/settings/traces")
async def consent(request: Request, given: Annotated[str, Form(max_length=10)] = "") -> Response:
    """Whether what the visitor asks from now on may be learnt from."""
    await engine_of(request).library.consent(given=given == "yes")
    return RedirectResponse(f"{look(request).root}/settings#traces", 303)


@router.get("/settings/threads.jsonl")
async def export(request: Request) -> Response:
    """All threads of the visitor with all their answers, a thread a line."""
    headers = {"content-disposition": 'attachment; filename="pincite-threads.jsonl"'}
    return StreamingResponse(lines(engine_of(request)), media_type="application/jsonl", headers=headers)


async def lines(engine: Acting) -> AsyncIterator[bytes]:
    """Each thread of the visitor with its answers, as a line of JSON."""
    offset = 0
    while some := await engine.library.threads(limit=PAGE, offset=offset):
        for thread in some:
            yield to_json({"thread": thread, "answers": await engine.library.answers(thread.id)}) + b"\n"
        offset += PAGE


@router.post("/settings/forget")
async def forget(request: Request, sure: Annotated[str, Form(max_length=10)] = "") -> Response:
    """All threads of the visitor into the bin. Raises ``BadInput`` unless that is ticked."""
    if sure != "yes":
        raise BadInput("nothing was deleted", hint="go back, and tick that all threads are to be deleted")
    while some := await engine_of(request).library.threads(limit=PAGE):
        for thread in some:
            await to_bin(request, thread.id)
    return RedirectResponse(f"{look(request).root}/bin", 303)


def remember(response: Response, request: HTTPConnection, name: str, value: str) -> None:
    """Keeps a choice for a year; an empty one is forgotten."""
    path = look(request).root or "/"
    if value:
        response.set_cookie(name, quote(value, safe=""), YEAR_S, path=path, samesite="lax", httponly=True)
    else:
        response.delete_cookie(name, path=path)
