"""What is a mark, and what is text? The golden files of test_cite.py say it at length; here are the edges."""

from __future__ import annotations

import pytest

from pincite.answer.write.marks import Mark, Marks


def read(text: str, known: int = 5, addresses: tuple[str, ...] = ()) -> list[str | Mark]:
    marks = Marks(range(1, known + 1), addresses)
    return [*marks.feed(text), *marks.finish()]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("[1]", (1,)),
        ("[ 1 ]", (1,)),
        ("[1,2]", (1, 2)),
        ("[1; 2]", (1, 2)),
        ("[1 and 3]", (1, 3)),
        ("[1, and 3]", None),
        ("[1-3]", (1, 2, 3)),
        ("[3-1]", (3, 1)),
        ("[1–3, 5]", (1, 2, 3, 5)),
        ("[^2]", (2,)),
        ("[^2^]", (2,)),
        ("[#2]", (2,)),
        ("[source: 1, source 2]", (1, 2)),
        ("[Sources 1 and 2]", (1, 2)),
        ("[Ref. 3]", (3,)),
        ("【3†L1-L9】", (3,)),
        ("[[4]]", (4,)),
        ("〔4〕", (4,)),
        ("[1]]", (1,)),
        ("[a1]", None),
        ("[1a]", None),
        ("[1.5]", None),
        ("[-1]", None),
        ("[]", None),
        ("[1" + " " * 50 + "]", None),
        ("[1\n]", (1,)),
        ("[0, 3]", None),
        ("[4096]", None),
    ],
)
def test_a_mark_is_a_mark_in_every_spelling_and_nothing_else_is(text: str, numbers: tuple[int, ...] | None) -> None:
    marks = [item.numbers for item in read(f"x {text} y") if isinstance(item, Mark)]
    assert marks == ([numbers] if numbers else [])


def test_a_mark_that_names_no_source_leaves_no_trace() -> None:
    assert read("It is so [7].") == ["It is so."]


def test_only_the_numbers_of_sources_are_given() -> None:
    assert read("[2, 9]", known=2) == [Mark((2,), leading=True)]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("a [1].", "a."),
        ("a [1] .", "a."),
        ("a [1], b", "a, b"),
        ("a [1] b", "a b"),
        ("a [1]b", "a b"),
        ("a[1] b", "a b"),
        ("a.[1]B", "a. B"),
        ("a.[1]\nB", "a.\nB"),
        ("a [1]  \nB", "a\nB"),
        ("a  \nB", "a  \nB"),
        ("**a [1]**", "**a**"),
        ("a [1] **b**", "a **b**"),
        ("(a [1])", "(a)"),
        ("a [1] (b)", "a (b)"),
        ("  - [1] a", "  - a"),
        ("a [1] [2] [3].", "a."),
        ("a  ", "a"),
        ("| a [1] | b |", "| a | b |"),
    ],
)
def test_the_blanks_around_a_mark_are_tidied(given: str, text: str) -> None:
    assert "".join(item for item in read(given) if isinstance(item, str)).rstrip(" ") == text


def test_a_source_may_have_any_address_and_is_linked_only_exactly() -> None:
    url = "https://example.org/x?a=1&b=(2)"
    assert read(f"[t]({url})", addresses=(url,)) == [f"[t]({url})"]
    assert read(f"[t](<{url}> 'title')", addresses=(url,)) == [f"[t]({url})"]
    assert read(f"[t]({url}&leak=1)", addresses=(url,)) == ["[t]"]
    assert read(f"{url}.", addresses=(url,)) == [f"{url}."]


@pytest.mark.parametrize(
    "target",
    ["javascript:alert(1)", "//evil.example", "/api/delete", "evil.example/x", "data:text/html,x", "&#104;ttp:x"],
)
def test_a_target_that_is_no_source_goes_whatever_its_scheme(target: str) -> None:
    assert "".join(map(str, read(f"see [this]({target}) now"))) == "see [this] now"


def test_a_parenthesis_that_is_no_target_stays_and_is_no_link() -> None:
    assert read("[Fe(CN)6](aq)") == ["[Fe(CN)6] (aq)"]


def test_a_mark_behind_the_signs_that_close_code_does_not_keep_it_open() -> None:
    found = read("So:\n```\nx[1] = 2\n``` [1]\nIt holds [2].")
    assert [item.numbers for item in found if isinstance(item, Mark)] == [(1,), (2,)]
    assert "".join(item for item in found if isinstance(item, str)) == "So:\n```\nx[1] = 2\n``` \nIt holds."
