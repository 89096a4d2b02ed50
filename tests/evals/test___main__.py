"""How it is measured without a door."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.evals.conftest import SmallSet

from pincite.evals.__main__ import main


def test_numbers_go_to_stdout_and_progress_to_stderr(small: SmallSet, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--passages", str(small.passages), "--questions", str(small.questions), "--cache", str(small.cache)]
    assert main(["retrieval", *given, "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["n"] == 4
    assert "index" in said.err


def test_a_wrong_file_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["followups", "--questions", str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl can't be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    "given",
    [["retrieval", "--questions", "q.jsonl"], ["answers", "--questions", "q", "--passages", "p", "--limit", "0"]],
)
def test_a_wrong_call_is_a_usage_error(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(given)
    assert raised.value.code == 2
    assert "usage: pincite eval" in capsys.readouterr().err
