"""What does a group of commands say of itself? Each one's whole first sentence, and after a slip, which there are."""

from __future__ import annotations

import difflib
from typing import Any

from typer.core import TyperGroup

_WHOLE = 1000
"""Characters that a command's first sentence may take in the list: it is never cut short."""


class Group(TyperGroup):
    """The commands of one noun, such as ``pincite threads``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            near = difflib.get_close_matches(args[0], self.commands, n=1, cutoff=0.6)
            meant = f" Did you mean {ctx.command_path} {near[0]}?" if near else ""
            ctx.fail(f"there is no command {args[0]!r}.{meant} There are: {', '.join(self.commands)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(_WHOLE)) for name, command in self.commands.items()])
