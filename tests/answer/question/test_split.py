import time

import pytest

from pincite.answer.question.split import LONGEST, MOST, Part, halves, split

FIRST, BESIDE = 0, None


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "What prize was won by the woman who discovered polonium?",
            [("Which woman discovered polonium?", BESIDE), ("What prize was won by {}?", FIRST)],
        ),
        (
            'The director of the comedy "Low Tide" is based in what city?',
            [('Who or what is the director of the comedy "Low Tide"?', BESIDE), ("{} is based in what city?", FIRST)],
        ),
        (
            "Where was the director of the film Low Tide born?",
            [("Who or what is the director of the film Low Tide?", BESIDE), ("Where was {} born?", FIRST)],
        ),
        (
            "In what year was the novel that Ann Moe based Low Tide on first published?",
            [("Which novel Ann Moe based Low Tide on?", BESIDE), ("In what year was {} first published?", FIRST)],
        ),
        (
            "Ann Moe was the head of a company that makes what sort of boats?",
            [("Ann Moe was the head of which company?", BESIDE), ("{} makes what sort of boats?", FIRST)],
        ),
        (
            "The battle in which Ann Moe lost her life secured what for Norway?",
            [("In which battle Ann Moe lost her life?", BESIDE), ("{} secured what for Norway?", FIRST)],
        ),
        (
            "What is the population of the city where Ann Moe was born?",
            [("In which city Ann Moe was born?", BESIDE), ("What is the population of {}?", FIRST)],
        ),
        (
            "What is the population of the capital of France?",
            [("Who or what is the capital of France?", BESIDE), ("What is the population of {}?", FIRST)],
        ),
        (
            "Who was born earlier, Emma Bull or Virginia Woolf?",
            [("When was Emma Bull born?", BESIDE), ("When was Virginia Woolf born?", BESIDE)],
        ),
        (
            "Which is longer, the Nile or the Amazon?",
            [("How long is the Nile?", BESIDE), ("How long is the Amazon?", BESIDE)],
        ),
        (
            "Were Ann Moe and Ed Wood of the same nationality?",
            [("What is the nationality of Ann Moe?", BESIDE), ("What is the nationality of Ed Wood?", BESIDE)],
        ),
        (
            "Do the drinks Gibson and Zurracapote both contain gin?",
            [("Does Gibson contain gin?", BESIDE), ("Does Zurracapote contain gin?", BESIDE)],
        ),
        (
            "What is the difference between lions and tigers?",
            [("What are lions?", BESIDE), ("What are tigers?", BESIDE)],
        ),
        (
            "Who designed the Eiffel Tower and when was it built?",
            [("Who designed the Eiffel Tower?", BESIDE), ("When was Eiffel Tower built?", BESIDE)],
        ),
        (
            "Hayden comes from Canada, but where does Buck-Tick hail from?",
            [("Where does Buck-Tick hail from?", BESIDE)],
        ),
    ],
)
def test_a_question_in_parts(question: str, parts: list[tuple[str, int | None]]) -> None:
    assert split(question) == tuple(Part(text, after) for text, after in parts)


@pytest.mark.parametrize(
    "question",
    [
        "How tall is the Eiffel Tower?",
        "What is the capital of France?",
        "Who was the first person to walk on the Moon?",
        "who discovered penicillin",
        "What causes tides?",
        "eiffel tower height",
        "In which year was the University of Oslo founded?",
        "What happens to the price of oil in the winter?",
        "Wie hoch ist der Eiffelturm?",
        "埃菲尔铁塔有多高？",
        "",
        "?",
    ],
)
def test_a_simple_question_has_no_parts(question: str) -> None:
    assert split(question) == ()


def test_what_is_found_takes_its_place_with_a_capital_at_the_start() -> None:
    assert Part("{} was built when?", 0).filled("the tower") == "The tower was built when?"
    assert Part("When was {} built?", 0).filled("the tower") == "When was the tower built?"


def test_a_part_only_rests_on_one_before_it() -> None:
    for at, part in enumerate(split("What prize was won by the woman who discovered polonium?")):
        assert part.after is None or part.after < at
        assert ("{}" in part.text) == (part.after is not None)


@pytest.mark.parametrize(
    "piece", ["the a ", "who is ", "the the of who ", "a x that ", "Is A and B ", "of the aaa of ", "is A, and B and "]
)
def test_hostile_text_costs_no_time(piece: str) -> None:
    long = split(f"What is {piece * 1000}?")
    began = time.process_time()
    parts = split(f"What is {piece * (LONGEST // len(piece) - 2)}?")
    assert time.process_time() - began < 5  # it is 1 ms; a pattern that backtracks takes hours
    assert long == ()
    assert len(parts) <= MOST


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("when was the tower built and how tall is it?", ("When was the tower built?", "How tall is it?")),
        ("What is a fold? How does it form?", ("What is a fold?", "How does it form?")),
        ("Who wrote Low Tide, and when was she born?", ("Who wrote Low Tide?", "When was she born?")),
        ("When and where was Ann Moe born?", ("When was Ann Moe born?", "Where was Ann Moe born?")),
        ("How many ships sailed and how many came back?", ("How many ships sailed?", "How many came back?")),
        ("What are cells that divide and how do they?", ("What are cells that divide?", "How do they?")),
    ],
)
def test_two_questions_in_one_are_told_apart(question: str, asked: tuple[str, ...]) -> None:
    assert halves(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Who led the band that made Low Tide and which Ann Moe left?",
        "What is the difference between when it rains and when it is dry?",
        "What changed between 1900 and when was that?",
        "Ideas were shaped by David Hume and what other philosopher?",
        "What was found about diets and when breast feeding?",
        "Do you know what it is and how it works?",
        "Who and why?",
        "What is salt and pepper?",
        "What is it and why is it so and who made it so?",
        "What is it?",
        f"What is {'very ' * LONGEST} good and why is it so?",
    ],
)
def test_what_may_be_one_question_is_left_whole(question: str) -> None:
    assert halves(question) == ()
