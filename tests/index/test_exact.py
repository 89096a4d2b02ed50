"""Phrases word for word, and words left out, by words and by meaning alike."""

from __future__ import annotations

import threading

import pytest
from tests.index.making import original, urls

from pincite.index import Index
from pincite.types import Filters

DREAM = original("x:dream", "King said: “I have a dream”, and the crowd heard of freedom.", "Speech")
SLEEP = original("x:sleep", "A dream I have at night is not said to a crowd; freedom is another thing.", "Sleep")
HAMLET = original("x:hamlet", "To be, or not to be: that is the question of the prince.", "Hamlet")
JAGUAR = original("x:jaguar", "The jaguar is a large cat that runs fast.", "Jaguar")
CARS = original("x:cars", "Jaguars are British cars that run fast.", "Jaguar")
MORE = [original(f"x:{n}", f"A passage of no use, number {n}, about the sea.", "Sea") for n in range(12)]


@pytest.fixture(params=["text", "vectors"])
def filled(index: Index, request: pytest.FixtureRequest) -> Index:
    index.add([DREAM, SLEEP, HAMLET, JAGUAR, CARS, *MORE])
    index.commit()
    if request.param == "vectors":
        index.embed_pending(threading.Event())
    return index


def test_a_phrase_is_found_word_for_word_and_nothing_else_is(filled: Index) -> None:
    assert set(urls(filled, "who said to have a dream?")) >= {"x:dream", "x:sleep"}
    assert urls(filled, 'who said "I have a dream"?', filters=Filters(phrases=("I have a dream",))) == ["x:dream"]
    assert urls(filled, "dream", filters=Filters(phrases=("i HAVE a, dream!",))) == ["x:dream"]
    assert urls(filled, "dream", filters=Filters(phrases=("have dream",))) == []
    assert urls(filled, "dream", filters=Filters(phrases=("I have a dream", "at night"))) == []


def test_a_phrase_of_stop_words_is_found_too(filled: Index) -> None:
    assert urls(filled, "prince", filters=Filters(phrases=("to be or not to be",))) == ["x:hamlet"]
    assert urls(filled, "to be or not to be", filters=Filters(phrases=("to be or not to be",))) == ["x:hamlet"]


def test_a_phrase_may_stand_in_the_title_but_not_run_over_into_the_text(filled: Index) -> None:
    assert set(urls(filled, "fast", filters=Filters(phrases=("Jaguar",)))) == {"x:jaguar", "x:cars"}
    assert urls(filled, "dream", filters=Filters(phrases=("speech king",))) == []


def test_a_word_is_left_out_in_any_of_its_forms(filled: Index) -> None:
    assert set(urls(filled, "how fast is a jaguar", limit=2)) == {"x:jaguar", "x:cars"}
    without = urls(filled, "how fast is a jaguar", filters=Filters(exclude_words=("car",)))
    assert without[0] == "x:jaguar"
    assert "x:cars" not in without
    assert "x:hamlet" not in urls(filled, "prince question", filters=Filters(exclude_words=("or",)))


def test_phrases_and_words_left_out_join_other_filters(filled: Index) -> None:
    both = Filters(phrases=("jaguar",), exclude_words=("british",))
    assert urls(filled, "fast", filters=both) == ["x:jaguar"]
    assert urls(filled, "fast", filters=both.model_copy(update={"langs": ("de",)})) == []


def test_a_file_is_found_by_its_name_where_its_title_is_another_one(index: Index) -> None:
    named = original("file:///home/a/Rezept%20anfrage.eml", "We deliver in May.", "Your order")
    index.add([named, JAGUAR, *MORE])
    index.commit()
    assert urls(index, "what is in anfrage.eml?")[0] == named.document.url
    assert urls(index, "may", filters=Filters(phrases=("rezept anfrage.eml",))) == [named.document.url]
    assert named.document.url not in urls(index, "deliver", filters=Filters(exclude_words=("rezept",)))
    assert urls(index, "home") == []
