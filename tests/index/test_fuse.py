"""Fusion keeps what either side knows."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pincite.index.fuse import fuse, legible, trust, worded, z_scores
from pincite.index.wording import Wording

SCORES = st.dictionaries(st.integers(1, 50), st.floats(0, 100, allow_nan=False), max_size=30)


@given(SCORES, SCORES, st.floats(0, 1))
def test_every_candidate_comes_out_once_best_first(
    text: dict[int, float], dense: dict[int, float], weight: float
) -> None:
    fused = fuse(text, dense, weight)
    assert sorted(each.number for each in fused) == sorted(text.keys() | dense.keys())
    assert [each.score for each in fused] == sorted((each.score for each in fused), reverse=True)
    assert all(np.isfinite(each.score) for each in fused)


@given(SCORES)
def test_one_side_alone_decides_alone(text: dict[int, float]) -> None:
    by_score = sorted(text, key=lambda number: (-round(text[number], 9), number))
    ranks = {each.number: place for place, each in enumerate(fuse(text, {}, 0.5))}
    for first, second in itertools.pairwise(by_score):
        if text[first] - text[second] > 1e-6:
            assert ranks[first] < ranks[second]


def test_what_both_find_beats_what_one_finds() -> None:
    fused = fuse({1: 9.0, 2: 8.0, 3: 1.0}, {1: 0.2, 2: 0.8, 4: 0.81, 3: 0.1}, 0.5)
    assert fused[0].number == 2


def test_a_passage_without_a_vector_is_judged_by_its_words() -> None:
    fused = {each.number: each for each in fuse({1: 9.0, 2: 3.0, 3: 3.1}, {2: 0.5, 3: 0.4}, 0.5)}
    assert "dense" not in fused[1].signals
    assert fused[1].score == fused[1].signals["bm25_z"]


def test_equal_scores_say_nothing() -> None:
    assert list(z_scores(np.array([2.0, 2.0, 2.0]))) == [0, 0, 0]
    assert np.isnan(z_scores(np.array([np.nan, 1.0, 2.0]))[0])


def test_vectors_that_are_all_alike_do_not_move_an_exact_match() -> None:
    fused = fuse({1: 9.0, 2: 1.0}, {1: 0.30, 2: 0.33, 3: 0.34, 4: 0.36}, question="Who?")
    assert fused[0].number == 1
    assert fused[0].signals["weight"] == 0


@given(st.lists(st.floats(-1, 1), max_size=40))
def test_trust_is_a_share(cosines: list[float]) -> None:
    assert 0 <= trust(np.array(cosines)) <= 1


def test_a_passage_that_means_the_same_counts_for_more_where_it_stands_out() -> None:
    crowd = [0.1, 0.12, 0.2, 0.25, 0.3] * 10
    assert trust(np.array([*crowd, 0.9])) > trust(np.array([*crowd, 0.45])) > 0


def test_words_that_know_one_passage_far_above_the_next_count_for_more() -> None:
    dense = {number: 0.3 + 0.1 * (number % 3) for number in range(1, 31)}
    clear = {1: 9.0, 2: 3.0, 3: 2.9, 4: 2.8}
    near = {1: 9.0, 2: 8.9, 3: 2.9, 4: 2.8}
    share = {
        name: fuse(text, dense, question="Who?")[0].signals["weight"]
        for name, text in (("clear", clear), ("near", near))
    }
    assert 0 < share["clear"] < share["near"]


def test_questions_in_scripts_that_the_vectors_can_not_read_are_left_to_the_words() -> None:
    assert legible("Wie groß ist der Größte?") == 1
    assert legible("เมืองหลวงของไทยคือ NASA?") == 0
    assert 0.5 < legible("What does 東京 mean?") < 1
    assert legible("1984?") == 0
    text, dense = {1: 9.0, 2: 1.0}, {1: 0.1, 2: 0.5, 3: 0.9}
    assert fuse(text, dense, question="ไทย")[0].number == 1
    assert fuse(text, dense, question="Thai")[0].signals["weight"] > 0


def test_wording_lifts_a_passage_and_says_by_how_much() -> None:
    scored = fuse({1: 5.0, 2: 4.9, 3: 1.0}, {1: 0.5, 2: 0.5, 3: 0.1}, 0.5)
    lifted = worded(scored, {1: Wording(0.2, 0.2, 0.0), 2: Wording(1.0, 1.0, 1.0)})
    assert [each.number for each in lifted] == [2, 1, 3]
    best = lifted[0].signals
    assert lifted[0].score == best["fused"] + best["wording"]
    assert best["coverage_sentence"] == best["coverage_pair"] == best["proximity"] == 1
    assert "wording" not in lifted[2].signals


@given(SCORES, SCORES)
def test_wording_keeps_every_candidate_and_what_was_compared_stays_before_the_rest(
    text: dict[int, float], dense: dict[int, float]
) -> None:
    scored = fuse(text, dense, 0.5)
    compared = [each.number for each in scored[:5]]
    lifted = worded(scored, {number: Wording(number / 50, 0.0, 0.0) for number in compared})
    assert sorted(each.number for each in lifted) == sorted(each.number for each in scored)
    ties = {round(each.score, 9) for each in scored}
    assert len(ties) < len(scored) or {each.number for each in lifted[:5]} == set(compared)


def test_wording_counts_for_less_while_there_are_no_vectors() -> None:
    wording = {1: Wording(1.0, 1.0, 1.0)}
    with_vectors = worded(fuse({1: 2.0}, {1: 0.5}, 0.5), wording)[0].signals["wording"]
    assert 0 < worded(fuse({1: 2.0}, {}), wording)[0].signals["wording"] < with_vectors


def test_vectors_count_for_less_where_a_question_is_not_english() -> None:
    assert 0 < legible("Wie hoch ist der Turm?", "de") < legible("How tall is the tower?", "en") == 1
    text, dense = {1: 9.0, 2: 1.0}, {1: 0.1, 2: 0.5, 3: 0.9}
    german = fuse(text, dense, question="Turm", lang="de")[0].signals["weight"]
    assert 0 < german < fuse(text, dense, question="Turm")[0].signals["weight"]


def test_wording_counts_for_less_in_scripts_without_spaces() -> None:
    scored, wording = fuse({1: 2.0}, {1: 0.5}, 0.5), {1: Wording(1.0, 1.0, 1.0)}
    pairs = worded(scored, wording, "東京の人口")[0].signals["wording"]
    assert 0 < pairs < worded(scored, wording, "population")[0].signals["wording"]
