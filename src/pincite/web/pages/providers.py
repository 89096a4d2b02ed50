"""Which vendors' models can be used, and with whose key? The page on which admins give keys, and take them back.

A key goes in and is never shown again, not even its beginning. Whether it works is tried: a model behind it is
asked one short question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from pincite.errors import ModelFailed, NotFound, PinciteError
from pincite.library.endpoints import MARK
from pincite.models.attempt import attempt
from pincite.ports import Deadline, ModelCard
from pincite.web.acting import Acting
from pincite.web.draw.parts import seconds
from pincite.web.looks import page
from pincite.web.pages.account import moment
from pincite.web.state import engine_of, house_of
from pincite.web.wire import url
from pincite.web.words import t

router = APIRouter(prefix="/providers", include_in_schema=False)

TRY_S = 30.0
"""A model that has not answered by then does not work, for whoever waits."""

EMPTY: Mapping[str, str] = dict.fromkeys(("name", "base_url", "dialect", "models"), "")
"""What stands in the form for a new server."""

Name = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class Tried:
    """What came of trying a server with its key, in words."""

    server: str
    works: bool
    words: str


@router.get("")
async def providers(request: Request) -> Response:
    return await shown(request)


async def shown(
    request: Request,
    problem: PinciteError | None = None,
    *,
    name: str = "",
    came: Sequence[Tried] = (),
    typed: Mapping[str, str] = EMPTY,
) -> Response:
    """The page. ``came`` is what came of trying the key, or the added server, called ``name``; ``typed`` is what stood
    in the form for a new server."""
    engine = engine_of(request)
    await engine.models.renew()
    vault, added = engine.vault, engine.endpoints.added()
    keys = _keys(request)
    return page(
        request,
        "providers.html",
        problem.status if problem else 200,
        keys=list(keys.items()),
        models=engine.models.keys(),
        given=vault.given(),
        known={name for name in keys if vault.get(name, "").strip()},
        added=list(zip(added, await asyncio.gather(*(engine.models.at(one.name) for one in added)), strict=True)),
        typed=typed,
        problem=problem,
        asked=name,
        tried=came,
        moment=moment,
    )


def _keys(request: Request) -> dict[str, list[str]]:
    """By the name of each key what it is for: servers of models, and ways to sign in. Those of added servers stand with
    them; ways to sign in come last."""
    keys = {
        name: servers for name, servers in sorted(engine_of(request).models.keys().items()) if not name.startswith(MARK)
    }
    for name, provider in house_of(request).settings.people.oidc.items():
        if provider.secret_env:
            way = t("Signing in with {name}", name=provider.label or name)
            keys[provider.secret_env] = [*keys.get(provider.secret_env, ()), way]
    return keys


@router.post("")
async def give(request: Request, name: Name = "", key: Annotated[str, Form(max_length=5000)] = "") -> Response:
    vault = engine_of(request).vault
    _check(request, name)
    try:
        await vault.put(name, key)
    except PinciteError as problem:
        return await shown(request, problem)
    return changed(request)


@router.post("/forget")
async def forget(request: Request, name: Name = "") -> Response:
    vault = engine_of(request).vault
    _check(request, name)
    await vault.forget(name)
    return changed(request)


@router.post("/test")
async def attempted(request: Request, name: Name = "") -> Response:
    """Asks one model of each server behind that key. Whatever comes of it is told on the page."""
    engine = engine_of(request)
    _check(request, name)
    engine.models.forget()
    behind = await engine.models.behind(name)
    return await shown(request, name=name, came=await asyncio.gather(*(tried(engine, cards) for cards in behind)))


async def tried(engine: Acting, cards: Sequence[ModelCard]) -> Tried:
    """The configured model where it is one of ``cards``, else the first of them, is asked."""
    default = engine.settings.models.default
    card = next((one for one in cards if one.id == default), cards[0])
    if card.locked:
        return Tried(card.endpoint, works=False, words=t("It does not work: {why}.", why=card.locked))
    try:
        model = await engine.models.pick(card.id)
        assert model is not None
        came = await attempt(model, Deadline.after(TRY_S))
    except ModelFailed as failed:
        why = " → ".join(filter(None, (failed.detail, failed.hint)))
        return Tried(card.endpoint, works=False, words=t("It does not work: {why}.", why=why))
    words = t(
        "It works: {model} wrote its first words after {time}. There are {n} to pick from.",
        model=card.name,
        time=seconds(came.first_s * 1000),
        n=len(cards),
    )
    return Tried(card.endpoint, works=True, words=words)


def _check(request: Request, name: str) -> None:
    """Only what servers' keys are looked for in: nothing else of the environment can be changed from here."""
    added = {one.secret for one in engine_of(request).endpoints.added()}
    if name not in _keys(request) and name not in added:
        raise NotFound(f"no server looks for its key in {name!r}", hint="name it in models.endpoints, as key_env")


def changed(request: Request) -> Response:
    """What was changed counts at once."""
    engine_of(request).models.forget()
    return RedirectResponse(url(request, "/providers"), 303)
