"""Which word was meant, by what the index holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.index.making import original

from pincite.index import Index
from pincite.index.edits import near_keys, odd, slips, slips_between, stem_slips
from pincite.index.lexicon import Lexicon

TEXTS = [
    ("Eiffel Tower", "The Eiffel Tower was built in Paris. It was built of iron."),
    ("Paris", "Paris is the capital of France. The Eiffel Tower stands there."),
    ("Rome", "Rome is the capital of Italy, and the captain of a ship was born there."),
    ("Ships", "The captain built a ship. A captain knows the sea and is ever so early."),
    ("Hamlet", "Hamlet is a play that Shakespeare wrote early."),
    ("Plays", "Hamlet, Macbeth and Othello are plays of Shakespeare."),
]


@pytest.fixture
def lexicon(index: Index) -> Lexicon:
    index.add([original(f"x:{title}", text, title) for title, text in TEXTS])
    index.commit()
    return index.lexicon(lambda word: word.lower() == "quinoa")


@pytest.mark.parametrize(
    ("typed", "beside", "meant"),
    [
        ("eifel", ("tower",), "eiffel"),
        ("Twoer", ("eiffel",), "tower"),
        ("captial", ("france",), "capital"),
        ("captian", ("ship",), "captain"),
        ("hmalet", (), "hamlet"),
        ("amlet", (), "hamlet"),
        ("jamlet", (), "hamlet"),
        ("shakspeare", ("hamlet",), "shakespeare"),
        ("bilt", ("tower", "eiffel"), "built"),
        ("erly", (), "early"),
        ("whn", (), ""),
        ("te", ("capital",), "the"),
        ("zzzz", (), ""),
    ],
)
def test_the_word_that_was_meant_is_found_by_its_slips_and_its_neighbours(
    lexicon: Lexicon, typed: str, beside: tuple[str, ...], meant: str
) -> None:
    found = lexicon.meant(typed, beside, 2 if len(typed) >= 8 else 1)
    assert (found.word if found else "") == meant


def test_what_any_passage_has_in_any_form_is_a_word_and_so_is_what_is_one_elsewhere(lexicon: Lexicon) -> None:
    known = ["towers", "Building", "the", "Othello", "quinoa"]
    assert [word for word in [*known, "eifel", "twoer"] if lexicon.knows(word)] == [
        "towers",
        "the",
        "Othello",
        "quinoa",
    ]


def test_neighbours_tell_which_of_two_was_meant_and_how_surely(lexicon: Lexicon) -> None:
    here, there = lexicon.meant("captaal", ("ship",), 2), lexicon.meant("captaal", ("italy",), 2)
    assert here is not None
    assert there is not None
    assert (here.word, there.word) == ("captain", "capital")
    assert here.odds > 0


def test_new_words_are_known_after_a_commit(index: Index, lexicon: Lexicon) -> None:
    assert lexicon.meant("volcnao", (), 2) is None
    index.add([original("x:v", "A volcano erupts.", "Volcano"), original("x:w", "Vesuvius is a volcano.", "Vesuvius")])
    index.commit()
    found = lexicon.meant("volcnao", (), 2)
    assert found is not None
    assert found.word == "volcano"


def test_an_empty_index_knows_nothing(index: Index) -> None:
    assert index.lexicon().meant("eifel", (), 2) is None
    assert not index.lexicon().knows("eifel")


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("a", "a", 0),
        ("", "abc", 3),
        ("tower", "towr", 1),
        ("tower", "twoer", 1),
        ("tower", "towwer", 1),
        ("ca", "abc", 3),
    ],
)
def test_slips_are_counted(one: str, other: str, count: int) -> None:
    assert slips(one, [other, one]).tolist() == [count, 0]


WORDS = st.text("abcdé", max_size=8)


@given(WORDS, WORDS, WORDS)
def test_slips_are_a_distance_but_for_swaps(a: str, b: str, c: str) -> None:
    there, back = int(slips(a, [b])[0]), int(slips(b, [a])[0])
    assert there == back
    assert (there == 0) == (a == b)
    assert abs(len(a) - len(b)) <= there <= max(len(a), len(b))
    assert stem_slips(a, [b])[0] <= there
    assert slips(a, [b, c]).tolist() == [slips_between(a, b), slips_between(a, c)]


def test_a_wrong_letter_is_likelier_beside_the_right_one_or_a_vowel_for_a_vowel() -> None:
    assert [odd("towrr", "tower"), odd("towar", "tower"), odd("towpr", "tower"), odd("towr", "tower")] == [
        False, False, True, False
    ]  # fmt: skip
    assert set(near_keys("s")) == {"q", "w", "e", "a", "d", "z", "x", "c"}
