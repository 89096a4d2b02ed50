"""Tavily: https://docs.tavily.com/documentation/api-reference/endpoint/search.

It delivers whole pages (``raw_content``), so that nothing has to be fetched. 432 and 433 say that a plan is used up.
"""

from __future__ import annotations

from collections.abc import Sequence

from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, day, rows, words_of


async def _search(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    filters = wanted.filters
    body: dict[str, object] = {
        "query": wanted.text[:400],
        "max_results": wanted.limit,
        "search_depth": "basic",
        "include_raw_content": "text",
        "include_domains": list(filters.sites),
        "exclude_domains": list(filters.exclude_sites),
    }
    if filters.after:
        body["start_date"] = filters.after.isoformat()
    if filters.before:
        body["end_date"] = filters.before.isoformat()
    reply = body_of(await ask(Call("/search", headers={"authorization": f"Bearer {wanted.key}"}, json=body)))
    return [
        Found(
            words_of(row, "url"),
            words_of(row, "title"),
            text=words_of(row, "raw_content"),
            published=day(row.get("published_date")),
        )
        for row in rows(reply, "results")
    ]


PROVIDER = Provider(
    name="tavily",
    label="Tavily",
    base_url="https://api.tavily.com",
    search=_search,
    key="needed",
    key_env="TAVILY_API_KEY",
    web=True,
    applies=frozenset({"sites", "exclude_sites", "after", "before"}),
    per_minute=60,
    per_day=500,
)
