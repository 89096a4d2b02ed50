import pytest

from pincite.answer.question.pair import things


@pytest.mark.parametrize(
    ("question", "both"),
    [
        ("What is the difference between an alligator and a crocodile?", ("alligator", "crocodile")),
        ("Compare Mars and Venus", ("Mars", "Venus")),
        ("compare the Nile with the Amazon River", ("Nile", "Amazon River")),
        ("TCP vs. UDP", ("TCP", "UDP")),
        ("How do moths differ from butterflies?", ("moths", "butterflies")),
        ("differences between African and Asian elephants", ("African elephants", "Asian elephants")),
        ("What is a crocodile?", ()),
        ("difference between the two", ()),
        ("Compare whales and whales", ()),
    ],
)
def test_the_two_things_are_read_out_of_the_question(question: str, both: tuple[str, ...]) -> None:
    assert things(question) == both
