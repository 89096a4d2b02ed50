from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.answer.question.plan import MAX_CHARACTERS, Kind, Shape, admit, classify, plan
from pincite.errors import BadQuestion
from pincite.types import Question

LABELLED = Path(__file__).parents[2] / "fixtures" / "kinds" / "questions.tsv"


@pytest.mark.parametrize("text", ["", "   \n\t", "?!?", "🦊"])
def test_a_question_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        admit(Question(text=text))
    assert caught.value.hint


def test_a_question_that_is_too_long_is_refused_with_its_length() -> None:
    with pytest.raises(BadQuestion, match="100,000"):
        admit(Question(text="a" * 100_000))
    assert len(admit(Question(text="a" * MAX_CHARACTERS))) == MAX_CHARACTERS


@pytest.mark.parametrize(
    ("text", "name"), [("a\x00b", "U\\+0000"), ("\x1b[31m red", "U\\+001B"), ("\ud800 x", "U\\+D800")]
)
def test_what_is_not_text_is_refused_by_its_code(text: str, name: str) -> None:
    with pytest.raises(BadQuestion, match=name):
        admit(Question.model_construct(text=text))


@pytest.mark.parametrize("text", ["wer war das", "月の直径は？", "Кто это?", "من هو؟", "x\ny"])
def test_a_question_in_any_script_is_taken(text: str) -> None:
    assert admit(Question(text=f"  {text} ")) == text


@pytest.mark.parametrize(
    ("text", "kind", "shape"),
    [
        ("Who wrote the first declaration of human rights", Kind.FACTOID, Shape.PERSON),
        ("In what year did the war end?", Kind.FACTOID, Shape.TIME),
        ("when was the tower built", Kind.FACTOID, Shape.TIME),
        ("Where did the black death originate?", Kind.FACTOID, Shape.PLACE),
        ("In which country is Normandy located?", Kind.FACTOID, Shape.PLACE),
        ("How many people live in Oslo?", Kind.FACTOID, Shape.NUMBER),
        ("What percentage of the vote did he win?", Kind.FACTOID, Shape.NUMBER),
        ("Why is the sky blue?", Kind.FACTOID, Shape.REASON),
        ("What is photosynthesis?", Kind.DEFINITION, Shape.ANY),
        ("Who was Marie Curie?", Kind.DEFINITION, Shape.ANY),
        ("How do I install it on Debian?", Kind.HOW_TO, Shape.ANY),
        ("What is the difference between a frog and a toad?", Kind.COMPARISON, Shape.ANY),
        ("List the planets", Kind.LIST, Shape.NAME),
        ("Is the Earth flat?", Kind.YES_NO, Shape.ANY),
        ("Which enzyme breaks down starch?", Kind.FACTOID, Shape.NAME),
        ("What was the date of the first episode of Doctor Who?", Kind.FACTOID, Shape.TIME),
        ("For what type of music was Doctor Who a pioneer?", Kind.FACTOID, Shape.NAME),
        ("When many people are arrested, what is common?", Kind.FACTOID, Shape.NAME),
        ("when was how deep is your love released", Kind.FACTOID, Shape.TIME),
        ("Who was Tesla's nephew?", Kind.FACTOID, Shape.PERSON),
        ("What guide states that it is hard?", Kind.FACTOID, Shape.NAME),
        ("Wann wurde der Turm gebaut?", Kind.FACTOID, Shape.TIME),
        ("photosynthesis light reaction", Kind.OTHER, Shape.ANY),
    ],
)
def test_a_question_has_the_type_that_a_reader_would_give_it(text: str, kind: Kind, shape: Shape) -> None:
    assert classify(text) == (kind, shape)


def test_questions_that_were_read_are_of_the_type_that_their_reader_gave_them() -> None:
    rows = [line.split("\t") for line in LABELLED.read_text(encoding="utf-8").splitlines()]
    wrong = [(said, text) for said, text in rows if "/".join(map(str, classify(text))) != said]
    assert len(wrong) <= len(rows) * 0.02, wrong


@given(st.text(max_size=200))
def test_a_plan_is_made_or_refused_and_nothing_else(text: str) -> None:
    try:
        made = plan(Question.model_construct(text=text, filters=None))
    except BadQuestion:
        return
    assert made.queries
    assert made.queries[0].strip()
