"""What does Wikipedia say? Its search, then the whole text of the best articles.

MediaWiki's action API, https://www.mediawiki.org/wiki/API:Search and https://www.mediawiki.org/wiki/Extension:TextExtracts.
Whole extracts are given one page a request. Errors come with status 200 and an ``error`` in the body. The language is
the question's; own copies (a dump in the collection ``wikipedia``) are asked instead where there are any.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from pincite.errors import SearchFailed
from pincite.ports import Focus
from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, day, rows, words_of

ARTICLES = 4
"""Articles that are read whole."""
_AGENT = {"api-user-agent": "pincite"}


async def _search(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    query: dict[str, str | int] = {
        "action": "query", "list": "search", "srsearch": wanted.text[:300], "srlimit": min(ARTICLES, wanted.limit),
        "srprop": "timestamp", "format": "json", "formatversion": 2, "maxlag": 5,
    }  # fmt: skip
    results = rows(_sound(body_of(await ask(Call("/w/api.php", query, _AGENT)))), "query", "search")
    edited = {title: day(row.get("timestamp")) for row in results if (title := words_of(row, "title"))}
    articles_read = (_article(title, last, wanted, ask) for title, last in edited.items())
    read = await asyncio.gather(*articles_read, return_exceptions=True)
    articles = [article for article in read if isinstance(article, Found) and article.text]
    failed = [error for error in read if isinstance(error, BaseException)]
    if failed and not articles:
        raise failed[0]
    return articles


async def _article(title: str, edited: date | None, wanted: Wanted, ask: Ask) -> Found:
    """The whole article, by the day of its last edit: ``touched`` changes with every purge of a cache."""
    query: dict[str, str | int] = {
        "action": "query", "prop": "extracts|info", "explaintext": 1, "exsectionformat": "wiki", "inprop": "url",
        "titles": title, "redirects": 1, "format": "json", "formatversion": 2,
    }  # fmt: skip
    pages = rows(_sound(body_of(await ask(Call("/w/api.php", query, _AGENT)))), "query", "pages")
    page = pages[0] if pages else {}
    url = words_of(page, "canonicalurl", "fullurl") or f"{wanted.base_url}/wiki/{quote(title.replace(' ', '_'))}"
    return Found(
        url,
        words_of(page, "title") or title,
        text=words_of(page, "extract"),
        published=edited,
        lang=words_of(page, "pagelanguage")[:2],
    )


def _sound(body: object) -> object:
    """The body, unless it is an error: ``maxlag`` and ``ratelimited`` say that it is too busy for us."""
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, dict):
        code = str(error.get("code"))
        busy = code in {"maxlag", "ratelimited"}
        raise SearchFailed(f"it said {code}", reason="rate_limited" if busy else "refused")
    return body


FOCUS = Focus(
    id="wikipedia",
    label="Wikipedia",
    description="Articles, in the question's language",
    backends=("wikipedia",),
    collection="wikipedia",
    place=30,
)
PROVIDERS = (
    Provider(
        name="wikipedia",
        label="Wikipedia",
        base_url="https://{lang}.wikipedia.org",
        search=_search,
        per_minute=100,
        per_day=5000,
        limit=ARTICLES,
    ),
)
