"""Google Programmable Search: https://developers.google.com/custom-search/v1/reference/rest/v1/cse/list.

Ten results a request, a hundred requests a day without paying; beyond, it says 429. Dates go into ``sort``.
"""

from __future__ import annotations

from collections.abc import Sequence

from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, rows, words_of
from pincite.types import Filters


async def _search(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    query: dict[str, str | int] = {
        "key": wanted.key,
        "cx": wanted.engine,
        "q": wanted.words(),
        "num": min(10, wanted.limit),
        "gl": wanted.country,
        "lr": f"lang_{wanted.filters.langs[0]}" if wanted.filters.langs else "",
        "sort": _dates(wanted.filters),
    }
    reply = body_of(await ask(Call("/customsearch/v1", query)))
    return [Found(words_of(row, "link"), words_of(row, "title")) for row in rows(reply, "items")]


def _dates(filters: Filters) -> str:
    """``date:r:from:to``, either end open."""
    if filters.after is None and filters.before is None:
        return ""
    ends = (f"{each:%Y%m%d}" if each else "" for each in (filters.after, filters.before))
    return ":".join(["date:r", *ends])


PROVIDER = Provider(
    name="google",
    label="Google",
    base_url="https://www.googleapis.com",
    search=_search,
    key="needed",
    key_env="GOOGLE_API_KEY",
    needs_engine=True,
    web=True,
    applies=frozenset({"sites", "exclude_sites", "langs", "after", "before"}),
    per_minute=60,
    per_day=100,
    limit=10,
)
