"""Leave to learn is given, taken back and shown at the terminal; without it nothing leaves."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli

ALLOWED = ("--set", "library.traces=true")


def test_what_is_asked_with_leave_can_be_exported_until_it_is_taken_back(fresh: Cli, data_dir: Path) -> None:
    assert "you gave no leave" in fresh("traces").stdout
    fresh("How tall is the Eiffel Tower?", "-q")
    fresh("traces", "on")
    assert "you gave leave on 2" in fresh("traces", "status", *ALLOWED).stdout
    fresh("Who designed the Eiffel Tower?", "-q")
    to = data_dir.parent / "traces.jsonl"
    assert "1 trace\n" in fresh("traces", "export", "--to", str(to), *ALLOWED).stderr
    (row,) = [json.loads(line) for line in to.read_text("utf-8").splitlines()]
    assert row["question"] == "Who designed the Eiffel Tower?"
    assert row["steps"]
    fresh("traces", "off")
    assert fresh("traces", "export", *ALLOWED).stdout == ""


def test_without_the_setting_nothing_leaves(fresh: Cli) -> None:
    assert "library.traces is off" in fresh("traces", "status").stdout
    refused = fresh("traces", "export")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "pincite --set library.traces=true traces export" in refused.stderr


def test_pairs_are_made_without_pytorch(fresh: Cli, tmp_path: Path) -> None:
    empty = tmp_path / "none.jsonl"
    empty.write_text("", encoding="utf-8")
    refused = fresh("train", "traces", str(empty))
    assert refused.returncode == 2
    assert "no trace teaches anything" in refused.stderr
