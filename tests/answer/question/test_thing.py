import pytest

from pincite.answer.question.thing import about, life_event


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("What is photosynthesis?", "photosynthesis"),
        ("Who was Isaac Newton?", "Isaac Newton"),
        ("what is a black hole", "black hole"),
        ("Tell me about the Titanic", "Titanic"),
        ("What does inflation mean?", "inflation"),
        ("How does a jet engine work?", "jet engine"),
        ("How does a horse work in a field?", ""),
        ("the French Revolution", "French Revolution"),
        ("How tall is Mount Everest?", ""),
        ("Is Pluto a planet?", ""),
        ("", ""),
    ],
)
def test_what_is_to_be_defined_is_read_from_the_question(question: str, thing: str) -> None:
    assert about(question) == thing


def test_births_and_deaths_are_asked_for_by_when() -> None:
    assert life_event("When did Marie Curie die?") == ("Marie Curie", "die")
    assert life_event("When was Mozart born?") == ("Mozart", "born")
    assert life_event("When was the Eiffel Tower built?") == ("", "")
