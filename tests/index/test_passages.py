"""Passages are whole sentences under their headings, and stand where they say."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pincite.index.passages import count, passages, sections
from pincite.types import Document, Heading, Original


def made(text: str, *headings: tuple[int, str]) -> Original:
    places = tuple(
        Heading(level=level, title=title, start=text.index(f"{'#' * level} {title}")) for level, title in headings
    )
    return Original(document=Document(url="x:1", title="T"), text=text, headings=places)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=80),
            st.sampled_from(
                ["A sentence here. ", "\n\n", "Dr. Smith said so! ", "東京は日本の首都です。", "word " * 90, "x" * 3000]
            ),
        ),
        max_size=25,
    ),
    st.lists(st.tuples(st.integers(1, 6), st.floats(0, 1)), max_size=6),
    st.integers(20, 120),
)
def test_a_passage_is_the_text_between_its_offsets(
    parts: list[str], marks: list[tuple[int, float]], words: int
) -> None:
    text = "".join(parts)
    headings = tuple(Heading(level=level, title=f"H{at}", start=int(at * len(text))) for level, at in marks)
    original = Original(document=Document(url="x:1", title="T"), text=text, headings=headings)
    end = 0
    for passage in passages(original, words):
        assert text[passage.start : passage.end] == passage.text
        assert passage.text.strip() == passage.text != ""
        assert passage.start >= end
        end = passage.end


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["One two three. ", "四五六。", "Seven!\n", "\n\n", "- item\n", "x" * 700]), max_size=40)
)
def test_without_headings_nothing_but_blanks_is_left_out(parts: list[str]) -> None:
    text = "".join(parts)
    found = passages(Original(document=Document(url="x:1", title="T"), text=text), 20)
    assert "".join("".join(each.text.split()) for each in found) == "".join(text.split())


def test_no_sentence_is_cut_and_no_tail_is_left_alone() -> None:
    text = " ".join(f"Sentence number {n} has exactly seven words." for n in range(50))
    found = passages(made(text), 120)
    assert all(each.text.endswith("words.") for each in found)
    sizes = [count(each.text) for each in found]
    assert max(sizes) - min(sizes) <= 14
    assert min(sizes) >= 80


def test_headings_are_the_path_above_a_passage_and_not_its_text() -> None:
    text = "Lead.\n# One\nFirst.\n## Two\nSecond.\n# Three\nThird."
    found = passages(made(text, (1, "One"), (2, "Two"), (1, "Three")), 120)
    assert [(each.headings, each.text) for each in found] == [
        ((), "Lead."),
        (("One",), "First."),
        (("One", "Two"), "Second."),
        (("Three",), "Third."),
    ]


def test_a_heading_with_nothing_below_it_can_still_be_found() -> None:
    text = "# Questions\n## Do whales sleep?\n## Do sharks?\nYes."
    found = passages(made(text, (1, "Questions"), (2, "Do whales sleep?"), (2, "Do sharks?")), 120)
    assert [(each.headings, each.text) for each in found] == [
        (("Questions",), "## Do whales sleep?"),
        (("Questions", "Do sharks?"), "Yes."),
    ]


def test_a_text_without_stops_is_cut_between_words() -> None:
    found = passages(made("word " * 5000), 100)
    assert all(count(each.text) <= 301 for each in found)
    assert all(set(each.text.split()) == {"word"} for each in found)


def test_a_log_is_cut_between_its_lines() -> None:
    lines = [f"2026-03-04 13:07:{number % 60:02d} INFO request {number} took 7 ms" for number in range(400)]
    found = passages(made("\n".join(lines)), 100)
    assert [line for passage in found for line in passage.text.split("\n")] == lines
    assert all(80 <= count(passage.text) <= 120 for passage in found)


def test_a_text_without_blanks_does_not_become_one_endless_passage() -> None:
    found = passages(made("x" * 200_000 + " " + "y" * 200_000), 100)
    assert max(len(each.text) for each in found) <= 7200


def test_the_same_passage_has_the_same_id_every_time() -> None:
    first, second = (passages(made("Same text."), 120)[0] for _ in range(2))
    assert first.id == second.id
    assert passages(made("Same text!"), 120)[0].id != first.id
    assert len(bytes.fromhex(first.id)) == 12


def test_headings_beyond_the_text_are_left_out() -> None:
    original = Original(
        document=Document(url="x:1", title="T"), text="Short.", headings=(Heading(level=1, title="Far", start=99),)
    )
    assert [section.path for section in sections(original)] == [()]
