"""Slips of the keyboard, and what spelling makes of them."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evals.conftest import SmallSet

from pincite.errors import BadInput
from pincite.evals import typos
from pincite.evals.typos import slipped
from pincite.index.edits import slips

QUESTION = "Who designed the Eiffel Tower in Paris?"


@given(st.integers(0, 100_000))
def test_a_slip_is_one_and_in_one_word_that_says_something(seed: int) -> None:
    made = slipped(QUESTION, random.Random(seed))
    changed = [(a, b) for a, b in zip(QUESTION.split(), made.split(), strict=True) if a != b]
    assert len(changed) == 1
    right, wrong = changed[0]
    assert right not in ("Who", "the", "in")
    assert slips(wrong.lower(), [right.lower()]).tolist() == [1]


def test_the_same_seed_slips_the_same_and_a_question_of_small_words_has_none() -> None:
    assert slipped(QUESTION, random.Random(7)) == slipped(QUESTION, random.Random(7))
    assert slipped("who is it?", random.Random(7)) == ""


def test_clean_and_misspelt_are_measured_with_and_without_spelling(small: SmallSet) -> None:
    report = typos.run([small.passages], [small.questions], cache=small.cache, seed=3)
    assert list(report.systems) == ["clean", "clean, spelling", "misspelt", "misspelt, spelling"]
    clean, checked = report.systems["clean"], report.systems["clean, spelling"]
    assert clean["ndcg@10"] == checked["ndcg@10"] == 1
    assert checked["right"] == checked["wrong"] == 0
    assert 0 <= report.systems["misspelt, spelling"]["right"] <= 1
    again = typos.run([small.passages], [small.questions], cache=small.cache, seed=3)
    assert [row["ndcg@10"] for row in again.systems.values()] == [row["ndcg@10"] for row in report.systems.values()]
    assert json.loads(report.json())["n"] == report.facts["n"] > 0


def test_questions_without_a_passage_are_an_error_and_no_division_by_nought(small: SmallSet, tmp_path: Path) -> None:
    asked = tmp_path / "q.jsonl"
    asked.write_text('{"id": 1, "question": "Which river flows there?", "passage_id": "Rhine"}\n', "utf-8")
    with pytest.raises(BadInput, match="no question names one of these passages"):
        typos.run([small.passages], [asked], cache=small.cache)
