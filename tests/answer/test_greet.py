"""A greeting is no question: nothing is looked for, and it says nothing about what is asked next."""

import re
from dataclasses import replace

import pytest
from tests.answer.test_ask import TALL, Dead, Speaker, check_grammar, run

from pincite.answer.crew import Crew
from pincite.answer.greet import greets
from pincite.types import Filters, FormReply, Question, Verdict


@pytest.mark.parametrize(
    "text", ["hi", "Hello", "hey there!", "Good morning", "thanks!", "Thank you so much :)", "ok, thanks", "OK", "ok?"]
)
def test_greetings_and_thanks_are_no_questions(text: str) -> None:
    assert greets(Question(text=text))


@pytest.mark.parametrize(
    "text",
    ["hi-fi", "hello world", '"hello"', "ok computer", "thanksgiving", "who is Hi?", "good", "hi, what is a tide?"],
)
def test_what_may_be_a_question_is_one(text: str) -> None:
    assert not greets(Question(text=text))


def test_what_says_where_to_look_or_is_a_reply_wants_something() -> None:
    assert not greets(Question(text="hello", filters=Filters(sites=("docs.python.org",))))
    assert not greets(Question(text="ok", reply=FormReply(form_id="f")))
    assert not greets(Question(text="ok", sql="SELECT 1"))


@pytest.mark.parametrize("model", [None, Speaker("Hello to you.")])
async def test_a_greeting_is_answered_in_one_line_and_nobody_is_asked(crew: Crew, model: Speaker | None) -> None:
    dead = {"index": Dead(AssertionError("it was searched"))}
    answer = check_grammar(await run(replace(crew, backends=dead, model=model), "hi"))
    assert answer.text == "Ask a question, and every sentence of the answer will name its source."
    assert (answer.model, answer.usage.searches, answer.usage.model_calls) == (None, 0, 0)
    assert (answer.sources, answer.cards, answer.degraded, answer.follow_ups) == ((), (), (), ())
    assert [sentence.verdict for sentence in answer.sentences] == [Verdict.EXEMPT]


async def test_where_nothing_is_searched_a_model_greets_back(crew: Crew) -> None:
    answer = check_grammar(await run(replace(crew, backends={}, model=Speaker("Hello to you.")), "hi"))
    assert answer.text == "Hello to you."


async def test_who_writes_later_is_not_told_of_a_greeting(crew: Crew) -> None:
    tower, thanks = check_grammar(await run(crew)), check_grammar(await run(crew, "thanks!"))
    told = []
    for history in ([tower], [thanks, tower, thanks]):
        model = Speaker("It opened in 1889 [1].")
        await run(replace(crew, model=model), "When was it opened?", history)
        told.append(model.told)
    marks = [re.sub(r"\b[0-9a-f]{8}\b", "", prompt) for prompt in told]  # those around the sources are new each time
    assert TALL in marks[0]
    assert marks[1] == marks[0]


@pytest.mark.parametrize(
    "text",
    [
        "Hallo!",
        "vielen Dank",
        "Bonjour",
        "merci beaucoup",
        "¡Hola!",
        "Привет!",
        "你好",
        "नमस्ते",
        "שלום",
        "شكرا",
        "감사합니다",
    ],
)
def test_people_greet_and_thank_in_other_languages(text: str) -> None:
    assert greets(Question(text=text))


@pytest.mark.parametrize("text", ["Hallo Welt", "Salut les copains", "dank", "שלום עליכם מי כתב", "谢", "danke wofür?"])
def test_a_word_more_makes_a_question_of_it(text: str) -> None:
    assert not greets(Question(text=text))
