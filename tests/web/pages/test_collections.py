"""Collections by form, without scripts and without accounts: made, filled, told to the model, opened and let go."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from tests.browser.stage import Stage
from tests.web.conftest import Served
from tests.web.pages.test_page import asked, finished

from pincite.testing.model_server import ModelServer

HTML = {"accept": "text/html"}


@pytest.fixture
def collection(client: httpx.Client) -> str:
    """The path of a new collection."""
    reply = client.post("/collections", data={"title": "Sea animals", "emoji": "🐋"}, headers=HTML)
    assert reply.status_code == 303, reply.text
    return reply.headers["location"].removesuffix("/settings")


def change(client: httpx.Client, collection: str, **words: str) -> None:
    form = {"title": "Sea animals", "emoji": "🐋", **words}
    assert client.post(f"{collection}/settings", data=form, headers=HTML).status_code == 303


def test_an_empty_list_teaches_what_a_collection_is(client: httpx.Client) -> None:
    assert "New collection" in client.get("/collections").text


def test_a_question_asked_in_a_collection_opens_its_thread_there(client: httpx.Client, collection: str) -> None:
    there = asked(client, "How do plants breathe?", collection=collection.removeprefix("/c/"))
    finished(client, there)
    html = client.get(collection).text
    assert f'href="{there.split("#")[0]}"' in html
    assert "1 answer" in html
    reply = client.post("/ask", data={"text": "What?", "collection": "unknown"}, headers=HTML)
    assert reply.status_code == 404


def test_moving_a_thread_says_first_what_changes_for_its_readers(
    client: httpx.Client, served: Served, collection: str
) -> None:
    stage = Stage(served).whole()
    change(client, collection, visibility="link")
    html = client.get(f"/t/{stage.thread_id}/move").text
    assert re.search(r"Sea animals.*so can whoever has its link", html, re.DOTALL)
    assert "only you read it" in html
    form = {"collection": collection.removeprefix("/c/")}
    assert client.post(f"/t/{stage.thread_id}/move", data=form).status_code == 303
    assert f"/t/{stage.thread_id}" in client.get(collection).text
    client.post(f"/t/{stage.thread_id}/move", data={"collection": ""})
    assert f"/t/{stage.thread_id}" not in client.get(collection).text


def test_an_open_collection_is_read_at_its_address_until_it_is_private(
    client: httpx.Client, served: Served, collection: str
) -> None:
    stage = Stage(served).whole()
    client.post(f"/t/{stage.thread_id}/move", data={"collection": collection.removeprefix("/c/")})
    change(client, collection, visibility="link", description="What swims")
    address = re.search(r'value="http://[^/]+(/shared/[\w-]+)"', client.get(f"{collection}/settings").text)
    assert address
    reply = client.get(address[1])
    assert reply.headers["x-robots-tag"] == "noindex"
    assert "What swims" in reply.text
    thread = client.get(f"{address[1]}/{stage.thread_id}").text
    assert "<mark>The tower is 330 metres tall" in thread
    assert "<form" not in thread
    change(client, collection)
    assert client.get(address[1], headers=HTML).status_code == 404
    assert client.get(f"{address[1]}/{stage.thread_id}", headers=HTML).status_code == 404


def test_a_collection_is_deleted_and_its_threads_stay(client: httpx.Client, served: Served, collection: str) -> None:
    stage = Stage(served).whole()
    client.post(f"/t/{stage.thread_id}/move", data={"collection": collection.removeprefix("/c/")})
    assert client.post(f"{collection}/delete").headers["location"] == "/collections"
    assert client.get(collection, headers=HTML).status_code == 404
    assert client.get(f"/t/{stage.thread_id}").status_code == 200


@pytest.mark.parametrize("form", [{"title": " "}, {"title": "x", "emoji": "abc"}, {"title": "x", "visibility": "all"}])
def test_what_can_not_be_a_collection_says_what_to_do(client: httpx.Client, form: dict[str, str]) -> None:
    for path in ("/collections",) if "visibility" not in form else ("/c/unknown/settings",):
        assert client.post(path, data=form, headers=HTML).status_code == 422


@pytest.fixture
def model_client(modelled: tuple[Served, ModelServer]) -> Iterator[httpx.Client]:
    with modelled[0].client() as client:
        yield client


def test_what_a_collection_wants_is_told_to_the_model(
    modelled: tuple[Served, ModelServer], model_client: httpx.Client
) -> None:
    made = model_client.post("/collections", data={"title": "Short"}).headers["location"].removesuffix("/settings")
    change(model_client, made, instructions="Answer for a child, in one sentence.")
    there = asked(model_client, "How do plants breathe?", collection=made.removeprefix("/c/"))
    finished(model_client, there)
    assert "Answer for a child, in one sentence." in str(modelled[1].requests[-1])
    finished(model_client, asked(model_client, "How do plants breathe?"))
    assert "Answer for a child" not in str(modelled[1].requests[-1])
