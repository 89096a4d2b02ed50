"""What does a table say? A row a block, each cell with the name of its column, so that a row can stand alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from pincite.readers.draft import Draft

_WIDEST = 200
"""Columns named; a row with more is read without names, as what it is: a matrix."""
_NAME = 80
"""Characters of a column's name at the most; more is no name."""
_LOOKED_AT = 30


def put(draft: Draft, rows: Iterable[tuple[int, Sequence[str]]], where: str = "") -> None:
    """``rows`` are (number in the file, cells); ``where`` stands before ``row N`` in the label.

    The first row with more than one cell names the columns if it is all short words, none twice, over something
    that is not all the same kind: at least one number below.
    """
    names: Sequence[str] | None = None
    iterator = iter(rows)
    first = [(number, cells) for number, cells in islice(iterator, _LOOKED_AT) if any(cells)]
    for place, (number, cells) in enumerate(first):
        if _names(cells, [below for _, below in first[place + 1 :]]):
            names = cells
            first = [*first[:place], *first[place + 1 :]]
            draft.spot(f"{where}row {number}")
            draft.block(" | ".join(filter(None, cells)))
            break
        if len([cell for cell in cells if cell]) > 1:
            break
    for number, cells in chain(first, iterator):
        draft.spot(f"{where}row {number}")
        draft.block(said(cells, names))


def told(table: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows of a table that stands in a text, as ``put`` tells them; one that says nothing is empty.

    Two columns may hold a name and its value in every row, the first one too: only numbers all the way down make that
    one a head. A row with merged cells is told without names, rather than with those of other columns.
    """
    places = [place for place, cells in enumerate(table) if any(cells)]
    head = table[places[0]] if places else ()
    below = [table[place] for place in places[1:]]
    counted = all(_digits(cells[-1]) for cells in below if cells)
    names = head if _names(head, below) and (len(head) > 2 or counted) else None
    for cells in table:
        yield said(cells, names if cells is not head and names and len(cells) == len(names) else None)


def heads(table: Sequence[Sequence[str]]) -> bool:
    """Does the first row of a table that stands in a text name the columns?"""
    return bool(table) and _names(table[0], table[1:])


def _names(cells: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    said = [cell for cell in cells if cell]
    if len(said) < 2 or len(cells) > _WIDEST or len(set(said)) < len(said) or not below:
        return False
    if any(len(cell) > _NAME or _is_number(cell) or cell.endswith(":") for cell in said):
        return False
    return len(said) >= max(len([cell for cell in row if cell]) for row in below)


def _digits(cell: str) -> bool:
    return any(letter.isdigit() for letter in cell)


def _is_number(cell: str) -> bool:
    return _digits(cell) and not any(letter.isalpha() for letter in cell)


def said(cells: Sequence[str], names: Sequence[str] | None) -> str:
    """``name: cell; name: cell``; without names only the cells. A label with its colon goes on in what it names."""
    if names is None or len(cells) > len(names):
        return " | ".join(filter(None, cells)).replace(": | ", ": ")
    named = (f"{name}: {cell}" if name else cell for name, cell in zip(names, cells, strict=False) if cell)
    return "; ".join(named)
