"""A few rounds of the kill -9 campaign; tests/campaigns/kill_index.py runs as many as one likes."""

from pathlib import Path

from tests.campaigns.kill_index import campaign


def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    assert campaign(tmp_path / "index", rounds=4, seed=7).rounds == 4
