"""Which pages that were read may stay? Those that a crawler might have taken, asked of robots.txt origin by origin."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from urllib.parse import urlsplit

from pincite.crawl import robots
from pincite.crawl.fetch import Fetcher
from pincite.errors import Unfetchable
from pincite.types import Original


async def allowed(originals: Sequence[Original], http: Fetcher) -> list[Original]:
    """Those whose origin lets pincite's crawler have them, in the same order. Where the rules can't be had, none."""
    origins = list(dict.fromkeys(_origin(each) for each in originals))
    rules = dict(zip(origins, await asyncio.gather(*(_rules(one, http) for one in origins)), strict=True))
    return [each for each in originals if rules[_origin(each)].allows(each.document.url)]


def _origin(original: Original) -> str:
    parts = urlsplit(original.document.url)
    return f"{parts.scheme}://{parts.netloc}"


async def _rules(origin: str, http: Fetcher) -> robots.Rules:
    try:
        answer = await http.get(f"{origin}/robots.txt", accept=None, max_bytes=robots.MAX_BYTES, truncate=True)
    except Unfetchable as problem:
        return robots.without(problem)
    return robots.rules(answer.body)
