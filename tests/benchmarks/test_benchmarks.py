"""Does measuring itself work? The page says what the results say, and every benchmark can be asked for help."""

import json
import re
import runpy
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks import goals, record, report

SAMPLE = Path(__file__).parents[1] / "fixtures" / "benchmarks" / "index_speed.json"
"""Of a benchmark whose result is not kept."""


@pytest.mark.parametrize("module", sorted({each.module for each in bench.BENCHMARKS}))
def test_every_benchmark_says_what_it_measures(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [module, "--help"])
    monkeypatch.delitem(sys.modules, f"benchmarks.{module}", raising=False)  # another test may have read it
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(f"benchmarks.{module}", run_name="__main__")
    said = capsys.readouterr().out
    assert ended.value.code == 0
    assert "--out" in said
    assert "?" in said.split("\n\n")[1], "the first line is the question it answers"


def test_every_benchmark_has_a_section_and_every_goal_a_benchmark() -> None:
    names = [each.name for each in bench.BENCHMARKS]
    assert list(report.SECTIONS) == names
    assert {goal.result for goal in goals.GOALS} <= set(names)


def test_the_page_has_every_result_and_says_what_was_not_measured(tmp_path: Path) -> None:
    results = tmp_path / "results"
    shutil.copytree(record.RESULTS, results)
    shutil.copy(SAMPLE, results)
    report.write(results, tmp_path / "page.md", tmp_path / "plots")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    for name in report.loaded(results):
        assert f"## {report.SECTIONS[name][0]}" in page
    empty, drawn = report.built({}, Path("plots"))
    assert empty.count("not measured") == len(goals.GOALS)
    assert drawn == {}
    for linked in re.findall(r"\]\((plots/[\w.]+)\)", page):
        assert (tmp_path / linked).read_text(encoding="utf-8").startswith("<svg")


def test_a_busy_machine_is_told_of(tmp_path: Path) -> None:
    sample = json.loads((record.RESULTS / "overhead.json").read_text(encoding="utf-8"))
    quiet = {**sample, "load": {"before": 0.5, "after": 1.0}}
    busy = {**sample, "load": {"before": 0.5, "after": 9.0}}
    assert "busy" not in report.conditions({"overhead": quiet})
    assert "busy with other work (load average above 3, its own part included) during: overhead" in report.conditions(
        {"overhead": busy}
    )


def test_a_goal_is_met_only_by_the_figures(tmp_path: Path) -> None:
    goal = next(goal for goal in goals.GOALS if goal.result == "overhead")
    figures: dict[str, Any] = json.loads((record.RESULTS / "overhead.json").read_text(encoding="utf-8"))["figures"]
    met = {**figures, "overhead_first_token_ms": {"p50": 60.0, "p95": 150.0}, "model_calls": [1]}
    assert goal.read(met).met
    assert not goal.read({**met, "overhead_first_token_ms": {"p50": 60.0, "p95": 150.1}}).met
    assert not goal.read({**met, "model_calls": [1, 2]}).met


def test_a_result_keeps_its_conditions_and_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "log.json"
    monkeypatch.setattr(sys, "argv", ["log", "--answers", "7", "--out", str(out), "--cache=/somewhere"])
    with record.recording("log", out) as figures:
        figures["x"] = 1.23456789
    kept = json.loads(out.read_text(encoding="utf-8"))
    assert kept["command"] == "python -m benchmarks.log --answers 7"
    assert kept["figures"] == {"x": 1.2346}
    assert {"date", "commit", "machine", "load", "wall_seconds", "cpu_seconds"} <= kept.keys()
    assert str(tmp_path) not in out.read_text(encoding="utf-8")


def test_a_tiny_figure_does_not_become_none() -> None:
    found = {"x": 2.00004e-14, "y": -3e-5, "z": 0.0, "w": [0.123456]}
    assert record.rounded(found) == {"x": 2e-14, "y": -3e-5, "z": 0.0, "w": [0.1235]}


def test_what_failed_leaves_no_result(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), record.recording("log", tmp_path / "log.json"):
        raise RuntimeError
    assert not (tmp_path / "log.json").exists()


def test_the_kept_page_is_made_of_the_kept_results() -> None:
    page, drawn = report.built(report.loaded(record.RESULTS), Path(report.PLOTS.name))
    assert report.PAGE.read_text(encoding="utf-8") == page, "run: python -m benchmarks report"
    assert {path.name for path in report.PLOTS.glob("*.svg")} == set(drawn)


def test_a_goal_met_on_a_smaller_sample_is_not_met_yet() -> None:
    goal = next(goal for goal in goals.GOALS if goal.result == "streams")
    figures: dict[str, Any] = json.loads((record.RESULTS / "streams.json").read_text(encoding="utf-8"))["figures"]
    good = {**figures, "late_ms": {"p50": 50.0, "p99": 90.0}, "bytes_per_text": 2.5, "rate": 50}
    assert goal.read({**good, "streams": 200, "finished": 200}).met is True
    assert goal.read({**good, "streams": 20, "finished": 20}).met is None
    assert goal.read({**good, "streams": 20, "finished": 19}).met is False
