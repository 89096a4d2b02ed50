"""Serper, which is Google's results: https://serper.dev/playground.

``tbs=cdr:1`` is Google's own spelling of a range of days. "Not enough credits" comes with status 400.
"""

from __future__ import annotations

from collections.abc import Sequence

from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, day, rows, words_of
from pincite.types import Filters


async def _search(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    narrowed = {"gl": wanted.country, "hl": wanted.language, "tbs": dates(wanted.filters)}
    body: dict[str, object] = {"q": wanted.words(), "num": wanted.limit}
    body |= {name: value for name, value in narrowed.items() if value}
    reply = body_of(await ask(Call("/search", headers={"x-api-key": wanted.key}, json=body)))
    return [
        Found(words_of(row, "link"), words_of(row, "title"), published=day(row.get("date")))
        for row in rows(reply, "organic")
    ]


def dates(filters: Filters) -> str:
    """Google's range of days, US spelling."""
    if filters.after is None and filters.before is None:
        return ""
    ends = (("cd_min", filters.after), ("cd_max", filters.before))
    return ",".join(["cdr:1", *(f"{name}:{each:%m/%d/%Y}" for name, each in ends if each)])


PROVIDER = Provider(
    name="serper",
    label="Google (by Serper)",
    base_url="https://google.serper.dev",
    search=_search,
    key="needed",
    key_env="SERPER_API_KEY",
    web=True,
    applies=frozenset({"sites", "exclude_sites", "after", "before"}),
    per_minute=100,
    per_day=1000,
)
