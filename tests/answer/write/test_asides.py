"""What of a model's reply is nothing that a reader can use?"""

import pytest

from pincite.answer.write.asides import may_refuse, parting, refuses


@pytest.mark.parametrize(
    "said",
    [
        "I'm sorry, but I can't help with that.",
        "I’m sorry, I can’t continue with this.",
        "I'm unable to assist with that request.",
        "I’m not able to help with that.",
        "I cannot fulfill your request.",
        "I can’t satisfy your request, I’m just an AI assistant.",
        "I apologize, but I cannot assist with that.",
        "Unfortunately, I can't help with that.",
        "As an AI language model, I cannot provide that.",
        "I must decline to answer that.",
        "I can't answer that question.",
    ],
)
def test_a_refusal_is_one_from_its_first_word_to_its_end(said: str) -> None:
    assert refuses(said)
    assert all(may_refuse(said[:end]) for end in range(1, len(said)))


@pytest.mark.parametrize(
    "said",
    [
        "I cannot answer this question from the sources.",
        "I can't provide a date, but the tower was completed in 1889.",
        "Unfortunately, it rained.",
        "Imagine a tower. It is tall.",
        "As an aid to navigation the tower has a light.",
    ],
)
def test_what_says_something_is_none(said: str) -> None:
    assert not refuses(said)


def test_a_goodbye_states_nothing_more() -> None:
    assert parting("Let me know if you have any questions!")
    assert not parting("Of course, the tower is 300 m tall.")
    assert not parting("Let me know if you have questions. The tower is 300 m tall.")
