"""How does a value look on the wire? JSON bodies, identifiers in paths, and what a client says it accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator
from pydantic_core import to_json
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from pincite.errors import BadInput
from pincite.types import Filters

_ID = r"^[0-9A-Za-z_-]{1,100}$"

AnswerId = Annotated[str, Path(pattern=_ID, description="An answer's id.")]
ThreadId = Annotated[str, Path(pattern=_ID, description="A thread's id.")]
PassageId = Annotated[str, Path(pattern=_ID, description="A passage's id.")]


def _written_days(value: Any) -> Any:
    """Pydantic also reads 5 and "5" as days, counted in seconds from 1970; nobody who sends that means it."""
    for name in ("after", "before"):
        day = value.get(name) if isinstance(value, dict) else None
        if day is not None and not (isinstance(day, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", day)):
            raise ValueError(f"{name} is a day, written as YYYY-MM-DD")
    return value


_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
"""How JSON writes half of a surrogate pair; most often the other half is there."""
_LONE = re.compile("[\ud800-\udfff]")


async def check_text(request: Request) -> None:
    """For every route that takes JSON. Raises ``BadInput`` for a lone surrogate: it is no text, nothing can keep it."""
    sent = request.headers.get("content-type", "").lower()
    if request.method not in {"POST", "PUT", "PATCH"} or "form" in sent:
        return
    body = await request.body()
    if not _HALF.search(body):
        return
    try:
        found = next(_lone(json.loads(body), ()), None)
    except (ValueError, RecursionError):  # it is no JSON, which is said elsewhere
        return
    if found is not None:
        place, character = found
        where = f"{'.'.join(place)} holds" if place else "the body is"
        raise BadInput(
            f"{where} the character U+{ord(character):04X}, which is not text",
            hint="send plain text in UTF-8; a character beyond U+FFFF is two escapes in JSON, high and low",
        )


def _lone(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        if match := _LONE.search(value):
            yield place, match[0]
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _lone(name, (*place, "a name"))
            yield from _lone(inner, (*place, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _lone(inner, (*place, str(at)))


Filtering = Annotated[Filters, BeforeValidator(_written_days)]
"""``Filters`` as they come in."""


def reply(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """``value`` (nouns, dataclasses, and lists and dictionaries of them) as JSON, without a second validation."""
    return Response(to_json(value), status, dict(headers or {}), "application/json")


def url(request: HTTPConnection, path: str) -> str:
    """``path`` of this server as the client reaches it, below the prefix of a proxy if there is one."""
    return f"{request.scope.get('root_path', '')}{path}"


def whole_url(request: HTTPConnection, path: str) -> str:
    """``path`` of this server as others reach it, host and all."""
    base: str = request.app.state.door.settings.server.base_url
    return f"{(base or str(request.base_url)).rstrip('/')}{path}"


def accepts(request: HTTPConnection, media_type: str) -> bool:
    """Whether the client names ``media_type`` in its Accept header; ``*/*`` does not count."""
    wanted = request.headers.get("accept", "").lower().split(",")
    return any(part.partition(";")[0].strip() == media_type for part in wanted)
