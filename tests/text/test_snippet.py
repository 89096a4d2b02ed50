"""The two lines of a source that nothing cites: the best sentence for the question, or the opening."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.text.snippet import ROOM, snippet

HOLE = (
    "Black hole\n\nA black hole is a region of space from which nothing escapes. Stars that collapse make them.\n\n"
    "History\n\nThe term black hole was coined by John Wheeler in 1967."
)


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("What is a black hole?", "A black hole is a region"),
        ("Who coined the term black hole?", "The term black hole was coined"),
        ("Which stars become one?", "Stars that collapse"),
        ("Malaria?", "A black hole is a region"),
        ("", "A black hole is a region"),
    ],
)
def test_it_begins_with_the_sentence_that_answers_and_with_the_opening_where_none_does(
    question: str, begins: str
) -> None:
    assert snippet(HOLE, "Black hole", question).startswith(begins)


def test_what_the_title_says_already_counts_less_than_what_else_is_asked() -> None:
    text = "The Eiffel Tower stands in Paris. It is 330 metres tall."
    assert snippet(text, "Eiffel Tower", "How tall is the Eiffel Tower?") == "It is 330 metres tall."
    assert snippet(text, "Paris", "How tall is the Eiffel Tower?") == text


def test_it_reads_on_over_lines_and_stops_at_a_word() -> None:
    text = "One line of a poem,\nand another. " + "Many words follow it. " * 40
    told = snippet(text, "", "poem")
    assert told.startswith("One line of a poem, and another. Many words")
    assert told.endswith(" …")
    assert ROOM - 10 <= len(told) <= ROOM + 2


def test_chinese_has_no_spaces_to_be_cut_at() -> None:
    told = snippet("黑洞是时空的一个区域。" * 40, "黑洞", "什么是黑洞")
    assert told == "黑洞是时空的一个区域。" * 21 + "黑洞是时空的一个区" + " …"


def test_of_a_long_line_it_shows_what_was_asked_about() -> None:
    text = "13:07 INFO request id=7 took 7 ms and went on " * 50 + "ERROR E4012: bad token " + "and went on " * 50
    told = snippet(text, "app.log", "what is E4012?")
    assert "ERROR E4012: bad token" in told
    assert told.startswith("… ")
    assert told.endswith(" …")


def test_a_passage_of_headings_alone_shows_them() -> None:
    assert snippet("- Alpha\n- Beta\n", "List", "gamma") == "- Alpha - Beta"


@given(text=st.text(max_size=600), title=st.text(max_size=40), question=st.text(max_size=60))
def test_any_passage_with_words_has_a_snippet_of_its_own_words_on_one_line(
    text: str, title: str, question: str
) -> None:
    told = snippet(text, title, question)
    assert told.removeprefix("… ").removesuffix(" …") in " ".join(text.split())
    assert bool(told) == bool(text.strip())
    assert "\n" not in told


def test_it_begins_by_what_is_asked_and_not_by_small_words_of_another_language() -> None:
    text = "Die Kita ist von sieben bis vier offen und die Eltern warten. Das Essen kostet vier Euro."
    assert snippet(text, "Kita", "Wie ist das mit dem Essen für die Kinder und die Eltern?").startswith("Die Kita")
    assert snippet(text, "Kita", "Was ist die Antwort, und was kostet die und ist die gut?").startswith("Das Essen")


def test_a_short_sentence_of_another_script_is_no_heading() -> None:
    assert snippet("बाघ जानवर है।\n\nवह हिरण खाता है और जंगल में बहुत दूर तक घूमता रहता है।", "बाघ", "कुछ").startswith("बाघ")
