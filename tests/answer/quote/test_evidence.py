from collections.abc import Callable

import pytest

from pincite.answer.question.plan import plan
from pincite.answer.quote.candidates import candidates
from pincite.answer.quote.evidence import FEATURES, WITH_VECTORS, WITHOUT_VECTORS, Evidence, measure, weigh
from pincite.answer.quote.score import score
from pincite.types import Hit, Question


def run(question: str, hits: list[Hit]) -> Evidence:
    sentences = candidates(hits)
    return weigh(hits, sentences, score(plan(Question(text=question)), hits, sentences, None))


def test_a_passage_that_says_it_is_evidence_and_another_is_none(hit: Callable[..., Hit]) -> None:
    hits = [hit("Eiffel Tower", "The Eiffel Tower is 330 metres tall."), hit("Honey", "Honey is sweet. Bees make it.")]
    assert run("How tall is the Eiffel Tower?", hits).enough
    assert not run("Who was the first emperor of Brazil?", hits).enough


def test_no_passage_is_no_evidence() -> None:
    assert run("anything", []) == Evidence(0.0, {})


def test_a_name_that_nobody_knows_speaks_against_an_answer(hit: Callable[..., Hit]) -> None:
    hits = [hit("Tower", "The tower in Paris was designed by an engineer in the year 1884.")]
    known = run("Who designed the tower in Paris?", hits)
    assert run("Who designed the tower in Tokyo?", hits).chance < known.chance


@pytest.mark.parametrize("weights", [WITH_VECTORS, WITHOUT_VECTORS])
def test_every_weight_has_its_feature(weights: dict[str, float], hit: Callable[..., Hit]) -> None:
    hits = [hit("T", "One sentence here.")]
    sentences = candidates(hits)
    found = measure(hits, sentences, score(plan(Question(text="what")), hits, sentences, None))
    assert set(found) == set(FEATURES)
    assert set(weights) <= {*FEATURES, "bias"}
