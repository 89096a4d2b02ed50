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
    host: Annotated[str | None, typer.Option(help="Where to listen; anything but loopback needs --public.")] = None,
    port: Annotated[int | None, typer.Option(help="0 picks a free one.", min=0, max=65535)] = None,
    public: Annotated[bool, typer.Option("--public", help="For several people: everybody signs in.")] = False,
    browse: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
) -> None:
    """Open the page and the API on this machine.

    With --public others may reach it, and sign in: make accounts with pincite people. For yourself alone from another
    machine, an access token does: set the variable PINCITE_TOKEN first.
    While it runs, vectors that are missing are made in the background.
    """
    door: Door = context.obj

    def ready(url: str) -> None:
        door.say(f"pincite is at {url}  (API: {url}/api/docs; Ctrl-C ends it)", "bold")
        if browse:
            webbrowser.open(url)

    server.run(_bound(door.settings, host, port, public=public), ready=ready)


def _bound(settings: Settings, host: str | None, port: int | None, *, public: bool) -> Settings:
    given: dict[str, object] = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    given |= {"public": True} if public else {}
    changed = ServerSettings.model_validate(settings.server.model_dump() | given)
    return settings.model_copy(update={"server": changed})
