"""The official client of the Model Context Protocol, over HTTP, against the real server."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from tests.web.conftest import Served, indexed, serving

from pincite.errors import MissingExtra
from pincite.settings import Settings
from pincite.testing.model_server import ModelServer
from pincite.types import Status
from pincite.web.mcp import http

TOKEN = "correct-horse-battery-staple"
ERAS = ["legacy", "auto"]
"""The handshake that clients of 2025 make, and what the client tries first today."""


@asynccontextmanager
async def connected(served: Served, mode: str = "auto", token: str = "") -> AsyncIterator[Client]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(headers=headers, timeout=30) as line:
        transport = streamable_http_client(f"{served.url}/mcp", http_client=line)
        async with Client(transport, mode=mode) as client:
            yield client


Opens = Callable[[], AbstractAsyncContextManager[Client]]


@pytest.fixture(params=ERAS)
def opens(served: Served, request: pytest.FixtureRequest) -> Opens:
    return lambda: connected(served, request.param)


async def call(client: Client, name: str, **given: Any) -> dict[str, Any]:
    result = await client.call_tool(name, given)
    assert not result.is_error, result.content
    made: dict[str, Any] = result.structured_content
    return made


async def refusal(client: Client, name: str, **given: Any) -> str:
    result = await client.call_tool(name, given)
    assert result.is_error
    assert result.structured_content is None
    return str(result.content[0].text)  # type: ignore[union-attr]


async def test_five_tools_that_only_read_are_listed(opens: Opens) -> None:
    async with opens() as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == {"ask", "find", "read", "search", "fetch"}
        for tool in tools.values():
            assert tool.annotations
            assert tool.annotations.read_only_hint
            assert tool.annotations.destructive_hint is False
        for name, field in (("search", "query"), ("fetch", "id")):
            assert tools[name].input_schema["required"] == [field]
            assert list(tools[name].input_schema["properties"]) == [field]
        assert client.server_info
        assert client.server_info.name == "pincite"
        assert "cited" in str(client.instructions)


async def test_an_answer_has_citations_verdicts_and_progress(opens: Opens) -> None:
    async with opens() as client:
        heard: list[tuple[float, str]] = []

        async def progress(number: float, total: float | None, words: str | None) -> None:
            heard.append((number, str(words)))

        result = await client.call_tool(
            "ask", {"question": "How tall is the Eiffel Tower?"}, progress_callback=progress
        )
        made = result.structured_content
        assert "330" in made["response"]
        assert "[1]" in made["response"]
        claim = next(one for one in made["sentences"] if "330" in one["text"])
        assert claim["verdict"] == "supported"
        assert any("330" in quote for quote in claim["quotes"])
        source = next(one for one in made["sources"] if one["number"] == claim["sources"][0])
        assert any(quote in passage["text"] for quote in claim["quotes"] for passage in source["passages"])
        text = result.content[0].text  # type: ignore[union-attr]
        assert text.startswith(made["response"])
        assert f"Citations:\n[1] {made['sources'][0]['url']}" in text
        assert [number for number, _ in heard] == sorted({number for number, _ in heard})
        steps = [words.partition(":")[0] for _, words in heard]
        assert {"plan", "gather", "write"} <= set(steps)


async def test_a_refusal_is_told_apart_from_an_answer(opens: Opens) -> None:
    async with opens() as client:
        made = await call(client, "ask", question="Who won the chess olympiad in Samarkand?")
        assert made["declined"] is True
        assert ("sources", "no_answer") in [(one["part"], one["reason"]) for one in made["degraded"]]
        assert (await call(client, "ask", question="How tall is the Eiffel Tower?"))["declined"] is False


async def test_a_follow_up_is_understood_in_its_thread(opens: Opens) -> None:
    async with opens() as client:
        first = await call(client, "ask", question="How tall is the Eiffel Tower?")
        second = await call(client, "ask", question="Who designed it?", thread_id=first["thread_id"])
        assert second["thread_id"] == first["thread_id"]
        assert "Eiffel" in second["response"]


async def test_what_is_found_can_be_read_in_parts(opens: Opens) -> None:
    async with opens() as client:
        found = (await call(client, "find", query="blue whale krill", limit=3))["results"]
        assert 0 < len(found) <= 3
        assert "krill" in found[0]["text"]
        name = found[0]["document_id"]
        passage = await call(client, "read", passage_id=found[0]["passage_id"])
        assert passage["text"] == found[0]["text"]
        whole = await call(client, "read", document_id=name)
        assert await call(client, "read", url=found[0]["url"]) == whole
        pieces, start = "", 0
        while True:
            part = await call(client, "read", document_id=name, start=start, characters=100)
            pieces += part["text"]
            if part["next_start"] is None:
                break
            start = part["next_start"]
        assert pieces == whole["text"]
        assert len(pieces) == whole["total_characters"] > 100


async def test_search_and_fetch_have_the_shapes_that_chatgpt_wants(opens: Opens) -> None:
    async with opens() as client:
        searched = await client.call_tool("search", {"query": "eiffel tower"})
        assert len(searched.content) == 1
        assert json.loads(searched.content[0].text) == searched.structured_content  # type: ignore[union-attr]
        results = searched.structured_content["results"]
        assert results
        assert all(set(one) == {"id", "title", "url"} and all(one.values()) for one in results)
        fetched = await client.call_tool("fetch", {"id": results[0]["id"]})
        assert len(fetched.content) == 1
        document = json.loads(fetched.content[0].text)  # type: ignore[union-attr]
        assert set(document) == {"id", "title", "text", "url", "metadata"}
        assert document["id"] == results[0]["id"]
        assert "330 metres" in document["text"]


async def test_filters_are_honoured(opens: Opens) -> None:
    async with opens() as client:
        assert (await call(client, "find", query="whale", search_domain_filter=["nowhere.example"]))["results"] == []


# ── what goes wrong ──


async def test_bad_arguments_are_told_to_the_model(opens: Opens) -> None:
    async with opens() as client:
        assert "question" in await refusal(client, "ask")
        assert "empty" in await refusal(client, "ask", question="  ")
        assert "limit" in await refusal(client, "find", query="x", limit=0)
        assert "MM/DD/YYYY" in await refusal(client, "find", query="x", search_after_date_filter="2025")
        assert "wikipedia" in await refusal(client, "ask", question="why?", focus="wikpedia")
        assert "no thread" in await refusal(client, "ask", question="why?", thread_id="nope")


async def test_what_to_do_next_is_something_that_a_model_can_do(opens: Opens) -> None:
    async with opens() as client:
        for wrong, way in (("thread_id", "leave thread_id out"), ("focus", "leave focus out")):
            said = await refusal(client, "ask", question="why?", **{wrong: "nope"})
            assert way in said
            assert "pincite " not in said


@pytest.mark.parametrize("given", [{"document_id": "x"}, {"passage_id": "x"}, {"url": "https://no.example/"}, {}])
async def test_what_is_not_there_is_said_with_what_to_do(opens: Opens, given: dict[str, str]) -> None:
    async with opens() as client:
        assert "result" in await refusal(client, "read", **given)


async def test_an_unknown_tool_is_an_error_of_the_protocol(opens: Opens) -> None:
    async with opens() as client:
        with pytest.raises(MCPError, match="no tool 'drop'"):
            await client.call_tool("drop", {})


@pytest.mark.parametrize("mode", ERAS)
async def test_a_cancelled_call_stops_its_answer(modelled: tuple[Served, ModelServer], mode: str) -> None:
    served, _ = modelled
    async with connected(served, mode) as client:
        asking = asyncio.create_task(
            client.call_tool(
                "ask", {"question": f"How tall is the Eiffel Tower ({mode})?", "model": "test:stall-first"}
            )
        )
        answer = await _kept(served, mode)
        assert answer.status is Status.RUNNING
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        until = time.monotonic() + 10
        while answer.status is Status.RUNNING and time.monotonic() < until:
            await asyncio.sleep(0.05)
            answer = await _kept(served, mode)
    assert answer.status is Status.STOPPED


async def _kept(served: Served, word: str) -> Any:
    """The one answer whose question has the word, as soon as it is there."""
    for _ in range(200):
        threads = await asyncio.to_thread(served.run, served.engine.library.threads(search=word))
        if threads:
            return (await asyncio.to_thread(served.run, served.engine.library.answers(threads[0].id)))[0]
        await asyncio.sleep(0.05)
    raise AssertionError("the question was not kept")


# ── who may come in ──


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path) -> Iterator[Served]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("guarded"))
    with serving(lambda: indexed(settings, small_corpus), settings, TOKEN) as running:
        yield running


@pytest.mark.parametrize("mode", ERAS)
async def test_with_the_token_the_client_comes_in(guarded: Served, mode: str) -> None:
    async with connected(guarded, mode, TOKEN) as client:
        assert "330" in (await call(client, "ask", question="How tall is the Eiffel Tower?"))["response"]


@pytest.mark.parametrize("token", ["", "wrong-token-of-some-length"])
async def test_without_it_nothing_is_told(guarded: Served, token: str) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with connected(guarded, "legacy", token) as client:
            await client.list_tools()
    assert caught.group_contains(MCPError)
    with guarded.client() as line:
        shown = {"authorization": f"Bearer {token}"} if token else {}
        response = line.post("/mcp", json=HELLO, headers=ACCEPT | shown)
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")


HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
}
ACCEPT = {"accept": "application/json, text/event-stream"}


def test_a_page_whose_name_was_rebound_gets_nothing(served: Served) -> None:
    with served.client() as line:
        response = line.post("/mcp", json=HELLO, headers=ACCEPT | {"host": "evil.example"})
    assert response.status_code == 421


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_another_origin_gets_nothing(served: Served, method: str, origin: str) -> None:
    with served.client() as line:
        response = line.request(method, "/mcp", json=HELLO, headers=ACCEPT | {"origin": origin})
    assert response.status_code == 403


def test_our_own_origin_may_speak(served: Served) -> None:
    with served.client() as line:
        response = line.post("/mcp", json=HELLO, headers=ACCEPT | {"origin": served.url})
        assert response.status_code == 200
        session = {"mcp-session-id": response.headers["mcp-session-id"]}
        assert line.delete("/mcp", headers=ACCEPT | session).status_code == 200
        gone = line.post("/mcp", json=HELLO | {"method": "tools/list"}, headers=ACCEPT | session)
    assert gone.status_code == 404


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
def test_older_revisions_are_spoken(served: Served, version: str) -> None:
    hello = HELLO | {"params": {**HELLO["params"], "protocolVersion": version}}  # type: ignore[dict-item]
    with served.client() as line:
        said = line.post("/mcp", json=hello, headers=ACCEPT).text
    assert f'"protocolVersion":"{version}"' in said


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"jsonrpc":"2.0","id":1}'])
def test_what_is_not_the_protocol_is_refused(served: Served, body: bytes) -> None:
    with served.client() as line:
        response = line.post("/mcp", content=body, headers=ACCEPT | {"content-type": "application/json"})
    assert response.status_code == 400
    assert "error" in response.json()


# ── the server's own doings ──


async def test_its_answers_are_counted(served: Served) -> None:
    async with connected(served) as client:
        await call(client, "ask", question="How tall is the Eiffel Tower?")
    with served.client() as line:
        said = line.get("/metrics").text
    assert 'pincite_asks_total{door="mcp"}' in said


def test_a_server_that_stops_lets_open_sessions_go(tmp_path: Path, small_corpus: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with serving(lambda: indexed(settings, small_corpus), settings) as running:
        line = httpx.Client(base_url=running.url, timeout=30)
        session = line.post("/mcp", json=HELLO, headers=ACCEPT).headers["mcp-session-id"]
        stream = line.stream("GET", "/mcp", headers=ACCEPT | {"mcp-session-id": session})
        assert stream.__enter__().status_code == 200
        began = time.monotonic()
    assert time.monotonic() - began < 10
    stream.__exit__(None, None, None)
    line.close()


def test_without_the_sdk_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError("No module named 'mcp'", name="mcp.server")

    monkeypatch.setattr(http, "import_module", missing)
    with pytest.raises(MissingExtra) as caught:
        http.library()
    assert "pincite[mcp]" in caught.value.hint
