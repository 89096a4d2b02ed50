"""Whether a gate falls when something has become worse: a check that can't fail is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.conftest import FIXTURES
from tests.evals.conftest import SmallSet

from pincite.errors import BadInput, Unreadable
from pincite.evals import gate
from pincite.evals.__main__ import main
from pincite.rank.order import Order
from pincite.types import Hit

SHIPPED = FIXTURES / "gate" / "gates.toml"


class Sabotaged:
    """The usual ranker, turned round, with the best gone."""

    def rank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        return Order().rank(question, hits)[:4:-1]


def written(path: Path, small: SmallSet, bounds: str) -> Path:
    path.write_text(f'passages = ["{small.passages}"]\nquestions = ["{small.questions}"]\n{bounds}')
    return path


def test_a_sabotaged_ranker_fells_the_shipped_gate(small: SmallSet, tmp_path: Path) -> None:
    """On a third of the shipped questions by the shipped bound, which the usual ranker keeps: make gate runs that."""
    shipped = gate.read(SHIPPED)
    bound = shipped.least["answers.answerable.contains"]
    passages = [str(SHIPPED.parent / name) for name in shipped.passages]
    asked = (SHIPPED.parent / shipped.questions[0]).read_text("utf-8").splitlines()[:16]
    (tmp_path / "some.jsonl").write_text("\n".join(asked), "utf-8")
    path = tmp_path / "gates.toml"
    path.write_text(
        f'passages = {json.dumps(passages)}\nquestions = ["some.jsonl"]\n'
        f'[least]\n"answers.answerable.contains" = {bound}\n'
    )
    (fell,) = gate.run(path, ranker=Sabotaged(), cache=small.cache)
    assert not fell.kept, fell.said()
    assert fell.value < bound - 0.2


def test_the_shipped_gate_bounds_what_it_should() -> None:
    shipped = gate.read(SHIPPED)
    assert shipped.least["answers.answerable.citation_precision"] == 1
    assert {
        "retrieval.hybrid.ndcg@10",
        "answers.answerable.contains",
        "absent.absent.abstained",
    } <= shipped.least.keys()
    assert "answers.answerable.abstained" in shipped.most


def test_a_figure_that_fell_is_named_and_ends_the_command_with_1(
    small: SmallSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(
        tmp_path / "g.toml", small, '[least]\n"retrieval.bm25.ndcg@10" = 1.01\n"retrieval.bm25.mrr@10" = 1\n'
    )
    assert main(["gate", str(path), "--cache", str(small.cache)]) == 1
    said = capsys.readouterr()
    assert "FELL retrieval.bm25.ndcg@10 1.0000 ≥ 1.01" in said.out
    assert "ok   retrieval.bm25.mrr@10" in said.out
    assert "1 of 2 figures fell: retrieval.bm25.ndcg@10" in said.err
    path = written(tmp_path / "g.toml", small, '[most]\n"retrieval.bm25.ndcg@10" = 1\n')
    assert main(["gate", str(path), "--cache", str(small.cache), "--json"]) == 0


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ("", "bounds nothing"),
        ('[least]\n"retrieval.bm25.ndcg" = 0.5\n', "no figure 'retrieval.bm25.ndcg'"),
        ('[least]\n"retrieval.bm25.ndcg@10" = "high"\n', "least"),
        ('[lest]\n"x" = 1\n', "lest"),
    ],
)
def test_a_gate_that_says_nothing_is_an_error(small: SmallSet, tmp_path: Path, bounds: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        gate.run(written(tmp_path / "g.toml", small, bounds), cache=small.cache)


def test_a_gate_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"none\.toml"):
        gate.read(tmp_path / "none.toml")
