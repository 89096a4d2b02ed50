from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from pincite.settings import ServerSettings, Settings
from pincite.web.gate import guard
from pincite.web.metrics import Metrics
from pincite.web.state import Door
from pincite.web.stream import Streams

TOKEN = "correct-horse-battery-staple"


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = await Request(scope, receive).body()
    await JSONResponse({"length": len(body)})(scope, receive, send)


def behind(tmp_path: Path, token: str = "", **server: Any) -> TestClient:
    """A client of the guard with nothing but an echo behind it."""
    settings = Settings(data_dir=tmp_path, server=ServerSettings(**server))
    door = Door(None, settings, Streams(1), Metrics(), token)  # type: ignore[arg-type]
    app = guard.Guard(echo, door)

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        class App:
            class state:  # noqa: N801
                pass

        App.state.door = door  # type: ignore[attr-defined]
        scope["app"] = App
        await app(scope, receive, send)

    return TestClient(with_state, base_url="http://127.0.0.1:8765", follow_redirects=False)


# ── host ──


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8765", "LOCALHOST", "127.0.0.1:1", "127.9.9.9", "[::1]:8765", "pincite.localhost"]
)
def test_every_name_of_this_machine_is_answered_for(tmp_path: Path, host: str) -> None:
    assert behind(tmp_path).get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8765",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "127.0.0.1@evil.example",
        "10.0.0.1",
        "[::2]",
        "",
        "a b",
        "[",
    ],
)
def test_a_page_whose_name_was_rebound_to_loopback_gets_nothing(tmp_path: Path, host: str) -> None:
    response = behind(tmp_path).get("/", headers={"host": host})
    assert response.status_code == 421
    assert response.headers["content-type"] == "application/problem+json"


def test_the_host_of_base_url_is_answered_for(tmp_path: Path) -> None:
    client = behind(tmp_path, base_url="https://ask.example.org/pincite")
    assert client.get("/", headers={"host": "ask.example.org"}).status_code == 200
    assert client.get("/", headers={"host": "evil.example.org"}).status_code == 421


def test_a_public_server_with_a_token_answers_for_any_host(tmp_path: Path) -> None:
    client = behind(tmp_path, TOKEN, host="0.0.0.0")
    assert client.get("/", headers={"host": "box.lan", "authorization": f"Bearer {TOKEN}"}).status_code == 200


# ── other sites ──

FORGERIES = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:9999"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"},
    {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "content-type": "text/plain"},
]


@pytest.mark.parametrize("headers", FORGERIES)
def test_a_page_of_another_site_can_not_post(tmp_path: Path, headers: dict[str, str]) -> None:
    response = behind(tmp_path).post("/api/ask", json={"text": "spend my money"}, headers=headers)
    assert response.status_code == 403
    assert response.json()["type"] == "cross-site"


@pytest.mark.parametrize("dest", ["image", "iframe", "script", "empty"])
def test_a_page_of_another_site_can_not_make_us_ask_by_an_image(tmp_path: Path, dest: str) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": dest}
    assert behind(tmp_path).get("/search?q=x", headers=headers).status_code == 403


def test_a_link_on_another_site_may_be_followed(tmp_path: Path) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert behind(tmp_path).get("/t/1", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "http://127.0.0.1:8765"}, {"sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}],
)
def test_our_own_page_and_programs_may_post(tmp_path: Path, headers: dict[str, str]) -> None:
    assert behind(tmp_path).post("/api/ask", json={}, headers=headers).status_code == 200


def test_who_shows_the_token_in_a_header_is_no_forgery(tmp_path: Path) -> None:
    headers = {"origin": "app://obsidian.md", "authorization": f"Bearer {TOKEN}"}
    assert behind(tmp_path, TOKEN).post("/api/ask", json={}, headers=headers).status_code == 200


# ── token ──


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"bearer {TOKEN[:-1]}"]
)
def test_a_wrong_token_is_no_token(tmp_path: Path, value: str) -> None:
    response = behind(tmp_path, TOKEN).get("/api/threads", headers={"authorization": value})
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert TOKEN not in response.text


def test_a_session_cookie_stands_for_the_token(tmp_path: Path) -> None:
    client = behind(tmp_path, TOKEN)
    client.cookies.set(guard.COOKIE, guard.session(TOKEN, time.time()))
    assert client.get("/api/threads").status_code == 200


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        ".",
        "99999999999.",
        f"99999999999.{guard.session(TOKEN, 0).partition('.')[2]}",
        guard.session(TOKEN, time.time() - guard.SESSION_S - 1),
        guard.session("another token of somebody", time.time()),
        "9" * 400,
    ],
    # Two processes collect the tests, and must call them the same in any second.
    ids=["empty", "no parts", "no signature", "signed of another time", "old", "of another token", "long"],
)
def test_a_cookie_that_we_did_not_sign_or_that_is_old_is_none(tmp_path: Path, cookie: str) -> None:
    client = behind(tmp_path, TOKEN)
    client.cookies.set(guard.COOKIE, cookie)
    assert client.get("/api/threads").status_code == 401


def test_a_browser_without_token_is_sent_to_the_form_and_back(tmp_path: Path) -> None:
    response = behind(tmp_path, TOKEN).get("/t/12?v1=2", headers={"accept": "text/html"})
    assert response.status_code == 303
    assert response.headers["location"] == "/login?next=/t/12%3Fv1%3D2"


def test_a_form_that_is_sent_without_a_token_leads_to_the_login_and_back_to_its_page(tmp_path: Path) -> None:
    client = behind(tmp_path, TOKEN)
    sent = {"accept": "text/html", "referer": "http://127.0.0.1/t/12?v1=2", "sec-fetch-site": "same-origin"}
    response = client.post("/ask", data={"text": "x"}, headers=sent)
    assert (response.status_code, response.headers["location"]) == (303, "/login?next=/t/12%3Fv1%3D2")
    odd = client.post("/ask", data={"text": "x"}, headers=sent | {"referer": "http://["})
    assert odd.headers["location"] == "/login?next=/"
    assert client.post("/ask", data={"text": "x"}).status_code == 401


@pytest.mark.parametrize(
    "path", ["/static/../api/threads", "/static/%2e%2e/api/threads", "//healthz", "/healthz/", "/LOGIN"]
)
def test_what_only_looks_like_an_open_path_is_closed(tmp_path: Path, path: str) -> None:
    assert behind(tmp_path, TOKEN).get(path).status_code == 401


# ── size ──


def test_a_body_up_to_the_limit_passes_whole(tmp_path: Path) -> None:
    response = behind(tmp_path).post("/api/ask", content=b"x" * guard.MAX_BODY)
    assert response.json() == {"length": guard.MAX_BODY}


def test_a_body_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    assert behind(tmp_path).post("/api/ask", content=b"x" * (guard.MAX_BODY + 1)).status_code == 413


def test_a_body_of_unsaid_length_is_refused_once_it_is_too_long(tmp_path: Path) -> None:
    pieces = (b"x" * 100_000 for _ in range(12))
    assert behind(tmp_path).post("/api/ask", content=pieces).status_code == 413


def test_every_response_carries_the_security_headers(tmp_path: Path) -> None:
    for path, status in (("/", 200), ("/api/threads", 401)):
        response = behind(tmp_path, TOKEN if status == 401 else "").get(path)
        assert response.status_code == status
        assert all(response.headers[name] == value for name, value in guard.HEADERS.items())
        assert "default-src 'none'" in response.headers["content-security-policy"]
