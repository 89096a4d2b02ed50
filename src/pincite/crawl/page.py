"""What does a fetched page say, and where does it lead? Bytes in, a document and its links out.

Pure functions over batches, so that a pool of processes maps them today and a cluster could. The page's own wishes
(canonical, noindex, nofollow) are read here and obeyed by who calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice

from pincite.crawl.robots import AGENT
from pincite.crawl.traps import fingerprint, is_file, tidy
from pincite.errors import Unfetchable
from pincite.text import charset, languages, markdown
from pincite.text.html import parsed, shown
from pincite.text.lines import Element, content
from pincite.types import Document, Heading, Link, Original

MAX_LINKS = 2000
"""A page with more is a list for machines, or a trap."""
AT_ONCE_S = 5
"""Seconds after which a page that sends its visitors on is no page of its own."""
_REFRESH = re.compile(
    r"\s*(?P<seconds>\d{1,5})[.\d]*\s*[;,\s]\s*(?:url\s*=)?\s*(?P<url>\S.*)", re.IGNORECASE | re.DOTALL
)
_PLAIN = ("text/plain", "text/markdown", "text/x-markdown")
_XML = ("application/xml", "text/xml")
_ROOT = re.compile(r"<(?:\w+:)?html[\s>]", re.IGNORECASE)
_PROLOGUE = 4096
"""Bytes in which a root element begins: declarations stand before it."""
_MARKDOWN_LINK = re.compile(r"(?<!!)\[(?P<words>[^\]\[]{1,300}+)\]\(\s*+<?(?P<href>[^\s)>]{1,2000}+)")
_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_UNVOUCHED = frozenset(("nofollow", "ugc", "sponsored"))


@dataclass(frozen=True)
class Fetched:
    """A page as it came."""

    url: str
    """As it was asked for."""
    final_url: str
    fetched_at: datetime
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        return charset.media_type(self.headers.get("content-type", ""))


@dataclass(frozen=True)
class Page:
    """A page that was read. ``original.links`` are all of its links; ``targets`` those to be followed."""

    url: str
    final_url: str
    canonical: str
    """What the page says its address is; empty if it does not."""
    refresh: str
    """Where the page sends its visitors at once; empty if it does not."""
    fetched_at: datetime
    etag: str
    last_modified: str
    original: Original
    targets: tuple[str, ...]
    feeds: tuple[str, ...]
    noindex: bool
    fingerprint: int
    digest: bytes
    """Equal for equal text."""


@dataclass(frozen=True)
class _Head:
    """What a page says to machines."""

    canonical: str = ""
    refresh: str = ""
    noindex: bool = False
    nofollow: bool = False
    feeds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """Addresses of the same page in other languages."""
    links: tuple[Link, ...] = ()


def read(batch: Sequence[Fetched], collection: str) -> list[Page]:
    """Each page read, in order. Never fails: a page without text has an empty one."""
    return [_read(fetched, collection) for fetched in batch]


def _read(fetched: Fetched, collection: str) -> Page:
    said = _directives(fetched.headers.get("x-robots-tag", ""))
    prologue = charset.decode(fetched.body[:_PROLOGUE]) if fetched.media_type in _XML else "<html>"
    if not _ROOT.search(prologue):
        fetched = replace(fetched, body=b"")  # a feed or data: lists are asked for as such
    plain = fetched.media_type in _PLAIN
    head, original = (_plain if plain else _html)(fetched, collection)
    nofollow = head.nofollow or bool(said & {"nofollow", "none"})
    hrefs = [] if nofollow else [link.target for link in head.links if not link.nofollow]
    return Page(
        fetched.url,
        fetched.final_url,
        head.canonical,
        head.refresh,
        fetched.fetched_at,
        fetched.headers.get("etag", ""),
        fetched.headers.get("last-modified", ""),
        original.model_copy(update={"links": head.links}),
        tuple(dict.fromkeys(target for target in (*hrefs, *head.languages) if not is_file(target))),
        head.feeds,
        head.noindex or bool(said & {"noindex", "none"}),
        fingerprint(original.text, fetched.final_url),
        sha256(original.text.encode("utf-8", errors="replace")).digest()[:16],
    )


def _html(fetched: Fetched, collection: str) -> tuple[_Head, Original]:
    content_type = fetched.headers.get("content-type", "")
    root = parsed(charset.decode(fetched.body, content_type))
    head = _Head() if root is None else _head(root, fetched.final_url)
    seen = shown(root, fetched.final_url)
    document = Document(
        url=fetched.final_url,
        title=seen.title or fetched.final_url,
        published=seen.published,
        lang=seen.lang,
        collection=collection,
    )
    return head, Original(document=document, text=seen.text, headings=_headings(seen.headings))


def _plain(fetched: Fetched, collection: str) -> tuple[_Head, Original]:
    text = charset.decode(fetched.body, fetched.headers.get("content-type", ""))
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    headings = _headings(markdown.headings(text))
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    document = Document(
        url=fetched.final_url,
        title=headings[0].title if headings else first[:120] or fetched.final_url,
        lang=languages.detect(text),
        collection=collection,
    )
    head = _Head() if fetched.media_type == "text/plain" else _Head(links=tuple(_written(text, fetched.final_url)))
    return head, Original(document=document, text=text, headings=headings)


def _headings(found: Iterable[tuple[int, str, int]]) -> tuple[Heading, ...]:
    return tuple(Heading(level=level, title=title, start=start) for level, title, start in found if title)


# ── what a page says to machines ──


def _head(root: Element, url: str) -> _Head:
    base = root.find(".//base[@href]")
    home = _address(base.get("href") or "", url) if base is not None else ""
    home = home or url
    head = _Head(links=tuple(_links(root, home)))
    for link in root.iter("link"):
        head = _with_link(head, link, home)
    for meta in root.iter("meta"):
        alone = next(meta.iterancestors("noscript"), None) is None  # what is said to those without scripts is no move
        if alone and (meta.get("http-equiv") or "").strip().lower() == "refresh":
            head = replace(head, refresh=head.refresh or _sent(meta.get("content") or "", home))
        if (meta.get("name") or "").strip().lower() in ("robots", AGENT):
            said = _directives(meta.get("content") or "")
            head = replace(
                head,
                noindex=head.noindex or bool(said & {"noindex", "none"}),
                nofollow=head.nofollow or bool(said & {"nofollow", "none"}),
            )
    return head


def _with_link(head: _Head, link: Element, home: str) -> _Head:
    rel = (link.get("rel") or "").lower().split()
    target = _address(link.get("href") or "", home) if rel else ""
    if not target:
        return head
    if "canonical" in rel:
        return replace(head, canonical=head.canonical or target)
    if "alternate" in rel and (link.get("type") or "").lower() in _FEEDS:
        return replace(head, feeds=(*head.feeds, target)[:5])
    if "alternate" in rel and link.get("hreflang"):
        return replace(head, languages=(*head.languages, target)[:50])
    return head


def _sent(content: str, home: str) -> str:
    """Where ``0; url=there`` sends a visitor; empty for what only reloads, or leaves time to read."""
    match = _REFRESH.match(content)
    return _address(match["url"].strip("'\" "), home) if match and int(match["seconds"]) <= AT_ONCE_S else ""


def _links(root: Element, home: str) -> Iterator[Link]:
    count = 0
    for anchor in root.iter("a"):
        href = (anchor.get("href") or "").strip()
        if not href or href.startswith("#") or count >= MAX_LINKS:
            continue
        target = _address(href, home)
        if target:
            count += 1
            words = " ".join(content(anchor).split())[:300]
            rel = set((anchor.get("rel") or "").lower().split())
            yield Link(target=target, anchor=words, nofollow=bool(rel & _UNVOUCHED))


def _written(text: str, url: str) -> Iterator[Link]:
    """The links of a Markdown page."""
    for match in islice(_MARKDOWN_LINK.finditer(text), MAX_LINKS):
        if not match["href"].startswith("#") and (target := _address(match["href"], url)):
            yield Link(target=target, anchor=" ".join(match["words"].split()))


def _address(href: str, home: str) -> str:
    try:
        return tidy(href, home)
    except Unfetchable:
        return ""


def _directives(text: str) -> set[str]:
    """What is wanted of us: ``noindex, nofollow``, or ``pincite: noindex``; words for other crawlers are not."""
    found: set[str] = set()
    for part in text.lower().split(","):
        agent, colon, word = part.partition(":")
        if not colon:
            found.add(part.strip())
        elif agent.strip() == AGENT:
            found.add(word.strip())
    return found
