from __future__ import annotations

import httpx
import pytest
from tests.web.conftest import Served


def test_results_have_the_fields_that_open_webui_reads(client: httpx.Client) -> None:
    found = client.post("/openwebui/search", json={"query": "eiffel tower", "count": 2}).json()
    assert 0 < len(found) <= 2
    assert found[0]["title"] == "Eiffel Tower"
    assert "330 metres" in found[0]["snippet"]
    assert all(one["link"] for one in found)


def test_there_are_as_many_documents_as_are_asked_for(crowded: Served) -> None:
    with crowded.client() as client:
        found = client.post("/openwebui/search", json={"query": "Paris", "count": 20}).json()
    assert len({one["link"] for one in found}) == 20


def test_what_was_found_can_be_loaded_and_what_is_unknown_is_left_out(client: httpx.Client) -> None:
    link = client.post("/openwebui/search", json={"query": "blue whale", "count": 1}).json()[0]["link"]
    pages = client.post("/openwebui/load", json={"urls": ["https://nowhere.example/", link]}).json()
    assert [page["metadata"]["source"] for page in pages] == [link]
    assert "krill" in pages[0]["page_content"]


@pytest.mark.parametrize("body", [{}, {"query": ""}, {"query": "x", "count": 0}, {"query": "x", "count": "many"}])
def test_a_bad_search_is_refused(client: httpx.Client, body: dict[str, object]) -> None:
    response = client.post("/openwebui/search", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
