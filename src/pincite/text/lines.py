"""Which lines would a browser show? A page's elements, walked once and in order, as lines that know where they stood.

A line is what lies between two block borders: a paragraph, a heading, a list item, a row of a table, a piece of code.
A region is a block element; every line has one, and so knows what the page calls the places around it. Nothing is
left out here but what nobody reads (scripts, controls, what is hidden); what is worth reading is decided in ``main``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

UNREAD = frozenset(
    """script style noscript template svg iframe object embed applet canvas audio video map button select input
    textarea datalist dialog link meta head frame frameset option optgroup progress meter""".split()
)
BLOCKS = frozenset(
    """address article aside blockquote body center dd details dir div dl dt fieldset figcaption figure footer form
    header hgroup hr html label legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul
    caption h1 h2 h3 h4 h5 h6""".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad]")
_NAMING = ("class", "id", "role", "itemprop", "data-component", "data-testid")
_SENTENCE = 60
"""Characters of a line from which it reads like sentences."""
_NAMES = 200
"""Characters of an element's names that are looked at."""
_CONTENT = etree.XPath("string()", smart_strings=False)
_MARKS = frozenset({"", "¶", "#", "§", "^", "↑", "↩", "⚓", "🔗"})
"""What an anchor shows that leads to where it stands, or back to where one came from."""
_NOTE = re.compile(r"\[?(?:(?:note |nb )?\d{1,3}|[a-z]|[*†‡])\]?")
"""What an anchor shows that leads to a note."""
_SKIPS = re.compile(r"(?:^|[-_\s])skip(?:$|[-_\s])", re.IGNORECASE)
_INSIDE_CELLS = frozenset("p div ul ol table pre h1 h2 h3 h4 h5 h6 blockquote".split())


def squeeze(text: str) -> str:
    """One blank for many, and none of the characters that nobody sees."""
    return " ".join((text if text.isascii() else _UNSEEN.sub("", text)).split())


def content(element: Element) -> str:
    """All text inside an element, as it stands there."""
    return str(_CONTENT(element))


@dataclass(slots=True, eq=False)
class Region:
    """A block element. ``chars`` and ``linked`` count everything inside it, once the walk is over."""

    tag: str
    names: str
    above: Region | None
    chars: int = 0
    linked: int = 0
    lines: int = 0
    prose: int = 0
    """Characters of lines that look like sentences."""
    items: int = 0
    """List items seen so far, which number those of an ordered list."""


@dataclass(slots=True, eq=False)
class Line:
    """``kind``: p, heading, item, row, code. ``gap``: newlines before it. ``linked``: characters inside anchors."""

    text: str
    kind: str
    level: int
    gap: int
    region: Region
    linked: int
    mark: str = ""
    """What stands before the text: the dash or number of a list item."""
    prose: int = field(init=False)
    """The characters of a line that reads like sentences, less its links; 0 for others."""

    def __post_init__(self) -> None:
        free = len(self.text) - self.linked
        self.prose = free if self.kind == "code" or (self.kind != "heading" and free >= _SENTENCE) else 0


@dataclass
class Walk:
    """Elements in, lines out."""

    hidden: bool = False
    """Also what a style sheet would hide."""
    lines: list[Line] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)
    _words: list[str] = field(default_factory=list)
    _linked: int = 0
    _anchors: int = 0
    _flat: int = 0
    """In a row of a table, whose cells are one line whatever is in them."""
    _mark: str = ""
    _gap: int = 0

    def page(self, root: Element) -> None:
        """All of it. The depth of ``root`` bounds the recursion."""
        top = Region("page", "", None)
        self.regions.append(top)
        self._element(root, top, "p", 0)
        self._end("p", 0, top, 0)
        count(self.lines, self.regions)

    def _element(self, element: Element, region: Region, kind: str, level: int) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in UNREAD or (not self.hidden and _is_hidden(element)):
            return
        if tag == "a" and _is_mark(element):
            return
        if self._flat and (tag == "br" or tag in BLOCKS):
            self._words.append(" ")
            self._inside(element, region, kind, level)
            self._words.append(" ")
        elif tag == "br":
            self._end(kind, level, region, 1)
        elif tag == "math":
            self._words.append(element.get("alttext") or "")
        elif tag not in BLOCKS:
            self._anchors += tag == "a"
            self._inside(element, region, kind, level)
            self._anchors -= tag == "a"
        else:
            self._block(element, tag, region, kind, level)

    def _block(self, element: Element, tag: str, region: Region, kind: str, level: int) -> None:
        gap = 1 if tag in ("dt", "dd", "tr", "li", "td", "th") else 2
        self._end(kind, level, region, gap)
        if tag == "li":
            region.items += 1
            self._mark = f"{region.items}. " if region.tag == "ol" else "- "
            kind, level = "item", 0
        region = Region(tag, _names(element), region)
        self.regions.append(region)
        if tag == "pre":
            self._code(element, region)
            return
        if tag in _HEADINGS:
            kind, level = "heading", _HEADINGS[tag]
        elif tag == "tr" and _is_data_row(element):
            self._row(element, region)
            return
        elif tag == "hr":
            return
        self._inside(element, region, kind, level)
        self._end(kind, level, region, gap)
        if tag == "li":
            self._mark = ""

    def _inside(self, element: Element, region: Region, kind: str, level: int) -> None:
        if element.text:
            self._add(element.text)
        for child in element:
            self._element(child, region, kind, level)
            if child.tail:
                self._add(child.tail)

    def _add(self, text: str) -> None:
        self._words.append(text)
        if self._anchors:
            self._linked += len(text)

    def _row(self, row: Element, region: Region) -> None:
        cells: list[str] = []
        self._flat += 1
        for cell in row:
            if cell.tag in ("td", "th"):
                self._inside(cell, region, "row", 0)
                cells.append(squeeze("".join(self._words)))
                self._words.clear()
        self._flat -= 1
        self._words.append(" | ".join(filter(None, cells)))
        self._end("row", 0, region, 1)

    def _code(self, element: Element, region: Region) -> None:
        for line_break in list(element.iter("br")):
            line_break.tail = "\n" + (line_break.tail or "")
        code = content(element).replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
        if code.strip():
            fence = "~~~" if "```" in code else "```"
            self.lines.append(Line(f"{fence}\n{code}\n{fence}", "code", 0, 2, region, 0))
            self._gap = 2

    def _end(self, kind: str, level: int, region: Region, gap: int) -> None:
        """Close the current line; at least ``gap`` newlines will follow it."""
        text = squeeze("".join(self._words)) if self._words else ""
        self._words.clear()
        linked, self._linked = self._linked, 0
        if kind == "heading":
            text = text.rstrip("¶#").strip()
        if not text:
            self._gap = max(self._gap, gap)
            return
        self.lines.append(Line(text, kind, level, self._gap, region, min(linked, len(text)), self._mark))
        self._mark = ""
        self._gap = gap


def count(lines: Iterable[Line], regions: Sequence[Region]) -> None:
    """Give each region what ``lines`` have inside it. ``regions`` come in the order of the page."""
    for region in regions:
        region.chars = region.linked = region.lines = region.prose = 0
    for line in lines:
        region = line.region
        region.chars += len(line.text)
        region.linked += line.linked
        region.lines += 1
        region.prose += line.prose
    for region in reversed(regions):
        if region.above is not None:
            region.above.chars += region.chars
            region.above.linked += region.linked
            region.above.lines += region.lines
            region.above.prose += region.prose


def _is_hidden(element: Element) -> bool:
    if element.tag in ("html", "body"):
        return False
    return (
        # What a panel holds that is not chosen yet is as much of the page as what the chosen one holds.
        (element.get("hidden") is not None and element.get("role") != "tabpanel")
        or (element.get("aria-hidden") == "true" and element.tag != "div")
        or ((style := element.get("style")) is not None and _HIDDEN.search(style) is not None)
    )


def _is_mark(anchor: Element) -> bool:
    """A way around the page that says nothing: to this very place, past the menu, to a note and back.

    The number of a note would be read as a digit of the figure that it stands behind.
    """
    if not (anchor.get("href") or "").startswith("#"):
        return False
    shown = squeeze(content(anchor)).rstrip("\ufe0e\ufe0f")
    if shown in _MARKS or _SKIPS.search(anchor.get("class") or ""):
        return True
    above = anchor.getparent()
    raised = (above is not None and above.tag == "sup") or any(each.tag == "sup" for each in anchor)
    return raised and _NOTE.fullmatch(shown) is not None


def _names(element: Element) -> str:
    """What the page calls an element, for people and programs."""
    if not element.attrib:
        return ""
    return " ".join([name[:_NAMES] for each in _NAMING if (name := element.get(each))])


def _is_data_row(row: Element) -> bool:
    """A row of values, not of layout."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    return len(cells) > 1 and not any(
        each.tag in ("table", "pre") or (each.tag in _INSIDE_CELLS and len(cells) < 3)
        for cell in cells
        for each in cell.iter()
    )
