"""May be learnt from what I ask, and what is it? ``pincite traces``: leave, and what it gives away."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer

from pincite.cli.door import Door
from pincite.cli.group import Group
from pincite.errors import BadInput
from pincite.text.many import many
from pincite.types import Actor

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Give leave to learn from your questions, take it back, and export what may be learnt from.",
)
ME = Actor().id
"""Who asks at this terminal, and on a server without accounts."""


@app.command()
def status(context: typer.Context) -> None:
    """Say whether traces can be exported here, and whether your questions are among them."""
    asyncio.run(_status(context.obj))


@app.command()
def on(context: typer.Context) -> None:
    """Give leave: what you ask from now on may be learnt from."""
    asyncio.run(_consent(context.obj, given=True))


@app.command()
def off(context: typer.Context) -> None:
    """Take it back, also for what you asked before."""
    asyncio.run(_consent(context.obj, given=False))


@app.command()
def export(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Into this file instead of stdout.")] = None,
) -> None:
    """Write out the traces of everybody who gave leave, a line of JSON each."""
    door: Door = context.obj
    if not door.settings.library.traces:
        raise BadInput(
            "library.traces is off: nothing is exported", hint="pincite --set library.traces=true traces export"
        )
    if to is None:
        asyncio.run(_export(door, sys.stdout))
        return
    try:
        with to.open("w", encoding="utf-8") as file:
            asyncio.run(_export(door, file))
    except OSError as error:
        raise BadInput(f"{to} can't be written: {error.strerror}", hint="name another file with --to") from None


async def _status(door: Door) -> None:
    async with door.library() as library:
        since = await library.consented(ME)
    setting = "traces can be exported here" if door.settings.library.traces else "library.traces is off: none leaves"
    given = f"you gave leave on {datetime.fromtimestamp(since):%Y-%m-%d %H:%M}" if since else "you gave no leave"
    door.print(f"{setting}; {given}")


async def _consent(door: Door, *, given: bool) -> None:
    async with door.library() as library:
        await library.consent(ME, given=given)
    door.say(
        "what you ask from now on may be learnt from\n  → pincite traces off takes it back"
        if given
        else "nothing of what you ask may be learnt from"
    )


async def _export(door: Door, file: TextIO) -> None:
    number = 0
    async with door.library() as library:
        async for trace in library.traces():
            file.write(trace.model_dump_json() + "\n")
            number += 1
    door.say(many(number, "trace"))
