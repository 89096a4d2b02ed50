"""What would a person read on this page? Its text without menus, banners and comments, its headings, links, date.

Four steps, each a module: ``meta`` asks what the page says about itself, ``lines`` walks its elements into lines,
``main`` tells the lines that are read from those around them, and here the lines become one text: blocks apart by
blank lines, headings on their own lines, list items and table rows one a line, code in fences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import dropwhile
from typing import NamedTuple
from urllib.parse import urljoin

from lxml import etree
from lxml.html import document_fromstring

from pincite.text import charset, languages, main, meta
from pincite.text.lines import Element, Line, Walk, content, squeeze

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
_PLAIN_WRAPPERS = re.compile(r"</?(?:div|span|font|center|b|i|em|strong|section)\b[^>]*>", re.IGNORECASE)
"""What a page nested too deep to parse is nested in; without them its text can still be had."""
_UNVOUCHED = frozenset({"nofollow", "sponsored", "ugc"})
_OF_A_HEAD = frozenset("base basefont bgsound link meta noframes noscript script style template title".split())
"""What a head may hold. The first of anything else begins the body."""


class Link(NamedTuple):
    """``target`` is absolute where the page's address is known; ``nofollow``: the author does not vouch for it."""

    target: str
    anchor: str
    nofollow: bool = False


@dataclass(frozen=True)
class Page:
    """A page as text. ``headings`` are (level, title, start of its line in ``text``); what it does not say is empty."""

    title: str
    text: str
    headings: tuple[tuple[int, str, int], ...]
    links: tuple[Link, ...]
    """All of them, boilerplate's too, each target once, in the order of the page."""
    published: date | None
    lang: str
    author: str = ""
    site: str = ""


def readable(html: bytes | str, url: str = "", content_type: str = "") -> Page:
    """The readable part of a page. ``url`` makes links absolute; ``content_type`` is the server's header, if any.

    Never fails on broken markup: the worst page gives an empty ``text``. Linear in the size of the page.
    """
    source = html if isinstance(html, str) else charset.decode(html, content_type)
    root = parsed(source)
    return replace(shown(root, url), links=() if root is None else tuple(_links(root, url)))


def shown(root: Element | None, url: str = "") -> Page:
    """The readable part of a page that was ``parsed``, without its links."""
    if root is None:
        return Page("", "", (), (), None, "en")
    about = meta.about(root, url)
    text, headings = _written(_read(root))
    return Page(
        title=_title(about.title, headings[0][1] if headings else ""),
        text=text,
        headings=tuple(headings),
        links=(),
        published=about.published,
        lang=about.lang or languages.detect(text),
        author=about.author,
        site=about.site,
    )


def _title(said: str, heading: str) -> str:
    """What the page says it is called, or its first heading where the site's name is all that is more."""
    marked = heading and said.startswith(tuple(heading + mark for mark in meta.MARKS))
    return heading if marked or not said else said


def parsed(source: str) -> Element | None:
    """The tree of a page, at most 256 levels deep; ``None`` where there is none."""
    source = _CONTROL.sub("", _DECLARATION.sub("", source, count=1))
    for attempt in (source, _PLAIN_WRAPPERS.sub(" ", source)):
        # Without huge_tree libxml2 stops at 256 levels, which bounds every recursion here. lxml.html's own parser looks
        # up a class for every element, in Python.
        parser = etree.HTMLParser(remove_comments=True, remove_pis=True)
        try:
            root = document_fromstring(attempt, parser=parser)
        except (etree.ParserError, ValueError):
            return None
        if not any("depth" in entry.message for entry in parser.error_log):
            break
    _begin_body(root)
    return root


def _begin_body(root: Element) -> None:
    """Where the head ends, as the HTML standard has it: libxml2 leaves elements that are newer than itself in there."""
    head = root.find("head")
    if head is None:
        return
    shown = list(dropwhile(lambda element: element.tag in _OF_A_HEAD, head))
    if not shown:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    last, text = shown[-1], body.text
    body[:0] = shown
    if text:
        body.text, last.tail = None, (last.tail or "") + text


def _read(root: Element) -> Sequence[Line]:
    """The lines that are read; where a page hides all of itself until a script runs, those of the hidden part."""
    body = root.find("body")
    lines: Sequence[Line] = ()
    for hidden in (False, True):
        walk = Walk(hidden=hidden)
        walk.page(root if body is None else body)
        lines = main.read(walk.lines, walk.regions)
        if lines:
            break
    return lines


def _written(lines: Iterable[Line]) -> tuple[str, list[tuple[int, str, int]]]:
    """The text of ``lines``, and where in it each heading starts."""
    parts: list[str] = []
    headings: list[tuple[int, str, int]] = []
    length = 0
    for line in lines:
        if parts:
            parts.append("\n" * max(1, line.gap))
            length += len(parts[-1])
        if line.kind == "heading":
            headings.append((line.level, line.text, length + len(line.mark)))
        parts.append(line.mark + line.text)
        length += len(parts[-1])
    return "".join(parts), headings


def _links(root: Element, url: str) -> Iterator[Link]:
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
            rel = set((anchor.get("rel") or "").lower().split())
            yield Link(target, squeeze(content(anchor)), bool(rel & _UNVOUCHED))


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""
