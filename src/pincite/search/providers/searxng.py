"""SearXNG, one's own or a friend's: https://docs.searxng.org/dev/search_api.html.

``format=json`` has to be allowed in its settings.yml; where it is not, it says 403. There is no parameter for dates but
``time_range``, and sites go into the question as ``site:``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, day, rows, words_of

_RANGES = ((1, "day"), (7, "week"), (31, "month"), (366, "year"))


async def _search(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    query = {
        "q": wanted.words(),
        "format": "json",
        "categories": "general",
        "language": wanted.language or "all",
        "time_range": _range(wanted.filters.after),
    }
    headers = {"authorization": f"Bearer {wanted.key}"} if wanted.key else {}
    body = body_of(await ask(Call("/search", query, headers)))
    return [
        Found(words_of(row, "url"), words_of(row, "title"), published=day(row.get("publishedDate")))
        for row in rows(body, "results")
    ]


def _range(after: date | None) -> str:
    """The shortest range that still holds the day; what is too old in it is left out later."""
    days = (date.today() - after).days if after else None
    return next((name for most, name in _RANGES if days is not None and days <= most), "")


PROVIDER = Provider(
    name="searxng",
    label="SearXNG",
    base_url="",
    search=_search,
    key="optional",
    key_env="SEARXNG_API_KEY",
    web=True,
    applies=frozenset({"sites", "exclude_sites", "langs"}),
    per_minute=60,
    per_day=20_000,
)
