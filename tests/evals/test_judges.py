"""Whether a passage says so, by our own judges."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pincite.answer.check.opinion import Label
from pincite.errors import BadInput
from pincite.evals import judges
from pincite.evals.judges import Checking, Verbatim, lexical
from pincite.ports import Support
from pincite.types import Document, Passage, Span


def passage(text: str, key: str = "p") -> Passage:
    return Passage(id=key, document=Document(url=key, title=""), text=text, start=0, end=len(text))


class ByTable:
    """A checker with a score for each text: at the edge, in place of a trained one."""

    name = "table-1"

    def __init__(self, scores: dict[str, float] | None = None) -> None:
        self.scores = scores or {}

    @classmethod
    def loaded(cls) -> ByTable:
        return cls({"a": 1.0})

    def check(self, statement: str, passages: Sequence[Passage]) -> list[Support]:
        return [Support(self.scores.get(p.text, 0.0), Span(start=0, end=1)) for p in passages]


async def test_words_alone_tell_support_from_its_lack() -> None:
    judge = lexical()
    tower = passage("The tower was completed in 1889 by Gustave Eiffel. It stands in Paris.")
    full = await judge.judge("The tower was completed in 1889.", [tower])
    assert full.label is Label.FULL
    assert tower.text[full.evidence[0].span.start : full.evidence[0].span.end].startswith("The tower was completed")
    assert (await judge.judge("Bananas are grown in Ecuador.", [tower])).label is Label.NONE
    assert (await judge.judge("The tower was completed in 1889.", [])).label is Label.NONE


async def test_a_checkers_scores_become_labels_by_their_thresholds() -> None:
    judge = Checking(ByTable({"a": 0.9, "b": 0.5, "c": 0.2}), "table")
    said = [await judge.judge("x", [passage(text)]) for text in "abc"]
    assert [(j.label, j.p) for j in said] == [(Label.FULL, 0.9), (Label.PARTIAL, 0.5), (Label.NONE, 0.2)]
    assert [len(j.evidence) for j in said] == [1, 1, 0]


async def test_two_passages_may_support_together_what_neither_does_alone() -> None:
    judge = Checking(ByTable({"a": 0.5, "b": 0.5, "a\n\nb": 0.9}), "table")
    both = await judge.judge("x", [passage("a", "1"), passage("b", "2")])
    assert both.label is Label.FULL
    assert [each.passage_id for each in both.evidence] == ["1", "2"], "evidence is in real passages only"


async def test_one_more_passage_never_makes_support_worse() -> None:
    judge = Checking(ByTable({"a": 0.9, "b": 0.1, "a\n\nb": 0.3}), "table")
    assert (await judge.judge("x", [passage("a", "1"), passage("b", "2")])).p == 0.9


async def test_verbatim_wants_every_word_in_its_order() -> None:
    source = passage("The Danube, which is long, rises in Germany.")
    assert (await Verbatim().judge("The Danube rises in Germany.", [source])).full
    assert not (await Verbatim().judge("In Germany rises the Danube.", [source])).full


def test_any_support_checker_can_be_named() -> None:
    assert judges.checker("pincite.answer.check.check:Lexical").name == "support pincite.answer.check.check:Lexical"
    assert judges.checker(f"{__name__}:ByTable").name == "support table-1", "its weights' name, where it has one"
    assert judges.checker(f"{__name__}:ByTable.loaded").name == "support table-1"


@pytest.mark.parametrize(
    "named",
    [
        "nowhere:Nothing",
        "pincite.answer.check.check:Nothing",
        "pincite.answer.check.check",
        "math:sin",
        "builtins:list",
    ],
)
def test_what_checks_nothing_is_no_judge(named: str) -> None:
    with pytest.raises(BadInput) as raised:
        judges.checker(named)
    assert raised.value.hint
