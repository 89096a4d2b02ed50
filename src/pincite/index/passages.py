"""Where does one passage end and the next begin? Whole sentences, up to a heading, of about the same length.

A section is cut into as many passages as its words ask for, all of about equal size, so that there is no tail of
three words. Heading lines are the path above a passage, not its text, unless a section holds nothing else.
``original.text[start:end] == passage.text`` for every passage.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from pincite.text import sentences
from pincite.types import Heading, Original, Passage, Spot

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\uac00-\ud7a3]{1,2}|\w{1,24}")
"""What counts as a word: two characters of a script without spaces; of a string without end, 24 characters."""
_LINE = re.compile(r"[^\n]+")
_LONGEST = 3
"""A sentence of more than this many passages' words (a table, a log) is cut all the same: into its lines, or words."""


class Section(NamedTuple):
    """Text between two headings, and the titles above it."""

    start: int
    end: int
    path: tuple[str, ...]


def passages(original: Original, words: int) -> list[Passage]:
    """The passages of an original, in order, none overlapping, each of about ``words`` words."""
    found: list[Passage] = []
    for section in sections(original):
        spans = _sentences(original.text, section, words)
        found += [_passage(original, start, end, section.path) for start, end in _groups(original.text, spans, words)]
    return found


def passage_id(document_id: str, start: int, text: str) -> str:
    """The same passage of the same document has the same id, however often it is indexed."""
    return sha256(f"{document_id}\n{start}\n{text}".encode()).hexdigest()[:24]


def content_hash(original: Original, words: int) -> bytes:
    """Equal for two originals that make the same passages and links."""
    # Without links or spots it is what it was before there were any: an old index finds its documents unchanged.
    without = {name for name in ("links", "spots") if not getattr(original, name)}
    return sha256(f"{words}\n{original.model_dump_json(exclude=without)}".encode()).digest()


def _passage(original: Original, start: int, end: int, path: tuple[str, ...]) -> Passage:
    text = original.text[start:end]
    spots = _spots(original.spots, start, end)
    return Passage(
        id=passage_id(original.document.id, start, text),
        document=original.document,
        headings=path,
        text=text,
        start=start,
        end=end,
        page=spots[0].page if spots else None,
        spots=spots,
    )


def _spots(spots: Sequence[Spot], start: int, end: int) -> tuple[Spot, ...]:
    """Those of a piece of the text, counted from its beginning."""
    first = max(0, bisect_right(spots, start, key=_start) - 1)
    last = bisect_left(spots, end, key=_start)
    return tuple(spot.model_copy(update={"start": max(0, spot.start - start)}) for spot in spots[first:last])


def _start(spot: Spot) -> int:
    return spot.start


def sections(original: Original) -> Iterator[Section]:
    """Sections with text. A heading with nothing below it is its own section, so that it can be found."""
    text = original.text
    headings = sorted((h for h in original.headings if h.start <= len(text)), key=lambda h: h.start)
    first = headings[0].start if headings else len(text)
    if text[:first].strip():
        yield Section(0, first, ())
    path: list[Heading] = []
    for number, heading in enumerate(headings):
        following = headings[number + 1] if number + 1 < len(headings) else None
        end = following.start if following else len(text)
        line = text.find("\n", heading.start, end)
        body = end if line < 0 else line
        above = [each for each in path if each.level < heading.level]
        path = [*above, heading]
        titles = tuple(each.title for each in path)
        if text[body:end].strip():
            yield Section(body, end, titles)
        elif (following is None or following.level <= heading.level) and text[heading.start : body].strip():
            yield Section(heading.start, body, titles[:-1])


def count(text: str) -> int:
    """How long a text is, in words."""
    return sum(1 for _ in _WORD.finditer(text))


def _sentences(text: str, section: Section, words: int) -> list[tuple[int, int]]:
    part = text[section.start : section.end]
    spans: list[tuple[int, int]] = []
    for start, end in sentences.split(part):
        spans += _pieces(text, section.start + start, section.start + end, words * _LONGEST)
    return spans


def _pieces(text: str, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """The span, or where it is longer than anyone reads its lines, or pieces of them that end between words."""
    if end - start <= most or count(text[start:end]) <= most:
        yield start, end
        return
    for line in _LINE.finditer(text, start, end):
        begin = line.start()
        for number, match in enumerate(_WORD.finditer(text, *line.span()), 1):
            if number % most == 0:
                yield from _stripped(text, begin, match.end())
                begin = match.end()
        yield from _stripped(text, begin, line.end())


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = end - (len(piece) - len(piece.rstrip()))
    if left < right:
        yield left, right


def _groups(text: str, spans: list[tuple[int, int]], words: int) -> Iterator[tuple[int, int]]:
    """Neighbouring sentences joined to passages of about equal length."""
    sizes = [count(text[start:end]) for start, end in spans]
    total = sum(sizes)
    goal = max(1.0, total / max(1, round(total / words)))
    first, done, cut = 0, 0, goal
    for number, size in enumerate(sizes):
        done += size
        last = number + 1 == len(sizes)
        # Cut where the next sentence would carry the passage further beyond its goal than it is short of it now.
        if last or (done + sizes[number + 1] / 2 > cut and done > 0):
            yield spans[first][0], spans[number][1]
            first = number + 1
            cut += goal
            while cut <= done:
                cut += goal
