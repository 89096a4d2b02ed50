"""What does this page say? Fetched for a person who asked, read, and kept for some minutes.

Nobody crawls here: a page is fetched because a person's question led to it, one at a time and not its links, under the
same honest name. So robots.txt, which is written for crawlers, is not asked; decision 30 says more. What is kept in the
index is another matter: see ``keep``.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from pincite.crawl import page
from pincite.crawl.fetch import Response
from pincite.errors import Unreadable
from pincite.ports import Clock, Deadline
from pincite.search.live.provider import Found
from pincite.text import languages
from pincite.types import Document, Original

COLLECTION = "web"
_PLAIN = ("text/plain", "text/markdown")
TYPES = ("text/html", "application/xhtml+xml", *_PLAIN)
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
        original, noindex = await asyncio.to_thread(_read, found, response)
        if noindex:
            self.noindex.add(original.document.url)
        self._kept[found.url] = _Kept(original, self._clock() + _KEPT_S)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return original


def told(found: Found) -> Original:
    """What a provider delivered whole. Authors are the first line, so that they can be found and cited."""
    by = f"By {', '.join(found.authors)}.\n\n" if found.authors else ""
    text = by + found.text[:_MOST_CHARACTERS]
    title, lang = found.title or found.url, found.lang or languages.detect(found.text)
    document = Document(url=found.url, title=title, published=found.published, lang=lang, collection=COLLECTION)
    return Original(document=document, text=text)


def _read(found: Found, response: Response) -> tuple[Original, bool]:
    """A page as the crawler reads it, and whether it asks not to be kept in an index."""
    headers = dict(response.headers)
    fetched = page.Fetched(found.url, response.url, datetime.now(UTC), response.status, headers, response.body)
    (whole,) = page.read([fetched], COLLECTION)
    original, document = whole.original, whole.original.document
    if not original.text.strip():
        raise Unreadable(f"{found.url} holds no readable text", hint="pages that are built by scripts can't be read")
    # A text's first line seldom says what it is called.
    named = response.media_type not in _PLAIN and document.title != document.url
    title = document.title if named else found.title or document.title
    published = found.published or document.published
    cut = Original(
        document=document.model_copy(update={"title": title, "published": published}),
        text=original.text[:_MOST_CHARACTERS],
        headings=tuple(each for each in original.headings if each.start < _MOST_CHARACTERS),
    )
    return cut, whole.noindex
