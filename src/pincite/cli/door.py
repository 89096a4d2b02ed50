"""What do all commands share? The options for everything, the settings they lead to, and the two streams."""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from pincite.library import Library
    from pincite.loading import Loaded
    from pincite.settings import Settings


UNSEEN = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])
"""Control characters but tab and newline: in a document they could take over the terminal that shows it."""


def clean(text: str) -> str:
    """What may be shown of a text that came from anywhere."""
    return text.translate(UNSEEN)


def stdin_mode() -> int:
    """The mode of the file or the pipe that is on stdin; 0 for a terminal, or nothing."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (AttributeError, OSError, ValueError):
        return 0
    return mode if stat.S_ISFIFO(mode) or stat.S_ISREG(mode) else 0


class Color(StrEnum):
    """When to use colour and links."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True)
class Door:
    """Made once for each run of the program. The heavy parts come in when they are first used."""

    data_dir: Path | None = None
    config: Path | None = None
    set: tuple[str, ...] = ()
    color: Color = Color.AUTO
    quiet: bool = False
    verbose: bool = False

    @cached_property
    def loaded(self) -> Loaded:
        """Settings with where each came from. Raises ``BadSettings``."""
        flags: dict[str, Any] = {"data_dir": self.data_dir}
        for pair in self.set:
            name, equals, value = pair.partition("=")
            if not equals:
                raise typer.BadParameter(f"--set takes NAME=VALUE, not {pair!r}, such as --set answer.max_words=60")
            flags[name] = value
        loaded: Loaded = import_module("pincite.loading").load(flags, self.config)
        self._logs(loaded.settings.log_level)
        return loaded

    @property
    def settings(self) -> Settings:
        return self.loaded.settings

    @asynccontextmanager
    async def library(self) -> AsyncIterator[Library]:
        """The library of the data folder, which is made where there is none, or of the database that settings name."""
        library: type[Library] = import_module("pincite.library").Library
        async with await library.open(self.settings.made().library_url) as opened:
            yield opened

    def _logs(self, level: str) -> None:
        """Logs go to stderr, and only with -v below an error: what a person must know is said in words."""
        structlog = import_module("structlog")
        least = logging.getLevelNamesMapping()[level.upper()] if self.verbose else logging.CRITICAL
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(least),
            logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        )

    @cached_property
    def out(self) -> Console:
        """Where answers go."""
        return self._console(sys.stdout)

    @cached_property
    def err(self) -> Console:
        """Where everything else goes."""
        return self._console(sys.stderr)

    @property
    def rich(self) -> bool:
        """Answers are drawn for a terminal; otherwise they are plain Markdown."""
        return self.out.is_terminal

    def _console(self, stream: Any) -> Console:
        console: Console = import_module("rich.console").Console(
            file=stream,
            force_terminal=True if self.color is Color.ALWAYS else None,
            no_color=True if self.color is Color.NEVER else None,
            highlight=False,
            emoji=False,
            soft_wrap=not stream.isatty(),
        )
        return console

    def say(self, text: str, style: str = "") -> None:
        """A line for a person, on stderr; nothing when quiet."""
        if not self.quiet:
            self.err.print(clean(text), style=style, markup=False, highlight=False)

    def warn(self, text: str) -> None:
        """A line that also shows when quiet."""
        self.err.print(clean(text), style="yellow", markup=False, highlight=False)

    def print(self, text: str = "", style: str = "") -> None:
        """A line of the answer."""
        self.out.print(clean(text), style=style, markup=False, highlight=False)

    def print_json(self, value: Any) -> None:
        """One JSON document on stdout; indented for a person."""
        text = json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def interactive() -> bool:
    """A person is there to see progress."""
    return sys.stderr.isatty() and "CI" not in os.environ
