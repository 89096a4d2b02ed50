"""What came out."""

from __future__ import annotations

import json

from pincite.evals.report import Report

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
