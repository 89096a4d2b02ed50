"""Whether the right passages are found."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from tests.evals.conftest import SmallSet

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
