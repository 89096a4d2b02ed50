from __future__ import annotations

import httpx
import pytest
from tests.web.conftest import Served

from pincite.types import Hit


def test_hits_explain_their_rank(client: httpx.Client) -> None:
    found = client.post("/api/search", json={"query": "tall iron tower in Paris", "limit": 3}).json()
    hits = [Hit.model_validate_json(httpx.Response(200, json=hit).content) for hit in found["hits"]]
    assert hits[0].passage.document.title == "Eiffel Tower"
    assert len(hits) <= 3
    assert all(hit.signals for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_filters_hold(client: httpx.Client) -> None:
    body = {"query": "tower", "filters": {"sites": ["elsewhere.example"]}}
    assert client.post("/api/search", json=body).json()["hits"] == []


@pytest.mark.parametrize("site", ["https://Example.org/x?y", "example.org:443", " www.example.org. ", "*.example.org"])
def test_a_site_holds_however_it_is_written(client: httpx.Client, site: str) -> None:
    def found(**filters: list[str]) -> set[str]:
        reply = client.post("/api/search", json={"query": "tower moon tea", "limit": 100, "filters": filters})
        return {hit["passage"]["document"]["site"] for hit in reply.json()["hits"]}

    assert found(sites=[site]) == {"example.org"} < found()
    assert found(exclude_sites=[site]) == found() - {"example.org"}


@pytest.mark.parametrize("lang", ["EN", "en-US", "en_GB", " en"])
def test_a_language_holds_however_it_is_written(client: httpx.Client, lang: str) -> None:
    assert client.post("/api/search", json={"query": "tower", "filters": {"langs": [lang]}}).json()["hits"]


@pytest.mark.parametrize(("path", "name"), [("/api/search", "query"), ("/api/ask", "text")])
@pytest.mark.parametrize(
    ("filters", "detail"),
    [
        ({"sites": ["not a host"]}, "sites: 'not a host' is no host"),
        ({"exclude_sites": ["https://"]}, "exclude_sites: 'https://' is no host"),
        ({"exclude_sites": ["example.org", ""]}, "exclude_sites: '' is no host"),
        ({"langs": ["en", "english"]}, "langs: 'english' is no language"),
        ({"sites": [f"a{n}.example" for n in range(500)]}, "sites has 500 values; 200 are the most"),
        ({"exclude_sites": [f"a{n}.example" for n in range(2000)]}, "exclude_sites has 2,000 values; 200 are the most"),
        ({"phrases": ["a b"] * 50_000}, "phrases has 50,000 values; 200 are the most"),
    ],
)
def test_what_cannot_be_meant_by_a_filter_is_refused(
    client: httpx.Client, path: str, name: str, filters: dict[str, list[str]], detail: str
) -> None:
    reply = client.post(path, json={name: "tower", "filters": filters})
    assert reply.status_code == 422
    assert reply.json()["detail"] == detail
    assert reply.json()["hint"]


@pytest.mark.parametrize(("path", "name"), [("/api/search", "query"), ("/api/ask", "text")])
def test_a_collection_that_there_is_not_is_a_problem_with_those_that_there_are(
    client: httpx.Client, path: str, name: str
) -> None:
    reply = client.post(path, json={name: "tower", "filters": {"collections": ["elsewhere"]}})
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["detail"] == "no collection called 'elsewhere'; there are: default"


@pytest.mark.parametrize("query", ["", " ", "\x00", '"', "AND", "title:(", "💥", "a" * 4000, "[1 TO 2]"])
def test_an_odd_query_finds_little_and_breaks_nothing(client: httpx.Client, query: str) -> None:
    assert client.post("/api/search", json={"query": query}).status_code == 200


def test_the_index_says_how_far_it_is(client: httpx.Client) -> None:
    status = client.get("/api/index").json()
    assert status["passages"] >= status["embedded"] > 0
    assert status["documents"] >= 4


def test_the_policy_ranks_blocks_and_explains(client: httpx.Client, served: Served) -> None:
    query = {"query": "tall iron tower in Paris", "limit": 5, "why": True}
    before = client.post("/api/search", json=query).json()
    first, second, *_ = dict.fromkeys(hit["passage"]["document"]["url"] for hit in before["hits"])
    assert "for its words and meaning" in before["why"][0][0]
    policy = served.engine.settings.policy_file
    try:
        policy.write_text(f'[[source]]\npath = "{first}"\nblock = true\n\n[[source]]\npath = "{second}"\nboost = 1.5\n')
        after = client.post("/api/search", json=query).json()
        assert first not in {hit["passage"]["document"]["url"] for hit in after["hits"]}
        reasons = [
            lines
            for hit, lines in zip(after["hits"], after["why"], strict=True)
            if hit["passage"]["document"]["url"] == second
        ]
        assert reasons
        assert all(f"boosted ×1.5 by your policy: {second}" in lines for lines in reasons)
        policy.write_text("[[source]]\nsites = 3\n")
        refused = client.post("/api/search", json=query)
        assert refused.status_code == 500
        assert "line 2: a rule has no 'sites'" in refused.json()["detail"]
    finally:
        policy.unlink()
