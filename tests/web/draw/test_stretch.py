"""A stretch of a document: headings without marks, pages under their labels, and not one quoted character moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pincite.types import Document, Heading, Spot
from pincite.web.draw.stretch import Block, blocks, titles

NOTES = Document(url="file:///notes.md", title="Boiler handbook")
TEXT = "# Boiler handbook\n\nKeep it clean.\n\n## Pressure\n\nIt is 1.5 bar. Refill it below 1 bar.\n\n```\n# no\n```\n"


def told(found: list[Block]) -> list[tuple[str, str]]:
    return [(one.kind, "".join(piece.text for piece in one.pieces)) for one in found]


def test_headings_of_markdown_are_drawn_without_their_marks_and_code_stays() -> None:
    found = blocks(TEXT, (0, len(TEXT)), (0, len(TEXT)), [], titles=titles(NOTES, TEXT))
    assert told(found) == [
        ("heading", "Boiler handbook"),
        ("text", "Keep it clean."),
        ("heading", "Pressure"),
        ("text", "It is 1.5 bar. Refill it below 1 bar.\n\n```\n# no\n```"),
    ]


@pytest.mark.parametrize(
    ("document", "known", "starts"),
    [
        (NOTES, (), {0, 35}),
        (Document(url="urn:pincite:file:7", title="A", file="notes.md"), (), {0, 35}),
        (Document(url="urn:pincite:file:7", title="A", file="script.txt"), (), set()),
        (Document(url="urn:pincite:file:7", title="A"), (Heading(level=2, title="Pressure", start=35),), {0, 35}),
        (Document(url="https://example.org/a", title="A"), (Heading(level=2, title="Keep", start=19),), {19}),
    ],
)
def test_only_markdown_has_headings_that_its_reader_did_not_name(
    document: Document, known: tuple[Heading, ...], starts: set[int]
) -> None:
    assert titles(document, TEXT, known) == starts


def test_each_page_stands_under_its_own_label() -> None:
    text = "The lease was signed.\n\nThe deposit is 2400 euros.\n\nThe end."
    pages = [Spot(start=0, label="page 1", page=1), Spot(start=23, label="page 2", page=2)]
    pages.append(Spot(start=len(text) - 8, label="page 3", page=3))
    assert told(blocks(text, (4, 50), (23, 49), [], pages=pages)) == [
        ("page", "page 1"),
        ("text", "lease was signed."),
        ("page", "page 2"),
        ("text", "The deposit is 2400 euros."),
    ]


@given(st.data())
def test_what_is_marked_is_what_was_quoted_and_the_page_opens_there(data: st.DataObject) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, len(TEXT)), min_size=2, max_size=6)))
    marks = list(zip(edges[::2], edges[1::2], strict=False))
    anchor = data.draw(st.sampled_from(marks))
    starts = titles(NOTES, TEXT)
    pages = [Spot(start=36, label="page 2", page=2)]
    found = blocks(TEXT, (0, len(TEXT)), (10, 60), marks, anchor=anchor, titles=starts, pages=pages)
    pieces = [piece for one in found if one.kind != "page" for piece in one.pieces]
    unseen = str.maketrans("", "", "# \n")
    quoted = "".join(TEXT[start:end] for start, end in marks)
    assert "".join(one.text for one in pieces if one.marked).translate(unseen) == quoted.translate(unseen)
    assert "".join(one.text for one in pieces).translate(unseen) == TEXT.translate(unseen)
    anchors = [one for one in pieces if one.anchor]
    assert len(anchors) <= 1
    if TEXT[anchor[0] : anchor[1]].translate(unseen):
        assert len(anchors) == 1
