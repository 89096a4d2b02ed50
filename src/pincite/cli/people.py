"""Who may use this server? ``pincite people``: list, add, invite, reset, role, suspend, resume, rm.

Whoever can run this has the data folder, so it does everything that an owner may.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, TypeVar

import typer

from pincite.cli import options
from pincite.cli.door import Door
from pincite.cli.group import Group
from pincite.errors import NotFound
from pincite.library.access import Role
from pincite.library.accounts import Person, Ticket, address
from pincite.library.files import Uploads
from pincite.library.people import People

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="The accounts of a server for several people: pincite serve --public. A person is named by its address.",
)

T = TypeVar("T")

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The person's e-mail address.")]
As = Annotated[Role, typer.Option("--role", help="What the person may do.")]


@app.command(name="list")
def everybody(context: typer.Context, as_json: options.Json = False) -> None:
    """List the accounts, and who is invited."""
    door: Door = context.obj
    people, waiting = _with(door, _all)
    if as_json:
        door.print_json([{"email": one.email, "name": one.name, "role": one.role, "plan": one.plan} for one in people])
        return
    for one in people:
        door.print(f"{one.email}  {one.role}  {one.plan}{'  suspended' if one.suspended else ''}")
    for ticket in waiting:
        until = datetime.fromtimestamp(ticket.ends, UTC)
        door.print(f"{ticket.email}  {ticket.role}  invited, until {until:%Y-%m-%d %H:%M} UTC")
    if not people:
        door.say("Nobody has an account yet: pincite people add you@example.org --role owner")


@app.command()
def add(
    context: typer.Context,
    email: Email,
    role: As = Role.MEMBER,
    name: Annotated[str, typer.Option(help="As others see it.")] = "",
) -> None:
    """Make an account; its password is asked for, or read from standard input where that is no terminal."""
    door: Door = context.obj
    address(email)
    password = _password()
    made = _with(door, lambda people: people.add(email, password, role, name=name, plan=door.settings.people.plan))
    door.say(f"{made.email} can sign in, as {made.role}: pincite serve --public")


@app.command()
def invite(context: typer.Context, email: Email, role: As = Role.MEMBER) -> None:
    """Print a link at which the person makes the account; it works once, for a week."""
    door: Door = context.obj
    token = _with(door, lambda people: people.invite(email, role, by=Role.OWNER))
    door.print(_link(door, f"/invite/{token}"))


@app.command()
def reset(context: typer.Context, email: Email) -> None:
    """Print a link at which the person chooses a new password; it works once, for a day."""
    door: Door = context.obj
    token = _with(door, _for(email, lambda people, one: people.offer_reset(one.id, by=Role.OWNER)))
    door.print(_link(door, f"/reset/{token}"))


@app.command()
def role(context: typer.Context, email: Email, role: Annotated[Role, typer.Argument(help="The new role.")]) -> None:
    """Make somebody an owner, an admin, a member or a guest."""
    _with(context.obj, _for(email, lambda people, one: people.set_role(one.id, role, by=Role.OWNER)))


@app.command()
def suspend(context: typer.Context, email: Email) -> None:
    """Sign somebody out everywhere, and keep them out; what they asked stays."""
    _with(context.obj, _for(email, lambda people, one: people.suspend(one.id, by=Role.OWNER)))


@app.command()
def resume(context: typer.Context, email: Email) -> None:
    """Let somebody who was suspended in again."""
    _with(context.obj, _for(email, lambda people, one: people.resume(one.id, by=Role.OWNER)))


@app.command()
def rm(
    context: typer.Context, email: Email, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Delete an account with all of its threads, files and collections, for good."""
    door: Door = context.obj
    if not yes:
        typer.confirm(f"Delete {email} with all threads, files and collections, for good?", abort=True)
    uploads = Uploads(door.settings.files_dir)
    _with(door, _for(email, lambda people, one: people.forget(one.id, partial(_forget_files, uploads))))


async def _forget_files(uploads: Uploads, owner: str) -> None:
    await asyncio.to_thread(uploads.forget, owner)


async def _all(people: People) -> tuple[list[Person], list[Ticket]]:
    return await people.all(), await people.invitations()


async def _find(people: People, email: str) -> Person:
    wanted = address(email)
    for one in await people.all():
        if one.email == wanted:
            return one
    raise NotFound(f"nobody has the address {wanted}", hint="list them with: pincite people")


def _for(email: str, work: Callable[[People, Person], Awaitable[T]]) -> Callable[[People], Awaitable[T]]:
    async def found(people: People) -> T:
        return await work(people, await _find(people, email))

    return found


def _with(door: Door, work: Callable[[People], Awaitable[T]]) -> T:
    async def opened() -> T:
        async with door.library() as library:
            return await work(library.people)

    return asyncio.run(opened())


def _link(door: Door, path: str) -> str:
    """Where ``path`` is for who gets it. An address that only the server was started with is not known here."""
    server = door.settings.server
    if not server.base_url:
        door.say(
            "note: this link opens on this machine alone\n"
            "  → say where others reach the server: --set server.base_url=https://ask.example.org, or in pincite.toml"
        )
    return f"{server.base_url.rstrip('/') or f'http://localhost:{server.port}'}{path}"


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password
