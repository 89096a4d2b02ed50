"""Whether a judge is asked what the measures need, and a run that was stopped goes on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.evals.made import answered

from pincite.answer.check.opinion import CHANCE, Label
from pincite.errors import BadInput, ModelGarbled, ModelUnreachable
from pincite.evals import citations, judging
from pincite.evals.judges import Judgement, Verbatim
from pincite.evals.record import append
from pincite.types import Passage

SOURCES = ["alpha beta.", "gamma delta.", "alpha beta gamma delta."]


class ByWords:
    """Full where the passages together have all words of the statement, partial where they have some."""

    name = "words-1"
    thrifty = False

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    async def judge(self, statement: str, passages: Sequence[Passage]) -> Judgement:
        self.asked.append((statement, [p.id for p in passages]))
        there = set(" ".join(p.text for p in passages).replace(".", "").split())
        wanted = set(statement.rstrip(".").lower().split())
        label = Label.FULL if wanted <= there else Label.PARTIAL if wanted & there else Label.NONE
        return Judgement(label=label, p=CHANCE[label])


async def test_a_statement_is_judged_by_each_citation_by_all_and_without_each() -> None:
    record = answered("Alpha beta gamma delta.", cites=[[1, 2, 3]], sources=SOURCES)
    judge = ByWords()
    (ruling,) = (await judging.rule(record, judge)).rulings
    assert [judgement.label for judgement in ruling.each] == [Label.PARTIAL, Label.PARTIAL, Label.FULL]
    assert ruling.union is not None
    assert ruling.union.full
    assert ruling.without == (True, True, None)
    assert ruling.sources == (False, False, True)
    one = await judging.rule(record, judge)
    assert citations.liu_precision(one) == (1, 3)
    assert citations.alce_precision(one) == (1 / 3, 1)


async def test_two_halves_are_needed_together() -> None:
    one = await judging.rule(answered("Alpha beta gamma delta.", cites=[[1, 2]], sources=SOURCES), ByWords())
    assert one.rulings[0].without == (False, False)
    assert citations.liu_precision(one) == (2, 2)
    assert citations.alce_precision(one) == (1, 1)
    assert citations.liu_recall(one) == (1, 1)


async def test_a_thrifty_judge_is_asked_only_what_counts() -> None:
    judge = ByWords()
    judge.thrifty = True  # type: ignore[misc]
    record = answered("Alpha beta.", "Gamma.", cites=[[1], []], sources=SOURCES)
    one = await judging.rule(record, judge)
    assert judge.asked == [("Alpha beta.", ["p1"])]
    assert one.rulings[0].sources is None
    assert citations.supports(one) is None


async def test_a_citation_of_nothing_supports_nothing() -> None:
    record = answered("Alpha beta.", cites=[[7]], sources=SOURCES)
    assert citations.liu_precision(await judging.rule(record, ByWords())) == (0, 1)


# ── runs ──


def file(folder: Path, n: int = 6) -> Path:
    path = folder / "answers.jsonl"
    append(path, [answered(f"Alpha beta. Number {k}.", cites=[[1]], sources=SOURCES, key=str(k)) for k in range(n)])
    return path


class Failing(ByWords):
    """Dies, or talks nonsense, at its n-th question."""

    def __init__(self, at: int, error: Exception) -> None:
        super().__init__()
        self.at, self.error = at, error

    async def judge(self, statement: str, passages: Sequence[Passage]) -> Judgement:
        if len(self.asked) >= self.at:
            self.at = 10**9
            raise self.error
        return await super().judge(statement, passages)


async def test_a_run_that_died_goes_on_and_ends_as_if_it_had_not(tmp_path: Path) -> None:
    answers = file(tmp_path)
    whole, stopped = tmp_path / "whole.jsonl", tmp_path / "stopped.jsonl"
    await judging.run(answers, ByWords(), whole)
    dying = Failing(18, ModelUnreachable("gone", reason="unreachable"))
    with pytest.raises(ModelUnreachable):
        await judging.run(answers, dying, stopped)
    begun = judging.judgements(stopped)
    assert 0 < len(begun) < 6
    stopped.write_bytes(stopped.read_bytes()[:-7])
    again = ByWords()
    report = await judging.run(answers, again, stopped)
    assert report.facts["judged_now"] == 6 - (len(begun) - 1)
    assert judging.judgements(stopped) == judging.judgements(whole)
    assert (await judging.run(answers, again, stopped)).facts["judged_now"] == 0


async def test_an_answer_that_could_not_be_judged_is_counted_and_tried_again(tmp_path: Path) -> None:
    answers, out = file(tmp_path), tmp_path / "judged.jsonl"
    report = await judging.run(answers, Failing(10, ModelGarbled("no verdict", reason="garbled")), out)
    assert report.facts["failed"] == 1
    report = await judging.run(answers, ByWords(), out)
    assert (report.facts["judged_now"], report.facts["failed"], report.facts["n"]) == (1, 0, 6)


async def test_rulings_of_two_judges_are_never_mixed(tmp_path: Path) -> None:
    answers, out = file(tmp_path), tmp_path / "judged.jsonl"
    await judging.run(answers, ByWords(), out)
    before = out.read_bytes()
    with pytest.raises(BadInput, match="holds the rulings of words-1"):
        await judging.run(answers, Verbatim(), out)
    assert out.read_bytes() == before


async def test_rulings_on_an_answer_that_has_changed_are_refused(tmp_path: Path) -> None:
    answers, out = file(tmp_path), tmp_path / "judged.jsonl"
    await judging.run(answers, ByWords(), out)
    answers.unlink()
    append(answers, [answered("Something else.", key="0")])
    with pytest.raises(BadInput, match="another answer to '0'"):
        await judging.run(answers, ByWords(), out)


async def test_a_sample_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    answers = file(tmp_path, 30)
    for name in ("a", "b"):
        await judging.run(answers, ByWords(), tmp_path / name, limit=5, seed=3)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no file .*none\.jsonl"):
        judging.judgements(tmp_path / "none.jsonl")
