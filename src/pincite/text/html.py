"""What would a person read on this page? Its text without menus, banners and comments, its headings, links, date.

A page is pruned (never-read elements, roles, names that say boilerplate, blocks that are mostly links), its densest
part is found, and that part is written down: blocks apart by blank lines, headings on their own lines, list items
and table rows one a line, code in fences. When in doubt text stays: a passage too many is outranked, a passage too
few can't be found.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pincite.text import charset, languages

Element: TypeAlias = HtmlElement

_NEVER_READ = frozenset(
    """script style noscript template svg math iframe object embed applet canvas audio video map form button select
    input textarea label datalist dialog nav aside footer menu link meta head frame frameset""".split()
)
_ROLES = frozenset("navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar".split())
_BOILERPLATE = re.compile(
    r"(?:^|[-_ ])(?:comments?|disqus|share|sharing|social|related|recommend(?:ed|ations?)?|sidebar|side-?nav|rail|"
    r"cookies?|consent|gdpr|banner|promo(?:tion)?|advert(?:isement|s)?|ads?|sponsor(?:ed)?|newsletter|subscribe|signup|sign-up|"
    r"breadcrumbs?|paginat(?:ion|or)|pager|menu|popup|modal|overlay|toolbar|footer|masthead|nav(?:bar|igation)?|"
    r"skip-?link|print-only|noprint|hidden|widget|outbrain|taboola|most-?(?:read|popular)|trending|tags?|byline-share|"
    r"editsection|mw-editsection|navbox|catlinks|jump-to-nav|reflist-popup|follow-us|login|register|"
    r"toc)(?:[-_ ]|$|s\b)",
    re.IGNORECASE,
)
_CONTENT = re.compile(r"article|content|main|body|entry|post|story|text|page|document|markdown", re.IGNORECASE)
_BLOCKS = frozenset(
    """address article blockquote body center dd details dir div dl dt fieldset figcaption figure footer header hgroup
    hr html li main ol p pre section summary table tbody td tfoot th thead tr ul caption h1 h2 h3 h4 h5 h6""".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLANKS = re.compile(r"[ \t\r\n\f\v\u00a0\u2009\u200a\u202f]+")
_UNSEEN = re.compile("[\u200b\u2060\ufeff\u00ad]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DAY = re.compile(r"\b(1\d{3}|20\d{2})-(\d{2})-(\d{2})")
_DATE_NAMES = frozenset(
    """article:published_time og:published_time datepublished date pubdate publishdate publish-date dc.date
    dc.date.issued dcterms.created dcterms.date citation_publication_date citation_date sailthru.date parsely-pub-
    date published_time datecreated article.published""".split()
)
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_PLAIN_WRAPPERS = re.compile(r"</?(?:div|span|font|center|b|i|em|strong|section)\b[^>]*>", re.IGNORECASE)
"""What a page nested too deep to parse is nested in; without them its text can still be had."""
_ENOUGH = 0.4
"""Less than this share of the page's running text, and the part that was chosen was the wrong one."""


@dataclass(frozen=True)
class Page:
    """A page as text. ``headings`` are (level, title, start of its line in ``text``), ``links`` (address, anchor)."""

    title: str
    text: str
    headings: tuple[tuple[int, str, int], ...]
    links: tuple[tuple[str, str], ...]
    published: date | None
    lang: str


def readable(html: bytes | str, url: str = "", content_type: str = "") -> Page:
    """The readable part of a page. ``url`` makes links absolute; ``content_type`` is the server's header, if any.

    Never fails on broken markup: the worst page gives an empty ``text``.
    """
    source = html if isinstance(html, str) else charset.decode(html, content_type)
    source = _CONTROL.sub("", _DECLARATION.sub("", source, count=1))
    root = _parse(source)
    if root is None:
        return Page("", "", (), (), None, "en")
    title, published, lang = _title(root), _published(root, source), _lang(root)
    links = tuple(_links(root, url))
    _remove_unread(root)
    body = root.find("body")
    page = root if body is None else body
    writer = _write(page)
    text = writer.text()
    return Page(
        title or writer.first_heading(), text, tuple(writer.headings), links, published, lang or languages.detect(text)
    )


def _parse(source: str) -> Element | None:
    for attempt in (source, _PLAIN_WRAPPERS.sub(" ", source)):
        # Without huge_tree libxml2 stops at 256 levels, which bounds every recursion here.
        parser = HTMLParser(remove_comments=True, remove_pis=True)
        try:
            root = document_fromstring(attempt, parser=parser)
        except (etree.ParserError, ValueError):
            return None
        if not any("depth" in entry.message for entry in parser.error_log):
            break
    return root


def _write(page: Element) -> _Writer:
    """The page as text, with boilerplate left out unless that leaves out the page."""
    running = _own_weight(page)
    whole = copy.deepcopy(page)
    _remove_boilerplate(page)
    for candidate in (_main(page), page, whole):
        writer = _Writer()
        writer.write(candidate)
        if len(writer.text()) >= _ENOUGH * running:
            break
    return writer


# ── what the page says about itself ──


def _title(root: Element) -> str:
    """The best name of the page: its social title, else <title> without the site's name, else empty."""
    for meta in root.iter("meta"):
        if (meta.get("property") or meta.get("name") or "").lower() in ("og:title", "twitter:title", "dc.title"):
            named = _squeeze(meta.get("content") or "")
            if named:
                return named
    element = root.find(".//title")
    return _without_site(_squeeze(element.text_content())) if element is not None else ""


def _without_site(title: str) -> str:
    for mark in (" | ", " — ", " – ", " » ", " :: ", " - "):
        name, found, _ = title.rpartition(mark)
        if found and len(name) >= 8 and len(name.split()) >= 2:
            return name.strip()
    return title


def _published(root: Element, source: str) -> date | None:
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name in _DATE_NAMES and (day := _day(meta.get("content") or "")):
            return day
    if (match := _JSON_DATE.search(source)) and (day := _day(match[1])):
        return day
    for element in root.iter("time"):
        if day := _day(element.get("datetime") or ""):
            return day
    return None


def _day(text: str) -> date | None:
    match = _DAY.search(text.replace("/", "-"))
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _lang(root: Element) -> str:
    code: str = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip().lower()
    primary = re.split(r"[-_]", code)[0]
    return primary if len(primary) == 2 and primary.isalpha() else ""


def _links(root: Element, url: str) -> Iterator[tuple[str, str]]:
    base = root.find(".//base[@href]")
    home = _join(url, base.get("href") or "") if base is not None else url
    seen: set[str] = set()
    for anchor in root.iter("a"):
        href = (anchor.get("href") or "").strip()
        if not href or href.startswith("#"):
            continue
        target = _join(home, href).split("#")[0]
        known = target.startswith(("http:", "https:")) or (not url and ":" not in target.split("/")[0])
        if known and target not in seen:
            seen.add(target)
            yield target, _squeeze(anchor.text_content())


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""


# ── what nobody reads ──


def _remove_unread(root: Element) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            _drop(element)
        elif element.tag in _NEVER_READ or _is_hidden(element):
            if element.tag in ("form", "label", "footer", "aside", "menu", "head") and _holds_the_text(element, root):
                continue
            _drop(element)


def _is_hidden(element: Element) -> bool:
    if element.tag in ("html", "body"):
        return False
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or (element.get("role") or "").lower() in _ROLES
        or _HIDDEN.search(element.get("style") or "") is not None
    )


def _holds_the_text(element: Element, root: Element) -> bool:
    """Old pages wrap all of themselves in one form; such an element is no boilerplate."""
    if element.tag == "head":
        return False
    return _prose_length(element) * 2 > _prose_length(root)


def _drop(element: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


def _remove_boilerplate(page: Element) -> None:
    whole = max(1, _prose_length(page))
    for element in list(page.iterdescendants()):
        if element.getparent() is None:
            continue
        if element.tag == "header" and not _in_article(element):
            if element.find(".//h1") is None and _prose_length(element) * 4 < whole:
                _drop(element)
        elif _is_named_boilerplate(element):
            if _prose_length(element) * 4 < whole:
                _drop(element)
        elif element.tag in ("div", "ul", "ol", "section", "table", "dl", "td") and _is_link_list(element):
            _drop(element)


def _in_article(element: Element) -> bool:
    return any(above.tag in ("article", "main") for above in element.iterancestors())


def _is_named_boilerplate(element: Element) -> bool:
    if element.tag in ("html", "body", "article", "main", "p", "h1", "h2", "span", "a", "code", "pre", "em", "b", "i"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}".strip()
    return (
        bool(names)
        and _BOILERPLATE.search(names) is not None
        and not (_CONTENT.search(element.get("id") or "") and len(element) > 3 and element.find(".//p") is not None)
    )


def _is_link_list(element: Element) -> bool:
    """Mostly anchors, and no sentence outside them."""
    anchors = [anchor for anchor in element.iter("a") if anchor.get("href")]
    if len(anchors) < 3:
        return False
    text = len(_squeeze(element.text_content()))
    linked = sum(len(_squeeze(anchor.text_content())) for anchor in anchors)
    return linked > 0.6 * text and text < 3000


def _prose_length(element: Element) -> int:
    return len(_squeeze(element.text_content()))


# ── where the text is ──


def _main(page: Element) -> Element:
    """The smallest element that holds nearly all of the running text; the page itself where none does."""
    marked = _marked(page)
    if marked is not None:
        return marked
    scores: dict[Element, float] = {}
    total = 0.0
    for block in page.iter("p", "pre", "blockquote", "dd", "li", "td", "h2", "h3"):
        weight = _weight(block)
        total += weight
        for distance, above in enumerate(block.iterancestors()):
            scores[above] = scores.get(above, 0) + weight * 0.9**distance
            if above is page:
                break
    inside = {element: score for element, score in scores.items() if element is not page and element.tag != "html"}
    if not inside or total < 250:
        return page
    best = max(inside, key=lambda element: inside[element])
    # Climb while the parent adds real text: an article cut into sections is all of them.
    parent = best.getparent()
    while parent is not None and parent is not page and _own_weight(parent) > 1.15 * _own_weight(best):
        best, parent = parent, parent.getparent()
    return best if _own_weight(best) >= 0.5 * total else page


def _marked(page: Element) -> Element | None:
    whole = max(1, _prose_length(page))
    for path in (".//main", ".//*[@role='main']", ".//article", ".//*[@itemprop='articleBody']"):
        found = page.findall(path)
        if len(found) == 1 and _prose_length(found[0]) * 10 >= whole * (3 if "article" in path else 4):
            inner = found[0].findall(".//article") if path != ".//article" else []
            return inner[0] if len(inner) == 1 and _prose_length(inner[0]) * 10 >= whole * 4 else found[0]
    return None


def _weight(block: Element) -> float:
    """Characters of running text: anchors do not count, short lines count little."""
    if block.tag in ("td", "li", "dd", "blockquote") and block.find(".//p") is not None:
        return 0.0
    linked = sum(len(_squeeze(anchor.text_content())) for anchor in block.iter("a"))
    length = _prose_length(block)
    free = length - linked
    return float(free) if free >= 60 or block.tag in ("h2", "h3") else free * 0.3


def _own_weight(element: Element) -> float:
    return sum(_weight(block) for block in element.iter("p", "pre", "blockquote", "dd", "li", "td"))


# ── writing it down ──


def _squeeze(text: str) -> str:
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip()


class _Writer:
    """Elements in, text out; knows where each heading's line starts."""

    def __init__(self) -> None:
        self.headings: list[tuple[int, str, int]] = []
        self._parts: list[str] = []
        self._length = 0
        self._line: list[str] = []
        self._prefix = ""
        self._gap = 0

    def text(self) -> str:
        self._end_line(0)
        return "".join(self._parts)

    def first_heading(self) -> str:
        return self.headings[0][1] if self.headings else ""

    def write(self, element: Element) -> None:
        """Depth first; _parse bounds the depth."""
        tag = element.tag
        if not isinstance(tag, str):
            return
        if tag == "br":
            self._end_line(1)
        elif tag == "hr":
            self._end_line(2)
        elif tag in _HEADINGS:
            self._heading(element, _HEADINGS[tag])
        elif tag == "pre":
            self._code(element)
        elif tag == "tr":
            self._row(element)
        elif tag == "table" and not _is_data(element):
            self._blocks(element, 2)
        elif tag == "li":
            self._end_line(1)
            self._prefix = "- "
            self._inside(element)
            self._end_line(1)
            self._prefix = ""
        elif tag in _BLOCKS:
            # Written out here, not by _blocks, to spend two frames a level and not three.
            gap = 1 if tag in ("dt", "dd") else 2
            self._end_line(gap)
            self._inside(element)
            self._end_line(gap)
        else:
            self._inside(element)

    def _blocks(self, element: Element, gap: int) -> None:
        self._end_line(gap)
        self._inside(element)
        self._end_line(gap)

    def _inside(self, element: Element) -> None:
        self._add(element.text)
        for child in element:
            self.write(child)
            self._add(child.tail)

    def _add(self, text: str | None) -> None:
        if text:
            self._line.append(text)

    def _heading(self, element: Element, level: int) -> None:
        self._end_line(2)
        title = _squeeze(element.text_content()).rstrip("¶#").strip()
        if not title:
            return
        self._prefix = ""
        self._line.append(title)
        start = self._end_line(2)
        self.headings.append((level, title, start))

    def _code(self, element: Element) -> None:
        self._end_line(2)
        for line_break in list(element.iter("br")):
            line_break.tail = "\n" + (line_break.tail or "")
        code = element.text_content().replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
        if not code.strip():
            return
        fence = "~~~" if "```" in code else "```"
        self._emit(f"{fence}\n{code}\n{fence}")
        self._gap = 2

    def _row(self, row: Element) -> None:
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if not _is_data_row(cells):
            self._blocks(row, 2)
            return
        self._end_line(1)
        self._line.append(" | ".join(filter(None, (_squeeze(" ".join(cell.itertext())) for cell in cells))))
        self._end_line(1)

    def _end_line(self, gap: int) -> int:
        """Close the current line; at least ``gap`` newlines will follow it. Returns where the line starts."""
        line = _squeeze("".join(self._line))
        self._line.clear()
        start = self._length
        if line:
            start = self._emit(self._prefix + line)
            self._prefix = ""
            self._gap = gap
        else:
            self._gap = max(self._gap, gap)
        return start

    def _emit(self, piece: str) -> int:
        if self._parts:
            self._parts.append("\n" * max(1, self._gap))
            self._length += max(1, self._gap)
        start = self._length
        self._parts.append(piece)
        self._length += len(piece)
        return start


def _is_data(table: Element) -> bool:
    """A table of values, not of layout."""
    return table.find(".//table") is None


def _is_data_row(cells: Iterable[Element]) -> bool:
    listed = list(cells)
    return len(listed) > 1 and not any(
        each.tag in ("p", "div", "ul", "table", "pre", "h1", "h2", "h3", "blockquote") and len(listed) < 3
        for cell in listed
        for each in cell.iter()
    )
