"""How does one ask on? ``pincite chat``: a thread, a prompt, and a few commands that begin with a slash."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Annotated

import typer

from pincite.cli import asking, options
from pincite.cli.door import Door
from pincite.engine import AnswerEngine
from pincite.errors import PinciteError
from pincite.search.focus import Focuses
from pincite.types import Answer, Filters, FormReply, Question, Status, new_id

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

HELP = """\
/new            begin a new thread
/open N         open source N of the last answer in the browser
/model ID       let another model write; /model none: quotes only
/focus NAME     look elsewhere from now on; @NAME before a question, for that one
/sql SELECT …   in a database's focus: run this, instead of asking in words
/copilot        search in steps and ask back from now on, or stop doing so; Enter takes what is recommended
/why            explain every step from now on, or stop doing so
/quit           leave; so does Ctrl-D
Ctrl-C          stop an answer and keep its text"""


@dataclass(frozen=True)
class Talk:
    """How the next question is asked."""

    thread: str
    model: str | None
    focus: str
    filters: Filters
    why: bool
    copilot: bool = False
    last: Answer | None = None


@app.command()
def chat(
    context: typer.Context,
    focus: options.Focus = "",
    model: options.Model = None,
    site: options.Site = None,
    collection: options.Collection = None,
    lang: options.Lang = None,
    after: options.After = None,
    before: options.Before = None,
    thread: Annotated[
        str,
        typer.Option("--thread", "-t", metavar="ID", help="Go on in this thread: an id, its beginning, or last."),
    ] = "",
    ask_on: Annotated[bool, typer.Option("--continue", "-c", help="Go on in the latest thread.")] = False,
    copilot: options.Copilot = False,
    why: options.Why = False,
) -> None:
    """Ask one question after another; each is understood from those before it. /help lists what else can be typed."""
    door: Door = context.obj
    with contextlib.suppress(ImportError):
        import_module("readline")  # arrow keys and earlier lines, where the system has them
    narrowed = options.filters(site, collection, lang, after, before)
    thread = thread or ("last" if ask_on else "")
    talk = Talk(new_id(), model, focus, narrowed, why, copilot)
    with asyncio.Runner() as runner:
        opening = asking.opened(door.settings)
        engine = runner.run(opening.__aenter__())
        try:
            if thread:
                talk = replace(talk, thread=runner.run(asking.thread_id(engine, thread)))
            _talk(door, runner, engine, talk)
        finally:
            runner.run(opening.__aexit__(None, None, None))


def _talk(door: Door, runner: asyncio.Runner, engine: AnswerEngine, talk: Talk) -> None:
    door.say("Ask a question. /help lists what else you can type; Ctrl-D leaves.", "dim")
    while (line := _line(door)) is not None:
        try:
            if line.startswith("/sql "):
                talk = replace(talk, last=runner.run(_ask(door, engine, talk, "", line.removeprefix("/sql ").strip())))
            elif line.startswith("/"):
                talk = _command(door, engine.focuses, talk, line)
                if line.split()[0] in {"/quit", "/exit"}:
                    return
            elif line or _waits(talk):
                talk = replace(talk, last=runner.run(_ask(door, engine, talk, line)))
        except PinciteError as error:
            door.warn(error.detail)
            if error.hint:
                door.warn(f"  → {error.hint}")
        except KeyboardInterrupt:
            door.warn("stopped")


def _line(door: Door) -> str | None:
    """What was typed; ``None`` at the end. Ctrl-C on an empty prompt only begins a new line."""
    while True:
        try:
            return (input("› ") if sys.stdin.isatty() and sys.stdout.isatty() else input()).strip()
        except EOFError:
            return None
        except KeyboardInterrupt:
            door.say("\nCtrl-D leaves", "dim")


def _waits(talk: Talk) -> bool:
    """Whether a form waits: Enter takes what it recommends, and what is typed is a reply if the engine takes it so."""
    return talk.last is not None and talk.last.status is Status.WAITING


async def _ask(door: Door, engine: AnswerEngine, talk: Talk, line: str, sql: str = "") -> Answer:
    question = Question(
        thread_id=talk.thread,
        text=line or sql,
        sql=sql,
        focus=talk.focus,
        model=talk.model,
        filters=talk.filters,
        mode="copilot" if talk.copilot else "quick",
    )
    if not question.text and talk.last is not None and talk.last.form is not None:
        usual = {field.id: field.default for field in talk.last.form.fields if field.default}
        reply = FormReply(form_id=talk.last.form.id, values=usual, skipped=not usual)
        question = question.model_copy(update={"text": talk.last.question.text, "reply": reply})
    answer = await asking.follow(engine, question, door, style="stream", why=talk.why)
    asking.note(engine, answer.question.text, door)
    return answer


def _command(door: Door, focuses: Focuses, talk: Talk, line: str) -> Talk:
    """What a line with a slash does."""
    name, _, value = line.partition(" ")
    match name:
        case "/new":
            door.say("a new thread", "dim")
            return replace(talk, thread=new_id(), last=None)
        case "/model":
            model = value.strip() or None
            who = "quotes only" if model == "none" else f"{model or 'the default'} writes"
            door.say(f"{who} from now on", "dim")
            return replace(talk, model=model)
        case "/focus":
            chosen = focuses.focus(value.strip()) if value.strip() else None
            door.say(f"{f'looking in {chosen.label}' if chosen else 'looking where it is usual'} from now on", "dim")
            return replace(talk, focus=chosen.id if chosen else "")
        case "/copilot":
            door.say(f"{'quick answers' if talk.copilot else 'the copilot'} from now on", "dim")
            return replace(talk, copilot=not talk.copilot)
        case "/why":
            door.say(f"{'steps are no longer' if talk.why else 'every step is'} explained from now on", "dim")
            return replace(talk, why=not talk.why)
        case "/open" if talk.last is not None and value.strip().isdigit():
            asking.open_source(talk.last, int(value), door)
        case "/quit" | "/exit":
            pass
        case "/help":
            door.say(HELP)
        case _:
            door.warn(f"{line} does nothing here\n  → /help lists what can be typed")
    return talk
