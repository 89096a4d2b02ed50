"""Which command is meant? A table of names; a command's module is imported when it is the one, and not before.

Three conveniences, all done on the words themselves before they are parsed:
a question needs no command (``pincite "what causes tides?"``), a group's usual command needs no name
(``pincite index docs/``), and the options for everything may stand anywhere.
"""

from __future__ import annotations

import difflib
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from pincite import __version__
from pincite.cli.door import Color, Door, stdin_mode

COMMANDS: dict[str, tuple[str, str]] = {
    "ask": ("pincite.cli.ask:app", "Ask a question; the answer cites its sources."),
    "chat": ("pincite.cli.chat:app", "Ask one question after another; each knows those before it."),
    "search": ("pincite.cli.search:app", "Find passages, and see why each ranks where it does."),
    "index": ("pincite.cli.index:app", "Add files and folders to what can be asked about."),
    "crawl": ("pincite.cli.crawl:app", "Walk through web sites and add their pages."),
    "serve": ("pincite.cli.serve:app", "Open the page and the API on this machine."),
    "people": ("pincite.cli.people:app", "Make and change the accounts of a server for several people."),
    "mcp": ("pincite.cli.mcp:app", "Let an assistant ask, over the Model Context Protocol."),
    "threads": ("pincite.cli.threads:app", "List, search, show and export what was asked."),
    "models": ("pincite.cli.models:app", "List the models that can write, try one, add servers and keys."),
    "focuses": ("pincite.cli.focuses:app", "List where to look, and who would see the question."),
    "databases": ("pincite.cli.databases:app", "List the databases that can be asked, and what is in one."),
    "settings": ("pincite.cli.settings:app", "Show every setting, its value and where it came from."),
    "doctor": ("pincite.cli.doctor:app", "Check everything, and say how to mend what is broken."),
    "rank": ("pincite.cli.rank:app", "Learn a ranker from judged questions."),
    "traces": ("pincite.cli.traces:app", "Give leave to learn from your questions, and export what may be learnt."),
    "train": ("pincite.cli.train:app", "Teach ranking, reading and checking from your own passages and questions."),
    "eval": ("pincite.cli.eval:app", "Measure search and answers on questions with known answers."),
    "arena": ("pincite.cli.arena:app", "Compare two models, prompts or settings by blind votes."),
}
"""Name → where it lives, and its line in the help."""

USUAL = {
    "index": "add",
    "crawl": "start",
    "threads": "list",
    "people": "list",
    "models": "list",
    "settings": "show",
    "traces": "status",
}
OF_WORDS = {"index", "crawl"}
"""Groups whose usual command takes any words, such as a path; to the others a word that is no command is a slip."""
INSIDE = {
    "index": {"add", "status", "rm", "repair"},
    "crawl": {"start", "status", "forget"},
    "threads": {"list", "show", "search", "rename", "rm", "export"},
    "people": {"list", "add", "invite", "reset", "role", "suspend", "resume", "rm"},
    "models": {"list", "test", "add", "remove", "key"},
    "traces": {"status", "on", "off", "export"},
    "settings": {"show", "path"},
}

HELP = """\
pincite answers questions from your documents. Every sentence cites the passage it rests on.

  pincite index notes/ handbook.md          add files and folders
  pincite crawl https://example.org/        add a web site
  pincite "what do whales eat?"             ask
  pincite chat                              ask, and ask on
  cat app.log | pincite "what failed?"      ask about what is piped in
  pincite serve --open                      the same in the browser

Commands:
{commands}

Everywhere:
  --data-dir DIR           where everything is kept
  --config FILE            settings file, instead of ./pincite.toml
  --set NAME=VALUE         one setting, for this once
  --color auto|always|never
  -q, --quiet              only the answer
  -v, --verbose            also what happens inside
  --version, --help
  --install-completion     complete commands and options with Tab

pincite COMMAND --help says more of each. Exit codes: 0 answered, 1 failed,
2 wrong usage, 3 nothing found, 130 stopped."""

VALUED = {"--data-dir", "--config", "--set", "--color"}
BARE = {"-q", "--quiet", "-v", "--verbose"}


class Lazy(TyperGroup):
    """A group whose commands are imported one at a time."""

    resolving = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        home, line = COMMANDS[cmd_name]
        if ctx.resilient_parsing and not self.resolving:  # Tab was pressed: the name is enough
            return TyperCommand(cmd_name, help=line)
        module, name = home.split(":")
        return typer.main.get_command(getattr(import_module(module), name))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS:
            ctx.fail(_unknown(args[0]))
        self.resolving = True
        try:
            return super().resolve_command(ctx, args)
        finally:
            self.resolving = False

    def get_help(self, ctx: Any) -> str:  # noqa: ARG002
        lines = (f"  {name:<10} {line}" for name, (_, line) in COMMANDS.items())
        return HELP.format(commands="\n".join(lines))


app = typer.Typer(
    name="pincite",
    cls=Lazy,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _unknown(word: str) -> str:
    near = difflib.get_close_matches(word, COMMANDS, n=1, cutoff=0.6)
    meant = f" Did you mean pincite {near[0]}?" if near else ""
    return f"there is no command {word!r}.{meant} To ask it as a question: pincite ask {word} …"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pincite {__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    context: typer.Context,
    data_dir: Annotated[Path | None, typer.Option()] = None,
    config: Annotated[Path | None, typer.Option()] = None,
    one: Annotated[list[str] | None, typer.Option("--set")] = None,
    color: Annotated[Color, typer.Option()] = Color.AUTO,
    quiet: Annotated[bool, typer.Option("--quiet", "-q")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,  # noqa: ARG001
) -> None:
    """What holds for every command."""
    context.obj = Door(data_dir, config, tuple(one or ()), color, quiet=quiet, verbose=verbose)


def main() -> None:
    """The entry point: parse, run, and leave with the right exit code."""
    words = sys.argv[1:]
    # A stream that was closed before we came (>&-) is none at all; what goes there is for nobody.
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    if "_PINCITE_COMPLETE" not in os.environ:
        words = understood(words, piped=bool(stdin_mode()))
    try:
        app(words, prog_name="pincite")
    except Exception as error:
        sys.exit(import_module("pincite.cli.failure").told(error, verbose={"-v", "--verbose"} & set(words)))


def understood(words: list[str], *, piped: bool = False) -> list[str]:
    """The words as the parser wants them: options for everything first, then a command, then the rest."""
    ahead, rest = _hoisted(words)
    if not rest:
        return [*ahead, "ask"] if piped else [*ahead, "--help"]
    first = rest[0]
    if first in {"--help", "-h", "--version", "--install-completion", "--show-completion"}:
        return [*ahead, *rest]
    if first not in COMMANDS:
        return [*ahead, "ask", *rest] if _is_question(rest) else [*ahead, *rest]
    if first in USUAL and (len(rest) == 1 or _is_of_usual(first, rest[1])):
        return [*ahead, first, USUAL[first], *rest[1:]]
    return [*ahead, *rest]


def _is_of_usual(group: str, word: str) -> bool:
    """The word behind a group's name belongs to its usual command."""
    if word in INSIDE[group] | {"--help", "-h"}:
        return False
    return group in OF_WORDS or word.startswith("-")


def _is_question(rest: list[str]) -> bool:
    """Anything but a command with a slip in it: one word, or one and what looks like a path, that is nearly a name."""
    first = rest[0]
    if first.startswith("-") or " " in first:
        return True
    plain = [word for word in rest if not word.startswith("-")]
    return len(plain) > 2 or not difflib.get_close_matches(first, COMMANDS, n=1, cutoff=0.75)


def _hoisted(words: list[str]) -> tuple[list[str], list[str]]:
    ahead: list[str] = []
    rest: list[str] = []
    left = iter(words)
    for word in left:
        if word == "--":
            rest += [word, *left]
        elif word in VALUED:
            ahead += [word, *([value] if (value := next(left, None)) is not None else [])]
        elif word in BARE or word.split("=")[0] in VALUED:
            ahead.append(word)
        else:
            rest.append(word)
    return ahead, rest
