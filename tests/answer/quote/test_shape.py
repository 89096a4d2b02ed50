import pytest

from pincite.answer.question.plan import Shape
from pincite.answer.quote.shape import names, short, spans


def found(shape: Shape, sentence: str, question: str = "") -> list[str]:
    return [sentence[start:end] for start, end in spans(shape, sentence, question)]


@pytest.mark.parametrize(
    ("sentence", "times"),
    [
        ("It was signed on 4 July 1776 in Philadelphia.", ["4 July 1776"]),
        ("In the 19th century, around 1850, it grew.", ["19th century", "1850"]),
        ("It fell in 44 BC.", ["44 BC"]),
        ("It weighs 1500 kg and 12 people lift it.", ["1500"]),
        ("Nothing happened.", []),
    ],
)
def test_times_are_dates_years_and_centuries(sentence: str, times: list[str]) -> None:
    assert found(Shape.TIME, sentence) == times


def test_numbers_keep_their_unit_of_count() -> None:
    assert found(Shape.NUMBER, "It cost $3.5 million, 12 % of three budgets.") == ["$3.5 million", "12 %", "three"]


def test_a_name_in_the_question_is_no_answer() -> None:
    assert found(Shape.PERSON, "Romeo was written by William Shakespeare.", "Who wrote Romeo?") == [
        "William Shakespeare"
    ]


def test_a_place_is_a_name_after_a_word_of_place() -> None:
    assert found(Shape.PLACE, "Ada Lovelace lived in London.") == ["London"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In Paris the University of Oxford opened.", ["Paris", "University of Oxford"]),
        ("On Monday in May it rained.", []),
        ("the king of spain", []),
        ("Dr. Martin Luther King, Jr. spoke.", ["Dr. Martin Luther King, Jr."]),
    ],
)
def test_names_are_runs_of_capitals(sentence: str, expected: list[str]) -> None:
    assert [sentence[start:end] for start, end in names(sentence)] == expected


def test_a_short_answer_is_given_only_where_it_is_the_only_one() -> None:
    assert short(Shape.TIME, "It opened in 1889.", "When did it open?") == "1889"
    assert short(Shape.TIME, "It opened in 1889 and closed in 1909.", "When did it open?") == ""
    assert short(Shape.ANY, "It opened in 1889.", "What happened?") == ""
