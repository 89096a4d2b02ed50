import pytest

from pincite.answer.question.day import day, redated


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


@pytest.mark.parametrize(
    "asked", ["what did I do on 2 March 2024?", "my notes from 2024-03-02", "2 March 2024", "events on March 2, 2024"]
)
def test_all_that_happened_on_a_day_is_asked_for_in_many_ways(asked: str) -> None:
    found = day(asked)
    assert found is not None
    assert found.all


def test_what_is_called_by_another_day_is_of_another_day() -> None:
    found = day("what did I do on 2 March 2024?")
    assert found is not None
    assert found.another("2024-03-01")
    assert found.another("Minutes of 5 March 2024")
    assert not found.another("2024-03-02")
    assert not found.another("Shopping")


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("who came on 2 March 2024?", "who came on 2024-03-02?"),
        ("who came on 2024-03-02?", "who came on 2 March 2024?"),
        ("who came in March 2024?", ""),
    ],
)
def test_a_day_is_also_looked_for_as_it_is_written_elsewhere(asked: str, other: str) -> None:
    assert redated(asked) == other


def test_no_day_is_none() -> None:
    assert day("what happened in March 2026?") is None
    assert day("2026-99-04") is None
