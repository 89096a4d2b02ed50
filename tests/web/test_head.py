"""HEAD gets the head that GET gets, and nothing else."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from tests.web.conftest import Served

ASK = {"text": "How tall is the Eiffel Tower?"}
VARIES = {"date", "x-request-id", "set-cookie", "content-security-policy", "content-length"}


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/openapi.json", "/api/docs", "/api/threads", "/v1/models/none", "/t/nobody", "/nothing"]
)
def test_the_head_is_that_of_get_without_a_body(client: httpx.Client, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    assert set(head.headers) == set(got.headers)
    for name in set(got.headers) - VARIES:
        assert head.headers[name] == got.headers[name]
    assert int(head.headers["content-length"]) > 0
    assert client.get("/healthz").status_code == 200  # on the same connection: nothing was left on it


def test_a_thread_has_a_head(client: httpx.Client) -> None:
    thread = client.post("/api/ask", json=ASK).json()["thread_id"]
    assert client.head(f"/t/{thread}").status_code == 200


@pytest.mark.parametrize("accept", ["text/event-stream", "application/jsonl"])
def test_no_stream_is_begun_for_a_head(served: Served, accept: str) -> None:
    with served.client() as client:
        answer = client.post("/api/ask", json=ASK | {"model": "none"}).json()["answer_id"]
        for path in (f"/api/answers/{answer}/events", f"/v1/responses/resp_{answer}?stream=true", "/mcp"):
            head = client.head(path, headers={"accept": accept})
            assert head.content == b""
            assert path == "/mcp" or head.status_code == 200
        assert client.get("/healthz").status_code == 200
    until = time.monotonic() + 5
    while served.server.app.state.door.streams.open and time.monotonic() < until:
        time.sleep(0.02)
    assert served.server.app.state.door.streams.open == 0


def test_the_stream_of_a_watch_is_not_begun_either(served: Served) -> None:
    """It would never end by itself."""
    with served.client() as client:
        thread = client.post("/api/ask", json=ASK).json()["thread_id"]
        assert client.head(f"/t/{thread}/watch").status_code == 200
    served.run(asyncio.sleep(0.2))
    assert served.server.app.state.door.streams.open == 0


def test_nothing_is_asked_by_a_head(client: httpx.Client) -> None:
    before = client.get("/api/threads").json()
    refused = client.head("/search", params={"q": "How tall is the Eiffel Tower?"})
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET, POST"
    assert client.head("/search", params={"q": "eiffel", "format": "json"}).status_code == 200
    assert client.get("/api/threads").json() == before
    assert client.head("/api/ask").status_code == 405


def test_a_crash_has_a_head_too(served: Served, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(**_: object) -> None:
        raise RuntimeError("it broke")

    monkeypatch.setattr(served.engine.library, "threads", broken)
    head = client.head("/api/threads")
    assert (head.status_code, head.content) == (500, b"")
    monkeypatch.undo()
    assert client.get("/api/threads").status_code == 200


def test_it_is_counted_as_what_it_is(client: httpx.Client) -> None:
    client.head("/api/threads")
    assert 'method="HEAD",route="/api/threads",status="200"' in client.get("/metrics").text
