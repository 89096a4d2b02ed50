from __future__ import annotations

import httpx
import pytest


def ask(client: httpx.Client, text: str) -> str:
    answer = client.post("/api/ask", json={"text": text}, headers={"prefer": "wait"}).json()
    return str(answer["question"]["thread_id"])


def test_threads_are_listed_the_newest_first_a_page_at_a_time(client: httpx.Client) -> None:
    made = [ask(client, f"How tall is the Eiffel Tower, try {i}?") for i in range(3)]
    first = client.get("/api/threads", params={"limit": 2}).json()
    second = client.get("/api/threads", params={"limit": 2, "offset": first["next"]}).json()
    listed = [thread["id"] for thread in first["threads"] + second["threads"]]
    assert listed[:3] == made[::-1]


def test_threads_are_found_by_their_words(client: httpx.Client) -> None:
    thread = ask(client, "Do blue whales eat krill?")
    found = client.get("/api/threads", params={"search": "whales krill"}).json()["threads"]
    assert thread in [one["id"] for one in found]
    assert client.get("/api/threads", params={"search": "zzzqqq"}).json() == {"threads": [], "next": None}


@pytest.mark.parametrize("search", ['"', "*", "AND OR NOT", "a' OR 1=1 --", "(", "\x00", "💥", "%", "a" * 500])
def test_a_search_for_odd_characters_is_only_a_search(client: httpx.Client, search: str) -> None:
    assert client.get("/api/threads", params={"search": search}).status_code == 200


def test_a_thread_is_renamed(client: httpx.Client) -> None:
    thread = ask(client, "How heavy is a blue whale?")
    assert client.patch(f"/api/threads/{thread}", json={"title": " Whales "}).json()["title"] == "Whales"
    assert client.get(f"/api/threads/{thread}").json()["thread"]["title"] == "Whales"


@pytest.mark.parametrize("title", ["", "   ", "\0", " \0\u200b", "x" * 201, 5, None])
def test_a_title_is_words(client: httpx.Client, title: object) -> None:
    thread = ask(client, "How heavy is a blue whale?")
    assert client.patch(f"/api/threads/{thread}", json={"title": title}).status_code == 422
    assert client.get(f"/api/threads/{thread}").json()["thread"]["title"] == "How heavy is a blue whale?"


def test_a_deleted_thread_is_gone_with_its_answers(client: httpx.Client) -> None:
    thread = ask(client, "What is honey made of?")
    answer = client.get(f"/api/threads/{thread}").json()["answers"][0]["id"]
    assert client.delete(f"/api/threads/{thread}").status_code == 204
    for path in (f"/api/threads/{thread}", f"/api/answers/{answer}", f"/api/answers/{answer}/events"):
        assert client.get(path).status_code == 404


def test_an_unknown_thread_is_not_found(client: httpx.Client) -> None:
    assert client.get("/api/threads/nobody").status_code == 404
    assert client.delete("/api/threads/nobody").status_code == 404
    assert client.patch("/api/threads/nobody", json={"title": "x"}).status_code == 404
