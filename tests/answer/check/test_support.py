"""Whether a passage says so in other words, by the encoder that ships."""

from __future__ import annotations

import pytest

from pincite.answer.check.check import Lexical
from pincite.answer.check.support import Weighing
from pincite.encoders.embed import MiniLM
from pincite.types import Document, Passage

TEXT = "The physician treated the ill child. The museum was closed in 1997."


def passage(text: str, title: str = "") -> Passage:
    return Passage(id="p", document=Document(id="d", url="", title=title), text=text, start=0, end=len(text))


@pytest.fixture(scope="module")
def encoder() -> MiniLM:
    return MiniLM.load()


@pytest.fixture(scope="module")
def checker(encoder: MiniLM) -> Weighing:
    return Weighing(encoder)


def test_what_is_said_in_other_words_is_nearer_than_what_is_not_said(checker: Weighing) -> None:
    said, unsaid = "A doctor cared for a sick kid.", "A lawyer sold an old boat."
    by_words = [one.score for text in (said, unsaid) for one in Lexical().check(text, [passage(TEXT)])]
    assert by_words[0] == by_words[1] == 0
    (near,), (far,) = (checker.check(text, [passage(TEXT)]) for text in (said, unsaid))
    assert near.score > 2 * far.score
    assert near.quote is not None
    assert TEXT[near.quote.start : near.quote.end] == "The physician treated the ill child."


def test_with_a_number_that_stands_nowhere_it_is_never_supported(checker: Weighing) -> None:
    (right,), (wrong,) = (checker.check(f"The museum was closed in {y}.", [passage(TEXT)]) for y in (1997, 1998))
    assert right.score >= checker.bounds.supported > wrong.score


@pytest.mark.parametrize("wrong", ["The museum was not closed in 1997.", "The museum of Uppsala was closed in 1997."])
def test_with_a_not_or_a_name_that_the_passage_lacks_it_is_never_supported(checker: Weighing, wrong: str) -> None:
    (support,) = checker.check(wrong, [passage(TEXT)])
    assert support.score < checker.bounds.supported


def test_other_languages_are_judged_by_words_alone(checker: Weighing) -> None:
    text = "Das Museum wurde nach einem schweren Brand im Winter für immer geschlossen."
    (same,), (other,) = (checker.check(text, [passage(of)]) for of in (text, TEXT))
    assert same.score > checker.bounds.supported > other.score
    assert checker.check(text, [passage(TEXT, "a title that is nothing like it")]) == [other]


def test_what_was_read_beforehand_is_judged_the_same(encoder: MiniLM, checker: Weighing) -> None:
    read = Weighing(encoder)
    read.read([passage(TEXT)])
    assert read.check("A doctor cared for it.", [passage(TEXT)]) == checker.check(
        "A doctor cared for it.", [passage(TEXT)]
    )


def test_without_words_nothing_is_supported(checker: Weighing) -> None:
    assert [one.score for one in checker.check("…", [passage(TEXT)])] == [0.0]
    assert checker.signs("The museum was closed.", passage(" ")) is None


def test_a_set_that_was_learnt_from_has_weights_that_never_saw_it(checker: Weighing) -> None:
    claim, shown = "A doctor cared for a sick kid.", [passage(TEXT)]
    assert checker.without("begin").check(claim, shown) != checker.check(claim, shown)
    assert checker.without("qags").check(claim, shown) == checker.check(claim, shown)


def test_vectors_are_the_same_with_and_without_their_tokens(encoder: MiniLM) -> None:
    aligned = encoder.align(TEXT)
    assert (aligned.whole == encoder.embed([TEXT])[0]).all()
    assert len(aligned.ids) == len(aligned.vectors) == len(aligned.tells) == len(aligned.digits)
    assert aligned.digits.sum() >= 1
