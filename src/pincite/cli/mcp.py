"""How does a desktop assistant ask? ``pincite mcp``: the Model Context Protocol on standard input and output."""

from __future__ import annotations

import asyncio

import typer

from pincite.cli.asking import opened
from pincite.cli.door import Door
from pincite.library.access import LOCAL
from pincite.settings import Settings
from pincite.web.acting import Acting
from pincite.web.mcp import http
from pincite.web.mcp.tools import Tools

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def mcp(context: typer.Context) -> None:
    """Let an assistant ask: speak the Model Context Protocol on standard input and output.

    Name it in the assistant's settings as the command to run; it is not for a person to type into.
    A running server speaks the same protocol at /mcp.
    """
    door: Door = context.obj
    asyncio.run(_serve(door.settings))


async def _serve(settings: Settings) -> None:
    module = http.library()
    async with opened(settings) as engine:
        await module.over_stdio(Tools(Acting(engine, LOCAL)))
