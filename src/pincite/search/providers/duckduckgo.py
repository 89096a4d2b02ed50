"""DuckDuckGo without a key: the page it makes for browsers without scripts, https://html.duckduckgo.com/html/.

It is made for people: few questions a minute, or it shows a puzzle instead (status 202, or a page with ``anomaly`` in
it), which is taken as a refusal and never worked around. Links lead over its own address, with the target in ``uddg``.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import lxml.html
from lxml.etree import LxmlError

from pincite.errors import SearchFailed
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted
from pincite.types import Filters


async def _search(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    query = {"q": wanted.words(), "kl": _region(wanted), "df": _dates(wanted.filters)}
    response = await ask(Call("/html/", query, {"accept": "text/html"}))
    page = response.text()
    if response.status == 202 or "anomaly-modal" in page:
        raise SearchFailed(
            "it wants a puzzle solved first", reason="blocked", hint="ask less often, or set up a provider with a key"
        )
    try:
        root = lxml.html.document_fromstring(page)
    except (LxmlError, ValueError):
        raise SearchFailed("its reply is no page", reason="garbled") from None
    links = [link for link in root.iter("a") if "result__a" in (link.get("class") or "").split()]
    if not links and "no-results" not in page and 'id="links"' not in page:
        raise SearchFailed("its reply is not a page of results", reason="garbled")
    found = [
        Found(_target(link.get("href") or ""), " ".join("".join(map(str, link.itertext())).split())) for link in links
    ]
    return [each for each in found if each.url][: wanted.limit]


def _target(href: str) -> str:
    """Where a link leads in the end; empty for an advertisement."""
    parts = urlsplit(href if not href.startswith("//") else f"https:{href}")
    if parts.path == "/y.js":
        return ""
    return parse_qs(parts.query).get("uddg", [""])[0] if parts.path == "/l/" else href


def _region(wanted: Wanted) -> str:
    return f"{wanted.country}-{wanted.language or 'en'}" if wanted.country else "wt-wt"


def _dates(filters: Filters) -> str:
    if filters.after is None and filters.before is None:
        return ""
    return f"{filters.after or '1990-01-01'}..{filters.before or '2100-01-01'}"


PROVIDER = Provider(
    name="duckduckgo",
    label="DuckDuckGo",
    base_url="https://html.duckduckgo.com",
    search=_search,
    web=True,
    applies=frozenset({"sites", "exclude_sites", "after", "before"}),
    per_minute=10,
    per_day=300,
)
