"""What is put right in a question, and what is left as it was typed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.answer.question.plan import Kind, plan, understood
from pincite.answer.question.spelling import respelt
from pincite.ports import Meant
from pincite.types import Filters, Question

WORDS = "who what when wrote was the built tower eiffel hamlet smith in of is and".split()
SLIPS = {"whn": "when", "eifel": "eiffel", "twoer": "tower", "bilt": "built", "hamelt": "hamlet", "smyth": "smith"}


class Words:
    """A lexicon of a few words. Whatever it is asked for is kept."""

    def __init__(self, *langs: str, odds: float = 2.0) -> None:
        self.langs = langs or ("en",)
        self.asked: list[tuple[str, tuple[str, ...], int]] = []
        self._odds = odds

    def knows(self, word: str) -> bool:
        return word.lower() in WORDS

    def meant(self, word: str, beside: Sequence[str], most: int) -> Meant | None:
        self.asked.append((word, tuple(beside), most))
        right = SLIPS.get(word.lower())
        return Meant(right, self._odds) if right else None


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("whn was the eifel twoer bilt?", ""),
        ("whn was the eifel tower bilt?", "when was the eiffel tower built?"),
        ("Whn was the (Eifel) tower built", "When was the (Eiffel) tower built"),
        ("who wrote hamelt", "who wrote hamlet"),
        ("who wrote the tower-hamelt", "who wrote the tower-hamlet"),
        ("who wrote hamlet", ""),
        ('who wrote "hamelt"', ""),
        ("who wrote “the hamelt of”", ""),
        ("who wrote hamelt.txt", ""),
        ("who wrote https://hamelt.example", ""),
        ("who wrote eifel@hamelt", ""),
        ("who wrote -hamelt", ""),
        ("who wrote hamelt's eifel’s tower", "who wrote hamlet's eiffel’s tower"),
        ("who wrote HAMELT", ""),
        ("who wrote haMelt", ""),
        ("who wrote hamelt2", ""),
        ("who wrote it", ""),
    ],
)
def test_misspelt_words_are_put_right_and_nothing_else(typed: str, right: str) -> None:
    assert respelt(typed, Words()) == right


def test_a_name_is_put_right_only_where_the_other_words_speak_for_it() -> None:
    assert respelt("who was Smyth of the tower", Words(odds=2.0)) == "who was Smith of the tower"
    assert respelt("who was Smyth of the tower", Words(odds=0.2)) == ""
    assert respelt("who was smyth of the tower", Words(odds=0.2)) == "who was smith of the tower"


def test_a_question_in_a_language_that_is_not_there_is_left_alone() -> None:
    assert respelt("wer hat den eifel und den turm gebaut", Words("en")) == ""
    assert respelt("wer hat den eifel gebaut und was", Words("en", "de")) == ""


def test_short_words_may_have_one_slip_and_long_ones_two_and_only_words_that_are_known_stand_beside() -> None:
    words = Words()
    respelt("who wrote xylpz xylophne tower", words)
    assert words.asked == [("xylpz", ("wrote", "tower"), 1), ("xylophne", ("wrote", "tower"), 2)]


def test_what_was_typed_is_searched_for_as_well_and_what_was_meant_decides_the_type() -> None:
    made = plan(Question(text="whn was the eifel tower built"), (), Words())
    assert made.queries == ("when was the eiffel tower built", "whn was the eifel tower built")
    assert made.kind is Kind.FACTOID
    assert "also searched for “when was the eiffel tower built”" in understood(made, Filters())
    assert plan(Question(text="whn was the eifel tower built")).queries == ("whn was the eifel tower built",)


@given(st.lists(st.sampled_from([*WORDS, *"?.,\"'()-:/ \n"]), max_size=20).map(" ".join))
def test_a_question_without_a_slip_is_not_touched(text: str) -> None:
    assert respelt(text, Words()) == ""


def test_a_small_word_of_another_language_is_not_taken_for_a_slip() -> None:
    words = Words("de")
    assert respelt("wer schrieb hamelt", words) == "wer schrieb hamlet"
    assert "wer" not in {word for word, _, _ in words.asked}
