"""Which files are in this folder? All that can be read, in a fixed order, each once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

_INSTALLED = frozenset(("node_modules", "bower_components", "site-packages"))
_MARKS = ("CACHEDIR.TAG", "pyvenv.cfg")
"""Files by which a folder says that it can be made again: a cache (bford.info/cachedir), a virtual environment."""


def _nobody(_path: Path) -> None:
    pass


def walk(path: Path, suffixes: Collection[str], passed: Callable[[Path], None] = _nobody) -> Iterator[Path]:
    """The file itself, or the files below a folder whose names end in one of ``suffixes``, by name.

    ``passed`` is told of the other files, and of folders below it that a program filled: installed packages, caches.
    Hidden files and folders are left out. Links are followed, but no folder is entered twice: loops end.
    """
    if not path.is_dir():
        yield path
        return
    yield from _below(path, tuple(suffixes), passed, set())


def _below(
    folder: Path, suffixes: tuple[str, ...], passed: Callable[[Path], None], entered: set[tuple[int, int]]
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
    for path in inside:
        if path.name.startswith(".") or path.name == "__pycache__":
            continue
        if path.is_dir() and _is_filled(path):
            passed(path)
        elif path.is_dir():
            yield from _below(path, suffixes, passed, entered)
        elif path.name.lower().endswith(suffixes):
            yield path
        else:
            passed(path)


def _is_filled(folder: Path) -> bool:
    return folder.name in _INSTALLED or any((folder / mark).exists() for mark in _MARKS)
