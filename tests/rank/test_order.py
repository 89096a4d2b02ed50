from collections.abc import Sequence

import pytest

from pincite.ports import Deadline
from pincite.rank.linear import total
from pincite.rank.order import PER_LOGIT, Order, fuse
from pincite.rank.policy import Policy, Rule
from pincite.types import Document, Hit, Passage

WORDS = [f"word{n}x" for n in range(16)]


def make(
    place: int, score: float, *, document: str = "", text: str = "", backend: str = "index", **signals: float
) -> Hit:
    about = Document(id=document or f"d{place}", url=f"https://example.org/{document or place}", title="T")
    text = text or " ".join(f"{word}{place}" for word in WORDS)
    passage = Passage(id=f"p{place}", document=about, text=text, start=0, end=len(text))
    return Hit(passage=passage, score=score, backend=backend, signals=signals)


def ids(hits: list[Hit]) -> list[str]:
    return [hit.passage.id for hit in hits]


def test_a_single_list_of_the_index_keeps_its_order_and_scores() -> None:
    ranked = Order().rank("q", [make(1, 3.0, fused=3.0), make(2, -1.0, fused=-1.0), make(3, -2.0, fused=-2.0)])
    assert ids(ranked) == ["p1", "p2", "p3"]
    assert [hit.score for hit in ranked] == [3.0, -1.0, -2.0]
    assert [hit.signals["rank"] for hit in ranked] == [1, 2, 3]


def test_scores_of_an_unknown_scale_count_by_their_places_alone() -> None:
    small, large = [make(1, 0.02), make(2, 0.01)], [make(1, 900.0), make(2, 30.0)]
    assert [h.score for h in Order().rank("q", small)] == [h.score for h in Order().rank("q", large)]


def test_a_passage_found_by_two_backends_comes_once_and_first() -> None:
    ranked = Order().rank("q", [make(1, 9), make(2, 8), make(3, 7, backend="web"), make(2, 6, backend="web")])
    assert ids(ranked)[0] == "p2"
    assert sorted(ids(ranked)) == ["p1", "p2", "p3"]
    assert ranked[0].signals["rrf"] == pytest.approx(2 / (10 + 2))


def test_two_queries_of_one_backend_are_two_lists() -> None:
    ranked = Order().rank("q", [make(1, 9), make(2, 8), make(3, 99, query=1.0), make(2, 98, query=1.0)])
    assert ids(ranked)[0] == "p2"


def test_scores_of_different_lists_are_never_compared() -> None:
    low, high = [make(1, 0.1), make(2, 0.05)], [make(3, 1000.0), make(4, 999.0)]
    assert ids(fuse([low, high])) == ["p1", "p3", "p2", "p4"]


def test_a_near_duplicate_is_dropped_and_counted() -> None:
    text = " ".join(WORDS)
    ranked = Order().rank("q", [make(1, 3, text=text), make(2, 2), make(3, 1, text=text + " and then some more")])
    assert ids(ranked) == ["p1", "p2"]
    assert ranked[0].signals["copies"] == 1


def test_passages_that_share_a_sentence_are_no_duplicates() -> None:
    shared = "this very sentence stands in both of them word by word"
    first = make(1, 3, text=f"{shared} {' '.join(WORDS)} and goes on about one thing")
    second = make(2, 2, text=f"{shared} but the rest of it tells of quite another matter that nobody else has told")
    assert ids(Order().rank("q", [first, second])) == ["p1", "p2"]


def test_a_document_with_many_hits_lets_the_others_come_first() -> None:
    hits = [make(n, 10 - n, document="long") for n in range(6)] + [make(7, 1), make(8, 0)]
    ranked = Order(per_document=2).rank("q", hits)
    assert ids(ranked) == ["p0", "p1", "p7", "p8", "p2", "p3", "p4", "p5"]
    assert ranked[-1].signals["crowded"] == 1


def test_nothing_found_is_nothing_ranked() -> None:
    assert Order().rank("q", []) == []


def test_a_blocked_source_never_appears_whoever_found_it() -> None:
    policy = Policy((Rule(site="example.org", path="https://example.org/2", block=True),))
    ranked = Order(policy=policy).rank("q", [make(1, 9), make(2, 8), make(2, 8, backend="web"), make(3, 7)])
    assert ids(ranked) == ["p1", "p3"]


class Reading:
    """A ``Scorer`` that knows a value for each passage and has time for the first ``most``."""

    def __init__(self, values: dict[str, float], most: int = 99) -> None:
        self.values = values
        self.most = most

    def score(self, question: str, passages: Sequence[Passage], deadline: Deadline) -> Sequence[float]:
        assert deadline.left() > 0
        return [self.values[passage.id] for passage in passages[: self.most]]


def test_a_reranker_has_its_say_and_says_how_much() -> None:
    ranked = Order(scorer=Reading({"p1": -3.0, "p2": 3.0})).rank("q", [make(1, 9), make(2, 8)])
    assert ids(ranked) == ["p2", "p1"]
    # Of the 3 logits that a yes of 3 is better than a no of −3, half above the average and half below.
    assert ranked[0].signals["adds_reranker"] == pytest.approx(1.5 * PER_LOGIT)
    assert ranked[0].score == pytest.approx(total(ranked[0].signals))


def test_how_far_off_a_passage_reads_is_no_reason_to_prefer_another() -> None:
    ranked = Order(scorer=Reading({"p1": -12.0, "p2": -6.0})).rank("q", [make(1, 9), make(2, 8)])
    assert ids(ranked) == ["p1", "p2"]
    assert ranked[0].signals["adds_reranker"] == pytest.approx(0.0, abs=0.01)


def test_what_a_late_reranker_did_not_read_is_taken_for_average() -> None:
    hits = [make(n, 10 - n) for n in range(1, 5)]
    ranked = Order(scorer=Reading({"p1": -9.0, "p2": 9.0}, most=2)).rank("q", hits)
    assert ids(ranked) == ["p2", "p3", "p4", "p1"]
    assert "reranker" not in ranked[1].signals


def test_a_reranker_without_any_time_changes_nothing() -> None:
    hits = [make(n, 10 - n) for n in range(1, 5)]
    assert ids(Order(scorer=Reading({}, most=0)).rank("q", hits)) == ids(Order().rank("q", hits))
