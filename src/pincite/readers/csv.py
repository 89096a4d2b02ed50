"""What does a file of comma-separated values say? A row a block, each cell with the name of its column."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice

from pincite.readers import rows
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

_SNIFFED = 16_384
_FIELD = 1 << 20
_SEPARATORS = ",;\t|"


def _read(file: File) -> Iterator[Original]:
    text = file.text().removeprefix("\ufeff")
    csv.field_size_limit(_FIELD)
    draft = Draft()
    rows.put(draft, _rows(file, text))
    yield draft.original(file)


def _rows(file: File, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows by the number of the line that they begin on, from 1."""
    reader = csv.reader(_lines(text), delimiter=_separator(file, text))
    begun = 1
    try:
        for cells in reader:
            yield begun, [" ".join(cell.split()) for cell in cells]
            begun = reader.line_num + 1
    except csv.Error as error:
        raise file.unreadable(f"it is no table: {error}", "check the quotes", reader.line_num) from None


def _lines(text: str) -> Iterable[str]:
    """As the format has them, ends included: other marks that could end a line may stand in a cell."""
    return StringIO(text, newline="")


def _separator(file: File, text: str) -> str:
    """The one that cuts most of the first lines into the same number of cells, more than one."""
    if file.path.suffix.lower() == ".tsv":
        return "\t"
    first = list(islice(_lines(text[:_SNIFFED]), 20))
    return max(_SEPARATORS, key=lambda mark: _agreeing(first, mark))


def _agreeing(lines: list[str], mark: str) -> int:
    """How many of the lines it cuts into the same number of cells, more than one."""
    widths = [len(row) for row in csv.reader(lines, delimiter=mark)]
    return max((widths.count(width) for width in set(widths) if width > 1), default=0)


READER = Reader(frozenset({".csv", ".tsv"}), _read)
