"""Counts, rate and time left, as a person would say them."""

import pytest

from pincite.cli.progress import duration, line, size


def test_a_bar_says_how_far_how_fast_and_how_long() -> None:
    said = line("Indexing", "documents", 1200, 2343, 1200, 3.0)
    assert said == "Indexing  1,200 of 2,343 documents · 400 a second · 2.9 s left"
    assert line("Indexing", "documents", 10, None, 10, 2.0) == "Indexing  10 documents · 5 a second"


def test_time_left_counts_only_what_this_run_did() -> None:
    assert line("Making vectors", "passages", 900, 1000, 100, 10.0).endswith("10 a second · 10 s left")


@pytest.mark.parametrize(("seconds", "said"), [(0.44, "0.4 s"), (12.2, "12 s"), (185, "3 min"), (7500, "2 h 5 min")])
def test_durations_are_said_as_exactly_as_is_useful(seconds: float, said: str) -> None:
    assert duration(seconds) == said


@pytest.mark.parametrize(("count", "said"), [(512, "512 bytes"), (3_400_000, "3.4 MB"), (82e9, "82.0 GB")])
def test_sizes_are_said_in_the_unit_that_fits(count: float, said: str) -> None:
    assert size(count) == said
