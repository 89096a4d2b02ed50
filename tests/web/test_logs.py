from __future__ import annotations

import io
import json
import logging
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
import structlog
from tests.web.conftest import Served

from pincite.web import logs

CANARY = "xylophonecanary"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged during a test, at level info, as JSON."""
    out = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers, root.level)
    monkeypatch.setattr(sys, "stderr", out)
    logs.configure("info", "json")
    yield out
    root.handlers, root.level = before
    structlog.reset_defaults()


def written(log: io.StringIO, words: str) -> list[str]:
    """The lines with these words. A request is logged when its response has left, so the client may be quicker."""
    for _ in range(100):
        lines = [line for line in log.getvalue().splitlines() if words in line]
        if lines:
            return lines
        time.sleep(0.05)
    return []


def test_a_request_is_one_line_with_id_route_status_and_time(client: httpx.Client, log: io.StringIO) -> None:
    client.get("/api/threads/nobody", headers={"x-request-id": "request-1"})
    (line,) = [json.loads(text) for text in written(log, "request-1")]
    assert (line["event"], line["route"], line["status"]) == ("served", "/api/threads/{thread_id}", 404)
    assert line["ms"] >= 0


def test_no_question_reaches_the_log(served: Served, client: httpx.Client, log: io.StringIO) -> None:
    asked = {"text": f"What is a {CANARY}?"}
    chat = {"messages": [{"role": "user", "content": f"What is a {CANARY}?"}]}
    client.post("/api/ask", json=asked, headers={"prefer": "wait"})
    client.post("/api/ask", json=asked, headers={"accept": "text/event-stream"})
    client.post("/api/ask", json={"text": CANARY, "focus": CANARY})
    client.post("/api/ask", json={CANARY: CANARY})
    client.post("/api/ask", json={"text": f"\0{CANARY}"})
    client.post("/chat/completions", json=chat)
    client.post("/v1/chat/completions", json=chat | {"stream": True})
    client.get("/search", params={"q": CANARY})
    client.get("/search", params={"q": CANARY, "format": "json"})
    client.get("/api/suggest", params={"q": CANARY})
    client.post("/api/search", json={"query": CANARY})
    client.get(f"/api/threads/{CANARY}")
    client.get(f"/{CANARY}")
    client.get("/api/threads", params={"search": CANARY}, headers={"authorization": f"Bearer {CANARY}"})
    text = log.getvalue()
    assert text.count('"served"') >= 13
    assert CANARY not in text


def test_a_crash_is_logged_without_what_was_asked(
    served: Served, client: httpx.Client, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> str:
        question = CANARY  # a local variable, as it would stand in a frame
        raise RuntimeError(f"a bug of {len(question)} letters")

    monkeypatch.setattr(served.engine, "ask", broken)
    response = client.post("/api/ask", json={"text": CANARY})
    assert response.status_code == 500
    assert response.json()["type"] == "internal"
    assert response.headers["x-request-id"] in log.getvalue()
    assert "a bug of" in log.getvalue()
    assert "a bug of" not in response.text
    assert CANARY not in log.getvalue()
