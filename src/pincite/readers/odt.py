"""What does an OpenDocument text or presentation say? Its headings, paragraphs and tables, by page or slide.

A note or a comment stands behind the paragraph that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pincite.readers import rows
from pincite.readers.archive import attribute, local, opened
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

_ASIDE = frozenset({"tracked-changes", "forms", "sequence-decls", "notes"})
_NOTES = frozenset({"note", "annotation"})


def _read(file: File) -> Iterator[Original]:
    with opened(file) as archive:
        draft = Draft()
        root = archive.xml("content.xml")
        walk = _Walk(draft)
        if next(root.iter("{*}soft-page-break"), None) is not None:
            draft.spot("page 1", 1)
        for body in root.iterchildren("{*}body"):
            walk.blocks(body)
        title = ""
        if archive.has("meta.xml"):
            title = next((each.text or "" for each in archive.xml("meta.xml").iter("{*}title")), "")
        yield draft.original(file, title=title)


class _Walk:
    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._page = 1
        self._slide = 0
        self._noted: list[str] = []
        self._held: int | None = None
        """Pages that ended in the row that is being read; ``None`` outside of tables."""

    def blocks(self, parent: etree._Element) -> None:
        for element in parent:
            name = local(element)
            if name == "page":
                self._slide += 1
                self._draft.spot(f"slide {self._slide}", self._slide)
            if name == "h":
                self._draft.heading(int(attribute(element, "outline-level") or 1), self._text(element))
                self._put_notes()
            elif name == "p":
                self._draft.block(self._text(element))
                self._put_notes()
            elif name == "table":
                self._table(element)
            elif name == "soft-page-break":
                self._turn()
            elif name and name not in _ASIDE:
                self.blocks(element)

    def _table(self, table: etree._Element) -> None:
        """Its rows, when all are known; a page that ends in one ends with it."""
        told: list[list[str]] = []
        turns: list[int] = []
        for row in table.iter("{*}table-row"):
            if next(row.iterancestors("{*}table")) is table:
                self._held = 0
                told.append([" ".join(self._text(cell).split()) for cell in row.iterchildren("{*}table-cell")])
                turns.append(self._held)
        self._held = None
        for text, pages in zip(rows.told(told), turns, strict=True):
            for _ in range(pages):
                self._turn()
            self._draft.block(text)
        self._put_notes()

    def _put_notes(self) -> None:
        for note in self._noted:
            self._draft.block(note)
        self._noted.clear()

    def _note(self, element: etree._Element) -> str:
        said = "\n".join(filter(None, (self._text(each).strip() for each in element.iter("{*}p"))))
        author = next((each.text for each in element.iterchildren("{*}creator")), "")
        return f"Comment by {author}: {said}" if author and said else said

    def _turn(self) -> None:
        if self._held is not None:
            self._held += 1
            return
        self._page += 1
        self._draft.spot(f"page {self._page}", self._page)

    def _text(self, element: etree._Element) -> str:
        """A page that ends inside a paragraph ends with it."""
        parts: list[str] = []
        walk = etree.iterwalk(element, events=("start", "end"))
        for event, each in walk:
            if event == "start":
                if local(each) in _ASIDE or local(each) in _NOTES:
                    walk.skip_subtree()  # its end comes next, and with it the text behind
                    if local(each) in _NOTES:
                        self._noted.append(self._note(each))
                    continue
                match local(each):
                    case "s" | "tab":
                        parts.append(" ")
                    case "line-break":
                        parts.append("\n")
                    case "p" | "h" if each is not element:
                        parts.append("\n")
                    case "soft-page-break":
                        self._turn()
                if isinstance(each.tag, str):
                    parts.append(each.text or "")
            elif each is not element:
                parts.append(each.tail or "")
        return "".join(parts)


READER = Reader(frozenset({".odt", ".odp", ".ott"}), _read)
