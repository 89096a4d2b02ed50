"""Which language a text is in."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.text import languages
from pincite.text.tokens import content_words


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The cat is on the mat and it was happy."),
        ("de", "Der Hund ist nicht im Haus, und die Katze auch nicht."),
        ("fr", "Le chat est dans la maison avec les enfants."),
        ("es", "El perro está en la casa con los niños."),
        ("it", "Il cane è nella casa con gli altri."),
        ("pt", "O cão não está em casa com as crianças."),
        ("nl", "De hond is niet in het huis van een vriend."),
        ("tr", "Ankara Türkiye'nin başkentidir ve çok büyük bir şehirdir."),
        ("vi", "Hà Nội là thủ đô của nước Việt Nam."),
        ("ru", "Москва — столица России, это большой город."),
        ("uk", "Київ — столиця України, її найбільше місто."),
        ("el", "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας."),
        ("ar", "القاهرة عاصمة مصر."),
        ("fa", "تهران پایتخت ایران و شهری بزرگ است."),
        ("he", "ירושלים היא עיר."),
        ("hi", "दिल्ली भारत की राजधानी है।"),
        ("th", "กรุงเทพเป็นเมืองหลวง"),
        ("ja", "東京都は日本国の首都である。"),
        ("zh", "北京是中国的首都。"),
        ("ko", "서울은 대한민국의 수도이다."),
    ],
)
def test_a_sentence_tells_its_language(code: str, text: str) -> None:
    assert languages.detect(text) == code


@pytest.mark.parametrize("text", ["", "   ", "12345", "xyzzy", "What is IBM?"])
def test_where_nothing_speaks_for_another_language_it_is_english(text: str) -> None:
    assert languages.detect(text) == "en"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Why do cats purr?"),
        ("en", "To whom did the Virgin Mary allegedly appear?"),
        ("en", "Is eugenics ever a good thing?"),
        ("de", "Wo lebt der Fuchs?"),
        ("es", "¿Quién ganó la copa?"),
        ("ro", "Câți locuitori are orașul?"),
        ("tr", "Kültür bakanı kimdir?"),
        ("vi", "Ai là tổng thống?"),
    ],
)
def test_a_short_question_tells_its_language_by_its_question_words(code: str, text: str) -> None:
    assert languages.detect(text) == code


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "world war"),
        ("en", "los angeles stadium"),
        ("en", "kat slater's sisters"),
        ("en", "movie jeepers creepers come"),
        ("en", "von trapp family"),
        ("en", "current mac os"),
        ("en", "don't worry"),
        ("es", "historia de los vikingos"),
        ("fr", "l'histoire d'amour"),
        ("de", "Hauptstadt von Österreich"),
        ("ru", "Кто основал McKinsey & Company?"),
        ("ru", "Сколько пищи съедает гребневик?"),
        ("bg", "Къде се намира планината?"),
        ("en", "What does the word Кто mean in Russian?"),
    ],
)
def test_names_and_words_that_english_has_too_do_not_make_another_language(code: str, text: str) -> None:
    assert languages.detect(text) == code


def test_questions_of_shared_sets_are_known(shared_data: Path) -> None:
    """SQuAD dev and XQuAD: of 5,836 and 679 each, at most the given share is mistaken; of keywords of NQ too."""
    with lzma.open(shared_data / "squad/questions-dev-v1.1.jsonl.xz", "rt") as lines:
        english = [json.loads(line)["question"] for line in lines]
    assert sum(languages.detect(text) != "en" for text in english) <= len(english) * 0.001
    with lzma.open(shared_data / "nq/questions.jsonl.xz", "rt") as lines:
        keywords = [" ".join(content_words(json.loads(line)["question"])) for line in lines]
    assert sum(languages.detect(text) != "en" for text in keywords) <= len(keywords) * 0.01
    with lzma.open(shared_data / "xquad/xquad.jsonl.xz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    for code in ("ar", "de", "el", "en", "es", "hi", "ro", "ru", "th", "tr", "vi", "zh"):
        asked = [qa["question"] for row in rows if row["lang"] == code for qa in row["qas"]]
        assert sum(languages.detect(text) != code for text in asked) <= len(asked) * 0.01, code


@given(st.text())
def test_any_text_has_a_two_letter_language(text: str) -> None:
    assert len(languages.detect(text)) == 2


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("uk", "Хто написав «Кобзар»?"),
        ("uk", "де зберегти велосипед"),
        ("uk", "Скільки коштує дах?"),
        ("ru", "Кто написал «Кобзарь»?"),
        ("ru", "где хранить велосипед"),
        ("ru", "Сколько стоит стрижка"),
    ],
)
def test_small_words_tell_ukrainian_where_no_letter_does(code: str, text: str) -> None:
    assert languages.detect(text) == code


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("es", "cuando abre la piscina"),
        ("it", "perche aumentano le spese"),
        ("it", "cosa vuol dire l'errore E10"),
        ("de", "was heisst es wenn die rote lampe blinkt"),
        ("nl", "Hoe lang moet de erwtensoep koken?"),
        ("tr", "gece kaçta sessiz olmak gerekiyor"),
        ("it", "Unite la farina con il latte e la panna; non mescolate a fuoco alto, servite al dente per due."),
    ],
)
def test_hasty_questions_and_recipes_tell_their_language(code: str, text: str) -> None:
    assert languages.detect(text) == code
