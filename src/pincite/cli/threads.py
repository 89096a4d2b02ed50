"""What was asked before? ``pincite threads``: list, search, show, rename, rm, export."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pincite.cli import markup, options
from pincite.cli.door import Door
from pincite.cli.group import Group
from pincite.cli.named import find
from pincite.cli.render import drawn
from pincite.errors import BadInput
from pincite.text.many import many
from pincite.types import Answer, Thread
from pincite.web.pages.export import written

app = typer.Typer(
    cls=Group,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="What was asked. A thread is named by its id, or by its first characters; last is the latest.",
)
SHORT = 8

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id or how that begins, or last.")]


class Format(StrEnum):
    """What an export is."""

    MARKDOWN = "md"
    JSON = "json"
    HTML = "html"


@app.command(name="list")
def every(
    context: typer.Context,
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, metavar="N", help="How many.")] = 20,
    as_json: options.Json = False,
) -> None:
    """List threads, the latest first."""
    asyncio.run(_list(context.obj, "", limit, as_json=as_json))


@app.command()
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What it was about.")],
    limit: Annotated[int, typer.Option("-k", "--limit", min=1, metavar="N", help="How many.")] = 20,
    as_json: options.Json = False,
) -> None:
    """Find threads by what was asked, answered or cited."""
    asyncio.run(_list(context.obj, " ".join(words), limit, as_json=as_json))


@app.command()
def show(context: typer.Context, thread: Id = "last") -> None:
    """Show a thread with its answers and sources."""
    door: Door = context.obj
    found, answers = asyncio.run(_read(door, thread))
    text = transcript(found, answers)
    if door.rich:
        door.out.print(drawn(text))
    else:
        door.print(text)


@app.command()
def export(
    context: typer.Context,
    thread: Id = "last",
    style: Annotated[
        Format, typer.Option("--format", help="Markdown to read, JSON with everything, or one HTML file.")
    ] = Format.MARKDOWN,
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE", help="Into this file instead of stdout.")] = None,
) -> None:
    """Write a thread out, with its answers and the passages they cite."""
    found, answers = asyncio.run(_read(context.obj, thread))
    if style is Format.MARKDOWN:
        text = transcript(found, answers) + "\n"
    else:
        text = written(found, answers, "json" if style is Format.JSON else "html")
    if to is None:
        sys.stdout.write(text)
        return
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{to} can't be written: {error.strerror}", hint="name another file with --to") from None


@app.command()
def rename(
    context: typer.Context,
    thread: Id,
    title: Annotated[list[str], typer.Argument(metavar="TITLE", help="Its new title.")],
) -> None:
    """Give a thread another title."""
    asyncio.run(_rename(context.obj, thread, " ".join(title).strip()))


@app.command()
def rm(
    context: typer.Context,
    threads: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids, or how they begin.")],
) -> None:
    """Delete threads for good."""
    asyncio.run(_rm(context.obj, threads))


# ── parts ──


async def _list(door: Door, words: str, limit: int, *, as_json: bool) -> None:
    async with door.library() as library:
        threads = await library.threads(search=words, limit=limit)
    if as_json:
        door.print_json([thread.model_dump(mode="json") for thread in threads])
        return
    for thread in threads:
        when = thread.updated.astimezone().strftime("%Y-%m-%d %H:%M")
        count = many(thread.answers, "answer")
        door.print(f"{thread.id[:SHORT]}  {when}  {thread.title}  ({count})")
        if thread.excerpt:
            door.print(f"{' ' * SHORT}  {thread.excerpt}")
    if not threads:
        door.say("nothing found" if words else 'nothing was asked yet\n  → pincite "what causes tides?"')


async def _read(door: Door, name: str) -> tuple[Thread, list[Answer]]:
    async with door.library() as library:
        thread = await find(library, name)
        return thread, await library.answers(thread.id)


async def _rename(door: Door, name: str, title: str) -> None:
    if not title:
        raise BadInput("the title is empty", hint="pincite threads rename ID TITLE")
    async with door.library() as library:
        await library.rename((await find(library, name)).id, title)


async def _rm(door: Door, names: list[str]) -> None:
    async with door.library() as library:
        for thread in [await find(library, name) for name in names]:
            await library.delete(thread.id)
            door.say(f"deleted {thread.id[:SHORT]}  {thread.title}")


def transcript(thread: Thread, answers: list[Answer]) -> str:
    """A thread as Markdown."""
    parts = [f"# {thread.title}"]
    for answer in answers:
        parts += [f"## {answer.question.text}", markup.plain(answer) or f"({answer.status})"]
    return "\n\n".join(parts)
