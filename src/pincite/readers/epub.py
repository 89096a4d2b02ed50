"""What does a book say? Its chapters, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pincite.readers import rows
from pincite.readers.archive import opened, resolved
from pincite.readers.draft import Draft
from pincite.readers.file import File, Reader
from pincite.types import Original

_BLOCKS = frozenset(
    "p div li dt dd blockquote pre figcaption caption section article aside header footer nav body td th".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SILENT = frozenset({"script", "style", "head", "nav", "template"})


def _read(file: File) -> Iterator[Original]:
    with opened(file) as archive:
        if not archive.has("META-INF/container.xml"):
            raise file.unreadable("it is no book", "check its ending")
        roots = archive.xml("META-INF/container.xml").iter("{*}rootfile")
        package = next((each.get("full-path") or "" for each in roots), "")
        root = archive.xml(package)
        items = {
            each.get("id") or "": resolved(package, each.get("href") or "")
            for each in root.iter("{*}item")
            if (each.get("media-type") or "") in {"application/xhtml+xml", "text/html"}
        }
        draft = Draft()
        for each in root.iter("{*}itemref"):
            if archive.has(name := items.get(each.get("idref") or "", "")):
                chapter(draft, archive.part(name))
        yield draft.original(file, title=next((each.text or "" for each in root.iter("{*}title")), ""))


def chapter(draft: Draft, html: bytes) -> None:
    """All of its text: a book has no menus and banners around it."""
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root: HtmlElement = document_fromstring(html, parser=parser)
    except (etree.ParserError, ValueError):  # an empty chapter
        return
    parts: list[str] = []

    def end() -> None:
        draft.block("".join(parts))
        parts.clear()

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _SILENT:
                walk.skip_subtree()  # its end comes next, and with it the text behind
                continue
            if tag in _HEADINGS or tag in _BLOCKS:
                end()
            if tag in {"table", "tr"} and (table := _table(element)):
                for row in rows.told(table):
                    draft.block(row)
                walk.skip_subtree()
                continue
            if tag in _HEADINGS:
                draft.heading(_HEADINGS[tag], " ".join(element.text_content().split()))
            elif not _is_heading(element):
                parts.append({"br": "\n", "li": "- "}.get(tag, "") + _flat(element.text))
            continue
        if tag in _BLOCKS:
            end()
        if not any(_is_heading(above) for above in element.iterancestors()):
            parts.append(_flat(element.tail))
    end()


def _table(element: etree._Element) -> list[list[str]]:
    """The rows of a table, or of one of its rows; none for one that only says where on a page things stand."""
    table = [list(row.iterchildren("td", "th")) for row in element.iter("tr")]
    inside = element.iterdescendants("table", "ul", "ol", *_HEADINGS)
    wide = sum(len(row) > 1 for row in table) >= (1 if element.tag == "tr" else 2)
    if (
        not wide
        or next(inside, None) is not None
        or any(len(list(cell.iter("p"))) > 1 for row in table for cell in row)
    ):
        return []
    return [[" ".join(" ".join(map(str, cell.itertext())).split()) for cell in row] for row in table]


def _is_heading(element: etree._Element) -> bool:
    return element.tag in _HEADINGS or any(above.tag in _HEADINGS for above in element.iterancestors())


def _flat(text: str | None) -> str:
    """On one line; blanks at either end stay one blank."""
    if not text:
        return ""
    inner = " ".join(text.split())
    return f"{' ' if text[0].isspace() else ''}{inner}{' ' if inner and text[-1].isspace() else ''}"


READER = Reader(frozenset({".epub"}), _read)
