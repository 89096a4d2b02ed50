"""When do two addresses mean the same page? In the link graph: as soon as a browser would fetch the same, or nearly."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ada_url import URL

from pincite.types import Link

_LONGEST_ANCHOR = 200


@lru_cache(maxsize=65536)
def address(url: str) -> str:
    """The one spelling of an address: WHATWG's, without fragment, http and https alike. What is none stays as it is."""
    bare = url.partition("#")[0]
    try:
        href = URL(bare).href
    except (ValueError, UnicodeError):
        return bare
    return f"https:{href[5:]}" if href.startswith("http:") else href


def site(spelled: str) -> str:
    """The host of an address in its one spelling, without ``www.``; empty where it has none."""
    return spelled.partition("://")[2].partition("/")[0].removeprefix("www.")


def distinct(links: Iterable[Link]) -> dict[tuple[str, str], bool]:
    """Address and anchor of each different link, and whether it is nofollow; followed once is followed."""
    found: dict[tuple[str, str], bool] = {}
    for link in links:
        key = (address(link.target), " ".join(link.anchor.split())[:_LONGEST_ANCHOR])
        found[key] = found.get(key, True) and link.nofollow
    return found
