"""Who can write? ``pincite models``: the list, a try, and what admins do on the page: servers and keys.

Whoever can run this has the data folder, so it does everything that an admin may. A key comes from a prompt, from the
first line of stdin, or from a variable; it is on no command line, for those are seen by everybody on the machine.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Literal

import typer
from pydantic import ValidationError
from rich.table import Table

from pincite.cli import options
from pincite.cli.door import Door
from pincite.cli.group import Group
from pincite.errors import BadInput, Conflict, ModelFailed, NotFound
from pincite.library.database import is_there
from pincite.library.endpoints import MARK, Endpoints
from pincite.library.vault import Vault
from pincite.models import Picker
from pincite.models.attempt import attempt
from pincite.models.reach import sound
from pincite.ports import Deadline, ModelCard
from pincite.settings import EndpointSettings

app = typer.Typer(
    cls=Group,
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
    table.add_column(overflow="fold")  # it is what one types: never cut short
    table.add_column(overflow="fold")
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


# ── servers and keys ──

Server = Annotated[str, typer.Argument(metavar="NAME", help="The server's name, in small letters, such as box.")]
Variable = Annotated[
    str, typer.Option("--key-env", metavar="VAR", help="Take the key from this variable, now, and keep it encrypted.")
]


@app.command()
def add(
    context: typer.Context,
    name: Server,
    base_url: Annotated[str, typer.Argument(metavar="URL", help="Its address, such as http://127.0.0.1:8000/v1.")],
    dialect: Annotated[
        Literal["openai", "anthropic"], typer.Option("--dialect", help="Whose API it speaks.")
    ] = "openai",
    models: Annotated[str, typer.Option("--models", help="Its models, with commas between; else it is asked.")] = "",
    wants_key: Annotated[bool, typer.Option("--key", help="Ask for its key; without a terminal: read a line.")] = False,
    key_env: Variable = "",
) -> None:
    """Add a model server, beside those of the settings; its key is kept encrypted in the data folder."""
    door: Door = context.obj
    key = _key(key_env) if key_env or wants_key else ""

    async def work(kept: _Kept) -> None:
        if name in kept.picker.names():
            raise Conflict(f"there is a server {name!r}", hint="take another name, or change that one in the settings")
        await sound(base_url)
        try:
            settings = EndpointSettings.model_validate({"base_url": base_url, "dialect": dialect, "models": models})
        except ValidationError as error:
            raise BadInput(str(error.errors()[0]["msg"]), hint="correct it, and try again") from None
        await kept.endpoints.add(name, settings, key)

    _with(door, work)
    door.say(
        f"{name} is added{', with its key' if key else ''}; a server that runs sees it within a second\n"
        "  → pincite models"
    )


@app.command()
def remove(context: typer.Context, name: Server) -> None:
    """Remove a server that was added here or on the page, and its key. Answers that its models wrote stay."""
    door: Door = context.obj
    _with(door, lambda kept: kept.endpoints.remove(name))
    door.say(f"{name} is removed, also for a server that runs")


@app.command()
def key(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A variable such as OPENAI_API_KEY, or an added server.")],
    key_env: Variable = "",
    forget: Annotated[
        bool, typer.Option("--forget", help="Forget the key; the environment's own counts again.")
    ] = False,
) -> None:
    """Keep the key of a vendor or of an added server, encrypted in the data folder; it is never shown again."""
    door: Door = context.obj
    given = "" if forget else _key(key_env)

    async def work(kept: _Kept) -> None:
        named, variables = MARK + name if name in kept.endpoints else name, kept.picker.keys()
        if name not in kept.endpoints and named not in variables:
            known = sorted([*(one for one in variables if not one.startswith(MARK)), *kept.endpoints])
            hint = f"there are: {', '.join(known)}"
            raise NotFound(f"no model server looks for its key in {name!r}", hint=hint)
        await (kept.vault.forget(named) if forget else kept.vault.put(named, given))

    _with(door, work)
    door.say(f"the key of {name} is {'forgotten' if forget else 'kept'}; a server that runs sees it within a second")


def _key(variable: str) -> str:
    """Raises ``BadInput`` for a variable that is not set."""
    if variable:
        value = os.environ.get(variable, "").strip()
        if not value:
            raise BadInput(f"the variable {variable} is not set, or empty", hint=f"export {variable}=…, then try again")
        return value
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    typed: str = typer.prompt("Key", hide_input=True)
    return typed.strip()


@dataclass(frozen=True)
class _Kept:
    """What the data folder has of models, and the models with it."""

    vault: Vault
    endpoints: Endpoints
    picker: Picker


@asynccontextmanager
async def _opened(door: Door) -> AsyncGenerator[_Kept]:
    async with door.library() as library:
        vault = await library.vault(door.settings.data_dir, os.environ)
        endpoints = await library.endpoints(vault)
        picker = Picker(door.settings.models, vault, door.settings.answer, added=endpoints)
        try:
            yield _Kept(vault, endpoints, picker)
        finally:
            await picker.close()


def _with(door: Door, work: Callable[[_Kept], Awaitable[None]]) -> None:
    async def run() -> None:
        async with _opened(door) as kept:
            await work(kept)

    asyncio.run(run())


@asynccontextmanager
async def _picking(door: Door) -> AsyncGenerator[Picker]:
    """The models to pick from. Who only looks makes no library where there is none yet."""
    if is_there(door.settings.library_url):
        async with _opened(door) as kept:
            yield kept.picker
        return
    picker = Picker(door.settings.models, os.environ, door.settings.answer)
    try:
        yield picker
    finally:
        await picker.close()


# ── asking them ──


async def _cards(door: Door) -> list[ModelCard]:
    async with _picking(door) as picker:
        return await picker.cards()


async def _test(door: Door, name: str | None) -> int:
    async with _picking(door) as picker:
        return await _tried(door, picker, name)


async def _tried(door: Door, picker: Picker, name: str | None) -> int:
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
    door.print(came.text)
    rate = f", then {len(came.text) / came.rest_s:,.0f} characters a second" if came.rest_s > 0.05 else ""
    door.say(f"{model.card.id} works: first words after {came.first_s:.2f} s{rate}")
    return 0
