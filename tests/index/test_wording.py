"""Wording sees what BM25 can't: words that stand together, in one sentence, in order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pincite.index import analysis
from pincite.index.wording import Asked, Wording, compare, rarity, read
from pincite.types import Document, Passage


def passage(text: str, title: str = "", headings: tuple[str, ...] = (), lang: str = "en") -> Passage:
    document = Document(url="x:", title=title, lang=lang)
    return Passage(id="p", document=document, headings=headings, start=0, end=len(text), text=text)


def asked(question: str, lang: str = "en", **weights: float) -> Asked:
    words = analysis.question_terms(question, [lang])
    return Asked(words, [weights.get(forms[0], 1.0) for forms in words])


def wording(question: str, text: str, title: str = "", lang: str = "en") -> Wording:
    return compare(asked(question, lang), read(passage(text, title, lang=lang)))


def test_words_in_one_sentence_beat_the_same_words_in_several() -> None:
    question = "When did the whale surface?"
    one = wording(question, "The ship left at noon. The whale came to the surface.")
    apart = wording(question, "A whale was seen. It was noon. The surface was calm.")
    assert one.sentence == one.pair == 1
    assert apart.sentence == apart.pair == 0.5


def test_two_neighbouring_sentences_are_read_together() -> None:
    found = wording("Where do penguins breed in winter?", "Penguins are birds. They breed in winter. They dive.")
    assert found.pair == 1
    assert found.sentence < 1


def test_a_single_sentence_is_its_own_pair() -> None:
    assert wording("red fox", "The red fox sleeps.").pair == 1


def test_a_word_in_both_neighbours_counts_once() -> None:
    assert wording("red fox", "A fox came. The fox left. The fox is here.").pair == 0.5


def test_the_title_and_headings_count_for_every_sentence_but_not_for_pairs() -> None:
    found = wording("How tall is the Eiffel Tower?", "It is 330 metres tall.", title="Eiffel Tower")
    assert found.sentence == 1
    assert found.pair < 0.5
    under = compare(asked("Eiffel history"), read(passage("It was built.", headings=("Eiffel", "History"))))
    assert under.sentence == 1


def test_rare_words_weigh_more() -> None:
    question = asked("quokka island", quokka=9.0)
    assert compare(question, read(passage("A quokka."))).sentence == 0.9
    assert compare(question, read(passage("An island."))).sentence == 0.1


def test_pairs_stand_together_in_order_and_near() -> None:
    assert wording("house cat", "The house has a cat.").proximity == 1
    assert wording("house cat", "The cat has a house.").proximity == 0
    assert wording("house cat", "The house on green hills beyond rivers hosts a cat.").proximity == 0


def test_inflected_words_are_the_same_in_the_passage_s_language() -> None:
    assert wording("Katzen", "Eine Katze schläft.", lang="de").sentence == 1
    assert wording("foxes sleeping", "The fox sleeps.").sentence == 1
    assert wording("東京の人口", "東京の人口は多い。", lang="ja").sentence == 1


def test_rarer_words_have_the_higher_rarity_and_none_is_negative() -> None:
    assert rarity(100, 1) > rarity(100, 50) > rarity(100, 100) > 0
    assert rarity(0, 5) > 0


@given(st.text(max_size=60), st.text(max_size=300), st.text(max_size=30))
def test_shares_are_shares_whatever_the_texts_are(question: str, text: str, title: str) -> None:
    found = wording(question, text, title)
    for share in (found.sentence, found.pair, found.proximity):
        assert 0 <= share <= 1 + 1e-9
