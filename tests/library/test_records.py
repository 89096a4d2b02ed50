"""A title is one line of a question, cut where a reader would cut it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pincite.library.records import TITLE_LENGTH, title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  What are\n\twhales? ", "What are whales?"),
        ("bell\x07 and \u202eoverride", "bell and override"),
        ("x" * 80, "x" * 80),
        ("x" * 81, "x" * 79 + "…"),
        ("word " * 16 + "end", ("word " * 15).rstrip() + "…"),
        ("a long, " * 10 + "question", ("a long, " * 9).rstrip(" ,") + ", a…"),
        ("鯨" * 200, "鯨" * 79 + "…"),
    ],
)
def test_a_title_is_one_line_cut_between_words(text: str, expected: str) -> None:
    assert title(text) == expected


@given(some.text(max_size=300))
def test_a_title_is_never_longer_nor_unprintable(text: str) -> None:
    found = title(text)
    assert len(found) <= TITLE_LENGTH
    assert found.isprintable()
    assert title(found) == found
