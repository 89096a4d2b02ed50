import pytest

from pincite.answer.asking import asking


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The Eiffel Tower was designed by Gustave Eiffel.", "Who designed the Eiffel Tower?"),
        ("Hamlet was written around 1600 by William Shakespeare.", "Who wrote Hamlet?"),
        ("The University of Oxford was founded before 1200, in 1096.", "When was the University of Oxford founded?"),
        ("Mount Kenya is located in central Kenya.", "Where is Mount Kenya located?"),
        ("Marie Curie was a Polish and French physicist and chemist.", "Who was Marie Curie?"),
        ("Neil Armstrong was the first person to walk on the Moon.", "Who was Neil Armstrong?"),
        ("The Thames Barrier is a movable barrier.", "What is the Thames Barrier?"),
        ("Ada Lovelace was an English writer.", "Who was Ada Lovelace?"),
    ],
)
def test_a_statement_becomes_the_question_that_it_answers(sentence: str, question: str) -> None:
    assert question in list(asking(sentence))


@pytest.mark.parametrize(
    "sentence",
    ["It was built in 1889.", "The game was played on February 6, 2005.", "In 1889 the tower was opened.", ""],
)
def test_a_statement_that_can_not_stand_alone_becomes_none(sentence: str) -> None:
    assert list(asking(sentence)) == []
