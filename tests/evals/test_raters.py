"""Whether people's judgements are read as they were meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.evals.conftest import written
from tests.evals.made import answered

from pincite.errors import BadInput
from pincite.evals import citations, raters
from pincite.evals.raters import Rating

RECORD = answered(
    "Alpha is beta.", "Shall I go on?", cites=[[1, 2], []], sources=["one </script><!-- text", "two"], key="1"
)


def rating(
    rater: str, *, each: str = "fp", support: str = "full", worthy: bool = True, utility: int = 4
) -> dict[str, Any]:
    names = {"f": "full", "p": "partial", "n": "none"}
    first = {
        "start": 0,
        "worthy": worthy,
        "support": support if worthy else None,
        "each": [names[c] for c in each] if worthy else [],
    }
    last = {"start": 15, "worthy": False, "support": None, "each": []}
    return {
        "rater": rater,
        "id": raters.blind(RECORD),
        "fluency": 5,
        "utility": utility,
        "statements": [first, last],
        "seconds": 60,
    }


def read(*rows: dict[str, Any]) -> list[Rating]:
    return [Rating.model_validate(row) for row in rows]


def test_the_majority_counts_and_the_lower_support_on_a_tie() -> None:
    three = read(rating("a"), rating("b", each="pp"), rating("c", each="pn", support="none", utility=1))
    (one,) = raters.judged([RECORD], three)
    assert [judgement.label for judgement in one.rulings[0].each] == ["partial", "partial"]
    assert one.rulings[0].union is not None
    assert one.rulings[0].union.full
    assert (one.judge, one.human, one.opinion.utility) == ("3 people", True, 3)
    assert citations.liu_precision(one) == (2, 2)
    (tied,) = raters.judged([RECORD], three[1:])
    assert tied.rulings[0].union is not None
    assert tied.rulings[0].union.label == "none"
    assert citations.liu_recall(tied) == (0, 1)


def test_a_sentence_that_most_find_not_worth_verifying_is_not_counted() -> None:
    (one,) = raters.judged([RECORD], read(rating("a", worthy=False), rating("b", worthy=False), rating("c")))
    assert citations.liu_recall(one) is None
    (tied,) = raters.judged([RECORD], read(rating("a", worthy=False), rating("b")))
    assert citations.liu_recall(tied) == (1, 1)


def test_agreement_is_told_by_question_of_the_form() -> None:
    rows = []
    for k in range(8):
        one, other = (
            rating("a", each="ff"),
            rating("b", each="ff" if k < 6 else "nf", support="full" if k % 2 else "none"),
        )
        rows += [{**one, "id": f"{k}"}, {**other, "id": f"{k}"}]
    said = raters.agreement(read(*rows))
    assert said["worthy"] == {"kappa": 1, "equal": 1, "n": 16}
    assert said["citation supports"]["equal"] == 14 / 16
    assert said["statement supported"] == {"kappa": 0, "equal": 0.5, "n": 8}
    assert said["utility"]["equal"] == 1
    assert raters.agreement(read(rating("a"))) == {}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"rater": "a"}], r"r\.jsonl:1: id: Field required"),
        ([rating("a"), {**rating("a"), "utility": 9}], r"r\.jsonl:2: utility"),
        ([rating("a"), rating("a", utility=2)], "a judged one answer twice"),
    ],
)
def test_a_wrong_file_is_an_error_with_its_line(tmp_path: Path, rows: list[Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        raters.ratings([written(tmp_path / "r.jsonl", *rows)])


def test_the_same_judgement_in_two_files_counts_once(tmp_path: Path) -> None:
    one, two = written(tmp_path / "1.jsonl", rating("a")), written(tmp_path / "2.jsonl", rating("a"), rating("b"))
    assert [r.rater for r in raters.ratings([one, two])] == ["a", "b"]


def test_judgements_of_other_answers_are_refused() -> None:
    with pytest.raises(BadInput, match="1 judgements are of no answer here"):
        raters.judged([RECORD], read(rating("a"), {**rating("b"), "id": "nobody"}))
    with pytest.raises(BadInput, match="of another text"):
        raters.judged([RECORD], read(rating("a", each="f")))


def test_the_form_holds_its_answers_as_data_and_names_no_system() -> None:
    others = [answered(f"Other {k}.", key=f"o{k}", system="secret") for k in range(20)]
    page = raters.form([RECORD, *others], seed=1)
    assert "</script><!--" not in page, "an answer can't end the element that it stands in"
    data = json.loads(page.split('type="application/json">')[1].split("</script>")[0])
    assert len(data["items"]) == 21
    assert [item["question"] for item in data["items"]].count("What?") == 21
    order = [item["id"] for item in data["items"]]
    assert order != sorted(order), "the order is drawn"
    assert raters.form([RECORD, *others], seed=1) == page != raters.form([RECORD, *others], seed=2)
    assert "secret" not in page
    assert "://" not in page.replace("https://example.org", ""), "nothing is fetched"


def test_a_citation_of_what_is_not_there_is_shown_as_one() -> None:
    assert "source 9, which is not among the sources" in raters.form([answered("One.", cites=[[9]])])


def test_one_sided_is_what_at_least_half_say_and_only_where_they_were_asked() -> None:
    asked = [{**rating("a"), "one_sided": True, "sure": True}, {**rating("b"), "one_sided": True, "sure": False}]
    (one,) = raters.judged([RECORD], read(*asked, {**rating("c"), "one_sided": False, "sure": True}))
    assert (one.opinion.one_sided, one.opinion.overconfident) == (True, False)
    (bare,) = raters.judged([RECORD], read(rating("a")))
    assert (bare.opinion.one_sided, bare.opinion.overconfident) == (None, None)
