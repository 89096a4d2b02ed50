"""Files that are read side by side come to the same as one after another, whatever becomes of who reads them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest
from tests.readers import making

from pincite.errors import Unreadable
from pincite.readers import File
from pincite.readers.children import Children
from pincite.settings import FilesSettings

PATIENCE_S = 300.0


@pytest.fixture
def folder(tmp_path: Path) -> list[Path]:
    """Files of many types; some can't be read, one only in part."""
    for number in range(4):
        (tmp_path / f"note{number}.txt").write_text(f"This is note {number}.\n")
        (tmp_path / f"page{number}.html").write_text(f"<h1>Page {number}</h1><p>It is about apples and pears.</p>")
        (tmp_path / f"paper{number}.pdf").write_bytes(making.pdf([[f"This is paper {number}."], ["And its end."]]))
    (tmp_path / "list.csv").write_text("fruit,price\napple,3\npear,4\n")
    (tmp_path / "rows.jsonl").write_text('{"url": "https://example.org/1", "text": "One."}\nno row\n')
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "broken.pdf").write_bytes(making.pdf([["Gone."]])[:200])
    (tmp_path / "old.doc").write_bytes(b"old")
    return [*sorted(tmp_path.iterdir()), tmp_path / "nowhere.md"]


def read(count: int, paths: Iterable[Path]) -> list[tuple[str, Any]]:
    """All that comes of the files, in order."""
    came: list[tuple[str, Any]] = []

    def report(problem: Unreadable) -> None:
        came.append(("reported", (problem.detail, problem.hint)))

    with Children(FilesSettings(deadline_s=PATIENCE_S), count) as children:
        for file, originals in children.read(File(path, "c", 1 << 22, report) for path in paths):
            came.append(("file", file.path.name))
            try:
                came.extend(("original", original) for original in originals)
            except Unreadable as problem:
                came.append(("left out", (problem.detail, problem.hint)))
    return came


def test_several_children_read_what_one_reads_in_the_same_order(folder: list[Path]) -> None:
    one = read(1, folder)
    assert [kind for kind, _ in one].count("original") == 4 * 3 + 2
    assert [kind for kind, _ in one].count("left out") == 4
    assert [kind for kind, _ in one].count("reported") == 1
    assert read(3, folder) == one


def started(children: Children) -> list[Popen[bytes]]:
    """The processes of those that read ahead, once each has one."""
    until = time.monotonic() + PATIENCE_S
    while True:
        found = [child._worker._process for child in children._ahead if child._worker._process]
        if len(found) == len(children._ahead):
            return found
        assert time.monotonic() < until, "they never start"
        time.sleep(0.01)


def interrupted(children: Children, paths: list[Path], stopped: list[Popen[bytes]]) -> Iterator[File]:
    """The files; from the third on, whoever should read them does nothing any more."""
    for number, path in enumerate(paths):
        if number == 2:
            stopped.extend(started(children))
            for process in stopped:
                os.kill(process.pid, signal.SIGSTOP)
        yield File(path, "c", 1 << 22)


def papers(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number}.pdf" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(making.pdf([[f"This is paper {number}."]]))
    return paths


def test_what_a_killed_child_was_at_is_read_all_the_same(tmp_path: Path) -> None:
    paths = papers(tmp_path, 8)
    stopped: list[Popen[bytes]] = []

    def files(children: Children) -> Iterator[File]:
        for number, file in enumerate(interrupted(children, paths, stopped)):
            if number == 4:
                for process in stopped:
                    os.kill(process.pid, signal.SIGKILL)
            yield file

    with Children(FilesSettings(deadline_s=PATIENCE_S), 2) as children:
        texts = [original.text for _, originals in children.read(files(children)) for original in originals]
    assert texts == [f"This is paper {number}." for number in range(8)]
    assert len(stopped) == 2


def test_leaving_ends_the_children_whatever_they_are_at(tmp_path: Path) -> None:
    paths = papers(tmp_path, 8)
    stopped: list[Popen[bytes]] = []
    before = threading.active_count()
    began = time.monotonic()
    with Children(FilesSettings(deadline_s=1000 * PATIENCE_S), 2) as children:
        next(children.read(interrupted(children, paths, stopped)))
    assert time.monotonic() - began < 2 * PATIENCE_S, "it waited for those that do nothing"
    assert [process.returncode for process in stopped] == [-signal.SIGKILL] * 2
    while threading.active_count() > before:
        assert time.monotonic() - began < 2 * PATIENCE_S, "a thread is left"
        time.sleep(0.01)
