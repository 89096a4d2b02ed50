"""Statements out of questions and answers, in plain but not always good English."""

import pytest

from pincite.answer.quote.statement import stated


@pytest.mark.parametrize(
    ("question", "answer", "said"),
    [
        ("When were the towers constructed?", "1392", "The towers were constructed in 1392."),
        ("Who wrote Hamlet?", "Shakespeare", "Shakespeare wrote Hamlet."),
        ("What is the capital of France?", "Paris", "The capital of France is Paris."),
        ("In what year did Constantinople fall?", "1453", "Constantinople fall in 1453."),
        ("How many people live there?", "12", "12 people live there."),
        ("What language was spoken in Cornwall?", "Cornish", "Cornish was spoken in Cornwall."),
        ("Is it so?", "yes", None),
    ],
)
def test_a_question_and_its_answer_become_a_statement(question: str, answer: str, said: str | None) -> None:
    assert stated(question, answer) == said
