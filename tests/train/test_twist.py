"""Twisted questions: like the one that was asked, and never answered by what it was answered by."""

import random

import numpy as np
import pytest

from pincite.evals.sets import PassageRow, QuestionRow
from pincite.train.twist import NAME, NUMBER, Twister, other_number

WORDS = ["tower", "bridge", "towers", "engineer", "river", "##ing", "the"]
VECTORS = np.array(
    [[1, 0.1, 0, 0], [0.9, 0.2, 0, 0], [1, 0.1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [-1, 0, 0, 0], [0, 1, 0, 0]],
    np.float32,
)
ROW = PassageRow(
    "eiffel",
    "In 1889 the Eiffel Tower was opened by Gustave Eiffel, 12 years before the bridge over the Seine was built.",
    title="Tower",
)


def twisted(asked: str, answer: str, seeds: int = 60) -> set[str]:
    twister = Twister(WORDS, VECTORS)
    question = QuestionRow("1", asked, {"eiffel": 1.0}, (answer,))
    made = {twister(question, ROW, random.Random(seed)) for seed in range(seeds)}
    return {one for one in made if one is not None}


def test_a_name_becomes_another_of_the_passage_and_never_the_answer() -> None:
    made = twisted("When was the Eiffel Tower shown?", "1889")
    assert "When was the Seine shown?" in made
    assert "When was the Gustave Eiffel shown?" in made
    assert not any("1889" in one for one in made)


def test_a_number_becomes_another() -> None:
    made = twisted("What stood there in 1889?", "the Eiffel Tower")
    assert made
    for one in made:
        assert one != "What stood there in 1889?"
        assert NUMBER.search(one) or "not" in one


def test_a_word_becomes_its_opposite() -> None:
    assert "Which is the smallest?" in twisted("Which is the largest?", "Gustave Eiffel")
    assert twisted("Who closed it before?", "x") >= {"Who opened it before?", "Who closed it after?"}


def test_a_thing_becomes_another_of_its_kind_that_the_passage_names_but_no_form_of_itself() -> None:
    made = twisted("Who opened this tower?", "Gustave Eiffel")
    assert made == {"Who opened this bridge?", "Who closed this tower?"}


def test_what_can_not_be_twisted_is_left_alone() -> None:
    assert twisted("Why?", "because") == set()


@pytest.mark.parametrize("number", ["1889", "12", "0", "7,000,000", "3.5"])
def test_another_number_is_another_and_looks_like_it(number: str) -> None:
    for seed in range(20):
        other = other_number(number, random.Random(seed))
        assert other != number or number == "0"
        assert ("," in other) == ("," in number)
        assert ("." in other) == ("." in number)


def test_names_are_runs_of_capitals_behind_a_word() -> None:
    assert [match[0] for match in NAME.finditer(ROW.text)] == ["Eiffel Tower", "Gustave Eiffel", "Seine"]
