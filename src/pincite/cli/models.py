"""Who can write? ``pincite models``: the list, and a try."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated

import typer
from rich.table import Table

from pincite.cli import options
from pincite.cli.door import Door
from pincite.errors import ModelFailed
from pincite.models import Picker
from pincite.models.attempt import attempt
from pincite.ports import Deadline, ModelCard

app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Who can write. Without any, answers are made of quotes.",
)


@app.command(name="list")
def every(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", "-a", help="Also those that can't be used now.")] = False,
    as_json: options.Json = False,
) -> None:
    """List models, those that can be used first."""
    door: Door = context.obj
    cards = asyncio.run(_cards(door))
    if as_json:
        door.print_json([vars(card) for card in cards])
        return
    usable = [card for card in cards if not card.locked]
    for card in usable:
        default = "  ← default" if card.id == door.settings.models.default else ""
        door.print(f"{card.id}  ({card.runs_on}, {card.price}){default}")
    if everything:
        _locked(door, [card for card in cards if card.locked])
    elif len(usable) < len(cards):
        door.say(f"{len(cards) - len(usable)} more can't be used now; pincite models --all says why", "dim")
    if not usable:
        door.say("no model can be used; answers are made of quotes, which needs none\n  → docs/models.md")


def _locked(door: Door, cards: list[ModelCard]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for card in cards:
        table.add_row(card.id, card.locked)
    door.out.print(table)


@app.command("test")
def one(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="ID", help="Which one; else the default.")] = None,
) -> None:
    """Ask a model one small question, and say how fast it is or what is wrong."""
    door: Door = context.obj
    raise typer.Exit(asyncio.run(_test(door, name)))


async def _cards(door: Door) -> list[ModelCard]:
    picker = Picker(door.settings.models, os.environ)
    try:
        return await picker.cards()
    finally:
        await picker.close()


async def _test(door: Door, name: str | None) -> int:
    picker = Picker(door.settings.models, os.environ, door.settings.answer)
    try:
        model = await picker.pick(name)
        if model is None:
            door.warn(
                "no model is named, and models.default names none\n  → pincite models, then: pincite models test ID"
            )
            return 2
        came = await attempt(model, Deadline.after(door.settings.answer.deadline_s))
    except ModelFailed as failed:
        door.warn(f"{failed.title}: {failed.detail}")
        if failed.hint:
            door.warn(f"  → {failed.hint}")
        return 1
    finally:
        await picker.close()
    door.print(came.text)
    rate = f", then {len(came.text) / came.rest_s:,.0f} characters a second" if came.rest_s > 0.05 else ""
    door.say(f"{model.card.id} works: first words after {came.first_s:.2f} s{rate}")
    return 0
