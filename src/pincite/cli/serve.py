"""How is the page opened? ``pincite serve``: the page and the API, until Ctrl-C."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from pincite.cli.door import Door
from pincite.settings import ServerSettings, Settings
from pincite.web import serve as server

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Where to listen; anything but loopback needs a token.")] = None,
    port: Annotated[int | None, typer.Option(help="0 picks a free one.", min=0, max=65535)] = None,
    browse: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Open the page and the API on this machine.

    Whoever is to reach it from another machine needs an access token: set the variable PINCITE_TOKEN first.
    While it runs, vectors that are missing are made in the background.
    """
    door: Door = context.obj

    def ready(url: str) -> None:
        door.say(f"pincite is at {url}  (API: {url}/docs; Ctrl-C ends it)", "bold")
        if browse:
            webbrowser.open(url)

    server.run(_bound(door.settings, host, port), ready=ready)


def _bound(settings: Settings, host: str | None, port: int | None) -> Settings:
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    changed = ServerSettings.model_validate(settings.server.model_dump() | given)
    return settings.model_copy(update={"server": changed})
