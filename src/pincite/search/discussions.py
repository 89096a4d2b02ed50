"""What do people say to each other? Hacker News by Algolia's search, Reddit by its own.

https://hn.algolia.com/api: comments and stories with text. Reddit's search as JSON, https://www.reddit.com/dev/api/#GET_search:
posts with text; it refuses (403) or slows down (429) who asks often.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

from pincite.ports import Focus
from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, day, plain, rows, words_of


async def _hackernews(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    filters = wanted.filters
    limits = [
        f"created_at_i{sign}{int(datetime.combine(when, at, UTC).timestamp())}"
        for sign, when, at in ((">=", filters.after, time.min), ("<=", filters.before, time.max))
        if when
    ]
    query: dict[str, str | int] = {
        "query": wanted.text[:500], "tags": "(story,comment)", "hitsPerPage": wanted.limit,
        "numericFilters": ",".join(limits),
    }  # fmt: skip
    hits = rows(body_of(await ask(Call("/api/v1/search", query))), "hits")
    return [
        Found(
            f"https://news.ycombinator.com/item?id={words_of(row, 'objectID')}",
            words_of(row, "title", "story_title"),
            text=plain(words_of(row, "comment_text", "story_text")),
            published=day(row.get("created_at")),
            authors=tuple(filter(None, [words_of(row, "author")])),
        )
        for row in hits
        if words_of(row, "comment_text", "story_text")
    ]


async def _reddit(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    query: dict[str, str | int] = {
        "q": wanted.text[:500], "limit": wanted.limit, "sort": "relevance", "type": "link", "raw_json": 1,
    }  # fmt: skip
    listed = rows(body_of(await ask(Call("/search.json", query))), "data", "children")
    posts = [row["data"] for row in listed if isinstance(row.get("data"), dict)]
    return [
        Found(
            f"https://www.reddit.com{words_of(post, 'permalink')}",
            words_of(post, "title"),
            text=plain(words_of(post, "selftext")),
            published=day(post.get("created_utc")),
            authors=tuple(filter(None, [words_of(post, "author")])),
        )
        for post in posts
        if words_of(post, "selftext") and not post.get("over_18")
    ]


FOCUS = Focus(
    id="discussions",
    label="Discussions",
    description="What people say to each other",
    backends=("hackernews", "reddit"),
    place=55,
)
PROVIDERS = (
    Provider(
        name="hackernews",
        label="Hacker News",
        base_url="https://hn.algolia.com",
        search=_hackernews,
        applies=frozenset({"after", "before"}),
        per_minute=60,
        per_day=5000,
    ),
    Provider(
        name="reddit",
        label="Reddit",
        base_url="https://www.reddit.com",
        search=_reddit,
        per_minute=8,
        per_day=500,
    ),
)
