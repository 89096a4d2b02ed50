"""A few rounds of the kill -9 campaign; tests/campaigns/kill_crawl.py runs as many as one likes."""

from __future__ import annotations

from pathlib import Path

from tests.campaigns.kill_crawl import HOSTS, PAGES, campaign


def test_a_killed_crawl_loses_and_doubles_no_page(tmp_path: Path) -> None:
    tally = campaign(tmp_path, rounds=1, seed=7)
    assert (tally.lost, tally.doubled) == ([], [])
    assert tally.pages == HOSTS * PAGES
    assert tally.kills >= 1
    assert set(tally.fates) == {"done"}
