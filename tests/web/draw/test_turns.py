"""Turns: what replaces an answer is a version of it, however late; and a new version does not follow on the old one."""

from __future__ import annotations

from collections.abc import Sequence

from pincite.types import Answer, Question
from pincite.web.draw.turns import history, place, turns


def answer(id_: str, text: str, replaces: str | None = None) -> Answer:
    return Answer(id=id_, question=Question(text=text, replaces=replaces))


def ids(answers: Sequence[Answer]) -> list[str]:
    return [answer.id for answer in answers]


THREAD = (
    answer("a", "How tall is it?"),
    answer("b", "Who built it?"),
    answer("c", "Who built it?"),
    answer("d", "How tall is the tower?", replaces="a"),
    answer("e", "When?"),
    answer("f", "How high is the tower?", replaces="d"),
)


def test_an_edited_question_is_a_version_of_its_turn_even_after_later_turns() -> None:
    assert [ids(turn.versions) for turn in turns(THREAD)] == [["a", "d", "f"], ["b", "c"], ["e"]]


def test_the_last_version_is_shown_unless_another_is_wanted_that_is_there() -> None:
    assert ids([turn.answer for turn in turns(THREAD)]) == ["f", "c", "e"]
    assert ids([turn.answer for turn in turns(THREAD, {1: 2, 2: 9, 3: 0})]) == ["d", "c", "e"]


def test_a_question_follows_on_the_last_version_of_each_turn() -> None:
    assert ids(history(THREAD)) == ["f", "c", "e"]


def test_a_new_version_follows_on_the_turns_before_its_own() -> None:
    assert ids(history(THREAD, replaces="b")) == ["f"]
    assert ids(history(THREAD, replaces="f")) == []


def test_a_version_of_an_answer_that_is_gone_is_a_turn_of_its_own() -> None:
    assert [ids(turn.versions) for turn in turns([answer("a", "x", "gone"), answer("b", "y", "gone")])] == [
        ["a"],
        ["b"],
    ]


def test_an_answer_is_at_home_in_its_turn() -> None:
    assert [place(THREAD, id_) for id_ in ("a", "c", "f", "unknown")] == [1, 2, 1, 3]
    assert place([], "a") == 0
