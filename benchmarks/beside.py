"""Who else is asked the same? Runs the peers on passages and questions, each in a process of its own.

A peer runs in the virtual environment of ``--peers`` if it is installed there, else in this one; where it is in
neither, it is left out with a message. What the environment lacks comes from PyPI, itself too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.process import measured
from pincite.ports import Vectors

HERE = Path(__file__).parent
PACKAGES = {"bm25s": ("bm25s", "PyStemmer"), "fts5": ("numpy",), "lancedb": ("lancedb",)}
"""Each peer, and what of PyPI it needs."""
_IMPORTS = {"bm25s": "bm25s, Stemmer, numpy", "fts5": "sqlite3, numpy", "lancedb": "lancedb, numpy"}
_SILENT = {**os.environ, "RUST_LOG": "error", "LANCE_LOG": "error", "PYTHONWARNINGS": "ignore"}
"""LanceDB warns on every query."""


@dataclass(frozen=True)
class Given:
    """What every peer gets: passages with unit vectors, and questions with theirs."""

    ids: Sequence[str]
    texts: Sequence[str]
    vectors: Vectors
    questions: Sequence[str]
    question_vectors: Vectors

    def write(self, folder: Path) -> None:
        rows = [{"id": id_, "text": text} for id_, text in zip(self.ids, self.texts, strict=True)]
        _write(folder / "passages.jsonl", rows)
        _write(folder / "questions.jsonl", [{"text": text} for text in self.questions])
        np.save(folder / "passages.npy", self.vectors)
        np.save(folder / "questions.npy", self.question_vectors)


def _write(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def option(parser: argparse.ArgumentParser, peers: str = "bm25s and lancedb") -> None:
    help_ = f"a virtual environment with {peers}; made from PyPI if there is none"
    parser.add_argument("--peers", type=Path, metavar="FOLDER", help=help_)


def interpreters(
    environment: Path | None,
    packages: Mapping[str, Sequence[str]] = PACKAGES,
    imports: Mapping[str, str] = _IMPORTS,
) -> dict[str, str]:
    """Which Python runs which peer. An environment that is named is made if it is not there, and gets what it lacks."""
    candidates = [sys.executable]
    if environment is not None:
        python = environment / "bin" / "python"
        if not python.exists():
            venv.create(environment, with_pip=True, upgrade_deps=True)
        names = [name for peer, some in packages.items() if not _imports(str(python), imports[peer]) for name in some]
        if names:
            subprocess.run([python, "-m", "pip", "install", "--quiet", *names], check=True)
        candidates.insert(0, str(python))
    found: dict[str, str] = {}
    for peer, modules in imports.items():
        python_of = next((each for each in candidates if _imports(each, modules)), None)
        if python_of is None:
            print(f"{peer}: left out, not installed (--peers FOLDER makes an environment that has it)", file=sys.stderr)
        else:
            found[peer] = python_of
    return found


def _imports(python: str, modules: str) -> bool:
    done = subprocess.run([python, "-c", f"import {modules}"], stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def results(given: Given, python: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """What each peer wrote, with what its process cost."""
    found: dict[str, dict[str, Any]] = {}
    for peer, interpreter in python.items():
        with tempfile.TemporaryDirectory(prefix="pincite-peer-") as name:
            given.write(Path(name))
            words = [interpreter, str(HERE / "peers.py"), peer, name]
            code, cost, _ = measured(words, stderr=subprocess.DEVNULL, env=_SILENT)
            if code:
                print(f"{peer}: left out, it ended with exit code {code}", file=sys.stderr)
                continue
            result: dict[str, Any] = json.loads((Path(name) / f"{peer}.json").read_text("utf-8"))
            found[peer] = {**result, **cost}
    return found
