"""Whether answers are right, cited, and silent where nothing is known."""

from __future__ import annotations

from pathlib import Path

from tests.encoders import small as small_cross
from tests.evals.conftest import SmallSet

from pincite.encoders.cross import CrossEncoder
from pincite.evals import answers


def test_answers_are_judged_by_group(small: SmallSet) -> None:
    report = answers.run([small.passages], small.questions, cache=small.cache)
    assert {name: row["n"] for name, row in report.systems.items()} == {"answerable": 4, "impossible": 1, "unknown": 1}
    row = report.systems["answerable"]
    assert row["citation_precision"] == row["citation_recall"] == row["resolving"] == 1
    assert 0 <= row["lead_contains"] <= row["contains"] <= 1
    assert row["abstained"] + row["contains"] > 0


def test_with_absent_half_of_the_articles_are_left_out(small: SmallSet) -> None:
    report = answers.run([small.passages], small.questions, cache=small.cache, absent=True)
    assert (report.facts["passages"], report.facts["left_out"]) == (2, 2)
    assert report.systems["answerable"]["n"] == report.systems["absent"]["n"] == 2
    assert "contains" not in report.systems["absent"]


def test_a_cross_encoder_reads_along(small: SmallSet, tmp_path: Path) -> None:
    cross = CrossEncoder.load(small_cross.folder(tmp_path / "cross"))
    report = answers.run([small.passages], small.questions, cache=small.cache, cross=cross)
    assert report.systems["answerable"]["citation_precision"] == 1
    assert cross._kept
