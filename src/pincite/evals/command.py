"""What do the commands of the evaluations share? A call's words, how an error ends it, how a report is told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pincite.errors import PinciteError
from pincite.loading import load
from pincite.settings import Settings


@dataclass(frozen=True)
class Given:
    """The words of one call, and what the door knows."""

    words: argparse.Namespace
    settings: Settings
    env: Mapping[str, str]


class Shown(Protocol):
    """What a command found."""

    def json(self) -> str:
        """For programs."""
        ...

    def table(self) -> str:
        """For people."""
        ...


Commands = Mapping[str, Callable[[Given], int]]
"""Name, the ``what`` of the words → what it does; it returns the exit code."""


def call(commands: Commands, words: argparse.Namespace, settings: Settings | None, env: Mapping[str, str]) -> int:
    """Runs one; 1, with what is wrong and what to do, for an error of ours. Without ``settings`` they are loaded."""
    try:
        return commands[words.what](Given(words, settings or load(env=env).settings, env))
    except PinciteError as error:
        sys.stderr.write(f"pincite: {error.detail}\n  → {error.hint}\n")
        return 1


def show(given: Given, shown: Shown) -> int:
    """Prints it as the words want it, and returns 0."""
    sys.stdout.write((shown.json() if given.words.json else shown.table()) + "\n")
    return 0


# ── words that several take ──


def positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def asked_of(made: argparse.ArgumentParser) -> None:
    """What is asked, of what."""
    made.add_argument("--passages", type=Path, nargs="+", required=True, metavar="FILE", help="indexed together")
    made.add_argument("--questions", type=Path, nargs="+", required=True, metavar="FILE")
    cached(made)


def cached(made: argparse.ArgumentParser) -> None:
    made.add_argument("--cache", type=Path, metavar="FOLDER", help="folder where vectors are kept between runs")


def reached(made: argparse.ArgumentParser) -> None:
    """Where a model that judges is."""
    made.add_argument("--url", metavar="URL", help="of a server for --by llm:MODEL that no setting names")
    made.add_argument("--key-env", default="", metavar="NAME", help="variable that holds its key")
