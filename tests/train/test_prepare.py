"""Examples mined through the real index: the right passage first, no negative that holds the answer, nothing leaks."""

import json
from pathlib import Path

import pytest

from pincite.errors import BadInput
from pincite.evals.report import silent
from pincite.evals.sets import PassageRow, QuestionRow
from pincite.train.examples import Claim, Example, Text, claims, examples, write
from pincite.train.prepare import HELD, Prepared, prepare

ANIMALS = ["whale", "tiger", "falcon", "salmon", "beetle", "camel", "otter", "badger", "heron", "python"]
ROWS = [
    PassageRow(
        f"{animal}-{part}",
        f"The {animal} was first described in {1700 + 7 * number + part} by a naturalist of the {part} school. "
        f"Every {animal} of this kind weighs about {number + 3} kilograms and lives in the region called {animal}land. "
        f"Other naturalists wrote about the food of the {animal} and about how it sleeps in winter.",
        title=animal.title(),
    )
    for number, animal in enumerate(ANIMALS)
    for part in (1, 2)
]
QUESTIONS = [
    QuestionRow(
        f"q{number}-{part}",
        f"When was the {animal} first described by the {part} school?",
        {f"{animal}-{part}": 1.0},
        (str(1700 + 7 * number + part),),
    )
    for number, animal in enumerate(ANIMALS)
    for part in (1, 2)
] * 2


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Prepared]:
    folder = tmp_path_factory.mktemp("data")
    return folder, prepare(ROWS, QUESTIONS, folder, silent, cache=folder / "cache", dense=False)


def test_every_example_has_its_answer_marked_and_negatives_without_it(made: tuple[Path, Prepared]) -> None:
    folder, counts = made
    found = examples(folder / "answered.jsonl")
    assert len(found) == counts.answered == len(QUESTIONS) - len(QUESTIONS) // HELD
    gold = {q.text: q.answers[0] for q in QUESTIONS}
    for one in found:
        assert one.right.text[one.right.start : one.right.end] == gold[one.asked]
        assert one.wrong
        assert all(gold[one.asked] not in wrong.text for wrong in one.wrong)


def test_what_was_made_of_other_passages_is_not_taken_for_these(made: tuple[Path, Prepared]) -> None:
    folder, cache = made[0], made[0] / "cache"
    for rows, asked, seed in ((ROWS[:-1], QUESTIONS, 0), (ROWS, QUESTIONS[:-1], 0), (ROWS, QUESTIONS, 1)):
        with pytest.raises(BadInput, match="made of other passages, questions or words"):
            prepare(rows, asked, folder, silent, cache=cache, dense=False, seed=seed)


def test_the_first_negatives_are_the_ones_that_search_takes_for_right(made: tuple[Path, Prepared]) -> None:
    folder, _ = made
    same = [one.wrong[0].title == one.right.title for one in examples(folder / "answered.jsonl")]
    assert sum(same) > len(same) / 4  # by chance it would be one in nineteen


def test_mined_passages_keep_what_search_gave_them(made: tuple[Path, Prepared]) -> None:
    folder, _ = made
    found = examples(folder / "answered.jsonl")
    assert sum(one.right.score > one.wrong[0].score for one in found) > len(found) / 2
    assert all(len({one.right.score, *(wrong.score for wrong in one.wrong)}) > 1 for one in found)


def test_what_is_not_mined_has_negatives_with_its_title_and_without_its_answer(tmp_path: Path) -> None:
    counts = prepare(ROWS, QUESTIONS, tmp_path, silent, cache=tmp_path / "cache", dense=False, mined=0.0)
    found = examples(tmp_path / "answered.jsonl")
    assert len(found) == counts.answered == len(QUESTIONS) - len(QUESTIONS) // HELD
    gold = {q.text: q.answers[0] for q in QUESTIONS}
    for one in found:
        assert {wrong.title for wrong in one.wrong} == {one.right.title}
        assert one.right.score == one.wrong[0].score == 0
        assert all(gold[one.asked] not in wrong.text for wrong in one.wrong)


def test_nothing_is_claimed_in_training_of_a_passage_that_is_held_out(made: tuple[Path, Prepared]) -> None:
    folder, counts = made
    held = {one.right.text for one in examples(folder / "held.jsonl")}
    assert counts.held
    assert held.isdisjoint({one.passage.text for one in claims(folder / "claims.jsonl")})
    assert counts.held_claims == len(claims(folder / "held-claims.jsonl")) > 0


def test_a_second_run_takes_what_the_first_one_made(made: tuple[Path, Prepared]) -> None:
    folder, counts = made
    (folder / "answered.jsonl").touch()
    before = (folder / "answered.jsonl").stat().st_mtime_ns
    assert prepare(ROWS, QUESTIONS, folder, silent, cache=folder / "cache", dense=False) == counts
    assert (folder / "answered.jsonl").stat().st_mtime_ns == before
    assert json.loads((folder / "prepared.json").read_text("utf-8"))["answered"] == counts.answered


def test_a_corpus_without_questions_asks_itself(tmp_path: Path) -> None:
    counts = prepare(ROWS, [], tmp_path, silent, cache=tmp_path / "cache", dense=False)
    assert counts.answered == counts.held == 0
    assert counts.titled == len(ROWS)
    assert counts.claims > 0
    assert all(one.right not in one.wrong for one in examples(tmp_path / "titled.jsonl"))


def test_examples_and_claims_come_back_from_their_files(tmp_path: Path) -> None:
    example = Example("why?", Text("T", "because", 0, 7, 1.5), (Text("U", "else"),), "why not?")
    claim = Claim("so", Text("", "so it is"), 2)
    assert write(tmp_path / "e.jsonl", [example]) == write(tmp_path / "c.jsonl", [claim]) == 1
    assert examples(tmp_path / "e.jsonl") == [example]
    assert claims(tmp_path / "c.jsonl") == [claim]
