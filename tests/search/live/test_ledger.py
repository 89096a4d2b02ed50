from pathlib import Path

import pytest

from pincite.errors import SearchFailed
from pincite.search.live.ledger import Ledger

NOON = 20_000 * 86_400 + 43_200.0


class Clock:
    now = NOON

    def __call__(self) -> float:
        return self.now


def test_a_minute_and_a_day_are_both_counted(tmp_path: Path) -> None:
    clock = Clock()
    ledger = Ledger(tmp_path / "l.sqlite3", clock)
    assert [ledger.spend("a", 2, 3), ledger.spend("a", 2, 3)] == [0, 0]
    assert ledger.spend("a", 2, 3) == 60
    assert ledger.spend("b", 2, 3) == 0
    clock.now += 61
    assert ledger.spend("a", 2, 3) == 0
    assert ledger.spend("a", 2, 3) == 43_200 - 61
    clock.now += 43_200
    assert ledger.spend("a", 2, 3) == 0
    assert ledger.spent("a") == 1
    ledger.close()


def test_two_processes_share_one_budget_and_what_was_said(tmp_path: Path) -> None:
    first, second = Ledger(tmp_path / "l.sqlite3", Clock()), Ledger(tmp_path / "l.sqlite3", Clock())
    assert first.spend("a", 1, 9) == 0
    assert second.spend("a", 1, 9) > 0
    first.keep("key", b"said", 60)
    assert second.kept("key") == b"said"
    first.close()
    second.close()


def test_what_was_said_is_forgotten_in_time(tmp_path: Path) -> None:
    clock = Clock()
    ledger = Ledger(tmp_path / "l.sqlite3", clock)
    ledger.keep("key", b"said", 60)
    clock.now += 61
    assert ledger.kept("key") is None
    ledger.close()


def test_a_broken_file_means_no_search_and_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite3"
    path.write_bytes(b"this is no database, but it is long enough to be read as the header of one" * 20)
    with pytest.raises(SearchFailed, match="not a database") as caught:
        Ledger(path).spend("a", 1, 1)
    assert "may be deleted" in caught.value.hint
