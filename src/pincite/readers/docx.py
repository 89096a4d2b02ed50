"""What does a Word file say? Its paragraphs, lists, tables and notes; pages are where Word last broke them.

Text that was deleted under change tracking is not read, text that was inserted is; moved text stands where it went.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from pincite.readers import rows
from pincite.readers.archive import Archive, attribute, core_title, local, opened
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_TWINS = frozenset({"Fallback", "moveFrom"})
_PART = re.compile(r"word/document\d*\.xml")


class _Body:
    """Walks a part's blocks in order, and counts pages."""

    def __init__(self, draft: Draft, levels: dict[str, int], *, paged: bool) -> None:
        self._draft = draft
        self._levels = levels
        self._page = 1
        self._paged = paged
        self._told = 0

    def blocks(self, parent: etree._Element) -> None:
        for element in parent:
            match local(element):
                case "p":
                    self._paragraph(element)
                case "tbl":
                    self._table(element)
                case "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "smartTag" | "footnote" | "endnote":
                    self.blocks(element)

    def _paragraph(self, paragraph: etree._Element) -> None:
        text = self._text(paragraph)
        self._tell()
        level = self._level(paragraph)
        if level:
            self._draft.heading(level, text)
        else:
            numbered = any(local(each) == "numPr" for each in paragraph.iterchildren("{*}pPr") for each in each)
            self._draft.block(f"- {text}" if numbered and text.strip() else text)

    def _tell(self) -> None:
        if self._paged and self._told != self._page:
            self._told = self._page
            self._draft.spot(f"page {self._page}", self._page)

    def _level(self, paragraph: etree._Element) -> int:
        for properties in paragraph.iterchildren("{*}pPr"):
            for each in properties:
                if local(each) == "pStyle":
                    return self._levels.get(attribute(each, "val"), 0)
        return 0

    def _text(self, paragraph: etree._Element) -> str:
        """A page break inside counts from the next paragraph on, unless nothing stands before it."""
        parts: list[str] = []
        breaks = 0
        for element in paragraph.iter():
            match local(element):
                case "t" if not _stands_twice(element):
                    parts.append(element.text or "")
                case "tab":
                    parts.append(" ")
                case "br" | "cr" if attribute(element, "type") != "page":
                    parts.append("\n")
                case "noBreakHyphen":
                    parts.append("-")
                case "p" if element is not paragraph:
                    parts.append("\n")
                case "br" | "lastRenderedPageBreak":
                    breaks += 1
                    if not "".join(parts).strip():
                        self._page += breaks
                        breaks = 0
        if breaks:
            self._tell_before(breaks)
        return "".join(parts)

    def _tell_before(self, breaks: int) -> None:
        self._tell()
        self._page += breaks

    def _table(self, table: etree._Element) -> None:
        table_rows: list[list[str]] = []
        pages: list[int] = []
        for row in table.iterchildren("{*}tr"):
            cells = []
            for cell in row.iterchildren("{*}tc"):
                inner = [self._text(each).strip() for each in cell.iter("{*}p")]
                cells.append(" ".join(" ".join(filter(None, inner)).split()))
            table_rows.append(cells)
            pages.append(self._page)
        for page, text in zip(pages, rows.told(table_rows), strict=True):
            self._page = page
            self._tell()
            self._draft.block(text)


def _stands_twice(element: etree._Element) -> bool:
    """Where something was moved from, or inside its second version, for programs that don't know the first."""
    return any(local(above) in _TWINS for above in element.iterancestors())


def _read(file: File) -> Iterator[Original]:
    with opened(file) as archive:
        name = archive.related("").get("officeDocument") or next(filter(_PART.fullmatch, archive.names()), "")
        if not archive.has(name):
            raise file.unreadable("it is no Word file", "check its ending")
        root = archive.xml(name)
        related = archive.related(name)
        draft = Draft()
        paged = next(root.iter("{*}lastRenderedPageBreak"), None) is not None or any(
            attribute(each, "type") == "page" for each in root.iter("{*}br")
        )
        levels = _levels(archive, related.get("styles", ""))
        for body in root.iterchildren("{*}body"):
            _Body(draft, levels, paged=paged).blocks(body)
        for kind in ("footnotes", "endnotes"):
            if archive.has(related.get(kind, "")):
                _Body(draft, {}, paged=False).blocks(archive.xml(related[kind]))
        yield draft.original(file, title=core_title(archive), empty="scanned pages have none; save it as PDF")


def _levels(archive: Archive, name: str) -> dict[str, int]:
    """Heading levels by the id of the style: ids are translated, the names of the built-in styles are not."""
    found: dict[str, int] = {}
    if not archive.has(name):
        return found
    for style in archive.xml(name).iter("{*}style"):
        named = "".join(attribute(each, "val") for each in style.iterchildren("{*}name"))
        if match := _HEADING.fullmatch(named):
            found[attribute(style, "styleId")] = int(match[1])
        elif named.lower() == "title":
            found[attribute(style, "styleId")] = 1
    return found


READER = Reader(frozenset({".docx", ".docm", ".dotx"}), _read)
