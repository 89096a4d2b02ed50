import pytest

from pincite.answer.question.thing import about, identifier, life_event, opened


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


@pytest.mark.parametrize("code", ["HER-231", "E4012", "88213", "2026-0417", "HERON_MAX_RETRIES", "v2.1"])
def test_a_code_is_one_word_with_a_number_or_a_line_in_it(code: str) -> None:
    assert identifier(code) == code


@pytest.mark.parametrize("thing", ["fox", "42", "well-known", "exit code 78", "", "e.g."])
def test_other_words_are_no_codes(thing: str) -> None:
    assert identifier(thing) == ""


def test_a_file_is_opened_when_nothing_but_its_content_is_asked_for() -> None:
    files = ["README", "my report.docx"]
    for question in (
        "what is in my report.docx?",
        "summarize My Report.docx",
        "what does my report.docx say?",
    ):
        assert opened(question, files) == "my report.docx"
    for question in ("who wrote my report.docx?", "what is in README?", "what is the total in my report.docx?"):
        assert opened(question, files) == ""


def test_a_page_whose_address_names_no_file_is_no_file_that_is_asked_for() -> None:
    assert opened("what is in notes.txt?", ["", "guide", "notes.txt"]) == "notes.txt"
    assert opened("how deep is the river?", [""]) == ""
