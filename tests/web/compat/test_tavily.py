"""The real ``tavily-python`` client against the real server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tavily import BadRequestError, InvalidAPIKeyError, TavilyClient
from tests.web.conftest import Served, indexed, serving

from pincite.settings import Settings
from pincite.web.compat.tavily import Search

TOKEN = "correct-horse-battery-staple"


@pytest.fixture
def tavily(served: Served) -> Iterator[TavilyClient]:
    with TavilyClient(api_key="any", api_base_url=f"{served.url}/tavily") as client:
        yield client


def test_results_are_documents_with_their_passages(tavily: TavilyClient) -> None:
    found = tavily.search("eiffel tower", max_results=2)
    assert found["query"] == "eiffel tower"
    assert found["answer"] is None
    assert 0 < len(found["results"]) <= 2
    first = found["results"][0]
    assert first["title"] == "Eiffel Tower"
    assert "330 metres" in first["content"]
    assert first["raw_content"] is None
    scores = [one["score"] for one in found["results"]]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({one["url"] for one in found["results"]}) == len(found["results"])


def test_there_are_as_many_documents_as_are_asked_for(crowded: Served) -> None:
    with TavilyClient(api_key="any", api_base_url=f"{crowded.url}/tavily") as tavily:
        results = tavily.search("Paris", max_results=20)["results"]
    assert len({one["url"] for one in results}) == 20
    scores = [one["score"] for one in results]
    assert scores == sorted(scores, reverse=True)


def test_an_answer_and_whole_texts_come_if_they_are_asked_for(tavily: TavilyClient) -> None:
    found = tavily.search("How tall is the Eiffel Tower?", include_answer=True, include_raw_content="text")
    assert "330" in found["answer"]
    assert "[1]" in found["answer"]
    assert len(found["results"][0]["raw_content"]) > len(found["results"][0]["content"])


def test_where_nothing_answers_there_is_no_answer_and_it_is_said_why(tavily: TavilyClient) -> None:
    found = tavily.search("Who won the chess olympiad in Samarkand?", include_answer=True)
    assert found["answer"] is None
    assert ("sources", "no_answer") in [(one["part"], one["reason"]) for one in found["degraded"]]


def test_the_older_call_for_an_answer_works(tavily: TavilyClient) -> None:
    with pytest.warns(DeprecationWarning, match="qna_search"):
        assert "330" in tavily.qna_search("How tall is the Eiffel Tower?")


def test_filters_are_honoured(tavily: TavilyClient) -> None:
    assert tavily.search("eiffel tower", include_domains=["nowhere.example"])["results"] == []
    assert tavily.search("eiffel tower", time_range="day")["results"] == []
    assert tavily.search("eiffel tower", start_date="2024-01-01", end_date="2024-01-02")["results"] == []
    assert tavily.search("eiffel tower", topic="news", days=3)["results"] == []


def test_its_words_for_filters_become_ours() -> None:
    asked = Search(query="x", include_domains=["https://www.a.org/b"], exclude_domains=["c.org"], time_range="w")
    made = asked.model_copy(update={"start_date": "2025-03-01", "end_date": "2025-04-02"}).filters(date(2025, 3, 31))
    assert made.sites == ("a.org",)
    assert made.exclude_sites == ("c.org",)
    assert (made.after, made.before) == (date(2025, 3, 24), date(2025, 4, 2))


def test_what_is_indexed_is_extracted_and_the_rest_is_named(tavily: TavilyClient) -> None:
    url = tavily.search("blue whale", max_results=1)["results"][0]["url"]
    made = tavily.extract([url, "https://nowhere.example/"])
    assert [one["url"] for one in made["results"]] == [url]
    assert "krill" in made["results"][0]["raw_content"]
    assert [one["url"] for one in made["failed_results"]] == ["https://nowhere.example/"]
    assert "pincite crawl" in made["failed_results"][0]["error"]


def test_what_cannot_be_taken_is_refused_in_its_shape(tavily: TavilyClient) -> None:
    with pytest.raises(BadRequestError, match="query"):
        tavily.search("")
    with pytest.raises(BadRequestError, match="2024-13-01"):
        tavily.search("x", start_date="2024-13-01")


def test_its_key_is_the_access_token(tmp_path: Path, small_corpus: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with serving(lambda: indexed(settings, small_corpus), settings, TOKEN) as running:
        with TavilyClient(api_key=TOKEN, api_base_url=f"{running.url}/tavily") as client:
            assert client.search("eiffel tower")["results"]
        with (
            TavilyClient(api_key="wrong", api_base_url=f"{running.url}/tavily") as client,
            pytest.raises(InvalidAPIKeyError, match="token"),
        ):
            client.search("eiffel tower")
