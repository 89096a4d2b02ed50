"""What came out."""

from __future__ import annotations

import io
import json

from pincite.evals.report import Report, paced, told

REPORT = Report(
    "retrieval", {"n": 2, "seconds": {"index": 1.23456}}, {"bm25": {"ndcg@10": 2 / 3, "ms": {"p50": 12.34}}}
)


def test_a_program_reads_numbers_of_four_decimals() -> None:
    assert json.loads(REPORT.json()) == {
        "kind": "retrieval",
        "n": 2,
        "seconds": {"index": 1.2346},
        "systems": {"bm25": {"ndcg@10": 0.6667, "ms": {"p50": 12.34}}},
    }


def test_a_person_reads_a_table() -> None:
    assert REPORT.table().splitlines() == [
        "retrieval: n 2, seconds index 1.235",
        "",
        "| | ndcg@10 | ms p50 |",
        "|---|---|---|",
        "| bm25 | 0.667 | 12.3 |",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_each_tenth_of_the_way_and_a_terminal_one_that_changes() -> None:
    log, terminal = io.StringIO(), Terminal()
    for stream in (log, terminal):
        tell = told(stream)
        for done in range(4, 404, 4):
            tell("begin", done, 400)
        tell("wice", 3, 3)
    assert log.getvalue().splitlines() == [*(f"begin {n}/400" for n in range(40, 440, 40)), "wice 3/3"]
    assert terminal.getvalue().count("\n") == 2
    assert terminal.getvalue().count("\r") == 101


def test_of_nobody_knows_how_many_a_log_gets_a_line_for_each_doubling() -> None:
    log = io.StringIO()
    tell = told(log)
    for done in range(1, 101):
        tell("vectors", done, None)
    assert log.getvalue().split() == [word for n in (1, 2, 4, 8, 16, 32, 64) for word in ("vectors", str(n))]


def test_how_far_it_is_is_told_by_time_and_not_by_count() -> None:
    seen: list[tuple[str, int, int | None]] = []
    now = iter([0.0, 1.0, 2.5, 3.0, 3.1, 60.0, 61.0, 61.5])
    tell = paced(lambda *one: seen.append(one), every_s=2.0, clock=lambda: next(now))
    for done in range(5):
        tell("bm25", done, 4)
    for done in range(3):
        tell("dense", done, None)
    assert seen == [("bm25", 0, 4), ("bm25", 2, 4), ("bm25", 4, 4), ("dense", 0, None)]


def test_an_interval_in_a_table_is_rounded_as_its_value_is() -> None:
    assert (
        "| one | 0.922 | [0.882, 0.960] |"
        in Report("exam", {}, {"one": {"auc": 0.92168, "auc_within": (0.88235, 0.95956)}}).table()
    )
