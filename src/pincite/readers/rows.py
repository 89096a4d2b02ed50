"""What does a table say? A row a block, each cell with the name of its column, so that a row can stand alone."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile

from pincite.readers.draft import Draft

_WIDEST = 200
"""Columns named; a row with more is read without names, as what it is: a matrix."""
_NAME = 80
"""Characters of a column's name at the most; more is no name."""
_LOOKED_AT = 30
_TIME = re.compile(
    r"(?:19|20)\d\d(?:[-/.](?:\d\d?|Q[1-4])(?:[-/.]\d\d?)?)?|\d\d?[-/.]\d\d?[-/.](?:(?:19|20)\d\d)?", re.IGNORECASE
)
"""A year, a month or a day, which may name a column as no other number does."""
Row = tuple[int, Sequence[str]]
"""Its number in the file, and its cells."""


def put(draft: Draft, rows: Iterable[Row], where: str = "") -> None:
    """``rows`` are (number in the file, cells); ``where`` stands before ``row N`` in the label.

    The first row with more than one cell names the columns if it is all short words or dates, none twice, and as wide
    as what is below. What stands above a table (a title, who made it) is no row of it, and below an empty row another
    table may begin, with names of its own.
    """
    names: Sequence[str] | None = None
    ahead = _Ahead(rows)
    while block := ahead.block():
        found = _head(block, ahead.beyond(block), again=names is not None)
        if found is None and len(block) == 1 and not any(map(_is_number, block[0][1])):
            names = None  # words alone between empty rows: a note, a legend
        for place, (number, cells) in enumerate(ahead.take()):
            names = cells if place == found else names
            draft.spot(f"{where}row {number}")
            at_head = found is not None and place <= found
            draft.block(" | ".join(filter(None, cells)) if at_head else said(cells, names))


class _Ahead:
    """Rows, of which the next ones can be looked at before they are taken."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = iter(rows)
        self._seen: deque[Row] = deque()

    def block(self) -> list[Row]:
        """The next rows up to an empty one, at most as many as are looked at; none at the end."""
        while self._fill(1) and not any(self._seen[0][1]):
            self._seen.popleft()
        self._fill(_LOOKED_AT)
        return list(takewhile(_is_filled, self._seen))

    def beyond(self, block: Sequence[Row]) -> list[Row]:
        """Rows below the empty one that ends the block, as far as can be seen."""
        return [row for row in islice(self._seen, len(block), None) if any(row[1])]

    def take(self) -> Iterator[Row]:
        """The next rows up to an empty one, however many."""
        while self._fill(1) and any(self._seen[0][1]):
            yield self._seen.popleft()

    def _fill(self, count: int) -> bool:
        self._seen.extend(islice(self._rows, max(0, count - len(self._seen))))
        return bool(self._seen)


def _is_filled(row: Row) -> bool:
    return any(row[1])


def _head(block: Sequence[Row], beyond: Sequence[Row], *, again: bool) -> int | None:
    """The place of the row that names the columns of a block; a row alone may name those of what is ``beyond``.

    Two columns may be names and values, unless they are all that there is; and if there are names already, only what
    stands above numbers are others (``again``).
    """
    alone = not again and (not beyond or len(block) == 1)
    for place, (_, cells) in enumerate(block):
        below = [each for _, each in (block[place + 1 :] if len(block) > 1 else beyond)]
        width = len([cell for cell in cells if cell])
        if _names(cells, below) and (_over_numbers(cells, below) or (not again and (width > 2 or alone))):
            return place
        if width > 2:
            return None
    return None


def _over_numbers(head: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Does one of its names stand above nothing but numbers?"""
    words = [at for at in range(1, len(head)) if _is_word(head[at])]
    columns = ([cells[at] for cells in below if at < len(cells) and cells[at]] for at in words)
    return any(column and all(map(_is_number, column)) for column in columns)


def told(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows of a table that stands in a text, as ``put`` tells them; one that says nothing is empty.

    Two columns may hold a name and its value in every row, the first one too: only numbers all the way down make that
    one a head. A row with merged cells is told without names, rather than with those of other columns.
    """
    places = [place for place, cells in enumerate(table) if any(cells)]
    head = table[places[0]] if places else ()
    below = [table[place] for place in places[1:]]
    counted = _is_word(head[-1] if head else "") and all(_digits(cells[-1]) for cells in below if cells)
    names = head if _names(head, below) and (len(head) > 2 or counted) else None
    for cells in table:
        yield said(cells, names if cells is not head and names and len(cells) == len(names) else None)


def heads(table: Sequence[Sequence[str]]) -> bool:
    """Does the first row of a table that stands in a text name the columns?"""
    return bool(table) and _names(table[0], table[1:])


def _names(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """The first cell may be empty, above names of rows; days and years name columns that hold something else."""
    said = [cell for cell in cells if cell]
    if len(said) < 2 or len(cells) > _WIDEST or len(set(said)) < len(said) or not below:
        return False
    if any(len(cell) > _NAME or cell.endswith(":") for cell in said):
        return False
    times = {at for at, cell in enumerate(cells) if _TIME.fullmatch(cell)}
    if 0 in times or any(_is_number(cell) for at, cell in enumerate(cells) if at not in times):
        return False
    if any(_TIME.fullmatch(row[at]) for row in below for at in times if at < len(row)):
        return False
    return len(said) + (not cells[0]) >= max(len([cell for cell in row if cell]) for row in below)


def _digits(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell)


def _is_word(cell: str) -> bool:
    """May it name numbers? *T-5581* is a value like those below."""
    return not _digits(cell) or _TIME.fullmatch(cell) is not None


def _is_number(cell: str) -> bool:
    return _digits(cell) and not any(letter.isalpha() for letter in cell)


def said(cells: Sequence[str], names: Sequence[str] | None) -> str:
    """``name: cell; name: cell``; without names only the cells. A label with its colon goes on in what it names."""
    if names is None or len(cells) > len(names):
        return " | ".join(filter(None, cells)).replace(": | ", ": ")
    named = (f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell)
    return "; ".join(named)
