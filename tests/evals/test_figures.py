"""Whether a figure says how sure it is, and by whose word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.evals.made import answered, judged, ruling

from pincite.evals import figures
from pincite.evals.exam import Exam
from pincite.evals.judges import lexical
from pincite.evals.judging import Judged, Opinion, rule
from pincite.evals.record import records

PASSED = Exam(
    judge="hand",
    seed=0,
    limit=None,
    sets={},
    auc=0.8,
    auc_within=(0.78, 0.82),
    balanced_accuracy=0.75,
    ece=0.05,
    ece_together=0.05,
    passed=True,
)


def rows(n: int = 40, **more: Any) -> list[Judged]:
    """Every fourth answer's only citation is wrong."""
    made = []
    for k in range(n):
        record = answered(
            f"Rome is {k} years old.", cites=[[1]], sources=["x"], key=str(k), gold=("Rome",), group="answerable"
        )
        made.append(judged(ruling("f" if k % 4 else "n", sources=[k % 4 != 0]), record=record, **more))
    return made


def test_every_figure_has_its_n_interval_judge_and_exam() -> None:
    column = figures.column(rows(), PASSED)
    recall = column.figures["citation recall"]
    assert (recall.value, recall.n, recall.of) == (0.75, 40, 40)
    assert recall.low < 0.75 < recall.high
    assert recall.high - recall.low == pytest.approx(0.26, abs=0.02)
    for name, figure in column.figures.items():
        assert figure.n > 0
        assert figure.low <= figure.value <= figure.high, name
        if name in figures.JUDGED or name in figures.F1:
            assert (figure.judge, figure.proxy) == ("hand", False)
            assert figure.exam.startswith("passed: AUC 0.800")
    assert column.figures["citation F1"].value == pytest.approx(0.75)
    assert column.figures["answer hit"].value == 1
    assert column.figures["answer hit"].judge == "", "it follows from the right answer"
    assert column.figures["first token p50"].value == 10


@pytest.mark.parametrize("exam", [None, PASSED.model_copy(update={"passed": False})])
def test_a_judge_that_has_not_passed_gives_proxies(exam: Exam | None) -> None:
    column = figures.column(rows(), exam)
    assert column.figures["citation recall"].proxy
    assert "proxy" in column.figures["citation F1"].said()
    assert not column.figures["answer hit"].proxy


def test_peoples_word_is_no_proxy() -> None:
    said = Opinion(utility=4, fluency=5, one_sided=True, overconfident=False)
    made = [one.model_copy(update={"opinion": said}) for one in rows(human=True)]
    column = figures.column(made, None)
    assert not column.figures["citation recall"].proxy
    assert [column.figures[name].value for name in ("utility", "one-sided", "overconfident")] == [4, 1, 0]
    assert "ALCE recall" not in column.figures


def test_what_nobody_knows_is_no_figure() -> None:
    column = figures.column([judged(ruling("f"), record=answered("One.", key="1"))], None)
    missing = {
        "answer hit",
        "abstention recall",
        "utility",
        "one-sided",
        "overconfident",
        "citation accuracy",
        "nugget recall",
    }
    assert missing.isdisjoint(column.figures)


def test_an_answer_that_could_not_be_judged_counts_in_no_judged_figure() -> None:
    made = rows()
    made[0] = made[0].model_copy(update={"rulings": (), "failed": "no verdict"})
    column = figures.column(made, PASSED)
    assert column.unjudged == 1
    assert column.figures["citation recall"].n == 39
    assert column.figures["answer hit"].n == 40


def test_what_a_refusal_quotes_as_nearest_counts_in_no_judged_figure() -> None:
    quoting = answered("The Tiber is 405 km long.", cites=[[1]], sources=["x"], key="no", abstained=True)
    made = rows()
    before = figures.column(made, PASSED).figures
    after = figures.column([*made, judged(ruling("n", sources=[False]), record=quoting)], PASSED).figures
    same = [*figures.JUDGED, *figures.F1, "relevant statements", "uncited statements", "uncited sources"]
    assert {name: after.get(name) for name in same} == {name: before.get(name) for name in same}


def test_abstaining_is_right_where_there_is_no_answer() -> None:
    def one(group: str, abstained: bool, k: int) -> Judged:
        return judged(record=answered("Said.", key=f"{group}{k}", group=group, abstained=abstained))

    made = [one("absent", True, k) for k in range(6)] + [one("absent", False, k) for k in range(6, 8)]
    made += [one("answerable", True, k) for k in range(2)] + [one("answerable", False, k) for k in range(2, 10)]
    made += [one("unknown", True, 0)]
    found = figures.column(made, None).figures
    assert (found["abstention recall"].value, found["abstention recall"].n) == (6 / 8, 8)
    assert (found["abstention precision"].value, found["abstention precision"].n) == (6 / 8, 8)
    assert (found["declined wrongly"].value, found["declined wrongly"].n) == (2 / 10, 10)
    assert "abstention precision" not in figures.column(made[8:], None).figures, "all could be answered"


def test_a_few_words_of_people_correct_a_judge_of_many() -> None:
    """The judge finds everything supported; people, on 20 of 40, that every fourth citation is wrong."""
    flattering = [
        one.model_copy(update={"judge": "kind", "rulings": (ruling("f", sources=[True]),)}) for one in rows(40)
    ]
    people = [one.model_copy(update={"judge": "2 people", "human": True}) for one in rows(20)]
    found = figures.columns([*flattering, *people], {})
    mixed = found[-1]
    assert mixed.judge == "2 people + kind"
    recall = mixed.figures["citation recall"]
    assert (recall.value, recall.n, recall.proxy) == (0.75, 40, False)
    assert found[0].figures["citation recall"].value == 1
    assert "20 answers judged by people" in recall.exam


def test_markers_that_lead_nowhere_are_not_valid() -> None:
    record = answered("One.", "Two.", cites=[[1], [5, 6, 7]], sources=["x"])
    assert figures.valid_markers(record) == (1, 4)


async def test_a_citation_of_a_source_that_is_not_there_counts_against_precision(tmp_path: Path) -> None:
    row = {"question": "Grass?", "answer": "Grass is green [1][7].", "sources": [{"text": "Grass is green."}]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), "utf-8")
    (record,) = records(tmp_path / "a.jsonl")
    column = figures.column([await rule(record, lexical())], None)
    assert column.figures["citation precision"].value == column.figures["valid markers"].value == 0.5
    assert column.figures["citation recall"].value == 1


def test_of_somebody_elses_answers_no_figure_counts_what_they_do_not_tell() -> None:
    told = figures.column([judged(record=answered("Rome.", gold=("Rome",)))], None).figures
    untold = answered("Rome.", gold=("Rome",), untold=("short answer", "model calls"))
    rest = figures.column([judged(record=untold)], None).figures
    assert told.keys() - rest.keys() == {"short answer exact", "short answer F1", "model calls"}


def test_a_corrected_share_is_no_more_than_all() -> None:
    """People find all of a few right, the judge half of them and nearly all of the rest."""
    people = [judged(ruling("f"), record=answered("x", key=str(k)), judge="2 people", human=True) for k in range(10)]
    machine = [
        judged(ruling("f" if k % 2 or k >= 10 else "n"), record=answered("x", key=str(k)), judge="kind")
        for k in range(60)
    ]
    mixed = figures.columns([*people, *machine], {})[-1]
    recall = mixed.figures["citation recall"]
    assert recall.value == recall.high == 1
    assert recall.low <= 1
