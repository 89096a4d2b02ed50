"""What does an OpenDocument text or presentation say? Its headings, paragraphs and tables, by page or slide."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pincite.readers.archive import attribute, local, opened
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

_ASIDE = frozenset({"tracked-changes", "annotation", "forms", "sequence-decls", "notes"})


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

    def blocks(self, parent: etree._Element) -> None:
        for element in parent:
            name = local(element)
            if name == "page":
                self._slide += 1
                self._draft.spot(f"slide {self._slide}", self._slide)
            if name == "h":
                self._draft.heading(int(attribute(element, "outline-level") or 1), self._text(element))
            elif name == "p":
                self._draft.block(self._text(element))
            elif name == "table-row":
                cells = [" ".join(self._text(cell).split()) for cell in element]
                self._draft.block(" | ".join(filter(None, cells)))
            elif name == "soft-page-break":
                self._turn()
            elif name and name not in _ASIDE:
                self.blocks(element)

    def _turn(self) -> None:
        self._page += 1
        self._draft.spot(f"page {self._page}", self._page)

    def _text(self, element: etree._Element) -> str:
        """A page that ends inside a paragraph ends with it."""
        parts: list[str] = []
        for event, each in etree.iterwalk(element, events=("start", "end")):
            if event == "start":
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
