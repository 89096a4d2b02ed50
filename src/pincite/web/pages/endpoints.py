"""Which model servers do admins add? Any that speaks one of the two APIs, also on a private network: they named it.

Members add none: where a server asks is its admins' business. Where clouds hand out their machines' keys nobody asks.
"""

from __future__ import annotations

from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Form, Path, Request
from pydantic import ValidationError
from starlette.responses import Response

from pincite.errors import BadInput, Conflict, NotFound, PinciteError
from pincite.models.reach import sound
from pincite.settings import EndpointSettings
from pincite.web.acting import Acting
from pincite.web.pages.providers import Name, changed, shown, tried
from pincite.web.state import engine_of, visitor_of

router = APIRouter(prefix="/providers/endpoints", include_in_schema=False)
log = structlog.get_logger()

ServerName = Annotated[str, Path(pattern=r"^[a-z0-9._-]{1,40}$")]
Long = Annotated[str, Form(max_length=2000)]


@router.post("")
async def add(
    request: Request,
    name: Name = "",
    base_url: Long = "",
    dialect: Annotated[Literal["openai", "anthropic"], Form()] = "openai",
    key: Annotated[str, Form(max_length=5000)] = "",
    models: Long = "",
) -> Response:
    """On the page that answers a mistake stands what was typed, but for the key."""
    engine, name, base_url = engine_of(request), name.strip(), base_url.strip()
    typed = {"name": name, "base_url": base_url, "dialect": dialect, "models": models}
    try:
        endpoint = await _endpoint(engine, name, base_url, dialect, models)
        await engine.endpoints.add(name, endpoint, key, by=_who(request))
    except PinciteError as problem:
        return await shown(request, problem, typed=typed)
    log.info("endpoint_added", name=name, by=visitor_of(request).actor.id)
    return changed(request)


async def _endpoint(engine: Acting, name: str, base_url: str, dialect: str, models: str) -> EndpointSettings:
    """Raises ``Conflict`` and ``BadInput``."""
    _ = engine.endpoints  # whoever may not add one is not told which there are
    if name in engine.models.names():
        raise Conflict(f"there is a server {name!r}", hint="take another name, or change that one in the settings")
    await sound(base_url)
    try:
        return EndpointSettings.model_validate({"base_url": base_url, "dialect": dialect, "models": models})
    except ValidationError as error:
        raise BadInput(str(error.errors()[0]["msg"]), hint="correct it, and try again") from None


def _who(request: Request) -> str | None:
    """Who has an account; on a server without accounts nobody has."""
    visitor = visitor_of(request)
    return None if visitor.alone else visitor.actor.id


@router.post("/{endpoint}/test")
async def test(request: Request, endpoint: ServerName) -> Response:
    """Asks one of its models a short question. Whatever comes of it is told on the page."""
    engine = engine_of(request)
    there = engine.endpoints.get(endpoint)
    if there is None:
        raise NotFound(f"there is no server {endpoint!r} that was added here", hint="it may have been removed")
    try:
        await sound(there.base_url)
    except PinciteError as problem:
        return await shown(request, problem)
    engine.models.forget()
    return await shown(request, name=endpoint, came=[await tried(engine, await engine.models.at(endpoint))])


@router.post("/{endpoint}/remove")
async def remove(request: Request, endpoint: ServerName) -> Response:
    """Its key goes too. Answers that its models wrote stay."""
    await engine_of(request).endpoints.remove(endpoint)
    log.info("endpoint_removed", name=endpoint, by=visitor_of(request).actor.id)
    return changed(request)
