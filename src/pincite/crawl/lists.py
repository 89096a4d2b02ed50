"""Which pages does this list name? Sitemaps and their indexes, RSS and Atom feeds, llms.txt. Pure, never fails.

XML is read without entities and without the network; a broken list gives what could be read of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

from lxml import etree

from pincite.crawl.traps import tidy
from pincite.crawl.unpack import Unpacker
from pincite.errors import Unfetchable
from pincite.text import charset

MAX_BYTES = 50_000_000
"""As the sitemap protocol has it, after unpacking."""
MAX_ENTRIES = 50_000
_GZIP = b"\x1f\x8b"
_MARKDOWN_LINK = re.compile(r"\[[^\]]{0,300}+\]\(\s*+<?([^\s)>]{1,2000}+)>?[^)]{0,300}+\)")
_MEDIA = ("image", "video", "thumbnail", "content", "player")


@dataclass(frozen=True)
class Entries:
    """What a list names: pages with the day they changed (``""`` if unsaid), and further lists."""

    pages: tuple[tuple[str, str], ...] = ()
    lists: tuple[str, ...] = ()


def entries(body: bytes, url: str, content_type: str = "") -> Entries:
    """The addresses in a list of any kind."""
    if body.startswith(_GZIP):
        body = _unpacked(body, url)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _of_text(charset.decode(body, content_type), url)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser=parser)
    except (etree.XMLSyntaxError, ValueError):
        return Entries()
    return Entries() if root is None else _of_xml(root, url)


def _unpacked(body: bytes, url: str) -> bytes:
    unpacker = Unpacker("gzip", MAX_BYTES, url, truncate=True)
    try:
        unpacker.feed(body)
    except Unfetchable:
        return b""
    return unpacker.body()


def _of_xml(root: etree._Element, url: str) -> Entries:
    pages: dict[str, str] = {}
    lists: dict[str, None] = {}
    for element in root.iter():
        if len(pages) + len(lists) >= MAX_ENTRIES:
            break
        parent = element.getparent()
        above = _name(parent) if parent is not None else ""
        name = _name(element)
        if name == "loc" and above in ("url", "sitemap"):
            target = _tidy(element.text or "", url)
            if target and above == "sitemap":
                lists[target] = None
            elif target:
                pages[target] = _beside(element, "lastmod")
        elif name == "link" and above in ("item", "entry") and element.get("rel", "alternate") == "alternate":
            target = _tidy(element.get("href") or element.text or "", url)
            if target:
                pages[target] = _beside(element, "updated") or _beside(element, "pubdate")
    return Entries(tuple(pages.items()), tuple(lists))


def _name(element: etree._Element) -> str:
    """The name without its namespace; nothing for what belongs to another vocabulary, or is a comment."""
    if not isinstance(element.tag, str):
        return ""
    space, _, name = element.tag.rpartition("}")
    return "" if any(word in space for word in _MEDIA) and "purl.org/rss" not in space else name.lower()


def _beside(element: etree._Element, name: str) -> str:
    for sibling in chain(element.itersiblings(), element.itersiblings(preceding=True)):
        if _name(sibling) == name:
            return (sibling.text or "").strip()[:40]
    return ""


def _of_text(text: str, url: str) -> Entries:
    """llms.txt has Markdown links; a plain sitemap one address a line."""
    hrefs = [match[1] for match in _MARKDOWN_LINK.finditer(text)]
    hrefs = hrefs or [line.strip() for line in text.splitlines() if line.startswith(("http://", "https://"))]
    found = dict.fromkeys(filter(None, (_tidy(href, url) for href in hrefs[:MAX_ENTRIES])))
    return Entries(tuple((target, "") for target in found))


def _tidy(href: str, url: str) -> str:
    try:
        return tidy(href.strip(), url) if href.strip() else ""
    except Unfetchable:
        return ""
