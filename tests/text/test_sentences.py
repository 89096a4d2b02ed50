"""Where each sentence begins and ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.text import sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences.split(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Smith came. He left.", ["Dr. Smith came.", "He left."]),
        ("J. R. R. Tolkien wrote it. It sold.", ["J. R. R. Tolkien wrote it.", "It sold."]),
        ("Use fruit, e.g. Apples. Done.", ["Use fruit, e.g. Apples.", "Done."]),
        ("He lives in the U.S. Army barracks.", ["He lives in the U.S. Army barracks."]),
        ("He lives in the U.S. The country is big.", ["He lives in the U.S.", "The country is big."]),
        ("It was No. 5 of ten. He said no. She left.", ["It was No. 5 of ten.", "He said no.", "She left."]),
        ("It costs $3.50 today. Buy it.", ["It costs $3.50 today.", "Buy it."]),
        ("Version 2.0.1 is out. Get it.", ["Version 2.0.1 is out.", "Get it."]),
        ("Well... maybe not. Yes… Go.", ["Well... maybe not.", "Yes…", "Go."]),
        ('"Stop!" he cried. "Why?" She ran.', ['"Stop!" he cried.', '"Why?"', "She ran."]),
        ("He said “no.” Then he left.", ["He said “no.”", "Then he left."]),
        ("It rained (It was May. It was cold.) all day. Then sun.", None),
        ("The war ended in 1918.[1] Its causes were many.", ["The war ended in 1918.[1]", "Its causes were many."]),
        ("Born Jan. 5, 1950 at 5 p.m. in Rome. He left.", ["Born Jan. 5, 1950 at 5 p.m. in Rome.", "He left."]),
        ("Made by Apple Inc. The firm grew.", ["Made by Apple Inc.", "The firm grew."]),
    ],
)
def test_a_stop_ends_a_sentence_only_where_a_reader_would_say_so(text: str, expected: list[str] | None) -> None:
    assert cut(text) == (expected or ["It rained (It was May. It was cold.) all day.", "Then sun."])


ENDS = Path(__file__).parents[1] / "fixtures" / "sentences" / "ends.txt"


@pytest.mark.parametrize("line", [one for one in ENDS.read_text("utf-8").splitlines() if not one.startswith("#")])
def test_ordinals_and_abbreviations_of_many_languages_end_no_sentence(line: str) -> None:
    lang, _, marked = line.partition(" ")
    expected = marked.split(" ¦ ")
    assert cut(("" if lang == "zh" else " ").join(expected)) == expected


def test_cjk_stops_need_no_blank_after_them() -> None:
    assert cut("東京は首都である。人口は多い。「本当だ。」と言った。") == [
        "東京は首都である。",
        "人口は多い。",
        "「本当だ。」と言った。",
    ]


def test_a_heading_a_list_item_and_a_table_row_stand_alone() -> None:
    text = "Introduction\nThe cat sat.\n\n# Deep Title\n- one thing\n- two things. More\n1. First\n| a | b |\n| 1 | 2 |"
    assert cut(text) == [
        "Introduction", "The cat sat.", "# Deep Title", "- one thing", "- two things.", "More", "1. First", "| a | b |",
        "| 1 | 2 |",
    ]  # fmt: skip


def test_a_code_fence_is_one_span() -> None:
    fence = "```py\nx = 1. Y\n\nprint(x)\n```"
    assert cut(f"Before. Look:\n{fence}\nAfter.") == ["Before.", "Look:", fence, "After."]


def test_an_unclosed_fence_does_not_swallow_the_text() -> None:
    assert len(cut("```\nOne here. Two here.\n\nThree here.")) >= 3


def test_a_line_wrapped_by_hand_goes_on() -> None:
    text = "This is a paragraph that was wrapped by hand and goes on with\nJohn Smith, who wrote it. It is\nfine."
    assert cut(text) == [text[: text.index(" It is")], "It is\nfine."]


_PIECES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            [
                "Dr. ",
                "e.g. ",
                ". ",
                "? ",
                "。",
                "」",
                "\n",
                "\n\n",
                "- ",
                "1. ",
                "(",
                ")",
                "```\n",
                "The ",
                "[3]",
                "…",
                '" ',
            ]
        ),
    ),
    max_size=40,
).map("".join)


@given(_PIECES)
def test_spans_are_ordered_disjoint_trimmed_and_cover_all_that_is_not_blank(text: str) -> None:
    at = 0
    for start, end in sentences.split(text):
        assert at <= start < end <= len(text)
        assert not text[at:start].strip()
        assert text[start:end] == text[start:end].strip()
        at = end
    assert not text[at:].strip()


def test_a_line_of_a_log_stands_alone() -> None:
    text = "2026-03-04 13:07:22 ERROR E4012: token signature mismatch\n2026-03-04 13:07:23 WARN it is sent again"
    assert len(sentences.split(text)) == 2


def test_hostile_text_is_cut_in_linear_time() -> None:
    for text in (
        "(" * 50_000 + ". A " * 5_000,
        "a. " * 50_000,
        "``` " * 20_000,
        ".\n" * 50_000,
        "- " * 50_000,
        "." * 200_000,
    ):
        sentences.split(text)
