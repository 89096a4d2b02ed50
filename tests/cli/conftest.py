"""The real program in a process of its own, on a small index that all tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from pincite.cli import main

Run = subprocess.CompletedProcess[str]
Cli = Callable[..., Run]


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")}
    # How much is read in time depends on how busy the machine is; test_ask has one answer that is read.
    ours = {"PINCITE_DATA_DIR": str(data), "PINCITE_RANK__CROSS_ENCODER": "none"}
    return {**kept, **ours, "PYTHONWARNINGS": "error", "COLUMNS": "100", "NO_COLOR": "1"}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "pincite", *words]


def call(data: Path, *words: str, stdin: str | None = None) -> Run:
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    return subprocess.run(
        command(*words), env=environment(data), cwd=data.parent, capture_output=True, text=True, timeout=120, **given
    )


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path) -> Path:
    """A data folder in which ``pincite index`` has put the small corpus."""
    folder = tmp_path_factory.mktemp("cli")
    shutil.copytree(small_corpus, folder / "corpus")
    done = call(folder / "data", "index", "corpus")
    assert done.returncode == 0, done.stderr
    assert "6 new documents; " in done.stderr
    assert done.stdout == ""
    return folder / "data"


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Run]]:
    """Runs the program in this process: the same from the words to the exit code, without the second of starting."""

    def run(data: Path, *words: str) -> Run:
        for name, value in environment(data).items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(data.parent)
        monkeypatch.setattr(sys, "argv", ["pincite", *words])
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, int(left.value.code or 0), said.out, said.err)

    yield run
    structlog.reset_defaults()


@pytest.fixture
def pincite(indexed: Path, inside: Callable[..., Run]) -> Cli:
    """``pincite WORDS…`` on the shared index; in a process of its own when something is piped in."""
    return lambda *words, stdin=None: call(indexed, *words, stdin=stdin) if stdin else inside(indexed, *words)


@pytest.fixture
def fresh(data_dir: Path, inside: Callable[..., Run]) -> Cli:
    """``pincite WORDS…`` on an empty data folder."""
    return lambda *words: inside(data_dir, *words)
