"""The list of the page's promises is the truth: what has a test is listed, and what has none says why."""

from __future__ import annotations

from pathlib import Path

from tests.browser.rows import Row, named, outcomes, rows, standing

REPORT = """<testsuites><testsuite>
<testcase name="test_a1_box[one]"/><testcase name="test_a1_box[two]"><failure>no</failure></testcase>
<testcase name="test_a2_enter"/><testcase name="test_a3_ime"><skipped/></testcase></testsuite></testsuites>"""


def test_every_test_that_is_named_by_an_id_is_of_a_row_that_is_listed() -> None:
    assert set(named()) - {row.id for row in rows()} == set()


def test_every_row_that_must_be_has_a_test_or_names_the_issue_with_which_it_comes() -> None:
    tests = named()
    assert [row.id for row in rows() if row.must and row.id not in tests and not row.later] == []


def test_a_row_that_has_a_test_says_neither_that_it_is_missing_nor_that_it_comes_later() -> None:
    tests = named()
    assert [row.id for row in rows() if row.id in tests and (row.missing or row.later)] == []


def test_a_row_is_as_good_as_its_worst_test(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    seen = outcomes(report)
    row = Row("A1", must=True, says="")
    assert standing(row, [], None) == "missing"
    assert standing(Row("A7", must=True, says="", later="6"), [], seen) == "later"
    assert standing(row, ["test_a1_box"], None) == "named"
    found = {test: standing(row, ["test_a2_enter", test], seen) for test in [*seen, "test_a4_unheard_of"]}
    assert found == {
        "test_a1_box": "red",
        "test_a2_enter": "green",
        "test_a3_ime": "skipped",
        "test_a4_unheard_of": "not run",
    }
