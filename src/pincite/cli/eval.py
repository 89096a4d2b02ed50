"""How good is it? ``pincite eval``: the words go to ``pincite.evals`` as they are, which has its own help."""

from __future__ import annotations

from importlib import import_module

import typer

from pincite.cli.door import Door

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(
    name="eval",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def evaluate(context: typer.Context) -> None:
    """Measure retrieval, answers or followups on questions whose answers are known."""
    door: Door = context.obj
    door.settings  # noqa: B018 - sends logs to stderr
    # By name: the evaluations stand above the doors and look in from there.
    raise typer.Exit(import_module("pincite.evals.__main__").main(context.args))
