"""What leaves for each service, and what is made of odd replies."""

import json
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pincite.crawl.fetch import Response
from pincite.errors import SearchFailed
from pincite.ports import Deadline
from pincite.search.academic import restored
from pincite.search.focus import focuses, providers
from pincite.search.live.desk import Desk
from pincite.search.live.provider import Call, Wanted, day, plain, rows
from pincite.search.live.search import Line
from pincite.testing.search_server import SearchServer
from pincite.types import Filters

NARROW = Wanted(
    "eiffel tower",
    filters=Filters(
        sites=("example.org",),
        exclude_sites=("spam.example",),
        langs=("fr",),
        after=date(2024, 1, 2),
        before=date(2024, 5, 6),
    ),
    country="de",
)
MAPPED: dict[str, dict[str, Any]] = {
    "searxng": {"q": "eiffel tower site:example.org -site:spam.example", "language": "fr", "format": "json"},
    "brave": {"freshness": "2024-01-02to2024-05-06", "search_lang": "fr", "country": "DE"},
    "google": {"sort": "date:r:20240102:20240506", "lr": "lang_fr", "gl": "de", "cx": "cx1"},
    "duckduckgo": {"df": "2024-01-02..2024-05-06", "kl": "de-fr"},
    "openalex": {"filter": "has_abstract:true,from_publication_date:2024-01-02,to_publication_date:2024-05-06"},
    "arxiv": {"search_query": "all:eiffel AND all:tower AND submittedDate:[202401020000 TO 202405062359]"},
    "semanticscholar": {"publicationDateOrYear": "2024-01-02:2024-05-06"},
    "pubmed": {"mindate": "2024/01/02", "maxdate": "2024/05/06", "datetype": "pdat"},
    "hackernews": {"numericFilters": "created_at_i>=1704153600,created_at_i<=1715039999"},
}
SENT: dict[str, dict[str, Any]] = {
    "tavily": {"include_domains": ["example.org"], "start_date": "2024-01-02", "end_date": "2024-05-06"},
    "exa": {"includeDomains": ["example.org"], "startPublishedDate": "2024-01-02T00:00:00.000Z", "userLocation": "DE"},
    "serper": {"gl": "de", "hl": "fr", "tbs": "cdr:1,cd_min:01/02/2024,cd_max:05/06/2024"},
}


@pytest.mark.parametrize("name", [*MAPPED, *SENT])
async def test_filters_are_said_in_the_services_own_words(
    desk: Callable[..., Desk], line: Line, world: SearchServer, name: str
) -> None:
    await desk(name).search(NARROW, await line.open(), Deadline.after(3), date(2026, 11, 25))
    request = world.asked(name)[0]
    said = request.json if name in SENT else request.query
    assert isinstance(said, dict)
    wanted = SENT.get(name) or MAPPED[name]
    assert {field: said.get(field) for field in wanted} == wanted
    assert "" not in request.query.values()


def test_a_long_list_of_sites_does_not_make_the_question_too_long() -> None:
    words = Wanted("how " * 100, filters=Filters(sites=focuses()["code"].sites)).words()
    assert len(words) <= 400
    assert "site:docs.python.org" in words


def test_a_long_list_of_sites_left_out_does_not_push_the_question_out() -> None:
    out = tuple(f"number-{n}.spam.example" for n in range(30))
    words = Wanted("how tall is it", filters=Filters(exclude_sites=out, exclude_words=("cheap",) * 30)).words()
    assert len(words) <= 400
    assert words.startswith("how tall is it -site:number-0.spam.example")


async def test_an_article_of_wikipedia_is_of_the_day_of_its_last_edit() -> None:
    async def ask(call: Call) -> Response:
        page = {"title": "Tower", "extract": "It is tall.", "touched": "2026-11-29T08:00:00Z", "pagelanguage": "en"}
        row = {"title": "Tower", "timestamp": "2024-03-01T10:00:00Z"}
        body = {"query": {"search": [row]} if "list" in call.query else {"pages": [page]}}
        return Response("x", 200, {"content-type": "application/json"}, json.dumps(body).encode())

    (found,) = await providers()["wikipedia"].search(Wanted("tower"), ask)
    assert (found.text, found.published) == ("It is tall.", date(2024, 3, 1))


def test_an_inverted_index_gives_its_text_back() -> None:
    assert restored({"tall": [2, 5], "It": [0], "is": [1], "and": [3], "very": [4]}) == "It is tall and very tall"
    assert restored({"a": ["x", -1, 10**9], "b": None}) == ""
    assert restored(None) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-03-05T10:00:00Z", date(2024, 3, 5)),
        ("Mar 5, 2024", date(2024, 3, 5)),
        ("2024 Mar", date(2024, 3, 1)),
        ("2024", date(2024, 1, 1)),
        (1709596800, date(2024, 3, 5)),
        ("3 days ago", None),
        (-5, None),
        (True, None),
        (None, None),
        ("", None),
    ],
)
def test_days_are_read_in_the_spellings_that_apis_use(value: object, expected: date | None) -> None:
    assert day(value) == expected


def test_a_day_is_the_same_wherever_the_machine_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        assert day(1700000000) == day("2023-11-14T22:13:20Z") == date(2023, 11, 14)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_markup_becomes_words_on_lines() -> None:
    assert plain("<p>I&#x27;d <b>say</b></p><pre>x &lt; 1</pre>") == "I'd say\nx < 1"
    assert plain("1 < 2 & more") == "1 < 2 & more"
    assert plain("<script>alert(1)</script>ok") == "ok"


def test_a_reply_of_another_shape_is_garbled_and_an_absent_list_is_empty() -> None:
    assert rows({"web": {}}, "web", "results") == []
    for body in ([], "text", {"web": "text"}, {"web": {"results": {}}}):
        with pytest.raises(SearchFailed):
            rows(body, "web", "results")


def test_every_provider_is_named_once_and_says_what_it_needs() -> None:
    for name, one in providers().items():
        assert name == one.name
        assert one.label
        assert one.base_url or one.name == "searxng"
        assert bool(one.key_env) == (one.key != "none")
