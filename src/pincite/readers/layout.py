"""Where do the words of a PDF page stand? Lines with their cells apart, and a blank line where a paragraph ends.

pdfium gives words in the order in which they were drawn, without the space between them. That space says what is a
table, a heading or a new paragraph, and which value was written beside which label of a form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from ctypes import byref
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pypdfium2 import PdfPage, PdfTextPage
from pypdfium2 import raw as pdfium

from pincite.readers.draft import blocks

CELL = "\t"
"""Stands between the cells of a line."""
_LINE = re.compile("[^\r\n\ufffe\u0002]+[\ufffe\u0002]?")
_WORD = re.compile(r"\S+")
_ITEM = re.compile(r"[•●▪◦‣–—*-]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)]|\d{1,3}(?:\.\d{1,3}){1,3}\.?")
"""What stands before an item with some space, and is no cell."""
_BROKEN = ("-", "\u2010", "\u00ad", "\ufffe", "\u0002")
"""What a line ends with whose last word goes on in the next one."""
_SURE, _LEAST = 2.0, 0.7
"""Heights of a line between two words that part two cells for sure, and that may."""
_WIDER = 2.0
"""Times the narrowest space of the line: what parts two cells is wider, in a line that is set wide nothing is."""
_USUAL = 0.35
"""Heights of a line between two words at the most, as they are set; on a page of tables there is more between most."""
_APART = 1.35
"""Times the usual step from line to line that ends a paragraph."""
_BIGGER = 1.12
"""Times the height of a line that makes the next one no part of its paragraph: a heading, small print."""
_STEP_RANK = 0.25
"""Of all steps from line to line on a page, the rank of the usual one: most lines of a form end a paragraph."""
_MARGIN = 0.12
"""Share of a page, at the top and at the foot, in which headers and footers stand."""


class Line(NamedTuple):
    """A line of a page; an empty one ends a paragraph."""

    text: str
    at_edge: bool = False
    """Where headers and footers stand."""


class _Word(NamedTuple):
    text: str
    left: float
    right: float
    bottom: float
    height: float


_Cells = Sequence[_Word]
"""A line's cells, each as one word."""


def laid_out(page: PdfPage, text_page: PdfTextPage, *, by_place: bool = False) -> list[Line]:
    """The page's lines with ``CELL`` between cells.

    ``by_place`` orders them from top to bottom whatever order they were drawn in, as a filled form needs it: its values
    are drawn behind all of its labels.
    """
    text = str(text_page.get_text_bounded())
    if text_page.count_chars() != len(text) or _alike(text_page.get_text_range()) != _alike(text):
        # Characters without a place, or beyond the Basic Multilingual Plane: nobody knows which box is whose.
        return unplaced(text)
    words = list(_placed(text_page, text))
    gaps = [gap / max(before.height, 1.0) for line in words for before, gap in zip(line, _gaps(line), strict=False)]
    usual = min(_USUAL, median(gaps or [_USUAL]))
    lines = [_celled(line, usual) for line in words if line]
    if by_place:
        lines = _ordered(cell for line in lines for cell in line)
    _, foot, _, top = page.get_bbox()
    low, high = foot + _MARGIN * (top - foot), top - _MARGIN * (top - foot)
    turned = page.get_rotation() % 180 != 0
    return [
        Line(CELL.join(cell.text for cell in line), turned or not low < line[0].bottom < high) if line else Line("")
        for line in _spaced(lines)
    ]


def unplaced(text: str) -> list[Line]:
    """Lines of which nobody knows where they stand, each a paragraph."""
    found = blocks([line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")])
    return [line for block in found for line in (Line(block, at_edge=True), Line(""))]


def _placed(text_page: PdfTextPage, text: str) -> Iterator[list[_Word]]:
    """The words of each line. One of a line that runs upwards has no height to speak of."""
    begun, ended, raw, box = pdfium.FS_RECTF(), pdfium.FS_RECTF(), text_page.raw, pdfium.FPDFText_GetLooseCharBox
    at_begun, at_ended = byref(begun), byref(ended)
    for line in _LINE.finditer(text):
        words = []
        for word in _WORD.finditer(text, *line.span()):
            box(raw, word.start(), at_begun)
            box(raw, word.end() - 1, at_ended)
            words.append(_Word(word[0], begun.left, ended.right, begun.bottom, begun.top - begun.bottom))
        yield words


def _alike(text: str) -> str:
    """The two marks by which pdfium tells that a word goes on in the next line are one."""
    return text.replace("\ufffe", "\u0002")


def _gaps(words: Sequence[_Word]) -> list[float]:
    """The space behind each word but the last one."""
    return [after.left - before.right for before, after in pairwise(words)]


def _height(before: _Word, after: _Word) -> float:
    return max(before.height, after.height, 1.0)


def _celled(words: Sequence[_Word], usual: float) -> _Cells:
    """``usual`` is the page's space between words, in heights of a line."""
    height = max(1.0, max(words, key=_high).height)
    gaps = _gaps(words)
    narrowest = min([gap for gap in gaps if gap > 0] or [0.0])
    if any(gap >= _SURE * height for gap in gaps):
        narrowest = min(narrowest, usual * height)
    least = min(_SURE * height, max(_LEAST * height, _WIDER * narrowest))
    begins = [
        place
        for place, gap in enumerate(gaps, 1)
        if gap >= least or (gap < -height and abs(words[place].bottom - words[place - 1].bottom) > height / 2)
    ]
    if begins and _ITEM.fullmatch(" ".join([word.text for word in words[: begins[0]]])):
        del begins[0]
    return [_joined(words[start:end]) for start, end in pairwise([0, *begins, len(words)])]


def _joined(words: Sequence[_Word]) -> _Word:
    """As high as the highest of them: a note's number that stands above the line is none."""
    highest = max(words, key=_high)
    text = " ".join([word.text for word in words])
    return _Word(text, words[0].left, words[-1].right, highest.bottom, highest.height)


def _high(word: _Word) -> float:
    return word.height


def _ordered(cells: Iterable[_Word]) -> list[_Cells]:
    lines: list[list[_Word]] = []
    for cell in sorted(cells, key=lambda one: -one.bottom):
        if lines and lines[-1][0].bottom - cell.bottom < cell.height / 2:
            lines[-1].append(cell)
        else:
            lines.append([cell])
    return [sorted(line, key=lambda one: one.left) for line in lines]


def _spaced(lines: Sequence[_Cells]) -> Iterator[_Cells]:
    """The lines, and an empty one where a paragraph ends."""
    steps = sorted(step for before, after in pairwise(lines) if (step := _step(before, after)) > 0)
    usual = steps[int(_STEP_RANK * (len(steps) - 1))] if steps else 0.0
    run: list[_Cells] = []
    for line in lines:
        if run:
            above = _step(run[-1], line) <= 0
            column = above and line[0].left >= max(each[-1].right for each in run)
            apart = not column and (above or _is_apart(run[-1], line, usual))
            if column or apart:
                yield from _ended(run, () if apart else line)
                yield from [()] if apart else []
                run = []
        run.append(line)
    if run:
        yield from _ended(run, ())


def _ended(run: Sequence[_Cells], following: _Cells) -> Iterator[_Cells]:
    """A run of lines below each other. Where the next line's first word would have gone into a line, that was the last
    one of its paragraph; where that is so of most, each is. ``following`` is at the top of the next column, or nothing.
    """
    full = max((line[-1].right for line in run), default=0.0)
    ends = [
        bool(after) and _fits(line[-1], after[0], full) for line, after in zip(run, [*run[1:], following], strict=True)
    ]
    most = len(run) > 2 and sum(ends) * 2 > len(run) - 1
    for line, after, end in zip(run, [*run[1:], following], ends, strict=True):
        yield line
        if end or (most and after and after is not following and not line[-1].text.endswith(_BROKEN)):
            yield ()


def _fits(last: _Word, first: _Word, full: float) -> bool:
    """Would the first word of the next line have gone behind the last one?"""
    if last.text.endswith(_BROKEN):
        return False
    word = (first.right - first.left) * len(first.text.partition(" ")[0]) / len(first.text)
    return last.right + word + first.height / 4 < full


def _step(before: _Cells, after: _Cells) -> float:
    """How far below a line the next one stands, in heights of the line; less than 0 at the top of a column."""
    return (before[0].bottom - after[0].bottom) / _height(before[0], after[0])


def _is_apart(before: _Cells, after: _Cells, usual: float) -> bool:
    low, high = sorted((before[0].height, after[0].height))
    in_table = max(len(before), len(after)) > 2 and len(before) != len(after)
    return in_table or high > _BIGGER * low or _step(before, after) > _APART * max(usual, 0.8)
