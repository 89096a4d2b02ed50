"""What is set, and who set it? ``pincite settings``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import typer
from rich.table import Table

from pincite.cli import options
from pincite.cli.door import Door
from pincite.cli.group import Group
from pincite.loading import described

_SECRET = re.compile(r"(://[^:/\s]*:)[^/\s]+(?=@)|([?&](?:password|passwd|pwd)=)[^&\s]+", re.IGNORECASE)

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="What is set, and who set it: a flag, a variable, pincite.toml, or nobody.",
)


@app.command()
def show(context: typer.Context, as_json: options.Json = False) -> None:
    """Show every setting, its value and where it came from."""
    door: Door = context.obj
    rows = values(door)
    if as_json:
        door.print_json({name: {"value": value, "from": origin} for name, value, origin, _ in rows})
        return
    if not door.rich:
        for name, value, origin, _ in rows:
            door.print(f"{name} = {shown(value)}  # {origin}")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("setting", "value", "from", "what it is"):
        table.add_column(head, overflow="fold")
    for name, value, origin, what in rows:
        table.add_row(name, shown(value), origin, what, style="" if origin != "default" else "dim")
    door.out.print(table)


@app.command()
def path(context: typer.Context) -> None:
    """Print the settings file: the one in use, or the one that would be read if it were there."""
    door: Door = context.obj
    chosen = door.config or Path(os.environ.get("PINCITE_CONFIG", "pincite.toml"))
    door.print(str(chosen.absolute()))
    if not chosen.is_file():
        door.say("there is none yet; docs/settings.md has an example", "dim")


def values(door: Door) -> list[tuple[str, Any, str, str]]:
    """Name, value, origin and purpose of each setting; those with a ``*`` once for each name in use.

    Passwords that stand in addresses are not told: what is printed is copied into reports.
    """
    tree = door.settings.model_dump(mode="json")
    origins = door.loaded.origins
    return [
        (real, _told(_at(tree, real)), origins.get(real, "default"), what)
        for name, what in described()
        for real in _named(name, tree)
    ]


def _named(name: str, tree: dict[str, Any]) -> list[str]:
    before, star, after = name.partition("*")
    return [f"{before}{one}{after}" for one in _at(tree, before.rstrip("."))] if star else [name]


def _at(tree: Any, name: str) -> Any:
    for key in name.split("."):
        tree = tree[key]
    return tree


def _told(value: Any) -> Any:
    if isinstance(value, list):
        return [_told(one) for one in value]
    return _SECRET.sub(lambda found: f"{found[1] or found[2]}***", value) if isinstance(value, str) else value


def shown(value: Any) -> str:
    """As it is written in TOML."""
    if value is None:
        return '""'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(shown(one) for one in value)}]"
    return f'"{value}"' if isinstance(value, str) else f"{value}"
