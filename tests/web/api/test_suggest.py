from __future__ import annotations

import httpx


def test_titles_are_suggested_while_typing(client: httpx.Client) -> None:
    assert "Eiffel Tower" in client.get("/api/suggest", params={"q": "eif"}).json()["suggestions"]
    assert client.get("/api/suggest", params={"q": ""}).json() == {"suggestions": []}


def test_browsers_get_the_list_that_they_expect(client: httpx.Client) -> None:
    response = client.get("/api/suggest", params={"q": "eif", "format": "opensearch"})
    assert response.headers["content-type"].startswith("application/x-suggestions+json")
    assert response.json()[0] == "eif"
    assert "Eiffel Tower" in response.json()[1]


def test_earlier_threads_are_suggested_to_the_page_and_to_no_address_bar(client: httpx.Client) -> None:
    client.post("/api/ask", json={"text": "What is a zeppelin?"}, headers={"prefer": "wait"})
    assert client.get("/api/suggest", params={"q": "zepp"}).json()["suggestions"] == ["What is a zeppelin?"]
    assert client.get("/api/suggest", params={"q": "zepp", "format": "opensearch"}).json()[1] == []


def test_an_earlier_thread_is_suggested_by_its_title_and_not_by_what_was_answered_in_it(client: httpx.Client) -> None:
    answer = client.post("/api/ask", json={"text": "Who built the iron lady?"}, headers={"prefer": "wait"}).json()
    thread = answer["question"]["thread_id"]
    client.post(
        "/api/ask", json={"text": "And what is a zeppelin, then?", "thread_id": thread}, headers={"prefer": "wait"}
    )
    assert client.get("/api/threads", params={"search": "zeppelin"}).json()["threads"]
    suggested = client.get("/api/suggest", params={"q": "zeppelin"}).json()["suggestions"]
    assert "Who built the iron lady?" not in suggested
    assert "Who built the iron lady?" in client.get("/api/suggest", params={"q": "IRON la"}).json()["suggestions"]


def test_models_and_focuses_are_listed(client: httpx.Client) -> None:
    assert client.get("/api/models").json()["default"] is None
    focuses = {focus["id"]: focus for focus in client.get("/api/focuses").json()["focuses"]}
    assert list(focuses)[:4] == ["all", "index", "web", "wikipedia"]
    assert (focuses["index"]["asks"], focuses["index"]["default"]) == ([], True)
    assert focuses["web"]["asks"]
