"""Where can one look? ``pincite focuses``: each focus, who would see the question, and why one is locked."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict

import typer
from rich.table import Table

from pincite.cli import options
from pincite.cli.door import Door, clean
from pincite.ports import FocusCard
from pincite.search.focus import Focuses

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def focuses(context: typer.Context, as_json: options.Json = False) -> None:
    """List where questions can be looked for. Pick one with --focus NAME, or begin the question with @NAME."""
    door: Door = context.obj
    cards = asyncio.run(_cards(door))
    if as_json:
        door.print_json([asdict(card) for card in cards])
        return
    if not door.rich:
        for card in cards:
            door.print(f"{card.id}: {card.description}; {state(card)}")
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)  # it is what one types: never cut short
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for card in cards:
        table.add_row(card.id, clean(card.description), clean(state(card)))
    door.out.print(table)


async def _cards(door: Door) -> list[FocusCard]:
    made = Focuses(door.settings, os.environ)
    try:
        return made.cards()
    finally:
        await made.close()


def state(card: FocusCard) -> str:
    """Who sees the question, or why nobody can."""
    default = ", the default" if card.default else ""
    if card.locked:
        return f"locked: {card.locked}{default}"
    return (f"asks {', '.join(card.asks)}" if card.asks else "nothing leaves this machine") + default
