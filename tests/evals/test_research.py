import json
from pathlib import Path

import pytest

from pincite.errors import BadInput
from pincite.evals import research
from pincite.evals.__main__ import main
from pincite.settings import RankSettings, Settings

SEA = [
    ("Low Tide (film)", ["Low Tide is a 1951 drama film directed by Marta Olsen."], [0]),
    ("Marta Olsen", ["Marta Olsen was born in the town of Bodvik.", "Marta Olsen studied painting."], [0]),
    ("Jon Berg", ["Jon Berg was a painter of boats."], []),
]
ROWS = [
    {"id": "hops", "question": "Where was the director of the film Low Tide born?", "answer": "Bodvik"},
    {"id": "yes", "question": "Was Marta Olsen a painter of boats?", "answer": "no"},
]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "hops.jsonl"
    passages = [{"title": t, "sentences": s, "gold_sentences": g} for t, s, g in SEA]
    file.write_text("".join(json.dumps({**row, "passages": passages}) + "\n" for row in ROWS), "utf-8")
    return file


def test_copilot_is_measured_against_quick_and_yes_or_no_apart(questions: Path, tmp_path: Path) -> None:
    words = Settings(rank=RankSettings(cross_encoder="none"))
    report = research.run([questions], cache=tmp_path / "cache", settings=words)
    assert report.facts["n"] == 2
    assert report.facts["passages"] == 3
    assert set(report.systems) == {f"{mode}, {kind}" for mode in ("quick", "copilot") for kind in ("other", "yes/no")}
    copilot, quick = report.systems["copilot, other"], report.systems["quick, other"]
    assert (copilot["hit"]["value"], copilot["lead_hit"], copilot["both_cited"]) == (1.0, 1.0, 1.0)
    assert quick["searches_max"] == 1 < copilot["searches_max"] <= report.facts["searches_allowed"]
    assert copilot["seconds_max"] <= report.facts["seconds_allowed"]
    assert "hit" not in report.systems["copilot, yes/no"]
    assert "relative_gain" in report.table()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"question": "Why?", "answer": "x"}, "no list of passages"),
        ({"question": "Why?", "answer": "x", "passages": [{"title": "t"}]}, "no list of sentences"),
        ({"question": "Why?", "passages": [{"title": "t", "sentences": ["s"]}]}, "no question or no answer"),
    ],
)
def test_a_row_of_another_kind_is_named(tmp_path: Path, row: dict[str, object], said: str) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text(json.dumps(row) + "\n", "utf-8")
    with pytest.raises(BadInput, match=said):
        research.run([file], cache=tmp_path / "cache")


def test_from_the_command_line(questions: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["research", "--questions", str(questions), "--limit", "1", "--cache", str(tmp_path / "cache"), "--json"]
    assert main(words, Settings(rank=RankSettings(cross_encoder="none"))) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "research"
