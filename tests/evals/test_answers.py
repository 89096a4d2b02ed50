"""Whether answers are right, cited, and silent where nothing is known."""

from __future__ import annotations

from tests.evals.conftest import SmallSet

from pincite.evals import answers, sets


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


def test_all_passages_of_a_title_are_left_out_together() -> None:
    rows = [sets.PassageRow(id=f"{t}{n}", text="x", title=t) for t in "abcd" for n in range(3)]
    asked = [sets.QuestionRow(id=row.id, text="?", right={row.id: 1.0}) for row in rows]
    out = answers._left_out(rows, asked, seed=0)
    assert len(out) == 6
    assert len({id_[0] for id_ in out}) == 2
    assert out == answers._left_out(rows, asked, seed=0)
