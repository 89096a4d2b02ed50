"""Whether the right passages are found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.evals.conftest import SmallSet, written

from pincite.errors import BadInput
from pincite.evals import retrieval
from pincite.ports import Deadline
from pincite.types import Passage


def test_on_an_easy_set_everything_is_found_first(small: SmallSet) -> None:
    report = retrieval.run([small.passages], small.questions, cache=small.cache)
    assert report.facts["n"] == 4
    assert report.facts["skipped"] == 2
    assert report.facts["passages"] == report.facts["pieces"] == 4
    for row in report.systems.values():
        assert row["ndcg@10"] == row["recall@1"] == row["mrr@10"] == 1
        assert row["ms"]["p50"] <= row["ms"]["p95"]


def test_passages_of_one_address_are_judged_apart(small: SmallSet) -> None:
    report = retrieval.run([small.passages], small.questions, systems=["bm25"], cache=small.cache)
    assert report.systems["bm25"]["recall@1"] == 1


def test_a_few_questions_are_told_of_to_the_last(small: SmallSet) -> None:
    seen: list[tuple[str, int, int | None]] = []
    retrieval.run(
        [small.passages], small.questions, systems=["bm25"], cache=small.cache, telling=lambda *one: seen.append(one)
    )
    told = [one for one in seen if one[0] == "bm25"]
    assert (told[0], told[-1]) == (("bm25", 0, 4), ("bm25", 4, 4))


def test_no_two_passages_have_one_address(small: SmallSet, tmp_path: Path) -> None:
    rows = [
        {"id": "y#z", "url": "http://u/", "text": "Rome is old."},
        {"id": "z", "url": "http://u/#y", "text": "Vienna is large."},
        {"id": "a%23b", "text": "Bern is small."},
        {"id": "a#b", "text": "Oslo is cold."},
    ]
    asked = [{"id": n, "question": row["text"], "passage_id": row["id"]} for n, row in enumerate(rows)]
    passages, questions = written(tmp_path / "p.jsonl", *rows), written(tmp_path / "q.jsonl", *asked)
    report = retrieval.run([passages], questions, systems=["bm25"], cache=small.cache)
    assert report.facts["pieces"] == 4
    assert report.systems["bm25"]["recall@1"] == 1


def test_a_run_again_gives_the_same_numbers(small: SmallSet) -> None:
    def quality() -> list[float]:
        report = retrieval.run([small.passages], small.questions, limit=3, seed=5, cache=small.cache)
        return [row["ndcg@10"] for row in report.systems.values()]

    assert quality() == quality()


def test_words_alone_need_no_vectors(small: SmallSet, tmp_path_factory: pytest.TempPathFactory) -> None:
    report = retrieval.run([small.passages], small.questions, systems=["bm25"], cache=tmp_path_factory.mktemp("none"))
    assert list(report.systems) == ["bm25"]
    assert json.loads(report.json())["systems"]["bm25"]["over_bm25"] == 0


def test_a_row_cut_into_passages_is_as_good_as_its_best_one(small: SmallSet) -> None:
    report = retrieval.run([small.passages], small.questions, cache=small.cache, passage_words=20)
    assert report.facts["pieces"] > report.facts["passages"]
    assert report.systems["hybrid"]["recall@5"] == 1


def test_every_quality_has_its_interval_and_a_gain_that_of_the_same_questions(small: SmallSet) -> None:
    report = retrieval.run([small.passages], small.questions, cache=small.cache)
    for row in report.systems.values():
        assert set(row["within"]) == {*retrieval.MEASURES, "over_bm25"}
        assert row["within"]["ndcg@10"][0] < row["within"]["ndcg@10"][1] == pytest.approx(1)  # all right is not certain
        assert row["within"]["over_bm25"] == [0, 0]
    assert "1.000 [" in report.table()
    assert "within" not in report.table()


def test_questions_that_name_none_of_the_passages_are_an_error_and_not_nought(small: SmallSet, tmp_path: Path) -> None:
    asked = tmp_path / "q.jsonl"
    asked.write_text('{"id": 1, "question": "How long is it?", "rel": {"danube.txt": 1}}\n', "utf-8")
    with pytest.raises(BadInput, match=r"none has its passage among these 4: .*'danube\.txt'") as raised:
        retrieval.run([small.passages], asked, cache=small.cache)
    assert "'Danube'" in raised.value.hint


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"rel": {"Danube": 1}, "impossible": True}], "all 1 questions are marked as impossible"),
        ([{"rel": {"Danube": 1}, "impossible": True}, {"rel": {"Rhine": 1}}], "of 1 questions .* such as 'Rhine'"),
        ([{"rel": {"Danube": 0}}], "none names a right one"),
    ],
)
def test_why_nothing_can_be_found_is_said_rightly(
    small: SmallSet, tmp_path: Path, rows: list[dict[str, object]], told: str
) -> None:
    asked = [{"id": n, "question": "What did it win?", **row} for n, row in enumerate(rows)]
    with pytest.raises(BadInput, match=told) as raised:
        retrieval.run([small.passages], written(tmp_path / "q.jsonl", *asked), cache=small.cache)
    assert raised.value.hint


def test_a_right_passage_that_is_not_there_is_counted_and_missed(small: SmallSet, tmp_path: Path) -> None:
    asked = tmp_path / "q.jsonl"
    asked.write_text('{"id": 1, "question": "How long is the Danube?", "rel": {"Danube": 1, "Rhine": 1}}\n', "utf-8")
    report = retrieval.run([small.passages], asked, systems=["bm25"], cache=small.cache)
    assert (report.facts["n"], report.facts["right_missing"]) == (1, 1)
    assert report.systems["bm25"]["recall@20"] == 0.5


class Contrary:
    """A ``Scorer`` that likes best what was found last."""

    def score(self, question: str, passages: Sequence[Passage], deadline: Deadline) -> Sequence[float]:
        return [100.0 * place for place, _ in enumerate(passages)]


def test_a_reranker_is_measured_beside_what_it_reranks(small: SmallSet) -> None:
    report = retrieval.run([small.passages], small.questions, cache=small.cache, scorer=Contrary())
    row = report.systems["reranked"]
    assert row["recall@20"] == report.systems["hybrid"]["recall@20"]
    assert row["mrr@10"] < report.systems["hybrid"]["mrr@10"]
    assert row["over_hybrid"] < 0
