"""How is it taught? ``pincite train``: the words go to ``pincite.train`` as they are, which has its own help.

That is imported when it is run, since it needs PyTorch, which only the extra ``labs`` brings; ``traces`` needs none.
"""

from __future__ import annotations

from importlib import import_module

import typer

from pincite.cli.door import Door

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command(
    name="train",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def train(context: typer.Context) -> None:
    """Make a cross-encoder from passages and questions, or with the word traces, pairs to teach a planner with."""
    door: Door = context.obj
    if context.args[:1] == ["traces"]:
        raise typer.Exit(import_module("pincite.train.traces").main(context.args[1:]))
    # Help and slips need no PyTorch.
    import_module("pincite.train.command").parsed(context.args, door.settings.cross_dir)
    raise typer.Exit(import_module("pincite.train.__main__").main(context.args, door.settings))
