"""Speech: the turns around the sentence that answers, each with its speaker; of other documents sentences, as ever.

Programs: the lines around it, and the constants that they name.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pincite.answer.gather import number
from pincite.answer.question.plan import plan
from pincite.answer.quote.extract import Extract, extract
from pincite.types import Hit, Question, Spot

TURNS = [
    "Anna Smith: Morning. Did you fix the boiler?",
    "Ben Okoro: No. They need a part from Denmark.",
    "Anna Smith: Okay. Why did Mateus drop out of the interviews?",
    "Ben Okoro: The take-home. He can't spend a weekend on it.",
    "Rachel Kim: He is the third one.",
]
ASKED = "why did mateus drop out of the interviews?"


def spoken(one: Hit) -> Hit:
    spots = tuple(Spot(start=one.passage.text.index(turn), label=f"4:{n}0") for n, turn in enumerate(TURNS, 1))
    return one.model_copy(update={"passage": one.passage.model_copy(update={"spots": spots})})


def run(*hits: Hit, max_words: int = 120) -> Extract:
    return extract(plan(Question(text=ASKED)), list(hits), number(list(hits)), None, max_words)


def written(found: Extract) -> str:
    return "".join(piece.lead_in + piece.text for piece in found.pieces)


def test_an_exchange_is_told_turn_by_turn(hit: Callable[..., Hit]) -> None:
    found = run(spoken(hit("Hiring", "\n\n".join(TURNS))))
    assert written(found) == "\n\n".join(TURNS)
    assert found.lead is not None
    assert "Mateus" in found.lead.text


def test_there_is_a_most_of_words_and_the_sentence_is_among_them(hit: Callable[..., Hit]) -> None:
    said = written(run(spoken(hit("Hiring", "\n\n".join(TURNS))), max_words=25))
    assert "Why did Mateus drop out of the interviews?\n\nBen Okoro: The take-home." in said
    assert "boiler" not in said


def test_what_is_not_said_at_a_minute_is_told_by_its_sentences(hit: Callable[..., Hit]) -> None:
    assert "boiler" not in written(run(hit("Hiring", "\n\n".join(TURNS))))


def test_a_word_that_everybody_says_is_no_second_source(hit: Callable[..., Hit]) -> None:
    found = run(spoken(hit("Hiring", "\n\n".join(TURNS))), hit("Other", "Anna Smith: Morning. No. Okay."))
    assert {citation.source for piece in found.pieces for citation in piece.citations} == {1}


def program(one: Hit) -> Hit:
    spots = (Spot(start=0, label="line 1"),)
    return one.model_copy(update={"passage": one.passage.model_copy(update={"spots": spots})})


def fenced(*lines: str) -> str:
    return "\n".join(("```", *lines, "```"))


CHECK = "Locks an account after too many wrong passwords.\n\n" + fenced(
    "if failed >= MAX_FAILED:", "    locked = now + LOCKOUT"
)


def asked(*hits: Hit) -> Extract:
    question = Question(text="how many wrong passwords lock an account?")
    return extract(plan(question), list(hits), number(list(hits)), None, 120)


@pytest.mark.parametrize(
    "line",
    [
        "MAX_FAILED = 6",
        "MAX_FAILED: Final[int] = 6",
        "export const MAX_FAILED = 6;",
        "private static final Integer MAX_FAILED = 6;",
        "#define MAX_FAILED 6",
        "MAX_FAILED=6",
        "MAX_FAILED := 6",
        "  MAX_FAILED: 6",
    ],
)
def test_a_constant_that_is_named_is_told_where_it_is_set(hit: Callable[..., Hit], line: str) -> None:
    code = fenced("UNUSED = 1", line)
    found = asked(program(hit("auth.py", CHECK)), program(hit("settings.py", code)))
    assert written(found).endswith(code)
    assert {citation.source for citation in found.pieces[-1].citations} == {2}


@pytest.mark.parametrize("line", ["if MAX_FAILED == 6:", "MAX_FAILED_EVER = 6", "use(MAX_FAILED, 6)", "MAX_FAILED - 6"])
def test_a_line_that_only_names_a_constant_does_not_set_it(hit: Callable[..., Hit], line: str) -> None:
    assert line not in written(asked(program(hit("auth.py", CHECK)), program(hit("other.py", fenced(line)))))


def test_a_constant_of_the_same_file_goes_before_another_files(hit: Callable[..., Hit]) -> None:
    own, other = hit("auth.py", fenced("MAX_FAILED = 6"), 1), hit("other.py", fenced("MAX_FAILED = 9"))
    said = written(asked(program(hit("auth.py", CHECK)), program(other), program(own)))
    assert "MAX_FAILED = 6" in said
    assert "MAX_FAILED = 9" not in said


def test_a_file_of_constants_that_is_too_long_is_left_out(hit: Callable[..., Hit]) -> None:
    code = fenced("MAX_FAILED = 6", *(f"other_{n} = {n}" for n in range(60)))
    assert "MAX_FAILED = 6" not in written(asked(program(hit("auth.py", CHECK)), program(hit("settings.py", code))))
