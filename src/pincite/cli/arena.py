"""Which of two do people prefer? ``pincite arena``: the words go to ``pincite.evals.arena`` as they are."""

from __future__ import annotations

import typer

from pincite.cli.door import Door
from pincite.evals.arena.__main__ import main

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(
    name="arena",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def arena(context: typer.Context) -> None:
    """Compare two models, prompts or settings by blind votes."""
    door: Door = context.obj
    raise typer.Exit(main(context.args, door.settings))
