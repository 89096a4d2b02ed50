"""The evaluations get the words as they are."""

from tests.cli.conftest import Cli


def test_the_help_is_that_of_the_evaluations(fresh: Cli) -> None:
    done = fresh("eval", "--help")
    assert done.returncode == 0
    assert "--passages" in done.stdout


def test_a_missing_file_is_said(fresh: Cli) -> None:
    done = fresh("eval", "retrieval", "--passages", "nowhere.jsonl", "--questions", "nowhere.jsonl")
    assert done.returncode != 0
    assert "nowhere.jsonl" in done.stderr
