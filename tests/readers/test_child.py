"""A file can't hurt whoever reads it: it ends in a clear error, in time, and the next one is read."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.readers import making
from tests.readers.bombs import BOMBS

from pincite import readers
from pincite.errors import Unreadable
from pincite.readers.child import Child
from pincite.settings import FilesSettings

SAMPLE = ("boasting.docx", "laughs.docx", "deep.docx", "flat.odt", "loop.pdf", "outside.xml", "deep.json", "nested.eml")


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with Child(FilesSettings(cpu_s=4, deadline_s=30, memory_mb=320)) as one:
        yield one


def outcome(child: Child, path: Path) -> Unreadable | str:
    try:
        return "".join(one.text for one in readers.read(path, collection="c", max_bytes=1 << 28, child=child))
    except Unreadable as problem:
        return problem


@pytest.mark.parametrize("name", SAMPLE)
def test_a_bomb_costs_that_file_an_error_and_nobody_else_anything(child: Child, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(BOMBS[name]())
    problem = outcome(child, path)
    assert isinstance(problem, Unreadable)
    assert str(path) in problem.detail
    assert problem.hint
    good = tmp_path / "good.pdf"
    good.write_bytes(making.pdf([["All is well."]]))
    assert outcome(child, good) == "All is well."


def test_a_program_that_is_read_apart_is_called_by_its_folder_too(child: Child, tmp_path: Path) -> None:
    path = tmp_path / "shop" / "pay.py"
    path.parent.mkdir()
    path.write_text("# Charges are tried five times.\n")
    (original,) = readers.read(path, collection="c", max_bytes=1 << 20, child=child)
    assert (original.document.title, original.document.url) == ("shop/pay.py", path.as_uri())
    (handed,) = readers.read(path, collection="c", max_bytes=1 << 20, child=child, address="urn:pincite:file:1")
    assert (handed.document.title, handed.document.url) == ("pay.py", "urn:pincite:file:1")


@pytest.mark.slow
def test_forty_bombs_are_survived(tmp_path: Path) -> None:
    """With the limits that ship: each in time, none of it in our own memory, no process left behind."""
    assert len(BOMBS) >= 40
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {}
    with Child(FilesSettings()) as one:
        for name, make in BOMBS.items():
            path = tmp_path / name
            pid = os.fork()
            if not pid:  # made elsewhere, so that what is measured is the reading
                path.write_bytes(make())
                os._exit(0)
            os.waitpid(pid, 0)
            began = time.monotonic()
            found = outcome(one, path)
            took_s = time.monotonic() - began
            told[name] = found.detail if isinstance(found, Unreadable) else f"{len(found)} characters"
            print(f"{name:16} {took_s:5.1f} s  {told[name]}")
            assert took_s < 35, name
            assert "root:" not in told[name]
            if isinstance(found, str):
                assert "root:" not in found
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{grown_mb:.1f} MB")
    assert grown_mb <= 50


def test_a_file_that_takes_too_long_is_ended_at_the_deadline(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(making.pdf([["Text."]]))
    with Child(FilesSettings().model_copy(update={"deadline_s": 0.0})) as one:
        problem = outcome(one, path)
    assert isinstance(problem, Unreadable)
    assert "takes more than" in problem.detail
    assert "files.deadline_s" in problem.hint


def test_text_without_end_is_refused_with_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    path.write_bytes(b'["' + b"word " * 300_000 + b'"]')
    with Child(FilesSettings(max_text_mb=1)) as one:
        problem = outcome(one, path)
    assert isinstance(problem, Unreadable)
    assert "1,000,000 characters" in problem.detail


def test_the_process_is_gone_when_the_child_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(making.pdf([["Text."]]))
    with Child(FilesSettings()) as one:
        assert outcome(one, path) == "Text."
        process = one._worker._process
        assert process is not None
        assert process.poll() is None
    assert process.poll() is not None


def test_no_key_of_the_environment_reaches_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    path = tmp_path / "a.pdf"
    path.write_bytes(making.pdf([["Text."]]))
    with Child(FilesSettings()) as one:
        assert outcome(one, path) == "Text."
        assert one._worker._process is not None
        environment = Path(f"/proc/{one._worker._process.pid}/environ")
        if not environment.exists():
            pytest.skip("this system does not show a process's environment")
        assert b"secret" not in environment.read_bytes()
