"""What questions in other languages than English ask for."""

from __future__ import annotations

import pytest

from pincite.answer.question.alone import Reading, reading
from pincite.answer.question.foreign import how_to
from pincite.answer.question.plan import Kind, Shape, classify
from pincite.answer.question.recall import Said, resolve
from pincite.answer.question.thing import about
from pincite.answer.quote.sway import explains


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("Was ist der Brocken?", "Brocken"),
        ("Qu’est-ce qu’un hérisson ?", "hérisson"),
        ("¿Qué es el lince ibérico?", "lince ibérico"),
        ("Cos’è lo stambecco?", "stambecco"),
        ("O que é o lobo-guará?", "lobo-guará"),
        ("Wat is een zeehond?", "zeehond"),
        ("Co to jest żubr?", "żubr"),
        ("Кто такой соболь?", "соболь"),
        ("Хто такий бабак?", "бабак"),
        ("Kangal nedir?", "Kangal"),
        ("什么是大熊猫", "大熊猫"),
        ("大熊猫是什么？", "大熊猫"),
        ("ニホンザルとは？", "ニホンザル"),
        ("수달이 뭐야?", "수달"),
        ("ما هو المها العربي؟", "المها العربي"),
        ("מה זה יעל נובי?", "יעל נובי"),
        ("बाघ क्या है?", "बाघ"),
        ("Красная площадь", "Красная площадь"),
    ],
)
def test_a_definition_is_of_a_thing(question: str, thing: str) -> None:
    assert about(question) == thing


@pytest.mark.parametrize(
    "question",
    ["Wo ist der Brocken?", "co je żubr", "Сколько весит соболь?", "東京タワーの高さは？", "Où est le pont du Gard ?"],
)
def test_a_question_for_something_of_a_thing_is_no_definition(question: str) -> None:
    assert about(question) == ""


@pytest.mark.parametrize(
    "question",
    [
        "Wie entkalke ich die Maschine?",
        "Wie kann man das Gerät öffnen?",
        "Comment nettoyer le filtre ?",
        "¿Cómo se limpia el filtro de la lavadora?",
        "Come si riavvia la caldaia?",
        "Como esvazio o depósito do aspirador?",
        "Hoe bak ik een brood?",
        "Jak odkamienić ekspres?",
        "Как очистить кофемашину?",
        "Як очистити кавомашину?",
        "Kireç nasıl temizlenir?",
        "咖啡机怎么除垢？",
        "石灰はどうやって取る？",
        "석회는 어떻게 제거하나요?",
        "كيف أزيل الكلس من آلة القهوة؟",
        "איך מסירים אבנית ממכונת הקפה?",
        "कॉफ़ी मशीन कैसे साफ़ करें?",
    ],
)
def test_how_a_thing_is_done_is_asked_in_many_languages(question: str) -> None:
    assert classify(question)[0] is Kind.HOW_TO


@pytest.mark.parametrize(
    "question",
    [
        "Wie lange muss ich warten?",
        "Wie heiße ich?",
        "Wie alt bin ich?",
        "¿Cómo se llama la presidenta?",
        "Come si chiama il cane?",
        "Hoe lang moet ik wachten?",
        "Jak długo gotuje się pierogi?",
        "Как дела?",
        "今天天气怎么样？",
        "이름이 어떻게 되나요?",
        "כיצד קוראים לך?",
    ],
)
def test_other_questions_for_how_ask_for_no_instructions(question: str) -> None:
    assert not how_to(question)


@pytest.mark.parametrize(
    "question",
    [
        "und warum steigt die Pacht?",
        "perche aumentano le spese",
        "Чому підвищили внесок?",
        "管理費はなぜ上がるの？",
        "왜 올랐어?",
    ],
)
def test_a_reason_is_asked_for_in_many_languages(question: str) -> None:
    assert classify(question)[1] is Shape.REASON


def test_a_reason_is_given_in_many_languages() -> None:
    for sentence, effect in (
        ("Die Pacht steigt, weil die Stadt mehr verlangt.", "Pacht"),
        ("Les charges augmentent parce que le gaz a doublé.", "charges"),
        ("Внесок підвищується, бо подорожчало опалення.", "Внесок"),
    ):
        assert explains(sentence, lambda part, effect=effect: float(effect in part)), sentence


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("und warum?", Reading.FOLLOWS),
        ("et à partir de quand ?", Reading.LIKELY),
        ("¿y cuándo?", Reading.FOLLOWS),
        ("Quand commencent les travaux de la toiture de la mairie ?", Reading.ALONE),
    ],
)
def test_a_question_that_says_nothing_of_its_own_goes_on(question: str, read: Reading) -> None:
    assert reading(question, set(), set()) is read


def test_small_words_of_a_language_are_not_taken_over_into_a_follow_up() -> None:
    memory = [Said("wer leitet den verein", "Der Verein wird von Jürgen Weiß geleitet. Sie haben ihn gewählt.")]
    taken = set(resolve("und warum?", memory).queries[-1].lower().split())
    assert "weiß" in taken
    assert not taken & {"der", "den", "von", "wird", "sie", "ihn"}
