"""Why a source stands where it stands: every signal has words, parts of one name are one, and the sum is the score."""

from __future__ import annotations

import pytest

from pincite.rank.told import WORDS as TOLD
from pincite.web.draw.reasons import PARTS, Reasons, reasons

SIGNALS = {"base": 1.62, "rank_dense": 1.0, "adds_reranker": 0.53, "adds_short": -0.1, "adds_link_rank": 0.004}


def told(**signals: float) -> Reasons:
    found = reasons(signals)
    assert found is not None
    return found


def test_whatever_a_ranking_may_add_has_words_for_a_newcomer() -> None:
    assert set(PARTS) == set(TOLD)


def test_the_parts_come_with_what_they_add_the_most_first_and_make_the_sum() -> None:
    found = told(**SIGNALS)
    assert found.found == "Found by meaning alone (no. 1): it says it in other words"
    assert (found.base, found.total) == ("1.62", "2.05")
    assert found.parts == (
        ("Read once more, together with your question", "+0.53"),
        ("It has hardly any words", "-0.10"),
    )


def test_signals_of_one_name_are_told_as_one() -> None:
    assert told(base=0.0, adds_bm25=0.5, adds_coverage_pair=0.25, adds_dense=0.1).parts == (
        ("Your words in it", "+0.75"),
        ("What it means, compared with your question", "+0.10"),
    )


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"rank_text": 2.0, "rank_dense": 1.0}, "Found by your words (no. 2) and by meaning (no. 1)"),
        ({"rank_text": 3.0}, "Found by your words (no. 3)"),
        ({}, "Its place in what was found"),
    ],
)
def test_the_first_line_says_by_what_it_was_found(places: dict[str, float], words: str) -> None:
    assert told(base=1.0, **places).found == words


def test_what_is_no_sum_is_told_beside_it() -> None:
    assert told(base=1.0, opening=1.0, copies=2.0).notes == (
        "It comes first because it says what the thing you ask about is.",
        "It stands for 2 more that say the same.",
    )


def test_a_source_that_nothing_ranked_has_no_reasons() -> None:
    assert reasons({}) is None
