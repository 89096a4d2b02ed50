"""What does a Word file say? Its paragraphs with their numbers, tables, notes and comments; pages are where Word last
broke them.

A note or a comment stands behind the paragraph that it belongs to. Text that was deleted under change tracking is not
read, text that was inserted is; moved text stands where it went.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from pincite.readers import rows
from pincite.readers.archive import Archive, attribute, core_title, local, opened
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.readers.numbering import Numbering
from pincite.types import Original

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_TWINS = frozenset({"Fallback", "moveFrom"})
_PART = re.compile(r"word/document\d*\.xml")


class _Body:
    """Walks a part's blocks in order, and counts pages."""

    def __init__(
        self, draft: Draft, levels: dict[str, int], numbering: Numbering, notes: _Notes, *, paged: bool
    ) -> None:
        self._draft = draft
        self._levels = levels
        self._numbering = numbering
        self._notes = notes
        self._noted: list[str] = []
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
                case "sdt" | "sdtContent" | "ins" | "moveTo" | "customXml" | "smartTag":
                    self.blocks(element)

    def _paragraph(self, paragraph: etree._Element) -> None:
        text = self._text(paragraph)
        self._tell()
        number = self._number(paragraph)
        level = self._level(paragraph)
        if level and text.strip():
            self._draft.heading(level, f"{number} {text}".removeprefix("- "))
        elif text.strip():
            self._draft.block(f"{number} {text}")
        self._put_notes()

    def _number(self, paragraph: etree._Element) -> str:
        """Empty paragraphs are counted, too; one that was deleted under change tracking is none."""
        deleted = (each for marks in paragraph.iterchildren("{*}pPr") for each in marks.iterfind("{*}rPr/{*}del"))
        return "" if next(deleted, None) is not None else self._numbering.of(paragraph)

    def _put_notes(self) -> None:
        for note in self._noted:
            self._draft.block(note)
        self._noted.clear()

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
                case "footnoteReference" | "endnoteReference" | "commentReference" as kind:
                    self._noted += self._notes.take(kind.removesuffix("Reference"), attribute(element, "id"))
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
                inner = [f"{self._number(each)} {self._text(each)}".strip() for each in cell.iter("{*}p")]
                cells.append(" ".join(" ".join(filter(None, inner)).split()))
            table_rows.append(cells)
            pages.append(self._page)
        for page, text in zip(pages, rows.told(table_rows), strict=True):
            self._page = page
            self._tell()
            self._draft.block(text)
        self._put_notes()


class _Notes:
    """Footnotes, endnotes and comments, each told once: where the text refers to it."""

    def __init__(self, archive: Archive, related: Mapping[str, str]) -> None:
        self._told: dict[tuple[str, str], str] = {}
        for kind in ("footnote", "endnote", "comment"):
            name = related.get(f"{kind}s", "")
            for each in archive.xml(name).iter(f"{{*}}{kind}") if archive.has(name) else ():
                said = "\n".join(filter(None, map(_plain, each.iter("{*}p"))))
                author = attribute(each, "author") if kind == "comment" else ""
                self._told[kind, attribute(each, "id")] = f"Comment by {author}: {said}" if author and said else said

    def take(self, kind: str, number: str) -> list[str]:
        return [said] if (said := self._told.pop((kind, number), "")) else []

    def rest(self) -> list[str]:
        """Those that nothing refers to."""
        return list(self._told.values())


def _plain(paragraph: etree._Element) -> str:
    said = (each for each in paragraph.iter("{*}t", "{*}tab", "{*}br") if not _stands_twice(each))
    return "".join((each.text or "") if local(each) == "t" else " " for each in said).strip()


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
        notes = _Notes(archive, related)
        for body in root.iterchildren("{*}body"):
            numbering = Numbering(archive, related.get("numbering", ""), related.get("styles", ""))
            _Body(draft, levels, numbering, notes, paged=paged).blocks(body)
        for note in notes.rest():
            draft.block(note)
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
