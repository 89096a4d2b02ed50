"""Which words a text holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.text import tokens


def test_words_are_lower_case_and_keep_numbers_and_apostrophes_whole() -> None:
    assert tokens.words("O’Brien didn't pay $1,234.50 in 1999.") == [
        "o'brien",
        "didn't",
        "pay",
        "1,234.50",
        "in",
        "1999",
    ]


def test_the_country_is_not_the_pronoun() -> None:
    assert tokens.words("US, U.S. and us") == ["u.s", "u.s", "and", "us"]


def test_unspaced_scripts_become_bigrams() -> None:
    assert tokens.words("東京都 in 日") == ["東京", "京都", "in", "日"]
    assert tokens.words("ไทย") == ["ไท", "ทย"]


def test_vowel_signs_do_not_cut_a_word() -> None:
    assert tokens.words("हिन्दी भाषा") == ["हिन्दी", "भाषा"]


def test_a_question_is_left_with_its_content() -> None:
    assert tokens.content_words("What is the capital of France?") == ["capital", "france"]
    assert tokens.content_words("Who did what to whom?") == []


@pytest.mark.parametrize(
    ("lang", "question", "content"),
    [
        ("de", "Wie lang ist die Kündigungsfrist?", ["lang", "kündigungsfrist"]),
        ("de", "Wer ist der Chef?", ["chef"]),
        ("fr", "Qu’est-ce que l’homme a fait ?", ["homme"]),
        ("it", "Dov'è l'acqua dell'isola?", ["acqua", "isola"]),
        ("es", "¿Quién es el jefe de la empresa?", ["jefe", "empresa"]),
        ("pt", "Qual é a capital do Brasil?", ["capital", "brasil"]),
        ("nl", "Wie is de baas van het bedrijf?", ["baas", "bedrijf"]),
        ("ru", "Как называется столица Франции?", ["столица", "франции"]),
        ("el", "Ποια είναι η πρωτεύουσα της Γαλλίας;", ["πρωτεύουσα", "γαλλίας"]),
        ("tr", "Ankara'nın nüfusu kaçtır?", ["ankara", "nüfusu"]),
        ("ar", "ما هي عاصمة فرنسا؟", ["عاصمة", "فرنسا"]),
        ("hi", "भारत की राजधानी क्या है?", ["भारत", "राजधानी"]),
        ("vi", "Thủ đô của Pháp là gì?", ["thủ", "đô", "pháp"]),
        ("ro", "Care este capitala Franței?", ["capitala", "franței"]),
        ("zh", "法国的首都是什么？", ["法国", "首都"]),
        ("zh", "水是什么？", ["水"]),
        ("ja", "日本の首都はどこですか？", ["日本", "首都"]),
    ],
)
def test_a_question_in_another_language_is_left_with_its_content(lang: str, question: str, content: list[str]) -> None:
    assert tokens.content_words(question, lang) == content


def test_small_words_of_one_language_are_content_in_another() -> None:
    assert tokens.content_words("When did Die Hard come out?") == ["die", "hard", "come"]
    assert tokens.content_words("Wann war die Wahl?", "de") == ["wahl"]


@pytest.mark.parametrize(
    "forms",
    [
        ("invent", "invents", "invented", "inventing"),
        ("make", "makes", "making"),
        ("city", "cities"),
        ("study", "studies", "studied", "studying"),
        ("run", "runs", "running"),
        ("box", "boxes"),
        ("use", "used", "uses", "using"),
        ("café", "cafe", "cafes"),
        ("planet", "planet's", "planets"),
    ],
)
def test_forms_of_one_word_agree(forms: tuple[str, ...]) -> None:
    assert len({tokens.normal(form) for form in forms}) == 1


def test_segmenting_leaves_spaced_text_alone() -> None:
    assert tokens.segment("plain text.") == "plain text."
    assert tokens.segment("東京都 is Tokyo").split() == ["東京", "京都", "is", "Tokyo"]


@given(st.text())
def test_any_text_has_words_and_their_plain_forms(text: str) -> None:
    for word in tokens.words(text):
        assert word
        tokens.normal(word)
    assert set(tokens.content_words(text)) <= set(tokens.words(text))
    tokens.segment(text)


def test_different_words_stay_different() -> None:
    assert tokens.normal("bus") != tokens.normal("bush")
    assert tokens.normal("1990") != tokens.normal("1991")
