"""Does the check see what words can show: that a passage says so, and what a number, a name or a *not* contradicts?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.answer.check.check import Lexical, at_odds
from pincite.ports import Support
from pincite.types import Document, Passage, Span

TEXT = (
    "Construction began on 28 January 1887. The tower was completed in March 1889 at a cost of 1,500,000 dollars. "
    "It was not loved by the artists of Paris. Gustave Eiffel's company had 300 workers. They joined 18,038 pieces."
)


def passage(text: str = TEXT, title: str = "Eiffel Tower", headings: tuple[str, ...] = ()) -> Passage:
    document = Document(id="d", url="https://example.org/1", title=title)
    return Passage(id="p", document=document, headings=headings, text=text, start=0, end=len(text))


def support(statement: str, of: Passage | None = None) -> Support:
    return Lexical().check(statement, [of or passage()])[0]


def score(statement: str) -> float:
    return support(statement).score


def quote(statement: str) -> str:
    found = support(statement).quote
    assert found is not None
    return TEXT[found.start : found.end]


@pytest.mark.parametrize(
    "statement",
    [
        "The tower was completed in March 1889.",
        "The Eiffel Tower was completed in 1889.",
        "It cost 1500000 dollars.",
        "300 workers were in Gustave Eiffel's company.",
        "The artists of Paris did not love it.",
    ],
)
def test_a_passage_supports_what_it_says_in_nearly_its_words(statement: str) -> None:
    assert score(statement) >= Lexical.bounds.supported


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("The tower was completed in March 1889.", "The tower was completed in March 1901."),
        ("Gustave Eiffel's company had 300 workers.", "Stephen Sauvestre's company had 300 workers."),
        ("It was not loved by the artists of Paris.", "It was loved by the artists of Paris."),
        ("Gustave Eiffel's company had 300 workers.", "Gustave Eiffel's company had 500 workers."),
        ("Construction began on 28 January 1887.", "Construction began on 28 January 1889."),
    ],
)
def test_a_contradiction_in_a_word_scores_lower(right: str, wrong: str) -> None:
    assert score(wrong) < score(right)


def test_another_subject_is_not_supported() -> None:
    assert score("The blue whale feeds almost exclusively on krill.") < Lexical.bounds.partial


def test_the_quote_is_the_shortest_that_says_so() -> None:
    assert quote("The tower was completed in 1889.").startswith("The tower was completed")
    assert quote("The tower was completed in 1889.").endswith("dollars.")
    assert quote("Gustave Eiffel's 300 workers joined 18,038 pieces.").count(".") == 2


def test_numbers_agree_however_they_are_written() -> None:
    assert score("It cost 1,500,000 dollars.") == score("It cost 1500000 dollars.")
    three = passage("It has three floors.")
    assert support("It has 3 floors.", three).score == support("It has three floors.", three).score


def test_the_title_says_what_the_passage_calls_it() -> None:
    named, nameless = passage("It is 330 metres tall."), passage("It is 330 metres tall.", title="")
    claim = "The Eiffel Tower is 330 metres tall."
    assert support(claim, named).score > support(claim, nameless).score


def test_words_near_by_are_less_than_words_together() -> None:
    together = passage("The red house is old.")
    apart = passage("The red door is new. Nothing is here. Nobody came. The house is old.")
    assert support("The red house is old.", together).score > support("The red house is old.", apart).score


def test_a_statement_without_words_is_not_supported() -> None:
    assert support("It is so.") == Support(0.0, None)
    assert support("") == Support(0.0, None)


def test_nothing_supports_nothing() -> None:
    assert Lexical().check("The tower.", []) == []
    assert support("The tower stands.", passage("", title="")) == Support(0.0, None)


def test_chinese_is_compared_in_pairs_of_characters() -> None:
    tower = passage("埃菲尔铁塔于1889年建成。它位于巴黎。")
    assert support("埃菲尔铁塔于1889年建成。", tower).score >= Lexical.bounds.supported
    assert support("蓝鲸是最大的动物。", tower).score < Lexical.bounds.partial


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=200))
def test_a_score_is_a_share_and_a_quote_is_in_the_passage(statement: str, text: str) -> None:
    found = support(statement, passage(text))
    assert 0 <= found.score <= 1
    if found.quote is not None:
        assert text[found.quote.start : found.quote.end].strip()


@settings(deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_every_passage_gets_its_own_support_in_order(text: str) -> None:
    passages = [passage(text), passage()]
    both = Lexical().check(text, passages)
    assert both == [Lexical().check(text, [one])[0] for one in passages]


@pytest.mark.parametrize(
    ("statement", "odd"),
    [
        ("The tower was completed in March 1889.", False),
        ("The tower was completed in March 1890.", True),
        ("It was completed by Gustave Eiffel.", False),
        ("It was completed by Stephen Sauvestre.", True),
        ("It was never completed.", True),
    ],
)
def test_a_number_a_name_or_a_not_can_be_at_odds_with_what_is_quoted(statement: str, odd: bool) -> None:
    start = TEXT.index("The tower was completed")
    said = Span(start=start, end=TEXT.index(" It was not loved"))
    assert at_odds(statement, passage(), said) is odd


@pytest.mark.parametrize(
    "statement",
    ["Construction never began on 28 January 1887.", "It was loved by the artists of Paris."],
)
def test_a_denial_of_what_the_source_says_is_never_supported(statement: str) -> None:
    assert score(statement) < Lexical.bounds.supported
