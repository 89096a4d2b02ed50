"""What do programmers answer each other? Stack Overflow by the Stack Exchange API 2.3.

https://api.stackexchange.com/docs/advanced-search and /docs/answers-on-questions. Question and answers of one page
make one document. Without a key 300 requests a day; ``backoff`` asks to wait, an error has an ``error_id`` and status
400 (502: throttled). Bodies are HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from typing import Any

from pincite.ports import Focus
from pincite.search.live.desk import body_of
from pincite.search.live.provider import Ask, Call, Found, Provider, Wanted, day, plain, rows, words_of

QUESTIONS = 5
_BEST = 3
"""Answers of one question, the best voted."""


async def _search(wanted: Wanted, ask: Ask) -> Sequence[Found]:
    shared: dict[str, str | int] = {"site": "stackoverflow", "filter": "withbody", "key": wanted.key}
    query = {
        **shared, "q": wanted.text[:200], "order": "desc", "sort": "relevance", "answers": 1,
        "pagesize": min(QUESTIONS, wanted.limit),
    }  # fmt: skip
    asked = rows(body_of(await ask(Call("/2.3/search/advanced", query))), "items")
    ids = [str(row["question_id"]) for row in asked if isinstance(row.get("question_id"), int)]
    if not ids:
        return []
    more = {**shared, "order": "desc", "sort": "votes", "pagesize": 30}
    answers = rows(body_of(await ask(Call(f"/2.3/questions/{';'.join(ids)}/answers", more))), "items")
    return [
        _document(row, [each for each in answers if each.get("question_id") == row["question_id"]])
        for row in asked
        if "question_id" in row
    ]


def _document(question: dict[str, Any], answers: list[dict[str, Any]]) -> Found:
    said = [f"Answer ({each.get('score', 0)} votes): {plain(words_of(each, 'body'))}" for each in answers[:_BEST]]
    return Found(
        words_of(question, "link"),
        unescape(words_of(question, "title")),
        text="\n\n".join([f"Question: {plain(words_of(question, 'body'))}", *said]),
        published=day(question.get("last_activity_date")),
        lang="en",
        authors=tuple(filter(None, [_author(question)])),
    )


def _author(row: dict[str, Any]) -> str:
    owner = row.get("owner")
    return unescape(words_of(owner, "display_name")) if isinstance(owner, dict) else ""


FOCUS = Focus(
    id="stackoverflow",
    label="Stack Overflow",
    description="Questions and answers of programmers",
    backends=("stackoverflow",),
    collection="stackexchange",
    place=40,
)
PROVIDERS = (
    Provider(
        name="stackoverflow",
        label="Stack Exchange",
        base_url="https://api.stackexchange.com",
        search=_search,
        key="optional",
        key_env="STACKEXCHANGE_KEY",
        per_minute=30,
        per_day=300,
        limit=QUESTIONS,
    ),
)
