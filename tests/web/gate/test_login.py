from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pincite.settings import ServerSettings, Settings
from pincite.web import app
from pincite.web.gate.guard import COOKIE
from pincite.web.gate.login import local

TOKEN = "a-token-that-nobody-guesses"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """Of an app without an engine: a login needs none."""
    settings = Settings(data_dir=tmp_path, server=ServerSettings(base_url="https://ask.example.org"))
    made = app.create(None, settings, token=TOKEN)  # type: ignore[arg-type]
    with TestClient(made, base_url="https://ask.example.org", follow_redirects=False) as client:
        yield client


def test_the_token_makes_a_session_and_leads_on(client: TestClient) -> None:
    response = client.post("/login", data={"token": TOKEN, "next": "/t/12?v1=2"})
    assert (response.status_code, response.headers["location"]) == (303, "/t/12?v1=2")
    cookie = response.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=lax", "secure", "max-age"))
    assert TOKEN not in cookie
    assert client.get("/openapi.json").status_code == 200


def test_a_wrong_token_makes_no_session(client: TestClient) -> None:
    response = client.post("/login", data={"token": "guess", "next": "/"})
    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    assert client.get("/openapi.json").status_code == 401


def test_logging_out_ends_the_session(client: TestClient) -> None:
    client.post("/login", data={"token": TOKEN})
    assert client.cookies.get(COOKIE)
    client.post("/logout")
    assert client.get("/openapi.json").status_code == 401


def test_another_site_can_not_log_somebody_in(client: TestClient) -> None:
    assert client.post("/login", data={"token": TOKEN}, headers={"origin": "https://evil.example"}).status_code == 403


def test_below_the_path_of_a_proxy_a_login_leads_home_below_it(client: TestClient) -> None:
    below = TestClient(client.app, base_url="https://ask.example.org", root_path="/pincite", follow_redirects=False)
    assert 'name="next" value="/pincite/"' in below.get("/pincite/login").text
    for more in ({}, {"next": "//evil.example"}):
        assert below.post("/pincite/login", data={"token": TOKEN, **more}).headers["location"] == "/pincite/"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "evil",
        "/a\r\nx: y",
        "/\t/e",
    ],
)
def test_a_login_leads_nowhere_else(client: TestClient, target: str) -> None:
    assert not local(target)
    assert client.post("/login", data={"token": TOKEN, "next": target}).headers["location"] == "/"


def test_a_path_of_ours_is_local() -> None:
    assert local("/")
    assert local("/t/1?a=b#c")
