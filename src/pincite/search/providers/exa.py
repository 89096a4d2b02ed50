"""Exa: https://exa.ai/docs/reference/search.

It delivers whole pages (``contents.text``) and takes questions as they are asked, for it searches by meaning.
"""

from __future__ import annotations

from collections.abc import Sequence

from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, day, rows, words_of

_CHARACTERS = 20_000
"""Of one page: about 25 passages."""


async def _search(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    filters = wanted.filters
    body: dict[str, object] = {
        "query": wanted.text,
        "numResults": wanted.limit,
        "type": "auto",
        "contents": {"text": {"maxCharacters": _CHARACTERS}},
    }
    if wanted.country:
        body["userLocation"] = wanted.country.upper()
    if filters.sites:
        body["includeDomains"] = list(filters.sites)
    if filters.exclude_sites:
        body["excludeDomains"] = list(filters.exclude_sites)
    if filters.after:
        body["startPublishedDate"] = f"{filters.after}T00:00:00.000Z"
    if filters.before:
        body["endPublishedDate"] = f"{filters.before}T23:59:59.999Z"
    reply = body_of(await ask(Call("/search", headers={"x-api-key": wanted.key}, json=body)))
    return [
        Found(
            words_of(row, "url"),
            words_of(row, "title"),
            text=words_of(row, "text"),
            published=day(row.get("publishedDate")),
            authors=tuple(filter(None, [words_of(row, "author")])),
        )
        for row in rows(reply, "results")
    ]


PROVIDER = Provider(
    name="exa",
    label="Exa",
    base_url="https://api.exa.ai",
    search=_search,
    key="needed",
    key_env="EXA_API_KEY",
    web=True,
    applies=frozenset({"sites", "exclude_sites", "after", "before"}),
    per_minute=60,
    per_day=500,
)
