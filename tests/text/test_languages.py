"""Which language a text is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.text import languages


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


@given(st.text())
def test_any_text_has_a_two_letter_language(text: str) -> None:
    assert len(languages.detect(text)) == 2
