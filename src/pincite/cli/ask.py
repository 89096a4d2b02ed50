"""What does one question from the command line come to? ``pincite ask``, which is also ``pincite "question"``."""

from __future__ import annotations

import asyncio
import select
import stat
import sys
from typing import Annotated

import typer

from pincite.cli import asking, form, options
from pincite.cli.asking import exit_code, follow, latest, open_source, talked, thread_id
from pincite.cli.door import Door, stdin_mode
from pincite.errors import BadInput
from pincite.types import Question

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
PATIENCE_S = 2.0


@app.command()
def ask(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="QUESTION", help="What you want to know.")] = None,
    focus: options.Focus = "",
    model: options.Model = None,
    site: options.Site = None,
    collection: options.Collection = None,
    lang: options.Lang = None,
    after: options.After = None,
    before: options.Before = None,
    thread: Annotated[
        str,
        typer.Option("--thread", "-t", metavar="ID", help="Ask on in this thread: an id, its beginning, or last."),
    ] = "",
    ask_on: Annotated[bool, typer.Option("--continue", "-c", help="Ask on in the latest thread.")] = False,
    copilot: options.Copilot = False,
    reply: Annotated[
        list[str] | None,
        typer.Option("--reply", metavar="CHOICE", help="Answer the form that waits in the thread; skip: without."),
    ] = None,
    sql: Annotated[
        str, typer.Option("--sql", metavar="SELECT", help="In a database's focus: run this, and make nothing of words.")
    ] = "",
    source: Annotated[int, typer.Option("--open", "-o", metavar="N", help="Open source N in the browser.")] = 0,
    why: options.Why = False,
    stream: Annotated[bool, typer.Option("--stream/--no-stream", help="Show the text as it comes.")] = True,
    as_json: options.Json = False,
    as_jsonl: Annotated[bool, typer.Option("--jsonl", help="Every event, one JSON document a line.")] = False,
) -> None:
    """Ask a question; every sentence of the answer cites its source.

    A text that is piped in is what the answer is looked for in. Without a question, the text is the question;
    with neither, -o N opens a source of the latest answer.
    """
    door: Door = context.obj
    said = [] if words == ["-"] else words  # as elsewhere, what is piped in; it is taken without being named, too
    text, piped = " ".join(said or ()) or sql, piped_in(door)
    if not text or not piped.strip():
        text, piped = text or piped.strip(), ""
    style = "jsonl" if as_jsonl else "json" if as_json else "stream" if stream else "whole"
    if reply:
        asked = Question(text=text, model=model)
        raise typer.Exit(asyncio.run(_reply(door, asked, reply, style=style, why=why, thread=thread)))
    if not text:
        if not source:
            raise BadInput("there is no question", hint='ask one: pincite "what causes tides?"')
        asyncio.run(_open_latest(door, source))
        return
    question = Question(
        text=text,
        focus=focus or ("index" if piped else ""),
        model=model,
        filters=options.filters(site, collection, lang, after, before),
        mode="copilot" if copilot else "quick",
        sql=sql,
    )
    thread = thread or ("last" if ask_on else "")
    code = asyncio.run(_ask(door, question, piped, style=style, why=why, source=source, thread=thread))
    raise typer.Exit(code)


async def _ask(door: Door, question: Question, piped: str, *, style: str, why: bool, source: int, thread: str) -> int:
    async with asking.opened(door.settings) as engine:
        if thread:
            question = question.model_copy(update={"thread_id": await thread_id(engine, thread)})
        async with asking.attaching(engine, question, piped) as asked:
            answer = await talked(engine, asked, door, style=style, why=why)
        code = exit_code(answer)
        from_index = answer.question.focus == "index" and not answer.question.file_ids
        searched = code == asking.NOTHING and from_index
        if searched and not (await asyncio.to_thread(engine.index.status)).documents:
            door.warn("nothing is indexed yet, so there is nothing to answer from\n  → pincite index PATH")
        if source:
            open_source(answer, source, door)
        return code


async def _reply(door: Door, question: Question, given: list[str], *, style: str, why: bool, thread: str) -> int:
    """The reply to the form that waits in the question's thread, or in the latest one."""
    async with asking.opened(door.settings) as engine:
        named = await engine.library.answers(await thread_id(engine, thread)) if thread else await latest(engine)
        asked = form.waiting(named)
        assert asked.form is not None
        changes = {"thread_id": asked.question.thread_id, "text": asked.question.text}
        question = question.model_copy(update={**changes, "reply": form.chosen(asked.form, given)})
        return exit_code(await follow(engine, question, door, style=style, why=why))


async def _open_latest(door: Door, source: int) -> None:
    async with asking.opened(door.settings) as engine:
        open_source((await latest(engine))[-1], source, door)


def piped_in(door: Door) -> str:
    """The text on stdin, if a file or a pipe is there. Waits for it, and says so when that takes long."""
    mode = stdin_mode()
    if not mode:
        return ""
    if stat.S_ISFIFO(mode) and not select.select([sys.stdin], [], [], PATIENCE_S)[0]:
        door.say("waiting for the text on standard input; if there is none, run it with </dev/null", "dim")
    data = sys.stdin.buffer.read()
    if b"\0" in data[:8192]:
        raise BadInput("what was piped in is binary", hint="pipe in text")
    return data.decode("utf-8", errors="replace")
