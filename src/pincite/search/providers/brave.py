"""Brave Search: https://api-dashboard.search.brave.com/app/documentation/web-search/query.

``freshness`` takes a range of days. Without a plan for more it takes one request a second, and says 429 beyond.
"""

from __future__ import annotations

from collections.abc import Sequence

from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, day, rows, words_of
from pincite.types import Filters


async def _search(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    query: dict[str, str | int] = {
        "q": wanted.words(),
        "count": wanted.limit,
        "search_lang": wanted.language,
        "country": wanted.country.upper(),
        "freshness": _freshness(wanted.filters),
        "text_decorations": "false",
        "result_filter": "web",
    }
    headers = {"x-subscription-token": wanted.key}
    body = body_of(await ask(Call("/res/v1/web/search", query, headers)))
    return [
        Found(
            words_of(row, "url"),
            words_of(row, "title"),
            published=day(row.get("page_age")),
            lang=words_of(row, "language")[:2],
        )
        for row in rows(body, "web", "results")
    ]


def _freshness(filters: Filters) -> str:
    if filters.after is None and filters.before is None:
        return ""
    return f"{filters.after or '1990-01-01'}to{filters.before or '2100-01-01'}"


PROVIDER = Provider(
    name="brave",
    label="Brave Search",
    base_url="https://api.search.brave.com",
    search=_search,
    key="needed",
    key_env="BRAVE_API_KEY",
    web=True,
    applies=frozenset({"sites", "exclude_sites", "langs", "after", "before"}),
    per_minute=50,
    per_day=1000,
)
