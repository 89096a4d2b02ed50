from __future__ import annotations

import httpx
import pytest
from tests.web.compat.conftest import CROWDED
from tests.web.conftest import Served

from pincite.ports import Hits, Query
from pincite.types import Degradation


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_results_have_searxngs_shape(client: httpx.Client, method: str) -> None:
    fields = {
        "q": "eiffel tower",
        "format": "json",
        "engines": "google,bing",
        "language": "de",
        "categories": "general",
    }
    sent = client.get("/search", params=fields) if method == "GET" else client.post("/search", data=fields)
    found = sent.json()
    assert found["query"] == "eiffel tower"
    assert found["number_of_results"] == len(found["results"]) > 0
    first = found["results"][0]
    assert first["title"] == "Eiffel Tower"
    assert {"url", "content", "engine", "engines", "score", "category", "publishedDate"} <= first.keys()
    assert len({result["url"] for result in found["results"]}) == len(found["results"])


def test_the_next_page_has_other_results(client: httpx.Client) -> None:
    pages = [
        client.get("/search", params={"q": "the", "format": "json", "pageno": page}).json()["results"]
        for page in (1, 2)
    ]
    first, second = ({result["url"] for result in page} for page in pages)
    assert not first & second


def test_the_pages_together_have_every_document_once(crowded: Served) -> None:
    with crowded.client() as client:
        pages = [
            client.get("/search", params={"q": "Paris", "format": "json", "pageno": page}).json()
            for page in range(1, 5)
        ]
    assert [page["number_of_results"] for page in pages] == [10, 10, CROWDED - 20, 0]
    assert len({result["url"] for page in pages for result in page["results"]}) == CROWDED


def test_without_json_the_page_asks_at_once(client: httpx.Client) -> None:
    response = client.get("/search", params={"q": "How tall is the Eiffel Tower?"})
    assert response.status_code == 303
    assert response.headers["location"].startswith("/t/")


def test_an_empty_search_is_refused(client: httpx.Client) -> None:
    assert client.get("/search", params={"q": "", "format": "json"}).status_code == 422
    assert client.get("/search", params={"format": "json"}).status_code == 422
    assert client.get("/search", params={"q": "x", "format": "json", "pageno": 0}).status_code == 422


# ── which focus is asked ──


@pytest.fixture
def asked(served: Served, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The focuses that searches are made with; nobody outside is really asked."""
    focuses: list[str] = []

    async def search(query: Query, focus: str = "index", _focuses: object = None) -> Hits:
        focuses.append(focus)
        return Hits.of((), (Degradation(part="brave", reason="rate_limited", detail="Brave: 429"),))

    monkeypatch.setattr(served.engine, "search", search)
    return focuses


@pytest.mark.parametrize(
    ("fields", "focus"),
    [
        ({}, ""),
        ({"engines": "google,bing"}, ""),
        ({"engines": "arxiv, Google Scholar,pubmed"}, "academic"),
        ({"engines": "reddit"}, "discussions"),
        ({"engines": "wikipedia", "categories": "science"}, "wikipedia"),
        ({"engines": "wikipedia,arxiv"}, ""),
        ({"engines": "wikipedia,youtube"}, ""),
        ({"categories": "science"}, "academic"),
        ({"categories": "general"}, ""),
        ({"engines": "arxiv", "focus": "index"}, "index"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_engines_and_categories_pick_a_focus_where_they_mean_one(
    client: httpx.Client, asked: list[str], fields: dict[str, str], focus: str, method: str
) -> None:
    sent = {"q": "tides", "format": "json"} | fields
    response = client.get("/search", params=sent) if method == "GET" else client.post("/search", data=sent)
    assert response.status_code == 200
    assert asked == [focus]
    assert response.json()["unresponsive_engines"] == [["brave", "rate_limited"]]
