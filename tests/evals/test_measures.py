"""What a good result is worth."""

from __future__ import annotations

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.evals import measures


def test_ndcg_is_as_the_paper_computes_it() -> None:
    right = {"a": 3.0, "b": 1.0, "c": 0.0}
    assert measures.ndcg(["a", "b"], right) == 1
    assert measures.ndcg(["b", "x", "a"], right) == pytest.approx((1 + 3 / log2(4)) / (3 + 1 / log2(3)))
    assert measures.ndcg(["c"], right) == 0


def test_recall_and_mrr_count_only_what_is_right() -> None:
    right = {"a": 1.0, "b": 2.0, "c": 0.0}
    assert measures.recall(["c", "a", "x"], right, 2) == 0.5
    assert measures.mrr(["c", "a"], right) == 0.5
    assert measures.mrr(["x"] * 10 + ["a"], right) == 0


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3)))
def test_every_measure_is_between_nought_and_one(found: list[str], right: dict[str, float]) -> None:
    for value in (measures.ndcg(found, right), measures.recall(found, right, 5), measures.mrr(found, right)):
        assert 0 <= value <= 1 + 1e-9


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("It was The Eiffel-Tower, in Paris.", ["Eiffel Tower"], True),
        ("In 1999 it ended.", ["99"], False),
        ("Parisian life", ["Paris"], False),
        ("首都は東京です。", ["東京"], True),
        ("nothing", ["a"], False),
        ("It cost 3.5 million, at 10:30.", ["5 million"], False),
        ("It cost 3.5 million, at 10:30.", ["3.5 million"], True),
        ("It flows 2,850 km.", ["2850 km"], True),
        ("It flows 2,850 km.", ["850"], False),
        ("закон о мире", ["он"], False),
        ("la répétition", ["été"], False),
        ("l’été", ["été"], True),
        ("the end", [], False),
        ("It cost £5 million.", ["5 million"], True),
        ("Sold for €500.", ["500"], True),
        ("A turn of 90°.", ["90"], True),
        ("¿Dónde?", ["Dónde"], True),
        ("Spider\u2011Man", ["Spider-Man"], True),
        ("It covers 5 km².", ["5 km"], True),
        ("10⁶ cells, 10⁻⁶ of them", ["10"], False),
        ("It uses C#.", ["C++"], True),
        ("It grew by 5%.", ["5%"], True),
        ("في باريس، فرنسا؟", ["باريس"], True),
        ("वह दिल्ली।", ["दिल्ली"], True),
        ("٣٫٥ مليون", ["٥ مليون"], False),
        ("他于1990年出生。", ["1990"], True),
        ("他于1990年出生。", ["990"], False),
        ("12月に生まれた。", ["2月"], False),
        ("Appleは会社です。", ["Apple"], True),
        ("Pineappleは果物です。", ["apple"], False),
        ("2016 年2月", ["2016年2月"], True),
        ("It has vitamin A in it.", ["A"], True),
        ("It is a vitamin.", ["A"], False),
        ("They were from The The.", ["The"], True),
        ("It grew by 5 %.", ["%"], True),
        ("It grew by 5.", ["%"], False),
        ("nothing", [" "], False),
    ],
)
def test_an_answer_is_contained_as_whole_words(text: str, answers: list[str], expected: bool) -> None:
    assert measures.contains(text, answers) is expected


def test_short_answers_are_judged_as_in_squad() -> None:
    assert measures.exact("The Beatles!", ["beatles"])
    assert measures.f1("the green house", ["green house", "x"]) == 1
    assert measures.f1("green house", ["house of cards"]) == pytest.approx(0.4)
    assert measures.f1("", ["x"]) == 0


@pytest.mark.parametrize(
    ("given", "answer", "exact", "f1"),
    [
        ("US", "U.S.", True, 1),
        ("$7.5 million", "75 million", True, 1),
        ("", "A", False, 0),
        ("", "%", False, 0),
        ("a", "A", True, 1),
        ("$", "$", True, 1),
        ("The", "A", False, 0),
        ("state of the art", "state-of-the-art", False, 0),
        ("Disney ABC Group", "Disney–ABC Group", False, 0.4),
    ],
)
def test_punctuation_is_dropped_as_squads_own_script_drops_it(given: str, answer: str, exact: bool, f1: float) -> None:
    assert measures.exact(given, [answer]) is exact
    assert measures.f1(given, [answer]) == pytest.approx(f1)


def test_percentiles_are_values_that_occurred() -> None:
    values = [5.0, 1.0, 3.0, 2.0, 4.0]
    assert measures.percentile(values, 0.5) == 3
    assert measures.percentile(values, 0.95) == 5
    assert measures.percentile([], 0.5) == 0
    assert measures.percentile(list(range(1, 101)), 0.95) == 95  # type: ignore[arg-type]


def test_nuggets_are_found_in_any_wording() -> None:
    nuggets = [("330 m", "330 metres"), ("Eiffel",), ("1889",)]
    assert measures.nugget_recall("It is 330 metres tall, by Eiffel.", nuggets) == pytest.approx(2 / 3)
    assert measures.nugget_recall("x", []) == 1


def test_scripts_without_blanks_are_counted_by_character() -> None:
    assert measures.f1("丹佛野马队", ["丹佛野马"]) == pytest.approx(2 * 4 / 9)
    assert measures.f1("2016年", ["2016 年2月"]) == pytest.approx(2 * 2 / 6)
    assert measures.exact("《孙子兵法》。", ["孙子兵法"])
    assert measures.redundancy(["天空是蓝色的。", "天空是绿色的。"]) == pytest.approx(3 / 7)


def test_redundancy_is_that_of_the_two_most_alike_sentences() -> None:
    # pairs of words, articles apart: {tower is, is tall} and {tower is, is old}: 1 of 3
    assert measures.redundancy(["The tower is tall.", "Bananas are blue.", "The tower is old."]) == pytest.approx(1 / 3)
    assert measures.redundancy(["The same words.", "The same words."]) == 1
    assert measures.redundancy(["One.", "Two."]) == measures.redundancy(["Alone here."]) == 0


@given(st.lists(st.text("abc ", max_size=12), max_size=5))
def test_redundancy_does_not_depend_on_order(sentences: list[str]) -> None:
    assert measures.redundancy(sentences) == measures.redundancy(sentences[::-1])
    assert 0 <= measures.redundancy(sentences) <= 1


def test_a_pronoun_is_an_orphan_without_its_sentence() -> None:
    said = ["He was born in Warsaw.", "She moved.", "It is large.", "Italy is a country.", "They came."]
    sources = [{1}, {1}, {2}, {2}, set[int]()]
    assert measures.orphaned(said, sources) == [True, False, True, False, False]
