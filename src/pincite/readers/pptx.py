"""What do slides say? Titles, lists, tables and the speaker's notes, slide after slide in the order of the show."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from pincite.readers import rows
from pincite.readers.archive import Archive, attribute, core_title, local, opened
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _read(file: File) -> Iterator[Original]:
    with opened(file) as archive:
        name = archive.related("").get("officeDocument", "")
        if not archive.has(name):
            raise file.unreadable("it is no PowerPoint file", "check its ending")
        related = archive.related(name)
        draft = Draft()
        title = ""
        order = [related.get(each.get(_RELATION) or "", "") for each in archive.xml(name).iter("{*}sldId")]
        for number, slide in enumerate(filter(archive.has, order), 1):
            draft.spot(f"slide {number}", number)
            headed = _slide(draft, archive, slide)
            # Most shows have no other title than that of their first slide, and the later slides need one.
            title = title or (headed if number == 1 else "")
        yield draft.original(file, title=core_title(archive) or title, empty="text in pictures is not read from slides")


def _slide(draft: Draft, archive: Archive, name: str) -> str:
    """Its title, empty where it has none."""
    headed = ""
    tree = archive.xml(name)
    shapes = list(tree.iter("{*}sp", "{*}tbl"))
    for shape in sorted(shapes, key=lambda each: _kind(each) not in _TITLES):
        if _kind(shape) in _TITLES:
            title = " ".join(_paragraphs(shape))
            headed = headed or title
            draft.heading(1, title)
        elif local(shape) == "tbl":
            table = [
                [" ".join(_paragraphs(cell)) for cell in row.iterchildren("{*}tc")]
                for row in shape.iterchildren("{*}tr")
            ]
            for text in rows.told(table):
                draft.block(text)
        elif _kind(shape) not in _FURNITURE:
            for text in _paragraphs(shape):
                draft.block(text)
    notes = archive.related(name).get("notesSlide", "")
    if archive.has(notes):
        for shape in archive.xml(notes).iter("{*}sp"):
            if _kind(shape) == "body":
                for text in _paragraphs(shape):
                    draft.block(text)
    return headed


def _kind(shape: etree._Element) -> str:
    """Which placeholder it is; ``body`` for one that does not say."""
    if local(shape) != "sp":
        return ""
    holder = next(shape.iter("{*}ph"), None)
    return "" if holder is None else attribute(holder, "type") or "body"


def _paragraphs(element: etree._Element) -> Iterator[str]:
    for paragraph in element.iter("{*}p"):
        parts = [(each.text or "") if local(each) == "t" else " " for each in paragraph.iter("{*}t", "{*}br")]
        if text := "".join(parts).strip():
            yield text


READER = Reader(frozenset({".pptx", ".pptm", ".ppsx"}), _read)
