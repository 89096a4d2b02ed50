from pathlib import Path

import pytest

from pincite.errors import BadInput, BadSettings
from pincite.rank.learn import FEATURES, Judged, Learned, held_out, load, train
from pincite.rank.linear import total
from pincite.rank.policy import Policy, Rule
from pincite.types import Document, Hit, Passage

pytest.importorskip("lightgbm", reason="the extra ltr is not installed")


def hit(place: int, link_rank: float, score: float) -> Hit:
    document = Document(url=f"https://s{place}.org/{place}", title="T")
    text = f"This is the passage number {place} and it says a thing or two about that number."
    passage = Passage(id=f"p{place}", document=document, text=text, start=0, end=len(text))
    return Hit(passage=passage, score=score, backend="index", signals={"link_rank": link_rank})


def judged(number: int) -> Judged:
    """The right hit is never the first; only its link rank tells it."""
    right = 1 + number % 4
    hits = tuple(hit(place, 0.9 if place == right else 0.1, 5.0 - place) for place in range(5))
    return Judged(f"question {number}", hits, tuple(float(place == right) for place in range(5)))


LISTS = [judged(number) for number in range(120)]


@pytest.fixture(scope="module")
def text() -> str:
    return train(LISTS, at_least=100)


def test_what_judgements_say_is_learned_and_explained(text: str) -> None:
    one = judged(3)
    ranked = Learned(text).score(one.question, one.hits, [hit.score for hit in one.hits])
    assert ranked[0].passage.id == "p4"
    assert ranked[0].signals["adds_link_rank"] > 0
    assert all(each.score == total(each.signals) for each in ranked)


def test_the_same_lists_make_the_same_ranker(text: str) -> None:
    assert train(LISTS, at_least=100) == text


def test_the_policy_comes_on_top(text: str) -> None:
    one = judged(3)
    rules = Policy((Rule(site="s0.org", boost=10.0),))
    bases = [hit.score for hit in one.hits]
    plain = {hit.passage.id: hit.score for hit in Learned(text).score(one.question, one.hits, bases)}
    boosted = {hit.passage.id: hit.score for hit in Learned(text, rules).score(one.question, one.hits, bases)}
    assert boosted["p0"] - plain["p0"] == pytest.approx(3.32, abs=0.01)
    assert boosted["p1"] == plain["p1"]


def test_on_held_out_halves_it_beats_a_sum_that_knows_less() -> None:
    pairs = held_out(LISTS, at_least=100)
    first = [sum(order[0].signals["link_rank"] > 0.5 for order in orders) for orders in zip(*pairs, strict=True)]
    assert first == [0, len(LISTS)]


def test_too_few_lists_are_refused_with_their_number() -> None:
    with pytest.raises(BadInput, match=r"120 judged lists .* at least 2,000") as caught:
        train(LISTS)
    assert "--at-least" in caught.value.hint


def test_a_ranker_of_other_signals_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "ranker.txt"
    path.write_text(text.replace("link_rank", "page_rank"))
    with pytest.raises(BadSettings, match="link_rank, page_rank"):
        load(path)


def test_a_file_that_is_no_ranker_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ranker.txt"
    path.write_text("hello\n")
    with pytest.raises(BadSettings, match="no learned ranker"):
        load(path)
    assert load(tmp_path / "none.txt") is None


def test_the_file_names_its_features(text: str) -> None:
    assert f"feature_names={' '.join(FEATURES)}" in text
