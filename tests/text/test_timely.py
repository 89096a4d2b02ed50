"""How much it matters that a text is new."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.text.timely import HELD, LATELY, NOW, PAST, sensitivity

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("question", "matters"),
    [
        ("what is the latest version of python", NOW),
        ("weather in Oslo", NOW),
        ("current interest rate", NOW),
        ("Who is the current Premier of Victoria?", NOW),
        ("any news about the strike?", NOW),
        ("what is happening right now in Rome", NOW),
        ("Was gibt es heute Neues?", NOW),
        ("最新消息", NOW),
        ("recent work on black holes", LATELY),
        ("who won the cup this year", LATELY),
        ("elections of 2026", LATELY),
        ("plans for 2027", LATELY),
        ("who is the president of Zambia", HELD),
        ("what is the population of Oslo", HELD),
        ("how much does a prime minister earn as salary", HELD),
        ("how old is the pope", HELD),
        ("why is the sky blue?", PAST),
        ("who was the president of France in 1958", PAST),
        ("who was the first president of Zambia", PAST),
        ("who is the sixth president of the united states", PAST),
        ("latest news of 1945", PAST),
        ("What is an alternating current system?", PAST),
        ("what is an electric current", PAST),
        ("Which city is now called Istanbul?", PAST),
        ("How long do foxes live?", PAST),
        ("What does ABC News own?", PAST),
        ("a still life", PAST),
        ("How did a film score win?", PAST),
        ("a prize of 2026.5 dollars", PAST),
    ],
)
def test_a_question_says_how_much_it_matters_that_a_text_is_new(question: str, matters: float) -> None:
    assert sensitivity(question, TODAY) == matters


@given(st.text(max_size=300), st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)))
def test_it_is_a_share_for_any_text_and_day(question: str, today: date) -> None:
    assert 0 <= sensitivity(question, today) <= 1


def test_a_long_hostile_text_is_read_at_once() -> None:
    assert sensitivity("who is " * 5_000, TODAY) == PAST
    assert sensitivity("current " * 5_000, TODAY) == NOW
