"""Which files are in this folder? All that can be read, in a fixed order, each once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from enum import StrEnum
from pathlib import Path

from pincite.readers.file import ending
from pincite.readers.ignored import Ignored

_INSTALLED = frozenset(("node_modules", "bower_components", "site-packages"))
_MARKS = ("CACHEDIR.TAG", "pyvenv.cfg")
"""Files by which a folder says that it can be made again: a cache (bford.info/cachedir), a virtual environment."""
_OF_A_PROJECT = frozenset((".github", ".gitlab", ".gitlab-ci.yml", ".gitea", ".forgejo", ".circleci", ".woodpecker"))
"""Hidden, yet written by people for people: how a project is tested, released and contributed to."""


class Why(StrEnum):
    """Why something was passed by."""

    TYPE = "type"
    """Files of this type are not read."""
    FILLED = "filled"
    """A program filled the folder: installed packages, a cache."""
    IGNORED = "ignored"
    """The repository's ``.gitignore`` leaves it out."""


Passed = Callable[[Path, Why], None]


def _nobody(_path: Path, _why: Why) -> None:
    pass


def walk(path: Path, suffixes: Collection[str], passed: Passed = _nobody) -> Iterator[Path]:
    """The file itself, or the files below a folder whose names end in one of ``suffixes``, by name.

    ``passed`` is told of the other files, of folders below it that a program filled, and of what git ignores; whatever
    is named itself is read. Hidden files and folders are left out, but for what a project's host has it put there.
    Links are followed, but no folder is entered twice: loops end.
    """
    if not path.is_dir():
        yield path
        return
    yield from _below(path, frozenset(suffixes), passed, set(), Ignored.above(path))


def _below(
    folder: Path, suffixes: Collection[str], passed: Passed, entered: set[tuple[int, int]], ignored: Ignored
) -> Iterator[Path]:
    about = folder.stat()
    if (about.st_dev, about.st_ino) in entered:
        return
    entered.add((about.st_dev, about.st_ino))
    try:
        inside = sorted(folder.iterdir())
    except PermissionError:
        # Handed on as it is, so that whoever reads it says why it can't.
        yield folder
        return
    ignored = ignored.within(folder)
    for path in inside:
        if _is_hidden(path.name):
            continue
        if path.is_dir() and _is_filled(path):
            passed(path, Why.FILLED)
        elif ignored.hides(path):
            passed(path, Why.IGNORED)
        elif path.is_dir():
            yield from _below(path, suffixes, passed, entered, ignored)
        elif ending(path, suffixes):
            yield path
        else:
            passed(path, Why.TYPE)


def _is_hidden(name: str) -> bool:
    return (name.startswith(".") and name not in _OF_A_PROJECT) or name == "__pycache__"


def _is_filled(folder: Path) -> bool:
    return folder.name in _INSTALLED or any((folder / mark).exists() for mark in _MARKS)
