import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from pincite.answer.gather import number
from pincite.answer.own_words import DIFFER
from pincite.answer.question.plan import Shape, plan
from pincite.answer.quote.extract import Extract, extract
from pincite.types import Hit, Question

TOWER = "The Eiffel Tower in Paris was completed in the year 1889."


def run(question: str, hits: list[Hit]) -> Extract:
    return extract(plan(Question(text=question)), hits, number(hits), None, 120)


def texts(found: Extract) -> list[str]:
    return [piece.text for piece in found.pieces]


def test_a_near_duplicate_that_passes_the_check_is_a_second_citation(hit: Callable[..., Hit]) -> None:
    other = "The Eiffel Tower in Paris, France, was completed in the year 1889."
    found = run("When was the Eiffel Tower completed?", [hit("A", f"{TOWER} A is long."), hit("B", f"B is. {other}")])
    assert texts(found)[0] == TOWER
    assert other not in texts(found)
    assert [citation.source for citation in found.pieces[0].citations] == [1, 2]


@pytest.mark.parametrize(
    "other",
    [
        "The Eiffel Tower in Paris was not completed in the year 1889.",
        "The Eiffel Tower in Paris was not completed in the year 1887.",
        "The Eiffel Tower in Paris was completed during the year 1889.",
    ],
)
def test_what_fails_the_check_or_lacks_a_word_is_no_citation(hit: Callable[..., Hit], other: str) -> None:
    found = run("When was the Eiffel Tower completed?", [hit("A", TOWER), hit("B", other)])
    lead = next(piece for piece in found.pieces if piece.text == TOWER)
    assert [citation.source for citation in lead.citations] == [1]


def test_two_values_for_one_thing_are_both_told_without_a_verdict(hit: Callable[..., Hit]) -> None:
    other = TOWER.replace("1889", "1887")
    found = run("When was the Eiffel Tower completed?", [hit("A", TOWER), hit("B", other)])
    assert texts(found) == [DIFFER, TOWER, other]
    assert found.pieces[0].citations == ()
    assert [piece.text[slice(*piece.short)] for piece in found.pieces if piece.short] == ["1889", "1887"]
    assert [piece.citations[0].source for piece in found.pieces[1:]] == [1, 2]


@pytest.mark.parametrize(
    "other",
    [
        "The Eiffel Tower in Paris was completed in the month of March 1889.",
        "The Statue of Liberty in New York was dedicated in the year 1886.",
        "Of all towers, the Eiffel Tower in Paris is one that Gustave Eiffel's company had begun to plan in 1884.",
    ],
)
def test_what_may_both_be_true_is_no_difference(hit: Callable[..., Hit], other: str) -> None:
    assert DIFFER not in texts(run("When was the Eiffel Tower completed?", [hit("A", TOWER), hit("B", other)]))


def test_numbers_of_different_units_are_no_difference(hit: Callable[..., Hit]) -> None:
    metres, feet = "The Eiffel Tower is 330 metres tall.", "The Eiffel Tower is 1083 feet tall."
    assert DIFFER not in texts(run("How tall is the Eiffel Tower?", [hit("A", metres), hit("B", feet)]))
    assert DIFFER in texts(
        run("How tall is the Eiffel Tower?", [hit("A", metres), hit("B", metres.replace("330", "300"))])
    )


def snippets(hit: Callable[..., Hit], texts: list[str], name: str) -> list[Hit]:
    return [hit(f"{name} {place}", text) for place, text in enumerate(texts)]


def test_planted_values_are_seen_and_genuine_snippets_do_not_differ(hit: Callable[..., Hit], shared_data: Path) -> None:
    """RGB's counterfactual part: real snippets, and the same with a false answer planted."""
    with lzma.open(shared_data / "rgb-counterfactual/rgb.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    asked = [row for row in rows if plan(Question(text=row["question"])).shape in (Shape.TIME, Shape.NUMBER)]
    seen = 0
    for row in asked:
        good, false = (snippets(hit, row[name], name) for name in ("good_docs", "counterfactual_docs"))
        assert DIFFER not in texts(run(row["question"], good))
        told = texts(run(row["question"], [each for pair in zip(good, false, strict=False) for each in pair]))
        seen += told[:1] == [DIFFER] and row["fake_answer"] in " ".join(told)
    assert len(asked) > 10
    assert seen >= 2
