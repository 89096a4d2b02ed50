"""Whether a report shows what was judged, and the field beside it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.evals.test_figures import PASSED, rows

from pincite.errors import BadInput
from pincite.evals import exam, summary
from pincite.evals.judging import Opinion
from pincite.evals.record import append


def test_a_report_is_a_table_json_and_three_charts(tmp_path: Path) -> None:
    append(tmp_path / "judged.jsonl", rows())
    exam.keep(PASSED, tmp_path)
    made = summary.summarise([tmp_path / "judged.jsonl"], tmp_path / "report")
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "report.json",
        "report.md",
        "quality.svg",
        "citations.svg",
        "speed.svg",
    }
    (column,) = json.loads((tmp_path / "report" / "report.json").read_text("utf-8"))["columns"]
    recall = column["figures"]["citation recall"]
    assert {"value", "low", "high", "n", "of", "unit", "judge", "exam", "proxy"} == recall.keys()
    assert (recall["value"], recall["n"], recall["proxy"]) == (0.75, 40, False), "the exam beside the file counts"
    assert "| citation recall (%) | 75.0 [" in made.table()
    assert "passed: AUC 0.800" in made.table()


def test_the_same_answers_give_the_same_report(tmp_path: Path) -> None:
    append(tmp_path / "judged.jsonl", rows())
    for name in ("a", "b"):
        summary.summarise([tmp_path / "judged.jsonl"], tmp_path / name)
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter() if element.tag.endswith("text")]


def test_the_four_systems_of_2023_stand_in_the_charts(tmp_path: Path) -> None:
    append(tmp_path / "judged.jsonl", rows())
    charts = summary.charts(summary.summarise([tmp_path / "judged.jsonl"], tmp_path).columns)
    for name in ("quality.svg", "citations.svg"):
        assert {"Bing Chat", "NeevaAI", "perplexity.ai", "YouChat"} <= set(texts(charts[name]))
    assert "F1 80" in texts(charts["citations.svg"])
    assert "utility not rated" in " ".join(texts(charts["quality.svg"]))
    assert "made" in texts(charts["speed.svg"])


def test_a_machines_point_is_hollow_and_peoples_is_filled(tmp_path: Path) -> None:
    people = [
        one.model_copy(update={"judge": "2 people", "human": True, "opinion": Opinion(utility=4.7)}) for one in rows()
    ]
    append(tmp_path / "judged.jsonl", [*rows(), *people])
    columns = summary.summarise([tmp_path / "judged.jsonl"], tmp_path).columns
    svg = summary.charts(columns)["citations.svg"]
    circles = [e.attrib["fill"] for e in ET.fromstring(svg).iter() if e.tag.endswith("circle")]
    assert circles[:4] == ["#888888"] * 4
    assert circles[4] == "none"
    assert circles[5].startswith("#")


def test_rulings_given_twice_are_refused(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        append(tmp_path / name, rows(2))
    with pytest.raises(BadInput, match="two files hold hand's rulings on '0'"):
        summary.summarise([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], tmp_path)
    append(tmp_path / "none.jsonl", [])
    with pytest.raises(BadInput, match="no judged answers"):
        summary.summarise([tmp_path / "none.jsonl"], tmp_path)
