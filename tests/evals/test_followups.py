"""Whether a follow-up is understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.evals.conftest import written

from pincite.errors import BadInput
from pincite.evals import followups

TURN: dict[str, Any] = {
    "id": "t",
    "history": ["Who was Marie Curie?", "Marie Curie was a physicist.", "Was she married?", ""],
    "question": "Where was she born?",
    "rewrite": "Where was Marie Curie born?",
    "url": "https://en.wikipedia.org/wiki/Marie_Curie_(physicist)#Life",
}
TALK: dict[str, Any] = {
    "id": "c",
    "turns": [
        {"n": 1, "user": "What is a throat cancer?", "resolved": "What is a throat cancer?"},
        {"n": 2, "user": "Is it treatable?", "resolved": "Is throat cancer treatable?", "system": None},
        {"n": 3, "user": "And lung cancer?", "resolved": None},
        {"n": 4, "user": "Its symptoms?", "resolved": "Throat cancer symptoms?", "parent": 1},
    ],
}


def test_a_turn_and_a_conversation_both_give_turns(tmp_path: Path) -> None:
    path = written(tmp_path / "f.jsonl", TURN, TALK)
    turn, first, second, third, fourth = followups.turns([path])
    assert turn.history == (("Who was Marie Curie?", "Marie Curie was a physicist."), ("Was she married?", ""))
    assert turn.title == "Marie Curie"
    assert first.history == ()
    assert second.history == (("What is a throat cancer?", ""),)
    assert (len(third.history), third.rewrite) == (2, "")
    assert fourth.history == second.history, "its parent is the first turn"


@pytest.mark.parametrize(
    "history",
    [
        [{"question": "Who?", "answer": "Curie."}, {"question": "Married?", "answer": None}],
        [["Who?", "Curie."], ["Married?", ""]],
        ["Who?", "Curie.", "Married?"],
        ["Who?", "Curie.", "Married?", None],
        ["Who?", "Curie.", "Married?", "", "", "of nothing"],
    ],
)
def test_a_history_is_read_in_each_natural_shape(tmp_path: Path, history: list[Any]) -> None:
    (turn,) = followups.turns([written(tmp_path / "f.jsonl", {**TURN, "history": history})])
    assert turn.history == (("Who?", "Curie."), ("Married?", ""))


@pytest.mark.parametrize("numbers", [["10", "9", "2"], [10, "9", 2.0], ["10", 9, 2]])
def test_no_turn_knows_what_comes_after_it(tmp_path: Path, numbers: list[Any]) -> None:
    talk = {"turns": [{"n": n, "user": f"turn {n:.0f}" if isinstance(n, float) else f"turn {n}"} for n in numbers]}
    second, ninth, tenth = followups.turns([written(tmp_path / "f.jsonl", talk)])
    assert (second.question, second.history) == ("turn 2", ())
    assert ninth.history == (("turn 2", ""),)
    assert tenth.history == (("turn 2", ""), ("turn 9", ""))


def test_turns_with_names_that_are_no_numbers_come_as_they_stand(tmp_path: Path) -> None:
    said = [
        {"n": "1-10", "user": "a", "system": "A"},
        {"n": "1-9", "user": "b"},
        {"n": "2-1", "user": "c", "parent": "1-10"},
    ]
    first, second, branch = followups.turns([written(tmp_path / "f.jsonl", {"turns": said})])
    assert (first.history, second.history, branch.history) == ((), (("a", "A"),), (("a", "A"),))


def test_remembering_beats_the_question_alone(tmp_path: Path) -> None:
    report = followups.run(written(tmp_path / "f.jsonl", TURN))
    assert report.systems["unchanged"]["missing_recall"] == 0
    assert report.systems["all"]["missing_recall"] == report.systems["all"]["title_in_query"] == 1


def test_a_turn_without_a_history_is_left_out_and_told(tmp_path: Path) -> None:
    report = followups.run(written(tmp_path / "f.jsonl", TURN, {**TURN, "history": []}, TALK))
    facts = {name: report.facts[name] for name in ("n", "without_history", "without_rewrite", "with_missing")}
    assert facts == {"n": 3, "without_history": 2, "without_rewrite": 1, "with_missing": 3}


def test_what_there_was_nothing_to_count_of_is_not_there_and_the_rest_has_its_interval(tmp_path: Path) -> None:
    row = followups.run(written(tmp_path / "f.jsonl", TALK)).systems["all"]
    assert set(row) == {"recall", "precision", "missing_recall", "within"}
    for name, (low, high) in row["within"].items():
        assert low <= row[name] <= high
        assert low < high


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": 1, "question": "alone?"}, "neither a turn"),
        ({**TURN, "history": [{"role": "user", "content": "Who?"}]}, "history holds {'role'"),
        ({**TURN, "history": [["Who?", "Curie.", "more"]]}, "history holds"),
        ({**TURN, "history": ["Who?", ["Curie."]]}, "history holds 'Who"),
        ({**TURN, "history": "Who?"}, "history holds 'Who"),
        ({**TURN, "question": ["Where?"]}, "question is"),
        ({**TURN, "rewrite": " "}, "no rewrite"),
        ({"turns": ["a", "b"]}, "turn 1 is 'a'"),
        ({"turns": [{"n": 1, "user": "a"}, {"n": 2, "utterance": "b"}]}, "turn 2 has no user"),
        ({"turns": [{"n": 1, "user": "a"}, {"n": None, "user": "b"}]}, "only some of the turns have an n"),
        ({"turns": [{"n": [1], "user": "a"}]}, r"n is \[1\]"),
        ({"turns": [{"n": 1, "user": "a"}, {"n": "1", "user": "b"}]}, "two turns have the n 1"),
        ({"turns": [{"n": 1, "user": "a", "parent": 2}, {"n": 2, "user": "b"}]}, "parent 2 of turn 1"),
        ({"turns": [{"user": "a", "parent": 1}]}, "parent 1 of turn 1"),
        ({"turns": [{"user": "a", "resolved": 3}]}, "resolved is 3"),
        ({"turns": [{"user": "a", "system": {"text": "x"}}, {"user": "b"}]}, "system is"),
    ],
)
def test_a_wrong_row_is_an_error_with_file_and_line(tmp_path: Path, row: Any, told: str) -> None:
    with pytest.raises(BadInput, match=rf"f\.jsonl:2: .*{told}") as raised:
        followups.run(written(tmp_path / "f.jsonl", TURN, row))
    assert raised.value.hint


@pytest.mark.parametrize("rows", [[], [{"turns": [{"user": "a"}, {"user": "b"}]}], [{**TURN, "history": []}]])
def test_a_set_without_a_follow_up_is_an_error_and_not_nought(tmp_path: Path, rows: list[Any]) -> None:
    with pytest.raises(BadInput, match=rf"no follow-up among the {2 if rows and 'turns' in rows[0] else len(rows)} "):
        followups.run(written(tmp_path / "f.jsonl", *rows))
