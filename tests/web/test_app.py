"""Laws over every route: who may reach it, and what shape its errors have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from tests.web.conftest import Served, indexed, serving

from pincite.settings import Settings

TOKEN = "a-token-that-nobody-guesses"

# What may be reached without the token. Who may do what with every route says docs/access.md, see test_access.py.
ANYONE = {
    "GET /healthz": 200,
    "GET /login": 200,
    "POST /login": 401,
    "GET /favicon.ico": 200,
    "GET /llms.txt": 200,
    "GET /manifest.webmanifest": 200,
    "GET /offline": 200,
    "GET /sw.js": 200,
    "GET /opensearch.xml": 200,
    "GET /share/{token}": 404,
    "GET /share/{token}/picture.png": 404,
    "GET /share/{token}/tables/{card_id}.csv": 404,
    "GET /share/{token}/tables/{card_id}.json": 404,
    "GET /shared/{token}": 404,
    "GET /shared/{token}/{thread_id}": 404,
    "GET /static/{version}/{name}": 404,
}


def routes(app: FastAPI) -> set[str]:
    found = set()
    for context in iter_route_contexts(app.routes):
        for method in context.methods or ():
            if method != "HEAD":
                found.add(f"{method} {context.path_format}")
    return found


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path) -> Iterator[Served]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("locked"))
    with serving(lambda: indexed(settings, small_corpus), settings, TOKEN) as running:
        yield running


def test_what_may_be_reached_without_the_token_is_there(served: Served) -> None:
    assert set(ANYONE) - routes(served.server.app) == set()


def test_a_stranger_reaches_only_what_is_open(locked: Served) -> None:
    with locked.client() as client:
        for route in sorted(routes(locked.server.app)):
            method, template = route.split(" ")
            path = re.sub(r"\{[^}]+\}", "1", template)
            for accept in ("application/json", "text/event-stream"):
                response = client.request(method, path, headers={"accept": accept})
                assert response.status_code == ANYONE.get(route, 401), route
            assert TOKEN not in response.text


def test_the_token_opens_every_door(locked: Served) -> None:
    with locked.client(headers={"authorization": f"Bearer {TOKEN}"}) as client:
        assert client.get("/api/threads").status_code == 200
        assert client.post("/api/ask", json={"text": "How tall is the Eiffel Tower?"}).status_code == 202
        assert client.get("/").status_code == 200


def test_health_tells_a_stranger_no_names_and_numbers(locked: Served) -> None:
    with locked.client() as client:
        told = client.get("/healthz").json()
        assert told == {"live": True, "ready": True, "parts": {"library": "ok", "index": "ok", "disk": "ok"}}


@pytest.mark.parametrize("path", ["/api/nothing", "/api/threads/", "/.env", "/api/../etc/passwd", "/api/%00", "/%ff"])
def test_what_is_not_there_is_a_problem(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code in {404, 422}
    assert response.json()["status"] == response.status_code
    assert response.headers["content-type"] == "application/problem+json"


def test_a_wrong_method_is_told_the_right_ones(client: httpx.Client) -> None:
    response = client.put("/api/ask")
    assert response.status_code == 405
    assert "POST" in response.headers["allow"]


def test_a_browser_on_a_page_gets_a_page(client: httpx.Client) -> None:
    response = client.get("/t/nobody", headers={"accept": "text/html"})
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")


def test_every_response_has_an_id_and_takes_the_callers(client: httpx.Client) -> None:
    assert re.fullmatch(r"[0-9a-f]{32}", client.get("/api/focuses").headers["x-request-id"])
    assert client.get("/api/focuses", headers={"x-request-id": "mine-1234"}).headers["x-request-id"] == "mine-1234"
    assert client.get("/api/focuses", headers={"x-request-id": "a b<script>"}).headers["x-request-id"] != "a b<script>"
