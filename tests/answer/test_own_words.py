"""Our own sentences are in the language of the question."""

from __future__ import annotations

import pytest

from pincite.answer import own_words as own
from pincite.answer.own_words import NEAREST, NO_ANSWER, listed, own_words
from pincite.answer.tally import Tally
from pincite.answer.told import declined
from pincite.events import Cited, Wrote
from pincite.ports import Deadline

QUESTIONS = {
    "ar": "ما هي عاصمة فرنسا؟",
    "cs": "Kdo je šéf a kde bydlí?",
    "de": "Wer ist der Chef?",
    "el": "Ποια είναι η πρωτεύουσα της Γαλλίας;",
    "es": "¿Quién es el jefe?",
    "fr": "Quelle est la capitale de la France ?",
    "he": "מה בירת צרפת?",
    "hi": "भारत की राजधानी क्या है?",
    "it": "Qual è la capitale della Francia?",
    "ja": "フランスの首都はどこですか？",
    "ko": "프랑스의 수도는 어디입니까?",
    "nl": "Wie is de baas van het bedrijf?",
    "pl": "Kto jest szefem tej firmy?",
    "pt": "Qual é a capital do Brasil?",
    "ro": "Care este capitala Franței?",
    "ru": "Как называется столица Франции?",
    "sv": "Vad heter huvudstaden i Frankrike?",
    "th": "เมืองหลวงของฝรั่งเศสคืออะไร",
    "tr": "Fransa'nın başkenti neresidir?",
    "uk": "Хто написав «Кобзар»?",
    "vi": "Thủ đô của Pháp là gì?",
    "zh": "法国的首都是什么？",
    "zh-Hant": "誰寫了紅樓夢？",
}


def test_every_language_has_every_sentence_with_its_places() -> None:
    texts = (own.NO_ANSWER, own.UNSURE, own.NO_PASSAGE, own.NEAREST, own.PARTLY, own.DIFFER)
    assert QUESTIONS.keys() == own._SAID.keys()
    for lang, said in own._SAID.items():
        assert tuple(said) == texts, lang
        assert [text for text in said if ("{titles}" in said[text]) != (text is NEAREST)] == [], lang


@pytest.mark.parametrize("lang", QUESTIONS)
def test_a_question_is_declined_in_its_own_language(lang: str) -> None:
    assert own_words(NO_ANSWER, QUESTIONS[lang]) == own._SAID[lang][NO_ANSWER] != NO_ANSWER


@pytest.mark.parametrize("asked", ["Who is the boss?", "", "Kuka on yhtiön johtaja ja missä hän asuu?"])
def test_what_nobody_has_said_in_that_language_is_said_in_english(asked: str) -> None:
    assert own_words(NO_ANSWER, asked) == NO_ANSWER


def test_titles_are_listed_as_the_language_lists_them() -> None:
    assert listed(["A"], "Who is it?") == "A"
    assert listed(["A", "B", "C"], "Who is it?") == "A, B and C"
    assert listed(["A", "B", "C"], QUESTIONS["de"]) == "A, B und C"
    assert listed(["A", "B"], QUESTIONS["zh"]) == "A、B"
    assert own_words(NEAREST, QUESTIONS["de"], titles="“{x}”") == "Die nächsten Textstellen sind aus “{x}”."


@pytest.mark.parametrize(("asked", "between"), [("Who is the boss?", ". T"), (QUESTIONS["zh"], "。最")])
def test_between_two_sentences_stands_what_the_language_sets_there(asked: str, between: str) -> None:
    sentences = [own_words(NO_ANSWER, asked), own_words(NEAREST, asked, titles="A")]
    events = declined(sentences, "", "", Tally(Deadline.after(60)))
    text = "".join(event.text for event in events if isinstance(event, Wrote))
    assert between in text
    spans = [event.sentence for event in events if isinstance(event, Cited)]
    assert [text[one.start : one.end] for one in spans] == sentences
