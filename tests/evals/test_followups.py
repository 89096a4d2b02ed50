"""Whether a follow-up is understood."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evals.conftest import written

from pincite.errors import BadInput
from pincite.evals import followups

TURN = {
    "id": "t",
    "history": ["Who was Marie Curie?", "Marie Curie was a physicist.", "Was she married?", ""],
    "question": "Where was she born?",
    "rewrite": "Where was Marie Curie born?",
    "url": "https://en.wikipedia.org/wiki/Marie_Curie_(physicist)#Life",
}
TALK = {
    "id": "c",
    "turns": [
        {"n": 1, "user": "What is a throat cancer?", "resolved": "What is a throat cancer?"},
        {"n": 2, "user": "Is it treatable?", "resolved": "Is throat cancer treatable?", "system": None},
        {"n": 3, "user": "And lung cancer?", "resolved": None},
        {"n": 4, "user": "Its symptoms?", "resolved": "Throat cancer symptoms?", "parent": 1},
    ],
}


def test_a_turn_and_a_conversation_both_give_follow_ups(tmp_path: Path) -> None:
    path = written(tmp_path / "f.jsonl", TURN, TALK)
    turn, second, fourth = followups.followups([path])
    assert turn.history == (("Who was Marie Curie?", "Marie Curie was a physicist."), ("Was she married?", ""))
    assert turn.title == "Marie Curie"
    assert second.history == (("What is a throat cancer?", ""),)
    assert fourth.history == second.history, "its parent is the first turn"


def test_remembering_beats_the_question_alone(tmp_path: Path) -> None:
    report = followups.run(written(tmp_path / "f.jsonl", TURN))
    assert report.systems["unchanged"]["missing_recall"] == 0
    assert report.systems["all"]["missing_recall"] == report.systems["all"]["title_in_query"] == 1


def test_a_row_of_another_kind_is_an_error_with_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"f\.jsonl:1"):
        followups.run(written(tmp_path / "f.jsonl", {"id": 1, "question": "alone?"}))
