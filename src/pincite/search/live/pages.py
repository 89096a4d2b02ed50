"""What does this page say? Fetched for a person who asked, read, and kept for some minutes.

Nobody crawls here: a page is fetched because a person's question led to it, one at a time and not its links, under the
same honest name. So robots.txt, which is written for crawlers, is not asked; decision 30 says more. What is kept in the
index is another matter: see ``keep``.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pincite.crawl.fetch import Response
from pincite.errors import Unreadable
from pincite.ports import Clock, Deadline
from pincite.search.live.provider import Found
from pincite.text import languages
from pincite.text.html import readable
from pincite.types import Document, Heading, Original

COLLECTION = "web"
TYPES = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown")
_ROBOTS_TAG = re.compile(
    r"<meta\b[^<>]{0,200}\bname\s*=\s*[\"']?(?:robots|\w*bot|pincite)\b[^<>]{0,200}>", re.IGNORECASE
)
_KEPT = 200
_KEPT_S = 600.0
_MOST_CHARACTERS = 200_000


class Gets(Protocol):
    """The transport; ``crawl.fetch.Fetcher`` is one."""

    async def get(
        self, url: str, *, accept: Sequence[str] | None = ..., deadline: Deadline | None = None
    ) -> Response: ...


@dataclass(frozen=True)
class _Kept:
    original: Original
    until: float


class Pages:
    """Reads pages; those read in the last ten minutes are not fetched again."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self.noindex: set[str] = set()
        """Addresses of pages that ask not to be kept in an index."""

    async def read(self, found: Found, http: Gets, deadline: Deadline) -> Original:
        """The whole page. Raises ``Unfetchable``, or ``Unreadable`` for one without text."""
        kept = self._kept.get(found.url)
        if kept is not None and kept.until > self._clock():
            return kept.original
        response = await http.get(found.url, accept=TYPES, deadline=deadline)
        original = await asyncio.to_thread(_original, found, response)
        if _wants_no_index(response):
            self.noindex.add(original.document.url)
        self._kept[found.url] = _Kept(original, self._clock() + _KEPT_S)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return original


def told(found: Found) -> Original:
    """What a provider delivered whole. Authors are the first line, so that they can be found and cited."""
    by = f"By {', '.join(found.authors)}.\n\n" if found.authors else ""
    text = by + found.text[:_MOST_CHARACTERS]
    return Original(
        document=_document(found, found.url, found.title, found.lang or languages.detect(found.text)), text=text
    )


def _original(found: Found, response: Response) -> Original:
    if response.media_type in {"text/plain", "text/markdown"}:
        text = response.text()[:_MOST_CHARACTERS]
        if not text.strip():
            raise _empty(found.url)
        return Original(document=_document(found, response.url, found.title, languages.detect(text)), text=text)
    page = readable(response.body, response.url, response.content_type)
    if not page.text.strip():
        raise _empty(found.url)
    document = _document(found, response.url, page.title or found.title, page.lang)
    if document.published is None and page.published is not None:
        document = document.model_copy(update={"published": page.published})
    headings = tuple(
        Heading(level=level, title=title, start=start)
        for level, title, start in page.headings
        if title and start < _MOST_CHARACTERS
    )
    return Original(document=document, text=page.text[:_MOST_CHARACTERS], headings=headings)


def _wants_no_index(response: Response) -> bool:
    """By header or by a ``meta`` tag; what another crawler alone is told counts too, to be on the safe side."""
    head = response.body[:100_000].decode("latin-1")
    said = [response.headers.get("x-robots-tag", ""), *_ROBOTS_TAG.findall(head)]
    return any("noindex" in each.lower() or "none" in each.lower() for each in said)


def _document(found: Found, url: str, title: str, lang: str) -> Document:
    return Document(url=url, title=title or url, published=found.published, lang=lang or "en", collection=COLLECTION)


def _empty(url: str) -> Unreadable:
    return Unreadable(f"{url} holds no readable text", hint="pages that are built by scripts can't be read")
