"""Whether the measures are those of the papers: every number here was worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evals.made import answered, judged, ruling

from pincite.evals import citations
from pincite.evals.judging import Ruling

C = ((True, False, False), (True, True, False), (False, False, False))
S = ((True, False, True), (False, True, True), (False, False, False))


def test_f1_of_bing_chat_is_the_published_one() -> None:
    assert citations.f1(58.7, 89.5) == pytest.approx(70.9, abs=0.05)
    assert citations.f1(0, 0) == 0


# ── Liu et al. 2023 ──


def test_recall_counts_statements_that_their_citations_together_support_fully() -> None:
    one = judged(ruling("f"), ruling("pp", "f"), ruling("p"), ruling(), ruling(worthy=False), ruling("f", worthy=False))
    assert citations.liu_recall(one) == (2, 4)


def test_a_partial_citation_counts_only_where_all_together_support_and_none_does_alone() -> None:
    together = ruling("pp", "f")
    beside_a_full_one = ruling("fp", "f")
    not_together = ruling("pp", "p")
    with_a_useless_one = ruling("ppn", "f")
    assert citations.liu_precision(judged(together)) == (2, 2)
    assert citations.liu_precision(judged(beside_a_full_one)) == (1, 2)
    assert citations.liu_precision(judged(not_together)) == (0, 2)
    assert citations.liu_precision(judged(with_a_useless_one)) == (2, 3)
    assert citations.liu_precision(judged(together, beside_a_full_one, not_together, with_a_useless_one)) == (5, 9)


def test_citations_of_what_needs_no_support_are_not_counted() -> None:
    assert citations.liu_precision(judged(ruling("n", worthy=False), ruling("f"))) == (1, 1)


def test_an_answer_without_statements_or_citations_is_not_counted_at_all() -> None:
    assert citations.liu_recall(judged(ruling(worthy=False))) is None
    assert citations.liu_precision(judged(ruling())) is None
    assert citations.alce_precision(judged(ruling())) is None


# ── ALCE ──


def test_alce_averages_over_answers_and_over_all_sentences() -> None:
    assert citations.alce_recall(judged(ruling("f"), ruling(worthy=False), ruling("p"), ruling())) == (0.25, 1)


def test_an_irrelevant_citation_is_one_that_alone_does_not_support_and_is_not_missed() -> None:
    irrelevant = ruling("fn", "f", without=[None, True])
    needed = ruling("pp", "f", without=[False, False])
    assert citations.alce_precision(judged(irrelevant)) == (0.5, 1)
    assert citations.alce_precision(judged(needed)) == (1, 1)
    assert citations.alce_precision(judged(irrelevant, needed, ruling("n"))) == (3 / 5, 1)


def test_people_are_not_asked_what_alce_asks() -> None:
    one = judged(ruling("f"), human=True)
    assert citations.alce_recall(one) is citations.alce_precision(one) is None


# ── AEE / DeepTRACE ──


def test_the_matrix_measures_are_those_of_the_formulas() -> None:
    # C∘S has (0,0) and (1,1); ΣC = 3, ΣS = 4; the third source supports all that is supported.
    assert citations.citation_accuracy(C, S) == (2, 3)
    assert citations.citation_thoroughness(C, S) == (2, 4)
    assert citations.unsupported_statements(S) == (1, 3)
    assert citations.source_necessity(S) == (1, 3)
    assert citations.uncited_sources(C, 3) == (1, 3)


def test_the_matrices_hold_relevant_statements_only() -> None:
    record = answered("One.", "Two.", "Three?", cites=[[1], [], [2]], sources=["x", "y"])
    starts = [sentence.start for sentence in record.answer.sentences]
    rows = [
        ruling("f", start=starts[0], sources=[True, False]),
        ruling(start=starts[1], sources=[False, True]),
        ruling("n", worthy=False, start=starts[2], sources=[False, False]),
    ]
    one = judged(*rows, record=record)
    assert citations.cites(one) == ((True, False), (False, False))
    assert citations.supports(one) == ((True, False), (False, True))
    assert citations.relevant_statements(one) == (2, 3)


def test_what_a_judge_was_not_asked_is_not_made_up() -> None:
    one = judged(ruling("f", sources=[True]), ruling("f"))
    assert citations.supports(one) is None


# ── properties ──

LETTERS = st.text("fpn", max_size=4)
RULINGS = st.lists(
    st.tuples(LETTERS, st.sampled_from("fpn"), st.booleans()).map(
        lambda t: ruling(t[0], t[1] if t[0] else "", worthy=t[2], without=[True] * len(t[0]))
    ),
    max_size=6,
)


@given(RULINGS)
def test_no_measure_leaves_nought_to_one(rulings: list[Ruling]) -> None:
    one = judged(*rulings)
    for measure in (citations.liu_recall, citations.liu_precision, citations.alce_recall, citations.alce_precision):
        if (count := measure(one)) is not None:
            assert 0 <= count[0] <= count[1] + 1e-9


@given(RULINGS)
def test_a_better_citation_never_lowers_precision(rulings: list[Ruling]) -> None:
    before = citations.liu_precision(judged(*rulings))
    better = [
        r.model_copy(update={"each": tuple(ruling("f" * len(r.each)).each), "union": ruling("f").union})
        if r.each
        else r
        for r in rulings
    ]
    after = citations.liu_precision(judged(*better))
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after[0] == after[1] >= before[0]


@given(st.lists(st.frozensets(st.integers(0, 5), min_size=1), max_size=6))
def test_the_cover_is_the_smallest_there_is(rows: list[frozenset[int]]) -> None:
    brute = min(
        (bin(mask).count("1") for mask in range(64) if all(any(mask >> m & 1 for m in row) for row in rows)),
    )
    assert citations.cover(rows) == brute
