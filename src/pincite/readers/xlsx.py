"""What does a workbook say? Sheet after sheet, a row a block, each cell with the name of its column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from pincite.readers import rows
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original


def _read(file: File) -> Iterator[Original]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(file.bytes()))
    except PasswordError:
        raise file.unreadable("it is protected by a password", "save it without one") from None
    except CalamineError as error:
        raise file.unreadable(f"it is broken or no workbook: {error}", "fetch or save it again") from None
    draft = Draft()
    try:
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            draft.heading(1, name)
            rows.put(draft, _rows(sheet.iter_rows()), f"sheet {name}, ")
    except CalamineError as error:
        raise file.unreadable(f"it is broken: {error}", "save it again with the program that made it") from None
    yield draft.original(file, empty="its sheets are empty, or hold pictures only")


def _rows(cells: Iterable[Sequence[object]]) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(cells, 1):
        yield number, [_cell(value) for value in row]


def _cell(value: object) -> str:
    """As a person reads it: 3 and not 3.0, a day without its midnight."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 10))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
        case _:
            return " ".join(str(value).split())


READER = Reader(frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}), _read)
