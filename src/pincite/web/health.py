"""Is the server well, and what are its figures? ``/healthz`` for whoever restarts it, ``/metrics`` for Prometheus."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from pincite.errors import PinciteError
from pincite.library import access
from pincite.library.access import Verb, authorize
from pincite.wal import is_full
from pincite.web.state import house_of, visitor_of
from pincite.web.wire import reply

router = APIRouter(tags=["operation"])

ANSWER_S = 2.0
"""A part that does not answer within this is not ready."""


class Health(BaseModel):
    """``live``: the process answers. ``ready``: so do library and index; status 503 where one does not.

    ``disk`` is told beside them and leaves it ready, for whoever is sent away or started anew gets no more room by it,
    and what is there can still be read.
    """

    live: Literal[True]
    ready: bool
    parts: dict[str, str]


@router.get("/healthz", response_model=Health, responses={503: {"model": Health}}, summary="Is it well?")
async def healthz(request: Request) -> Response:
    """Open to everybody, so it tells no numbers and no names."""
    engine = house_of(request).engine
    library, index, kept = await asyncio.gather(
        _part(engine.library.threads(limit=1)),
        _part(asyncio.to_thread(engine.index.status)),
        asyncio.to_thread(disk, house_of(request).settings.data_dir),
    )
    ready = library == index == "ok"
    parts = {"library": library, "index": index, "disk": kept}
    return reply({"live": True, "ready": ready, "parts": parts}, 200 if ready else 503)


def disk(folder: Path) -> str:
    """Can more be written into the folder? ``"ok"``, or what whoever tries is told."""
    if not os.access(folder, os.W_OK):
        return "read-only"
    return "disk-full" if is_full(folder) else "ok"


async def _part(asking: Awaitable[Any]) -> str:
    try:
        async with asyncio.timeout(ANSWER_S):
            await asking
    except PinciteError as error:
        return error.problem().type
    except (TimeoutError, OSError) as error:
        return type(error).__name__.lower()
    return "ok"


@router.get(
    "/metrics",
    response_class=Response,
    summary="Figures for Prometheus",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def metrics(request: Request) -> Response:
    authorize(visitor_of(request), Verb.READ, access.METRICS)
    door = house_of(request)
    await door.count_finished()
    status = await asyncio.to_thread(door.engine.index.status)
    door.metrics.disk.set((await asyncio.to_thread(shutil.disk_usage, door.settings.data_dir)).free)
    door.metrics.passages.set(status.passages)
    door.metrics.embedded.set(status.embedded)
    return Response(door.metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")
