import pytest

from pincite.answer.terms import terms
from pincite.index import analysis


def test_the_numeral_of_a_name_counts_and_the_pronoun_does_not() -> None:
    assert terms("World War I") == terms("World War 1") != terms("World War II") == terms("World War 2")
    assert terms("When I was king") == ("king",)


def test_the_same_is_asked_and_told_in_other_words() -> None:
    assert terms("the biggest island") == terms("the largest islands")
    assert terms("it sank") == terms("did it sink")


def test_a_hostile_name_is_read_in_linear_time() -> None:
    assert len(terms("A" * 200_000 + " I")) == 1


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("he", "אופניים", "האופניים"),
        ("he", "שקשוקה", "לשקשוקה"),
        ("uk", "кавомашину", "кавомашина"),
        ("uk", "підвалі", "підвал"),
        ("pl", "pierogi", "pierogów"),
        ("hi", "साइकिलें", "साइकिल"),
    ],
)
def test_forms_of_a_word_meet_where_the_index_has_no_stemmer(lang: str, one: str, other: str) -> None:
    assert terms(one, lang) == terms(other, lang)
    assert analysis.terms(other, lang)[0] in analysis.forms(one, [lang])
