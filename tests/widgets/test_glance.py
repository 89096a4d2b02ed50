"""A widget answers its own examples and is silent on everybody else's, and on the traps."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pincite.web.words import catalogue
from pincite.widgets.glance import glance, understood, widgets

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
TRAPS = [
    line
    for line in Path("tests/fixtures/widgets/traps.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


def told(question: str) -> str:
    card = glance(question, NOW)
    return card.text if card else ""


def taken(question: str) -> str:
    """The widget that understands it, whether or not it has to look something up."""
    found = understood(question, NOW)
    return found[0].id if found else ""


@pytest.mark.parametrize("widget", widgets(), ids=lambda widget: widget.id)
def test_a_widget_keeps_to_its_examples(widget) -> None:
    assert {question: taken(question) for question in widget.shows} == dict.fromkeys(widget.shows, widget.id)
    assert {question: taken(question) for question in widget.hides} == dict.fromkeys(widget.hides, "")


def test_there_are_600_traps_and_no_widget_falls_for_one() -> None:
    assert len(set(TRAPS)) >= 600
    assert {trap: taken(trap) for trap in TRAPS if taken(trap)} == {}


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What is 13 times 45?", "13 × 45 = 585"),
        ("can you tell me what 30% off 279 is, please", "30% off 279 = 195.3"),
        ("what is 1 million twelve hundred divided by 400 thousand", "1,001,200 / 400,000 = 2.503"),
        ("what is 10 to the 12th power", "10^12 = 1,000,000,000,000"),
        ("2/3", ""),
        ("what is 2/3 x 1/9", "2/3 × 1/9 ≈ 0.07407407407"),
        ("how many ounces are in a cup", "1 US cup = 8 US fluid ounces"),
        ("20 ounces in grams", "20 ounces = 566.9904625 grams"),
        ("100 fahrenheit in celsius", "100 °F ≈ 37.77778 °C"),
        ("-3 1/2 celsius in fahrenheit", "-3.5 °C = 25.7 °F"),
        ("how many square feet in an acre", "1 acre = 43,560 square feet"),
        ("what time is it in tokyo", "It is 18:00 (6:00 pm) on Sunday, 29 November 2026 in Tokyo, Japan (JST, UTC+9)."),
        ("what's chicago's time zone", "Chicago, Illinois keeps America/Chicago, at present CST, UTC-6."),
        (
            "time difference between london and mumbai",
            "Mumbai, India is 5.5 hours ahead of London, United Kingdom now.",
        ),
        ("what day of the week was July 20th, 1969", "20 July 1969 was a Sunday."),
        ("what day will it be two weeks from now", "In 14 days it will be Sunday, 13 December 2026."),
        ("how many days until january 1", "It is 33 days from today until Friday, 1 January 2027."),
        ("how many weeks until christmas", "It is 3 weeks and 5 days from today until Friday, 25 December 2026."),
        ("what day was 25/12/2025", "25 December 2025 was a Thursday."),
        ("when is thanksgiving", "Thanksgiving Day in the United States is on Thursday, 25 November 2027."),
        ("when is thanksgiving in canada", "Thanksgiving Day in Canada is on Monday, 11 October 2027."),
        ("when was easter 1950", "Easter Sunday in the Western churches was on Sunday, 9 April 1950."),
        (
            "is 3 October a holiday in Germany",
            "Sunday, 3 October 2027, is a public holiday in Germany: German Unity Day.",
        ),
        ("is today a holiday in France", "Sunday, 29 November 2026, is no public holiday in the whole of France."),
        (
            "when is the next holiday in california",
            "The next public holiday in the whole of California is Christmas Day, Friday, 25 December 2026.",
        ),
        (
            "sunset in Oslo tomorrow",
            "The sun sets at 15:21 (3:21 pm) in Oslo, Norway on Monday, 30 November 2026.",
        ),
        (
            "sunset murmansk 21 june",
            "The sun does not set in Murmansk, Russia on Monday, 21 June 2027: it stays up.",
        ),
        (
            "sunrise in murmansk on 21 december",
            "The sun does not rise in Murmansk, Russia on Monday, 21 December 2026: it stays down.",
        ),
    ],
)
def test_what_is_worked_out(question: str, text: str) -> None:
    assert told(question) == text


def test_the_value_stands_word_for_word_in_the_text() -> None:
    cards = [card for widget in widgets() for question in widget.shows if (card := glance(question, NOW))]
    assert all(card.body.value in card.text and card.body.sentence == card.text for card in cards)
    assert {card.widget for card in cards} >= {"calculator", "units", "clock", "dates", "holidays", "sun"}


def test_the_page_says_every_title_in_chinese() -> None:
    cards = [card for widget in widgets() for question in widget.shows if (card := glance(question, NOW))]
    titles = {card.title for card in cards} | {"Currency", "Weather"}  # these two need a server
    assert len(titles) > 10
    assert titles - catalogue("zh-Hans")["said"].keys() == set()


def test_a_time_is_that_of_the_day_it_is_asked() -> None:
    summer = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
    card = glance("what time is it in london", summer)
    assert card is not None
    assert "10:00" in card.text


def test_a_long_text_is_nobodys_question() -> None:
    assert told("what is 2 + 2" + " + 2" * 100) == ""
    assert told("what time is it in " + "a " * 100_000) == ""
    assert told("") == ""
    assert told("?" * 150) == ""


@pytest.mark.parametrize("days", ["999999", "0"])
def test_far_days_and_none_are_no_error(days: str) -> None:
    assert told(f"what date will it be {days} days from now")
