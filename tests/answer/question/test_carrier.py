"""However people ask to be told about a thing, it is asked in one way; and what only looks like it stays as it is."""

import pytest

from pincite.answer.question.carrier import bare
from pincite.answer.question.plan import Kind, plan
from pincite.types import Question


@pytest.mark.parametrize(
    "request_",
    [
        "I'm interested in old coins",
        "I’m looking for information on old coins",
        "Find me some more information about old coins",
        "Can you tell me a little about old coins",
        "tell me more about old coins",
        "Please give me details about old coins",
        "I'd like to learn more about old coins",
        "What should I know about old coins",
        "information on old coins",
        "Give me a short overview of old coins",
        "Can you summarise old coins",
        "Please summarize the life and times of old coins",
        "A brief introduction to old coins",
        "biography of old coins",
        "Tell me about old coins",
    ],
)
def test_a_request_to_be_told_is_one_question(request_: str) -> None:
    assert bare(request_) == "Tell me about old coins"
    planned = plan(Question(text=request_))
    assert planned.queries[0] == "Tell me about old coins"
    assert (planned.kind, planned.about) == (Kind.DEFINITION, "old coins")
    assert planned.text == request_.strip()


@pytest.mark.parametrize(
    ("request_", "thing"),
    [
        ("I'm looking for keyboard reviews", "keyboard reviews"),
        ("Find condos in Florida.", "condos in Florida."),
        ("please look up the train to Ulm", "the train to Ulm"),
    ],
)
def test_what_is_to_be_found_says_itself_what_it_is(request_: str, thing: str) -> None:
    assert bare(request_) == thing
    assert plan(Question(text=request_)).queries[0] == thing


@pytest.mark.parametrize(
    "text",
    [
        "What is photosynthesis?",
        "Find out who wrote Faust",
        "Tell me more",
        "Tell me about it",
        "tell me about how plants breathe",
        "I'm interested in what you said",
        "information theory",
        "Introduction to old coins",
        "Summary of findings",
        "Summarize this",
        "Summarize what was said",
        "Find",
        "How do I find information about my grandfather?",
        "Who found Troy?",
        "",
        "我想了解长城",
    ],
)
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert bare(text) == text


def test_a_long_text_takes_no_time() -> None:
    text = "tell me " + "some more " * 20_000
    assert bare(text) == text
