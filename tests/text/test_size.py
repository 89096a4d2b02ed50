"""How much a model has to read, rather over- than underestimated."""

import pytest

from pincite.text.size import tokens


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("  \n", 1),
        ("The notice period", 1 + 2 + 2),
        ("1,234.50 €", 9),
        ("档案的密码", 5),
        ("Привет", 3),
        ("café", 2),
        ("a_b", 3),
    ],
)
def test_letters_by_four_other_alphabets_by_two_and_signs_one_by_one(text: str, count: int) -> None:
    assert tokens(text) == count
