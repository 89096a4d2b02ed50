import pytest

from pincite.answer.suggest.asking import asking, heading_asked
from pincite.answer.suggest.subject import Subject


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
    [
        "Frank Reith of Adelaide is an expert.",
        "It was built in 1889.",
        "The game was played on February 6, 2005.",
        "In 1889 the tower was opened.",
        "",
    ],
)
def test_a_statement_that_can_not_stand_alone_becomes_none(sentence: str) -> None:
    assert list(asking(sentence)) == []


@pytest.mark.parametrize(
    ("heading", "subject", "question"),
    [
        ("History", Subject("the Eiffel Tower"), "What is the history of the Eiffel Tower?"),
        ("Types of volcanoes", Subject("volcanoes", "are"), "What types of volcanoes are there?"),
        ("Etymology", Subject("penguins", "are"), "How did penguins get their name?"),
        ("Causes", Subject("World War II", "was"), "What caused World War II?"),
        ("Early life", Subject("Marie Curie", "was", True), "What was the early life of Marie Curie like?"),
        ("Early life", Subject("the moon"), ""),
        ("See also", Subject("the moon"), ""),
    ],
)
def test_a_heading_is_asked_for_where_a_template_fits(heading: str, subject: Subject, question: str) -> None:
    assert heading_asked(heading, subject) == question
