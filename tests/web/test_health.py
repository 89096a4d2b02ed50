from __future__ import annotations

import httpx
import pytest
from tests.web.conftest import Served

from pincite.errors import Busy, DiskFull


def figures(client: httpx.Client) -> dict[str, float]:
    lines = client.get("/metrics").text.splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def test_asks_answers_and_first_sentences_are_counted_once(client: httpx.Client) -> None:
    before = figures(client)
    for _ in range(2):
        client.post("/api/ask", json={"text": "How tall is the Eiffel Tower?"}, headers={"prefer": "wait"})
    after = figures(client)
    again = figures(client)
    for name in (
        'pincite_asks_total{door="api"}',
        'pincite_answers_total{status="answered"}',
        "pincite_answer_seconds_count",
    ):
        assert after[name] - before.get(name, 0) >= 2
        assert again[name] == after[name]
    assert after["pincite_index_passages"] >= after["pincite_index_embedded"] > 0
    assert after["pincite_open_streams"] == 0


def test_a_library_that_is_away_takes_no_other_figure_along(
    served: Served, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: str) -> None:
        raise Busy("connection refused")

    before = figures(client)
    client.post("/api/ask", json={"text": "How tall is the Eiffel Tower?"}, headers={"prefer": "wait"})
    with monkeypatch.context() as outage:
        outage.setattr(served.engine.library, "answer", away)
        assert figures(client)["pincite_index_passages"] > 0
    answered = "pincite_answer_seconds_count"
    assert figures(client)[answered] == before[answered] + 1


def test_who_looks_at_a_thread_is_counted_apart(client: httpx.Client) -> None:
    asked = client.post("/api/ask", json={"text": "How tall is the Eiffel Tower?"}, headers={"prefer": "wait"}).json()
    thread = asked["question"]["thread_id"]
    before = figures(client)["pincite_open_watches"]
    with client.stream("GET", f"/t/{thread}/watch") as watch:
        sent = watch.iter_bytes()
        next(sent)
        during = figures(client)
    assert during["pincite_open_watches"] == before + 1
    assert during["pincite_open_streams"] == 0


def test_labels_are_routes_and_never_what_people_sent(client: httpx.Client) -> None:
    client.get("/api/threads/xylophonecanary")
    client.request("FROB", "/api/ask")
    text = client.get("/metrics").text
    assert 'route="/api/threads/{thread_id}"' in text
    assert "xylophonecanary" not in text
    assert "FROB" not in text


def test_a_part_that_does_not_work_makes_it_unready(
    served: Served, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(**_: object) -> None:
        raise DiskFull("no space left")

    monkeypatch.setattr(served.engine.library, "threads", broken)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert response.json()["parts"] == {"library": "disk-full", "index": "ok", "disk": "ok"}


def test_a_full_disk_is_told_and_leaves_it_ready(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pincite.wal.FULL_BYTES", 1 << 60)
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["parts"]["disk"] == "disk-full"
    assert 0 < figures(client)["pincite_disk_free_bytes"] < 1 << 60
