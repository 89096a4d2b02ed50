from datetime import date

import pytest

from pincite.rank.linear import Linear, total
from pincite.rank.policy import Policy, Rule
from pincite.rank.told import WORDS, told
from pincite.types import Document, Hit, Passage

TEXT = "The red fox is the largest of the true foxes. It lives across the northern hemisphere."


def hit(site: str, text: str = TEXT, headings: tuple[str, ...] = (), **signals: float) -> Hit:
    document = Document(url=f"https://{site}/fox", title="Red fox", published=date(2026, 11, 1))
    passage = Passage(id=site, document=document, headings=headings, text=text, start=0, end=len(text))
    return Hit(passage=passage, score=0.0, backend="index", signals=signals)


def test_a_score_is_its_base_and_what_the_signals_say_they_add() -> None:
    policy = Policy((Rule(site="b.org", boost=1.5, trust=1.0),))
    hits = [hit("a.org", "Menu"), hit("b.org", link_rank=0.4, thumbs_up=2.0), hit("c.org", headings=("Latest foxes",))]
    for one in Linear(policy).score("latest foxes", hits, [3.0, 2.0, 1.0]):
        assert one.score == total(one.signals)
        assert one.score != one.signals["base"]


def test_without_signals_the_order_and_the_scores_stay() -> None:
    hits = [hit("a.org"), hit("b.org"), hit("c.org")]
    scored = Linear().score("what is it?", hits, [3.0, 2.5, 2.4])
    assert [one.passage.id for one in scored] == ["a.org", "b.org", "c.org"]
    assert [one.score for one in scored] == [3.0, 2.5, 2.4]


def test_twice_the_boost_is_one_standard_deviation() -> None:
    policy = Policy((Rule(site="b.org", boost=2.0), Rule(site="c.org", boost=0.5)))
    hits = [hit("a.org"), hit("b.org"), hit("c.org")]
    scored = Linear(policy).score("what is it?", hits, [1.0, 0.5, 1.2])
    assert [(one.passage.id, one.score) for one in scored] == [
        ("b.org", 1.5),
        ("a.org", 1.0),
        ("c.org", pytest.approx(0.2)),
    ]


def test_reasons_are_told_in_words() -> None:
    policy = Policy((Rule(site="docs.python.org", boost=1.5),))
    (one,) = Linear(policy).score("foxes", [hit("docs.python.org", rank_text=2, rank_dense=1, link_rank=0.5)], [2.0])
    assert list(told(one, policy)) == [
        "2.00 for its words and meaning (no. 2 by text, no. 1 by meaning)",
        "+0.58 because your policy boosts or lowers it",
        "+0.15 because other documents link to it",
        "boosted ×1.5 by your policy: docs.python.org",
    ]


def test_it_is_told_how_much_it_matters_to_the_question_that_a_source_is_new() -> None:
    (one,) = Linear(today=date(2026, 11, 1)).score("who is the king of foxes?", [hit("a.org")], [2.0])
    assert "+0.25 because it is new, and to your question that matters (by 50%)" in list(told(one))
    (other,) = Linear(today=date(2026, 11, 1)).score("who was the king of foxes?", [hit("a.org")], [2.0])
    assert not [line for line in told(other) if "new" in line]


def test_every_signal_has_words() -> None:
    assert {signal.name for signal in Linear()._signals} <= set(WORDS)


def test_a_weight_for_a_signal_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="freshness"):
        Linear(weights={"freshness": 1.0})
