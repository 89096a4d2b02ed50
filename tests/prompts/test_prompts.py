"""Does every prompt say what it is for, and take exactly what it has places for?"""

from __future__ import annotations

import pytest

from pincite.prompts import names, render, template


@pytest.mark.parametrize("name", names())
def test_places_are_the_inputs(name: str) -> None:
    prompt = template(name)
    assert prompt.places() == prompt.inputs
    assert prompt.purpose.endswith(".")
    assert prompt.text


@pytest.mark.parametrize("name", names())
def test_a_prompt_decides_nothing(name: str) -> None:
    text = template(name).text
    assert "{%" not in text
    assert "${" not in text


def test_exactly_the_inputs_must_be_given() -> None:
    with pytest.raises(ValueError, match="turns"):
        render("history")
    with pytest.raises(ValueError, match="more"):
        render("history", turns="x", more="y")


def test_what_an_input_holds_is_never_a_place() -> None:
    assert render("history", turns="{{turns}} {{fence}}").endswith("{{turns}} {{fence}}")
