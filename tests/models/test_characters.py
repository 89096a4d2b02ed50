"""Does a reader see what the model wrote, and nothing that hides?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.models.characters import Characters


def cleaned(pieces: list[str]) -> str:
    characters = Characters()
    return "".join([*map(characters.feed, pieces), characters.finish()])


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("a\u202eb\u202c \u2066c\u2069", "ab c"),
        ("tags \U000e0041\U000e0042 hide", "tags  hide"),
        ("lines\r\nend\ttabs", "lines\nend\ttabs"),
        ("a\u2028b", "a\nb"),
        ("👩‍👩‍👧 می‌خواهم", "👩‍👩‍👧 می‌خواهم"),
        ("\ud83d\uddfc", "🗼"),
        ("\ud83dx", "\ufffdx"),
    ],
)
def test_what_can_be_seen_stays_and_what_hides_goes(written: str, read: str) -> None:
    assert cleaned([written]) == read
    assert cleaned(list(written)) == read


@given(st.text(st.characters(), max_size=40), st.integers(0, 40))
def test_any_cutting_gives_the_same_text(text: str, cut: int) -> None:
    assert cleaned([text[:cut], text[cut:]]) == cleaned([text])
