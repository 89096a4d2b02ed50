"""What a question says about where to look, and what must not be misread as if it did."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pincite.errors import BadQuestion
from pincite.search.operators import read
from pincite.types import Filters

COLLECTIONS = ("default", "Handbook", "wikipedia")


def said(text: str) -> tuple[str, dict[str, Any]]:
    rest, filters = read(text, Filters(), lambda: COLLECTIONS)
    return rest, filters.model_dump(exclude_defaults=True)


@pytest.mark.parametrize(
    ("text", "rest", "filters"),
    [
        ("towers site:Example.org", "towers", {"sites": ("example.org",)}),
        ("site:https://example.org/a/b towers", "towers", {"sites": ("example.org",)}),
        (
            "site:www.example.org towers -site:https://WWW.spam.example:80/",
            "towers",
            {"sites": ("example.org",), "exclude_sites": ("spam.example",)},
        ),
        ("tall towers -site:spam.example here", "tall towers here", {"exclude_sites": ("spam.example",)}),
        ("towers before:2020", "towers", {"before": date(2019, 12, 31)}),
        ("towers before:2020-05?", "towers", {"before": date(2020, 4, 30)}),
        ("towers after:2020-5", "towers", {"after": date(2020, 5, 1)}),
        ("after:2020 before:2021 towers", "towers", {"after": date(2020, 1, 1), "before": date(2020, 12, 31)}),
        ("Türme lang:DE", "Türme", {"langs": ("de",)}),
        ("holidays in:handbook", "holidays", {"collections": ("Handbook",)}),
        ("jaguar speed -car", "jaguar speed", {"exclude_words": ("car",)}),
        ("jaguar -Cars -football lang:en", "jaguar", {"exclude_words": ("football", "cars"), "langs": ("en",)}),
        ("豹 -车", "豹", {"exclude_words": ("车",)}),
        ('who said "I have a dream"?', 'who said "I have a dream"?', {"phrases": ("I have a dream",)}),
        (
            "wer sagte „Ich bin ein Berliner“?",
            "wer sagte „Ich bin ein Berliner“?",
            {"phrases": ("Ich bin ein Berliner",)},
        ),
        ("“dark matter” (“cold”)", "“dark matter” (“cold”)", {"phrases": ("dark matter", "cold")}),
    ],
)
def test_an_operator_is_taken_out_and_does_what_it_says(text: str, rest: str, filters: dict[str, Any]) -> None:
    assert said(text) == (rest, filters)


@pytest.mark.parametrize(
    "text",
    [
        "C++ -fno-exceptions",
        "what does gcc -Wall main.c do",
        "ls -la",
        "git commit -m why",
        "a well-known author",
        "10-5",
        "what is 10 -5",
        "temperatures of -40 degrees",
        "Paris - capital of France",
        "me@site:example.org",
        "mail jane.doe@example.org",
        "https://example.org/?q=site:foo.com&before:2020",
        "site:localhost",
        "the note said: before:breakfast",
        "after:all",
        "lang:go channels",
        "lang:python",
        "in:out ratio",
        "-lang:de",
        'a lone " quote',
        '5" x 7" photo frames',
        "the 6'2\" man and the 5'1\" woman",
        "what's the dogs' name",
        'say -"never"',
        '""',
        '" spaced "',
        "-apples",
        '"' + "a word too many " * 12 + 'here"',
        "vice-\nversa",
        "",
    ],
)
def test_what_is_no_operator_for_certain_stays_as_it_is(text: str) -> None:
    assert said(text) == (text, {})


@pytest.mark.parametrize(
    ("text", "detail", "hint"),
    [
        ("towers before:2020-13", "before:2020-13 is no date", "before:2020-05-31"),
        ("towers after:2020-02-30", "after:2020-02-30 is no date", "after:2020"),
        ("towers after:31.12.2020", "after:31.12.2020 is no date", "after:2020-05-31"),
        ("towers before:0001", "before:0001 is no date", "before:2020"),
        ("towers after:2021 before:2020", "2021-01-01 or later and on 2019-12-31", "after:2020 before:2021"),
        ("site:example.org", "nothing to look for beside site:example.org", "site:example.org how"),
        ("holidays in:handbok", "no collection called 'handbok'; did you mean Handbook", "pincite index status"),
    ],
)
def test_a_value_that_cannot_be_meant_is_an_error_that_says_how_to_write_it(text: str, detail: str, hint: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        said(text)
    assert detail in caught.value.detail
    assert hint in caught.value.hint


def test_what_the_question_says_is_joined_with_what_was_picked() -> None:
    picked = Filters(sites=("a.example",), after=date(2000, 1, 1), langs=("en",))
    _, filters = read("towers site:b.example site:a.example after:2020 lang:de", picked)
    assert filters == Filters(sites=("a.example", "b.example"), after=date(2020, 1, 1), langs=("en", "de"))


@given(st.lists(st.text(max_size=20) | st.sampled_from(["www.www.a.example.", "*.*.org", "[::1]:80"])), st.text())
def test_filters_are_brought_into_one_spelling_once_and_any_is_kept_as_stored(hosts: list[str], lang: str) -> None:
    filters = Filters(sites=tuple(hosts), exclude_sites=tuple(hosts), langs=(lang,))
    assert Filters.model_validate_json(filters.model_dump_json()) == filters


@given(st.text(max_size=200))
def test_a_text_without_operators_is_returned_unchanged(text: str) -> None:
    assume('"' not in text and "“" not in text and "„" not in text and "-" not in text and ":" not in text)
    assert said(text) == (text, {})


PIECES = st.sampled_from(
    ["site:", "before:", "after:", "lang:", "in:", "-", '"', "“", "„", "”", " ", "\n", "2020", "-05", "example.org",
     "de", "handbook", "word", "?", "('", "é", "车"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_read_or_refused_and_read_again_it_stays(text: str) -> None:
    try:
        rest, filters = read(text, Filters(), lambda: COLLECTIONS)
    except BadQuestion:
        return
    assert len(rest) <= len(text)
    if filters == Filters():
        assert rest == text


def test_four_thousand_characters_of_operators_are_read() -> None:
    rest, filters = read("towers " + "-word " * 600, Filters())
    assert rest == "towers"
    assert filters.exclude_words == ("word",)
