"""How does a stretch of a document read? Headings as headings, each page under its own label, quoted characters marked.

Nothing of the text moves: blocks and marks are cut out of it by their places, and of it only the marks of Markdown's
headings and blank lines between blocks are not shown.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from pincite.readers.markdown import headings
from pincite.types import Document, Heading, Spot

_MARKS = re.compile(r"#{1,6}[ \t]+")
_LONGEST = 300
"""Characters of a heading; a longer line is none."""

Range = tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """Characters that are drawn alike. ``anchor``: here the page is opened."""

    text: str
    marked: bool = False
    around: bool = False
    anchor: bool = False


@dataclass(frozen=True)
class Block:
    """A label of a page, a heading or text."""

    kind: Literal["page", "heading", "text"]
    pieces: tuple[Piece, ...]


def titles(document: Document, text: str, known: Sequence[Heading] = ()) -> set[int]:
    """Where headings begin in ``text``: those that its reader found, and in Markdown all, its title's too."""
    found = {heading.start for heading in known}
    marked = any(text.startswith("#", start) for start in found)
    if marked or _suffix(document) in {".md", ".markdown"}:
        found |= {heading.start for heading in headings(text)}
    return found


def _suffix(document: Document) -> str:
    try:
        return PurePosixPath(document.file or unquote(urlsplit(document.url).path)).suffix.lower()
    except ValueError:
        return ""


def blocks(
    text: str,
    shown: Range,
    passage: Range,
    marks: Sequence[Range],
    *,
    anchor: Range | None = None,
    titles: Collection[int] = (),
    pages: Sequence[Spot] = (),
) -> list[Block]:
    """The ``shown`` characters of ``text``; those outside the ``passage`` stand around it. ``marks`` ascend and don't
    overlap; the first piece of the one that is the ``anchor`` has the anchor."""
    low, high = shown
    labels = {max(low, spot.start): spot.label for spot in pages if spot.start < high}
    lines = {start: _end(text, start) for start in titles if low <= start < high}
    lines = {start: min(end, high) for start, end in lines.items() if end - start <= _LONGEST}
    cuts = sorted({low, high, *labels, *lines, *lines.values()})
    found: list[Block] = []
    for begin, end in pairwise(cuts):
        if begin in labels:
            found.append(Block("page", (Piece(labels[begin]),)))
        heading = begin in lines
        if heading and (sign := _MARKS.match(text, begin, end)):
            begin = sign.end()
        begin, end = _trimmed(text, begin, end)
        if begin < end:
            pieces = tuple(_pieces(text, (begin, end), passage, marks, anchor))
            anchor = None if any(piece.anchor for piece in pieces) else anchor
            found.append(Block("heading" if heading else "text", pieces))
    return found


def _end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _trimmed(text: str, begin: int, end: int) -> Range:
    """Without the lines that are blank at its ends."""
    inner = text[begin:end]
    left = len(inner) - len(inner.lstrip("\n"))
    return begin + left, max(begin + left, begin + len(inner.rstrip("\n ")))


def _pieces(text: str, part: Range, passage: Range, marks: Sequence[Range], anchor: Range | None) -> Iterator[Piece]:
    edges = {edge for pair in (passage, *marks) for edge in pair if part[0] < edge < part[1]}
    for begin, end in pairwise(sorted({*part, *edges})):
        marked = any(start <= begin and end <= stop for start, stop in marks)
        here = marked and anchor is not None and anchor[0] <= begin < anchor[1]
        anchor = None if here else anchor
        yield Piece(text[begin:end], marked, around=not passage[0] <= begin < passage[1], anchor=here)
