import pytest

from pincite.answer.question.day import day


@pytest.mark.parametrize("asked", ["4 March 2026", "March 4th, 2026", "2026-03-04", "4 mar 2026"])
@pytest.mark.parametrize("written", ["2026-03-04T13:07", "on 04 March 2026.", "Mar. 4, 2026", "4 July, 4 March 2026"])
def test_a_day_is_found_however_it_is_written(asked: str, written: str) -> None:
    found = day(f"who came on {asked}?")
    assert found is not None
    assert found.held(written)
    assert not found.all


def test_another_day_or_time_is_another() -> None:
    found = day("What happened on 4 March 2026 at 13:07?")
    assert found is not None
    assert found.all
    assert found.held("2026-03-04 13:07:22 ERROR")
    assert not found.held("2026-03-04 13:08:22 ERROR")
    assert not found.held("2026-03-14 13:07:22 ERROR")
    assert not found.held("14 March 2026 13:07")


def test_no_day_is_none() -> None:
    assert day("what happened in March 2026?") is None
    assert day("2026-99-04") is None
