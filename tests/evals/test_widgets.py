"""How widgets are measured: what counts as complete, as right and as wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.evals.conftest import written

from pincite.errors import BadInput
from pincite.evals import widgets
from pincite.evals.__main__ import main

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "intent", "whole"),
    [
        ("what is 13 times forty five", "calculator", True),
        ("what is the square root of 5", "calculator", True),
        ("help me with math", "calculator", False),
        ("how many ounces are in a cup", "measurement_conversion", True),
        ("how many crows are in 10 murders", "measurement_conversion", False),
        ("celsius to fahrenheit", "measurement_conversion", False),
        ("what time is it in atlantis", "time", True),
        ("what time is it in russia", "time", False),
        ("is the timezone there different", "timezone", False),
        ("what's the date in 10 days", "date", True),
        ("show me a calendar", "date", False),
        ("what is a pound in yen", "exchange_rate", True),
        ("what is a zorkmid in yen", "exchange_rate", False),
        ("be so kind as to tell of the skies above denver", "weather", True),
        ("is it raining", "weather", False),
    ],
)
def test_a_query_is_complete_or_not_whatever_the_widgets_can_do(text: str, intent: str, whole: bool) -> None:
    assert widgets.complete(text, intent) is whole


def test_a_miss_costs_recall_and_a_fire_elsewhere_precision(tmp_path: Path) -> None:
    queries = written(
        tmp_path / "q.jsonl",
        {"text": "what is 2 plus 2", "intent": "calculator", "set": "val"},
        {"text": "be so kind as to reckon 2 plus 2", "intent": "calculator", "set": "val"},
        {"text": "help me with math", "intent": "calculator", "set": "val"},
        {"text": "what is 3 plus 3", "intent": "joke", "set": "val"},
        {"text": "will it rain", "intent": "joke", "set": "train"},
    )
    questions = written(tmp_path / "n.jsonl", {"id": 1, "question": "what time is it"})
    traps = tmp_path / "t.txt"
    traps.write_text("# why\na song about whales\n", "utf-8")
    report = widgets.run([queries], [questions], [traps], now=NOW)
    row = report.systems["calculator"]
    assert (row["n"], row["complete"], row["answered"], row["recall"]["value"]) == (3, 2, 1, 0.5)
    assert report.systems["other intents"] == {"n": 2, "fired": 1}
    assert report.systems["questions"] == {"n": 1, "fired": 1}
    assert report.systems["traps"] == {"n": 1, "fired": 0}
    assert report.facts["false"] == ["what is 3 plus 3", "what time is it"]
    assert report.facts["precision"]["value"] == pytest.approx(1 / 3)
    assert widgets.run([queries], part="train", now=NOW).systems["other intents"] == {"n": 1, "fired": 0}


def test_the_command_prints_it_and_a_bad_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queries = written(tmp_path / "q.jsonl", {"text": "what is 2 plus 2", "intent": "calculator"})
    assert main(["widgets", "--queries", str(queries), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["systems"]["all"]["answered"] == 1
    assert main(["widgets", "--queries", str(written(tmp_path / "bad.jsonl", {"question": "?"}))]) == 1
    assert "bad.jsonl:1" in capsys.readouterr().err
    with pytest.raises(BadInput, match="'test'"):
        widgets.run([queries], part="test", now=NOW)
