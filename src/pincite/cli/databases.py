"""Which databases can be asked? ``pincite databases``: each, and whether it can be; with a name, what is in it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from rich.table import Table

from pincite.cli import options
from pincite.cli.door import Door, clean
from pincite.errors import PinciteError, UnknownFocus
from pincite.ports import Deadline, TableCard
from pincite.search.focus import Focuses
from pincite.settings import DatabaseSettings
from pincite.text.many import many

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
READING_S = 60.0
"""The longest that a database is waited for."""
SHOWN = 8
"""Questions that it can answer; all of them are in the JSON."""


@dataclass(frozen=True)
class Found:
    """A database, with what is in it or why it can't be asked."""

    name: str
    settings: DatabaseSettings
    tables: Sequence[TableCard] = ()
    examples: Sequence[str] = ()
    failed: PinciteError | None = None

    @property
    def label(self) -> str:
        return self.settings.label or self.name

    @property
    def state(self) -> str:
        """In words: how much there is, or what is wrong and what to do."""
        if self.failed is not None:
            return f"can't be asked: {self.failed.detail}{f' → {self.failed.hint}' if self.failed.hint else ''}"
        uncounted = any(table.rows is None for table in self.tables)
        return f"{many(len(self.tables), 'table')}, {'more than ' * uncounted}{many(self.rows, 'row')}"

    @property
    def rows(self) -> int:
        """Of all tables whose rows were counted."""
        return sum(table.rows or 0 for table in self.tables)


@app.command()
def databases(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Show what is in this one.")] = "",
    as_json: options.Json = False,
) -> None:
    """List the databases that can be asked; with a name, its tables and columns, and questions that it can answer."""
    door: Door = context.obj
    there = door.settings.databases
    if name and name not in there:
        known = f"there are: {', '.join(there)}" if there else "there is none"
        raise UnknownFocus(f"no database is called {name!r}; {known}", hint="set one up: docs/databases.md")
    found = asyncio.run(looked_at(door, [name] if name else list(there)))
    if as_json:
        door.print_json([_as_json(one, whole=bool(name)) for one in found])
    elif not found:
        door.say("no database is set up\n  → pincite --set databases.shop.url=sqlite:///shop.db databases")
    elif name:
        _show(door, found[0])
    else:
        _list(door, found)


async def looked_at(door: Door, names: Sequence[str]) -> list[Found]:
    """Each of these databases, all at once."""
    focuses = Focuses(door.settings, os.environ)
    try:
        return list(await asyncio.gather(*(_one(door, focuses, name) for name in names)))
    finally:
        await focuses.close()


async def _one(door: Door, focuses: Focuses, name: str) -> Found:
    settings = door.settings.databases[name]
    deadline = Deadline.after(READING_S)
    try:
        database = focuses.database(name)
        return Found(name, settings, await database.tables(deadline), await database.examples(deadline))
    except PinciteError as error:
        return Found(name, settings, failed=error)


def _list(door: Door, found: Sequence[Found]) -> None:
    if not door.rich:
        for one in found:
            door.print(
                ": ".join(
                    [one.name, "; ".join(filter(None, (one.settings.label, one.settings.description, one.state)))]
                )
            )
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)  # it is what one types: never cut short
    for one in found:
        table.add_row(*map(clean, (one.name, one.settings.label, one.settings.description, one.state)))
    door.out.print(table)


def _show(door: Door, found: Found) -> None:
    """Raises why it can't be asked."""
    if found.failed is not None:
        raise found.failed
    door.print(f"{found.label}: {found.state}", "bold")
    if found.settings.description:
        door.print(found.settings.description)
    for table in found.tables:
        rows = "" if table.rows is None else f", {many(table.rows, 'row')}"
        door.print()
        door.print(f"{table.name}{rows}", "bold")
        door.print(f"  {', '.join(table.columns)}")
    if found.examples:
        door.print()
        door.print("You can ask", "bold")
        for question in found.examples[:SHOWN]:
            door.print(f'  pincite "@{found.name} {question}"')


def _as_json(found: Found, *, whole: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": found.name,
        "label": found.label,
        "description": found.settings.description,
        "reachable": found.failed is None,
        "state": found.state,
        "tables": [asdict(table) for table in found.tables] if whole else len(found.tables),
        "rows": found.rows,
    }
    return said | ({"examples": list(found.examples)} if whole else {})
