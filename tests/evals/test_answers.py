"""Whether answers are right, cited, and silent where nothing is known."""

from __future__ import annotations

from pathlib import Path

from tests.encoders import small as small_cross
from tests.evals.conftest import SmallSet
from tests.evals.made import answered, judged

from pincite.encoders.cross import CrossEncoder
from pincite.evals import answers
from pincite.evals.record import Record
from pincite.types import Span


def test_answers_are_judged_by_group(small: SmallSet) -> None:
    seen: list[tuple[str, int, int | None]] = []
    report = answers.run([small.passages], small.questions, cache=small.cache, telling=lambda *one: seen.append(one))
    assert seen[-1] == ("answers", 6, 6)
    assert {name: row["n"] for name, row in report.systems.items()} == {"answerable": 4, "impossible": 1, "unknown": 1}
    row = report.systems["answerable"]
    assert row["citation_precision"] == row["citation_recall"] == row["resolving"] == 1
    assert 0 <= row["lead_contains"] <= row["contains"] <= 1
    assert row["abstained"] + row["contains"] > 0


def test_with_absent_half_of_the_articles_are_left_out(small: SmallSet) -> None:
    report = answers.run([small.passages], small.questions, cache=small.cache, absent=True)
    assert (report.facts["passages"], report.facts["left_out"]) == (2, 2)
    assert report.systems["answerable"]["n"] == report.systems["absent"]["n"] == 2
    assert "contains" not in report.systems["absent"]


def strong(record: Record, start: int, end: int) -> Record:
    """The record with a short answer in its first sentence."""
    first, *rest = record.answer.sentences
    shown = first.model_copy(update={"short": Span(start=start, end=end)})
    return record.model_copy(update={"answer": record.answer.model_copy(update={"sentences": (shown, *rest)})})


def test_a_short_answer_that_is_not_given_counts_as_wrong() -> None:
    given = strong(answered("It was 1889.", gold=("1889",)), 7, 11)
    silent = answered("Nobody said when.", gold=("1889",))
    unknown = strong(answered("It was 1889."), 7, 11)
    row = answers.judged("answerable", [judged(record=one) for one in (given, silent, unknown)])
    assert (row["n"], row["with_answers"]) == (3, 2)
    assert row["short_given"] == row["short_exact"] == row["short_f1"] == row["contains"] == 0.5
    low, high = row["within"]["short_exact"]
    assert 0 < low < 0.5 < high < 1


def test_of_answers_that_were_all__holds_or_fails() -> None:
    row = answers.judged("absent", [judged(record=answered(abstained=True))] * 2)
    assert row["abstained"] == 1
    assert not {"citation_precision", "citation_recall", "resolving", "words", "first_sentence_ms"} & row.keys()


def test_a_cross_encoder_reads_along(small: SmallSet, tmp_path: Path) -> None:
    cross = CrossEncoder.load(small_cross.folder(tmp_path / "cross"))
    report = answers.run([small.passages], small.questions, cache=small.cache, cross=cross)
    assert report.systems["answerable"]["citation_precision"] == 1
    assert cross._kept
