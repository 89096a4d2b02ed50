"""The capacity page says what the kept results come to, and nothing that was not measured."""

from __future__ import annotations

import pytest
from benchmarks.capacity import Prices
from benchmarks.record import RESULTS
from benchmarks.report import loaded

from benchmarks import capacity


def test_the_page_holds_the_tables_that_the_results_make() -> None:
    kept = loaded(RESULTS)
    text = capacity.PAGE.read_text(encoding="utf-8")
    assert capacity.written(text, capacity.tables(kept, Prices())) == text, "python -m benchmarks.capacity --write"


def test_tables_are_put_in_the_place_of_the_old_ones() -> None:
    kept = loaded(RESULTS)
    busy = {**kept["spread"], "load": {"before": 19.2, "after": 19.2}}
    made = capacity.tables({**kept, "spread": busy}, Prices())
    text = capacity.PAGE.read_text(encoding="utf-8")
    once = capacity.written(text, made)
    assert made in once
    assert capacity.written(capacity.written(text, "| old |"), made) == once
    assert "spread 19.2" in once, "how busy the machine was stands beside"


def test_what_was_not_measured_is_asked_for() -> None:
    kept = {name: result for name, result in loaded(RESULTS).items() if name != "spread"}
    with pytest.raises(SystemExit, match="not measured: spread; python -m benchmarks --only spread"):
        capacity.measured(kept)


def test_ten_times_the_pages_take_ten_times_the_work_and_money() -> None:
    page = capacity.Page(
        crawl_s=0.1,
        vectors_s=0.2,
        rank_s=0.0,
        wire_bytes=1e4,
        index_bytes=2e4,
        vector_bytes=5e3,
        passages=10.0,
        search_s=1e-6,
    )
    found = dict(capacity.rows(page, 10**8, Prices(core_hour=0.05, gb_month=0.1)))
    assert found["core days: crawl, read, index words"] == "116"
    assert found["$ to build"] == f"{0.3 * 1e8 / 3600 * 0.05:,.0f}"
    assert found["$ a month to keep on disk"] == "250"
    assert found["on disk: text, words, links"] == "2.0 TB"
    assert found["core seconds a question, all of it searched"] == "100"
    more = dict(capacity.rows(page, 10**9, Prices(core_hour=0.05, gb_month=0.1)))
    assert more["$ a month to keep on disk"] == "2,500"
