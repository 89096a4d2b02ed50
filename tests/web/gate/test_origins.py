"""Pages of other origins: a listed one uses the API by a token, any other gets nothing, and no cookie counts there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError
from tests.web.conftest import Served, indexed, opened, serving
from tests.web.people import House, cookie, housing

from pincite.errors import BadSettings
from pincite.library.access import Role
from pincite.settings import ServerSettings, Settings
from pincite.web.gate import guard
from pincite.web.gate.origins import allowed

TOKEN = "a-token-that-nobody-guesses"
BEARER = {"authorization": f"Bearer {TOKEN}"}
APP, EVIL = "https://app.example.org", "https://evil.example"
ASK = {"text": "How tall is the Eiffel Tower?"}
CROSS = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}


def at(origin: str) -> dict[str, str]:
    """What a browser sends with a page's fetch."""
    return CROSS | {"origin": origin}


def preflight(client: httpx.Client, path: str, origin: str, method: str = "POST", **more: str) -> httpx.Response:
    asks = {"access-control-request-method": method, "access-control-request-headers": "authorization,content-type"}
    return client.options(path, headers=at(origin) | asks | more)


def told(response: httpx.Response) -> set[str]:
    return {name for name in response.headers if name.startswith("access-control-")}


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path) -> Iterator[Served]:
    """A server with a token that lists one origin."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("listing"), server=ServerSettings(origins=(APP,)))
    with serving(lambda: indexed(settings, small_corpus), settings, TOKEN) as running:
        yield running


@pytest.fixture
def client(listing: Served) -> Iterator[httpx.Client]:
    with listing.client() as client:
        yield client


def test_a_listed_origin_uses_the_api_as_a_browser_does(client: httpx.Client) -> None:
    asked = preflight(client, "/api/ask", APP)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == APP
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert asked.headers["access-control-allow-headers"] == "authorization,content-type"
    assert "Origin" in asked.headers["vary"]
    assert "x-request-id" in asked.headers
    done = client.post("/api/ask", json=ASK, headers=at(APP) | BEARER)
    assert done.status_code == 202
    assert done.headers["access-control-allow-origin"] == APP
    assert "Origin" in done.headers["vary"]
    readable = done.headers["access-control-expose-headers"]
    assert {"location", "retry-after", "x-request-id"} <= set(readable.split(", "))
    assert "access-control-allow-credentials" not in {*asked.headers, *done.headers}


def test_it_follows_streams(client: httpx.Client) -> None:
    sent = at(APP) | BEARER | {"accept": "text/event-stream"}
    with client.stream("POST", "/api/ask", json=ASK, headers=sent) as stream:
        assert stream.headers["access-control-allow-origin"] == APP
        assert {"Origin", "accept"} <= {one.strip() for one in stream.headers["vary"].split(",")}
        lines = list(stream.iter_lines())
    assert any(line.startswith("event: finished") for line in lines)
    again = client.get(f"/api/answers/{stream.headers['x-answer-id']}/events", headers=sent | {"last-event-id": "1"})
    assert again.headers["access-control-allow-origin"] == APP
    body = {"model": "none", "messages": [{"role": "user", "content": ASK["text"]}], "stream": True}
    chunks = client.post("/v1/chat/completions", json=body, headers=at(APP) | BEARER)
    assert chunks.headers["access-control-allow-origin"] == APP
    assert chunks.text.endswith("data: [DONE]\n\n")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/threads/none", 404), ("POST", "/api/ask", 422), ("PUT", "/api/ask", 405), ("GET", "/api/%ff", 404)],
)
def test_it_can_read_what_went_wrong(client: httpx.Client, method: str, path: str, status: int) -> None:
    response = client.request(method, path, headers=at(APP) | BEARER, json={} if method == "POST" else None)
    assert response.status_code == status
    assert response.headers["access-control-allow-origin"] == APP


def test_it_can_read_that_something_broke(
    listing: Served, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(**_: object) -> None:
        raise RuntimeError("it broke")

    monkeypatch.setattr(listing.engine.library, "threads", broken)
    response = client.get("/api/threads", headers=at(APP) | BEARER)
    assert response.status_code == 500
    assert response.headers["access-control-allow-origin"] == APP


@pytest.mark.parametrize(
    "origin",
    [
        EVIL,
        "null",
        "http://app.example.org",
        f"{APP}:444",
        f"{APP}.evil.example",
        "https://APP.example.org",
        "http://[",
    ],
)
def test_an_origin_that_is_not_listed_gets_nothing(client: httpx.Client, origin: str) -> None:
    asked = preflight(client, "/api/ask", origin)
    assert asked.status_code in {401, 403}
    assert told(asked) == set()
    for headers in ({}, BEARER):
        response = client.get("/api/threads", headers=at(origin) | headers)
        assert told(response) == set()
        assert "Origin" in response.headers["vary"]
    assert client.post("/api/ask", json=ASK, headers=at(origin)).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/ask", "/login", "/account", "/people", "/logout", "/files", "/preferences", "/t/x", "/search/x"]
)
def test_forms_pages_and_accounts_are_for_our_own_pages(client: httpx.Client, path: str) -> None:
    assert told(preflight(client, path, APP)) == set()
    response = client.post(path, headers=at(APP))
    assert response.status_code == 403
    assert told(response) == set()
    assert told(client.get(path, headers=at(APP) | BEARER)) == set()


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/search", "/mcp", "/tavily/search"])
def test_a_listed_origin_has_no_word_by_a_session(client: httpx.Client, path: str) -> None:
    session = {"cookie": f"{guard.COOKIE}={guard.session(TOKEN, time.time())}"}
    assert client.get("/api/threads", headers=session).status_code == 200
    response = client.post(path, json=ASK, headers=at(APP) | session)
    assert response.status_code == 401
    assert response.headers["access-control-allow-origin"] == APP
    # A request that needs no preflight, such as a form: it must not do anything either.
    same_site = at(APP) | session | {"sec-fetch-site": "same-site", "content-type": "text/plain"}
    assert client.post(path, content=json.dumps(ASK), headers=same_site).status_code == 401
    assert client.get("/api/threads", headers=at(APP) | session).status_code == 401


def test_a_name_that_was_rebound_gets_nothing_from_a_listed_origin(client: httpx.Client) -> None:
    for origin in (APP, EVIL):
        asked = preflight(client, "/api/ask", origin, host="evil.example")
        assert asked.status_code == 421
        assert told(asked) == set()
        assert client.get("/api/threads", headers=at(origin) | BEARER | {"host": "evil.example"}).status_code == 421


def test_our_own_page_is_as_before(listing: Served, client: httpx.Client) -> None:
    own = {"origin": listing.url, "sec-fetch-site": "same-origin"}
    session = {"cookie": f"{guard.COOKIE}={guard.session(TOKEN, time.time())}"}
    response = client.post("/api/ask", json=ASK, headers=own | session)
    assert response.status_code == 202
    assert told(response) == set()


def test_without_the_setting_nothing_is_said(served: Served) -> None:
    with served.client() as client:
        asked = preflight(client, "/api/ask", APP)
        assert asked.status_code == 403
        assert told(asked) == set()
        assert "vary" not in client.get("/api/threads").headers


def test_people_use_their_keys_from_anywhere_and_their_sessions_from_nowhere_else(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with housing(tmp_path_factory.mktemp("abroad"), origins=("*",)) as house:
        house.add("ada", Role.MEMBER)
        _people(house)


def _people(house: House) -> None:
    with house.served.client() as client:
        key = {"authorization": f"Bearer {house.key('ada')}"}
        for origin in (EVIL, "null"):
            assert preflight(client, "/api/ask", origin).headers["access-control-allow-origin"] == "*"
            response = client.get("/api/threads", headers=at(origin) | key)
            assert (response.status_code, response.headers["access-control-allow-origin"]) == (200, "*")
            with_session = at(origin) | dict(cookie(house.tokens["ada"]))
            assert client.get("/api/threads", headers=with_session).status_code == 401
            assert client.post("/api/ask", json=ASK, headers=with_session).status_code == 401
            assert client.post("/account", headers=with_session).status_code == 403
        own = {"origin": house.served.url, "sec-fetch-site": "same-origin"} | dict(cookie(house.tokens["ada"]))
        assert client.post("/api/ask", json=ASK, headers=own).status_code == 202


def test_every_origin_is_let_in_only_where_a_token_is_needed(tmp_path: Path) -> None:
    server = ServerSettings(origins=("*",))
    assert allowed(server, locked=True) == ("*",)
    settings = Settings(data_dir=tmp_path, server=server)
    with (
        pytest.raises(BadSettings, match="no access token"),
        serving(lambda: opened(settings), settings),
    ):
        pass


def test_a_listed_origin_needs_no_token_where_nobody_does(tmp_path: Path) -> None:
    app = "http://localhost:3000"
    settings = Settings(data_dir=tmp_path, server=ServerSettings(origins=(app,)))
    with serving(lambda: opened(settings), settings) as running, running.client() as client:
        private = preflight(client, "/api/ask", app, **{"access-control-request-private-network": "true"})
        assert private.headers["access-control-allow-private-network"] == "true"
        response = client.get("/api/threads", headers=at(app))
        assert (response.status_code, response.headers["access-control-allow-origin"]) == (200, app)
        assert client.get("/api/threads", headers=at("http://localhost:3001")).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        "app.example.org",
        f"{APP}/",
        f"{APP}/x",
        "https://App.example.org",
        "null",
        f"{APP}:443",
        "https://*.example.org x",
    ],
)
def test_what_no_browser_sends_is_no_origin(origin: str) -> None:
    with pytest.raises(ValidationError):
        ServerSettings(origins=(origin,))


def test_origins_are_written_with_commas() -> None:
    many = ServerSettings.model_validate({"origins": f"{APP}, app://obsidian.md,http://localhost:3000"})
    assert many.origins == (APP, "app://obsidian.md", "http://localhost:3000")
