import pytest

from pincite.errors import UnknownFocus
from pincite.search.focus import FOCUSES, focus


def test_the_index_is_a_focus_that_asks_the_index() -> None:
    assert focus("index").backends == ("index",)


def test_an_unknown_focus_is_named_and_the_known_ones_are_listed() -> None:
    with pytest.raises(UnknownFocus, match="'moon'") as caught:
        focus("moon")
    assert "index" in caught.value.hint


def test_every_focus_is_listed_under_its_own_id() -> None:
    assert all(name == one.id and one.label and one.description for name, one in FOCUSES.items())
