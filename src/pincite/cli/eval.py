"""How good is it? ``pincite eval``: the words go to ``pincite.evals`` as they are, which has its own help."""

from __future__ import annotations

import typer

from pincite.cli.door import Door
from pincite.evals.__main__ import main

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(
    name="eval",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def evaluate(context: typer.Context) -> None:
    """Measure search and answers, judge any answers, and test the judges."""
    door: Door = context.obj
    raise typer.Exit(main(context.args, door.settings))
