"""What does a Jupyter notebook say? Its cells in their order: Markdown, code, and what running it printed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pincite.readers.draft import fenced
from pincite.readers.file import File, Reader
from pincite.readers.markdown import headings, plain
from pincite.text import languages
from pincite.types import Document, Original, Spot

_PRINTED = 2_000
"""Characters of what a cell has printed; the rest is a table or a log."""


def _read(file: File) -> Iterator[Original]:
    try:
        book = json.loads(file.text().removeprefix("\ufeff"))
        cells = [cell for cell in book["cells"] if isinstance(cell, dict)]
    except (ValueError, TypeError, KeyError) as error:
        raise file.unreadable(f"it is no notebook: {error}", "save it again in Jupyter, as notebook format 4") from None
    language = str(book.get("metadata", {}).get("kernelspec", {}).get("language", ""))
    text, spots = "", []
    for number, cell in enumerate(cells, 1):
        if said := "\n\n".join(filter(None, _cell(cell, language))):
            text += "\n\n" if text else ""
            spots.append(Spot(start=len(text), label=f"cell {number}"))
            text += said
    if not text:
        raise file.unreadable("it holds no text", "only what has text can be indexed")
    found = headings(text)
    yield Original(
        document=Document(
            url=file.url,
            title=next((heading.title for heading in found if heading.level == 1), file.title),
            published=file.day,
            lang=languages.detect("\n".join(_source(one) for one in cells if one.get("cell_type") == "markdown")),
            collection=file.collection,
        ),
        text=text,
        headings=found,
        spots=tuple(spots),
    )


def _cell(cell: Mapping[str, Any], language: str) -> Iterator[str]:
    source = _source(cell).strip("\n").rstrip()
    if cell.get("cell_type") == "code":
        yield fenced(source, language) if source else ""
        for output in cell.get("outputs") or []:
            yield fenced(printed) if (printed := _printed(output)) else ""
    else:
        yield plain(source).strip()


def _source(cell: Mapping[str, Any]) -> str:
    return _joined(cell.get("source"))


def _printed(output: Any) -> str:
    if not isinstance(output, dict):
        return ""
    data = output.get("data")
    said = _joined(output.get("text") or (data.get("text/plain") if isinstance(data, dict) else ""))
    return said.strip("\n").rstrip()[:_PRINTED]


def _joined(lines: object) -> str:
    """A text of the format: a string, or its lines."""
    return "".join(map(str, lines)) if isinstance(lines, list) else lines if isinstance(lines, str) else ""


READER = Reader(frozenset({".ipynb"}), _read)
