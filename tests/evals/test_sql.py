"""Execution accuracy, on a database of three rows."""

from __future__ import annotations

import json
import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pincite.errors import BadInput
from pincite.evals import sql
from pincite.evals.__main__ import main
from pincite.evals.sql import run, same


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / "plain.sqlite")) as connection:
        connection.executescript(
            "CREATE TABLE players (id INTEGER PRIMARY KEY, name TEXT, country TEXT, points INTEGER);"
            "INSERT INTO players VALUES (1, 'Ada', 'Norway', 5), (2, 'Bo', 'Sweden', 7), (3, 'Cleo', 'Norway', 9);"
        )
    packed = tmp_path / "pets.sqlite.xz"
    packed.write_bytes(lzma.compress((tmp_path / "plain.sqlite").read_bytes()))
    (tmp_path / "plain.sqlite").rename(tmp_path / "voter_1.sqlite")
    rows = [
        {"db": "voter_1", "question": "How many players are there?", "gold": "SELECT count(*) FROM players"},
        {"db": "voter_1", "question": "How many players are there?", "gold": ["SELECT 4", "SELECT 3.0"]},
        {"db": "voter_1", "question": "How many players are from Norway?", "gold": "SELECT 99"},
        {"db": "pets", "question": "names of players", "gold": "SELECT name FROM players ORDER BY name"},
        {"db": "pets", "question": "names of players", "gold": "SELECT name FROM players WHERE points > 100"},
        {"db": "pets", "question": "Who invented chess?"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


def test_questions_are_counted_by_what_their_rows_are(questions: Path) -> None:
    report = run([questions])
    assert report.facts["gold without rows"] == 1
    tuned, held = (report.systems[f"all, {part}"] for part in ("tuned", "held"))
    assert (tuned["n"], tuned["answered"], tuned["ex"], tuned["precision"]) == (3, 1.0, 2 / 3, 2 / 3)
    assert (held["n"], held["ex"]) == (1, 1.0)
    assert report.systems["not in the data, held"] == {"n": 1, "answered": 0.0, "declined": 1.0}


def test_the_command_shows_them(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "--questions", str(questions), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 6


@pytest.mark.parametrize(
    ("rows", "gold", "ordered", "right"),
    [
        ([(1, "a"), (2, "b")], [("b", 2), ("a", 1)], False, True),
        ([(1, "a"), (2, "b")], [("b", 2), ("a", 1)], True, False),
        ([("a", 1), ("b", 2)], [("a",), ("b",)], True, True),
        ([("a",), ("b",)], [("a", 1), ("b", 2)], False, False),
        ([("a",), ("a",)], [("a",)], False, False),
        ([("a", 1, 2, 3)], [("a",)], False, False),
        ([(1, 2), (2, 1)], [(1, 1), (2, 2)], False, False),
        ([], [], False, True),
    ],
)
def test_rows_are_the_same_whatever_their_columns_are_called(
    rows: list[tuple[object, ...]], gold: list[tuple[object, ...]], ordered: bool, right: bool
) -> None:
    assert same(rows, gold, ordered=ordered) is right


def test_a_query_that_never_ends_is_given_up(questions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql, "STEPS", 10_000)
    with closing(sql.Database(questions.parent / "voter_1.sqlite")) as database:
        endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        assert database.rows(endless) is None
        assert database.rows("SELECT no_such_column FROM players") is None
        assert database.rows("SELECT 1") == [(1.0,)]


def test_a_database_that_is_not_there_and_a_row_without_a_question(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"db": "nowhere", "question": "how many?", "gold": "SELECT 1"}', encoding="utf-8")
    with pytest.raises(BadInput, match="nowhere"):
        run([file])
    file.write_text('{"db": "nowhere"}', encoding="utf-8")
    with pytest.raises(BadInput, match="question"):
        run([file])
    file.write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="no question"):
        run([file])
