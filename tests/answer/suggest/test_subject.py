from collections.abc import Callable

import pytest

from pincite.answer.suggest.subject import is_person, stands_alone, subject_of
from pincite.types import Hit


@pytest.mark.parametrize(
    ("title", "text", "asked"),
    [
        ("Volcano", "A volcano is an opening in the crust. Some volcanoes sleep.", "What is a volcano?"),
        (
            "Penguin",
            "Penguins (order Sphenisciformes) are an order of birds. Most penguins swim.",
            "What are penguins?",
        ),
        (
            "Pacific Ocean",
            "The Pacific Ocean (from the Latin) is the largest. It is deep.",
            "What is the Pacific Ocean?",
        ),
        (
            "Marie Curie",
            "Marie Curie (1867 – 1934) was a physicist. She was a Pole; her work won.",
            "Who was Marie Curie?",
        ),
        (
            "Photosynthesis",
            "Photosynthesis is the making of sugar. In photosynthesis, light helps.",
            "What is photosynthesis?",
        ),
    ],
)
def test_a_thing_is_asked_for_as_its_definition_names_it(
    title: str, text: str, asked: str, hit: Callable[..., Hit]
) -> None:
    one = hit(title, text)
    assert subject_of(one, [one]).defined() == asked


def test_only_a_name_is_a_person(hit: Callable[..., Hit]) -> None:
    assert is_person(hit("Marie Curie", "She was born in Warsaw."))
    assert not is_person(hit("Mount Everest", "It is high."))


@pytest.mark.parametrize(
    ("title", "text", "subject"),
    [
        ("Eiffel Tower", "The Eiffel Tower is high. He saw the Eiffel Tower.", "the Eiffel Tower"),
        ("Honey", "Bees make honey. Honey is sweet.", "honey"),
        ("Paris", "Paris is a city. He loves Paris.", "Paris"),
        ("Mercury (planet)", "Mercury is small.", "Mercury"),
    ],
)
def test_a_title_stands_in_a_question_as_it_stands_in_its_text(
    title: str, text: str, subject: str, hit: Callable[..., Hit]
) -> None:
    one = hit(title, text)
    assert subject_of(one, [one]).text == subject


@pytest.mark.parametrize(
    ("text", "sentence", "alone"),
    [
        ("The Harry Potter", "The Harry Potter books are a series of seven novels.", False),
        ("Harry Potter", "Harry Potter fantasy novels were a success.", False),
        ("Penguins", "Penguins (order Sphenisciformes) are an order of birds.", True),
        ("A volcano", "A volcano is an opening in the crust.", True),
        ("Moons", "Moons of planets are natural satellites.", True),
        ("Rome", "Rome, the capital, is a city.", True),
        ("Whales", "Whales usually are large.", True),
    ],
)
def test_a_name_before_another_noun_is_not_what_the_sentence_defines(text: str, sentence: str, alone: bool) -> None:
    assert stands_alone(text, sentence) is alone
