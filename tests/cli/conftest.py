"""The real program in a process of its own, on a small index that all tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = subprocess.CompletedProcess[str]
Cli = Callable[..., Run]


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PINCITE_")}
    return {**kept, "PINCITE_DATA_DIR": str(data), "PYTHONWARNINGS": "error", "COLUMNS": "100", "NO_COLOR": "1"}


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
def pincite(indexed: Path) -> Cli:
    """Runs ``pincite WORDS…`` on the shared index; ``stdin`` is piped in."""
    return lambda *words, stdin=None: call(indexed, *words, stdin=stdin)


@pytest.fixture
def fresh(data_dir: Path) -> Cli:
    """Runs ``pincite WORDS…`` on an empty data folder."""
    return lambda *words, stdin=None: call(data_dir, *words, stdin=stdin)
