"""May this address be crawled? The rules that a site states in robots.txt, by RFC 9309.

``protego`` reads the rules; what an absent, broken or unreachable file means is decided here (RFC 9309 §2.3.1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

from pincite.errors import Unfetchable

AGENT = "pincite"
"""The name that a site writes after ``User-agent:`` to mean this crawler."""
MAX_BYTES = 500 * 1024
"""The RFC's least: what comes after is not read."""
KEPT_S = 24 * 3600.0
"""Rules hold for a day at the most (RFC 9309 §2.4)."""
UNREACHABLE_S = 3600.0
"""A site whose rules can't be had is left alone for this long; then they are asked for again."""
_LINE = re.compile(
    r"\s*(user-?agent|allow|disallow|crawl-delay|request-rate|sitemap)(?:\s*:\s*|\s+)(.*)", re.IGNORECASE
)
_TOKEN = re.compile(r"[^A-Za-z_-]")
_NOBODY = "User-agent: *\nDisallow: /"


@dataclass(frozen=True)
class Rules:
    """What one origin wants. ``text`` can be stored; equal texts mean the same."""

    text: str = ""
    kept_s: float = KEPT_S

    def allows(self, url: str, agent: str = AGENT) -> bool:
        """``url`` as it would be sent, percent-encoded; what could not be sent is not allowed."""
        return url.isascii() and bool(_parsed(self.text, agent).can_fetch(url, agent))

    @property
    def delay_s(self) -> float:
        """Seconds that the site wants between two requests; 0 if it does not say."""
        parsed = _parsed(self.text, AGENT)
        rate = parsed.request_rate(AGENT)
        return max(float(parsed.crawl_delay(AGENT) or 0.0), rate.seconds / rate.requests if rate else 0.0)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        return tuple(_parsed(self.text, AGENT).sitemaps)


@lru_cache(maxsize=1024)
def _parsed(text: str, agent: str) -> Protego:
    return Protego.parse("\n".join(_plain(text, agent)))


def _plain(text: str, agent: str) -> Iterator[str]:
    """The lines as the RFC groups them, since protego takes some of them otherwise.

    A run of ``User-agent`` lines is ended by rules alone; a name ends with its last letter, ``-`` or ``_``, and must
    then be equal to ours, not its beginning.
    """
    sitemaps: list[str] = []
    for line in text.splitlines():
        match = _LINE.match(line)
        if not match:
            continue
        field, value = match[1].lower().replace("useragent", "user-agent"), match[2].partition("#")[0].strip()
        if field == "user-agent":
            name = "*" if value.startswith("*") else _TOKEN.split(value, maxsplit=1)[0].lower()
            yield f"User-agent: {name if name in ('*', agent.lower()) else '=other='}"
        elif field == "sitemap":
            sitemaps.append(f"Sitemap: {value}")
        else:
            yield f"{field}: {value}"
    yield from sitemaps


def rules(body: bytes) -> Rules:
    """The rules in a robots.txt that was sent."""
    return Rules(body[:MAX_BYTES].decode("utf-8", errors="replace").removeprefix("\ufeff"))


def without(problem: Unfetchable) -> Rules:
    """The rules of a site whose robots.txt did not come: none if it has none, else that it wants to be left alone.

    A 4xx or endless redirects mean that there are none; 429, a 5xx or no connection, that they can't be had now.
    """
    reason = problem.reason
    absent = (reason.startswith("status_4") and reason != "status_429") or reason == "redirects"
    return Rules() if absent else Rules(_NOBODY, UNREACHABLE_S)
