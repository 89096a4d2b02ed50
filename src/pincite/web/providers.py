"""Which vendors' models can be used, and with whose key? The page on which admins give keys, and take them back.

A key goes in and is never shown again, not even its beginning. Whether it works is tried: a model behind it is
asked one short question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from pincite.errors import ModelFailed, NotFound, PinciteError
from pincite.models.attempt import attempt
from pincite.ports import Deadline, ModelCard
from pincite.web.acting import Acting
from pincite.web.looks import page
from pincite.web.parts import seconds
from pincite.web.state import engine_of
from pincite.web.wire import url
from pincite.web.words import t

router = APIRouter(prefix="/providers", include_in_schema=False)

TRY_S = 30.0
"""A model that has not answered by then does not work, for whoever waits."""

Name = Annotated[str, Form(max_length=200)]


@dataclass(frozen=True)
class Tried:
    """What came of trying a server with its key, in words."""

    server: str
    works: bool
    words: str


@router.get("")
async def providers(request: Request) -> Response:
    return _page(request)


def _page(
    request: Request, problem: PinciteError | None = None, *, name: str = "", tried: Sequence[Tried] = ()
) -> Response:
    """``tried`` is what came of trying the key called ``name``."""
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
        asked=name,
        tried=tried,
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


@router.post("/test")
async def attempted(request: Request, name: Name = "") -> Response:
    """Asks one model of each server behind that key. Whatever comes of it is told on the page."""
    engine = engine_of(request)
    _check(request, name)
    engine.models.forget()
    behind = await engine.models.behind(name)
    return _page(request, name=name, tried=await asyncio.gather(*(_tried(engine, cards) for cards in behind)))


async def _tried(engine: Acting, cards: Sequence[ModelCard]) -> Tried:
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
    if name not in engine_of(request).models.keys():  # noqa: SIM118 - not a mapping
        raise NotFound(f"no server looks for its key in {name!r}", hint="name it in models.endpoints, as key_env")


def _back(request: Request) -> Response:
    """What was changed counts at once."""
    engine_of(request).models.forget()
    if hasattr(request.app.state, "cards"):
        del request.app.state.cards
    return RedirectResponse(url(request, "/providers"), 303)
