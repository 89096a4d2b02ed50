"""Which files are in this folder? All that can be read, in a fixed order, each once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path


def _nobody(_path: Path) -> None:
    pass


def walk(path: Path, suffixes: Collection[str], passed: Callable[[Path], None] = _nobody) -> Iterator[Path]:
    """The file itself, or the files below a folder whose names end in one of ``suffixes``, by name.

    ``passed`` is told of the other files. Hidden files and folders are left out. Links are followed, but no folder is
    entered twice: loops end.
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
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _below(path, suffixes, passed, entered)
        elif path.name.lower().endswith(suffixes):
            yield path
        else:
            passed(path)
