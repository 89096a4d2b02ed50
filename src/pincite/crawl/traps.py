"""Does this address lead anywhere new? Rules that keep a crawl out of what never ends.

Calendars, session ids, folders inside themselves and endless combinations of parameters all show in the address, or
in pages of one *shape* that say the same again and again. Addresses are judged before they are fetched, shapes by
what came of them.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise

import numpy as np
from ada_url import URL

from pincite.crawl import url as urls

MAX_SEGMENTS = 12
MAX_PARAMETERS = 5
SAME_BITS = 3
"""Fingerprints this near are of pages that say the same (Manku, Jain & Das Sarma, WWW 2007: 3 of 64)."""
_SHAPED = 3
"""Leading path segments that make a shape; what is deeper is one."""
_DROPPED = re.compile(
    r"^(?:utm_\w+|gclid|fbclid|msclkid|mc_[ce]id|yclid|igshid|_ga|ref_src|phpsessid|jsessionid|aspsessionid\w*|"
    r"cftoken|cfid|s?sid|sess(?:ion)?_?id|sessid|session|zenid|oscsid|replytocom)$",
    re.IGNORECASE,
)
"""Parameters that say who comes from where, never which page."""
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*|/\((?:S|X)\([a-z0-9]+\)\)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_CODE = re.compile(r"(?=[^/]*\d)[0-9a-f]{8,}|[0-9a-f-]{32,}", re.IGNORECASE)
_MONTH = re.compile(r"(?<!\d)(1\d{3}|2\d{3})[-/_]?(0?[1-9]|1[0-2])(?!\d)|(?:^|[?&])ye?a?r?=(\d{4})(?:&|$)")
_FILES = re.compile(
    r"\.(?:png|jpe?g|gif|svg|webp|avif|ico|bmp|tiff?|css|js|mjs|map|woff2?|ttf|otf|eot|mp[34]|m4[av]|webm|og[gv]|wav|"
    r"avi|mov|zip|gz|xz|bz2|zst|7z|rar|tar|tgz|whl|exe|dmg|iso|apk|deb|rpm|jar|bin|docx?|xlsx?|pptx?|pdf|epub|ps)$",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


def tidy(text: str, base: str | None = None) -> str:
    """The address without what only says who is asking. Raises ``Unfetchable``."""
    return _tidy(urls.joined(text, base))


@lru_cache(maxsize=16_384)  # the pages of a site link to one another
def _tidy(absolute: str) -> str:
    url = URL(urls.parse(absolute).url)
    url.pathname = _PATH_SESSION.sub("", url.pathname)
    if url.search:
        kept = [pair for pair in url.search[1:].split("&") if pair and not _DROPPED.match(pair.partition("=")[0])]
        url.search = "&".join(kept)
    return str(url.href)


def is_file(url: str) -> bool:
    """Whether the name in an address that is tidy says that it is no page: an image, an archive, a script."""
    return _FILES.search(url.partition("?")[0]) is not None


def trap(url: str, today: date) -> str:
    """Why this address is not worth fetching, in a word; empty if it may be."""
    parts = URL(url)
    segments = [segment for segment in parts.pathname.split("/") if segment]
    if len(segments) > MAX_SEGMENTS:
        return "too_deep"
    if _repeats(segments):
        return "repeated"
    if parts.search.count("&") >= MAX_PARAMETERS or len(parts.search) > 250:
        return "parameters"
    for match in _MONTH.finditer(parts.pathname + parts.search):
        year = int(match[1] or match[3])
        if year > today.year + 1:
            return "calendar"
    return ""


def _repeats(segments: list[str]) -> bool:
    """One segment three times, or two that follow each other twice: a folder that is linked inside itself."""
    if segments and max(Counter(segments).values()) >= 3:
        return True
    pairs = Counter(pairwise(segments))
    return len(segments) >= 4 and max(pairs.values()) >= 2


def shape(url: str) -> tuple[str, bool]:
    """What addresses made by one template have in common; and whether there can be many of them."""
    parts = URL(url)
    segments = [segment for segment in parts.pathname.split("/") if segment]
    kept = [_NUMBER.sub("0", _CODE.sub("x", segment)) for segment in segments[:_SHAPED]]
    deep = ["*"] if len(segments) > _SHAPED else []
    names = sorted({pair.partition("=")[0] for pair in parts.search[1:].split("&") if pair})
    template = "/" + "/".join([*kept, *deep]) + ("?" + "&".join(names) if names else "")
    numbered = any(_NUMBER.search(segment) or _CODE.search(segment) for segment in segments[:_SHAPED])
    return template, bool(names or deep or numbered)


def penalty(url: str) -> int:
    """How much later than its depth an address is fetched: what may be a trap comes last."""
    parts = URL(url)
    return 2 * bool(parts.search) + 2 * bool(_MONTH.search(parts.pathname + parts.search))


def fingerprint(text: str, url: str = "") -> int:
    """A simhash of 64 bits over three words in a row: near texts have near fingerprints (Charikar, STOC 2002).

    Words with a digit, and those of its own path, do not count: what differs in dates, counters, made-up names and the
    path that it echoes says the same. Signed, as SQLite keeps integers; 0 for a text without words.
    """
    own = {word.lower() for word in _WORD.findall(url.partition("?")[0])}
    words = [word for word in _WORD.findall(text.lower()) if not _NUMBER.search(word) and word not in own]
    if not words:
        return 0
    shingles = {" ".join(words[n : n + 3]) for n in range(max(1, len(words) - 2))}
    hashes = b"".join(blake2b(shingle.encode(), digest_size=8).digest() for shingle in shingles)
    bits = np.unpackbits(np.frombuffer(hashes, np.uint8).reshape(-1, 8), axis=1)
    majority = bits.sum(axis=0, dtype=np.int64) * 2 > len(bits)
    return int.from_bytes(np.packbits(majority).tobytes(), "big", signed=True)


def distance(one: int, other: int) -> int:
    """Bits in which two fingerprints differ."""
    return ((one ^ other) & 0xFFFFFFFFFFFFFFFF).bit_count()


class Near:
    """Fingerprints, and which of them is like a given one. Four bands of 16 bits: 3 differences leave one."""

    def __init__(self) -> None:
        self._bands: tuple[dict[int, list[int]], ...] = ({}, {}, {}, {})

    def add(self, print_: int) -> None:
        for band, key in zip(self._bands, _bands(print_), strict=True):
            band.setdefault(key, []).append(print_)

    def nearest(self, print_: int) -> int | None:
        """Bits in which the nearest one differs; ``None`` if none is near."""
        near = zip(self._bands, _bands(print_), strict=True)
        bits = min((distance(print_, other) for band, key in near for other in band.get(key, ())), default=64)
        return bits if bits <= SAME_BITS else None


def _bands(print_: int) -> tuple[int, ...]:
    return tuple((print_ >> shift) & 0xFFFF for shift in (0, 16, 32, 48))
