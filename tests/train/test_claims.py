"""Statements out of questions and sentences: what is said of them must be true."""

from pincite.evals.sets import PassageRow, QuestionRow
from pincite.train import claims
from pincite.train.claims import NO, PART, YES

ROWS = [
    PassageRow(
        "eiffel",
        "The Eiffel Tower was built in 1889 by Gustave Eiffel. It is a wrought-iron tower, named after the engineer, "
        "which stands in Paris. About 7,000,000 people climb the tower every single year.",
        title="Tower",
    ),
    PassageRow(
        "tokyo",
        "Tokyo Tower is a tower in Japan that was built in 1958. It was painted white and orange to comply with "
        "the rules for the safety of the air. The tower is 333 metres high and has two decks for visitors.",
        title="Tower",
    ),
]
QUESTIONS = [
    QuestionRow("1", "When was the Eiffel Tower built?", {"eiffel": 1.0}, ("1889",)),
    QuestionRow("2", "When was Tokyo Tower built?", {"tokyo": 1.0}, ("1958",)),
    QuestionRow("3", "Who built the Eiffel Tower?", {"eiffel": 1.0}, ("Gustave Eiffel",)),
]
ABOUT = claims.articles(ROWS, QUESTIONS)
KNOWN = {row.id: row for row in ROWS}


def test_of_two_claims_a_question_one_is_right_and_one_is_wrong() -> None:
    made = list(claims.from_questions(QUESTIONS, KNOWN, ABOUT, seed=0))
    right = [one for one in made if one.label == YES]
    wrong = [one for one in made if one.label == NO]
    assert {one.said for one in right} == {
        "The Eiffel Tower was built in 1889.",
        "Tokyo Tower was built in 1958.",
        "Gustave Eiffel built the Eiffel Tower.",
    }
    assert wrong
    for one in wrong:
        true = [r.said for r in right if r.passage == one.passage]
        assert one.said not in true


def test_a_kept_sentence_is_right_and_a_changed_one_is_not() -> None:
    made = [one for seed in range(60) for one in claims.from_sentences(ROWS, ABOUT, seed)]
    assert {one.label for one in made} == {NO, PART, YES}
    for one in made:
        bare = one.said.rstrip(".")
        if one.label == YES:
            words = one.passage.text.replace("(", " ").replace(")", " ").lower()
            assert all(word.strip(".,").lower() in words for word in one.said.split())
        if one.label == NO:
            assert bare not in one.passage.text


def test_the_same_seed_makes_the_same_claims() -> None:
    one, other = (list(claims.from_sentences(ROWS, ABOUT, 7)) for _ in range(2))
    assert one == other
