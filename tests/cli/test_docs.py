"""The documentation names every command and every option."""

from pathlib import Path
from typing import Any

import pytest
import typer

from pincite.cli.front import COMMANDS, INSIDE, Lazy

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def options(command: Any) -> set[str]:
    own = {name for one in command.params for name in one.opts if name.startswith("--")}
    return own.union(*(options(inner) for inner in getattr(command, "commands", {}).values()))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_has_a_section_for_the_command_with_all_its_options(name: str) -> None:
    section = PAGE.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
    command = Lazy(name="pincite").get_command(typer.Context(typer.main.get_command(_empty())), name)
    shared = {"--site", "--collection", "--lang", "--after", "--before", "--focus", "--model", "--thread", "--continue"}
    known = shared if name in {"chat", "search"} else set()
    missing = {
        option for option in options(command) - known - {"--stream", "--help", "--wait"} if option not in section
    }
    assert missing == ({"--why"} if name == "chat" else set())
    assert [inner for inner in INSIDE.get(name, set()) - {"list", "add"} if inner not in section] == []


def _empty() -> typer.Typer:
    app = typer.Typer()
    app.command()(lambda: None)
    return app
