from __future__ import annotations

import re
from pathlib import Path

import httpx
from fastapi.routing import iter_route_contexts
from tests.web.conftest import Served

from pincite.settings import Settings
from pincite.web import app
from pincite.web.api.docs import described


def test_the_docs_page_names_every_operation_and_object(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    html = client.get("/api/docs").text
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<b>{method.upper()}</b> {path}" in html
    for name in document["components"]["schemas"]:
        assert f'<section id="{name}">' in html


def test_every_route_of_the_api_is_described_and_none_besides(client: httpx.Client, served: Served) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, methods in client.get("/openapi.json").json()["paths"].items()
        for method in methods
    }
    below = ("/api/", "/v1/", "/async/", "/tavily/", "/openwebui/", "/chat/", "/search", "/mcp")
    there = {
        f"{method} {one.path_format}"
        for one in iter_route_contexts(served.server.app.routes)
        for method in one.methods or ()
        if method != "HEAD" and one.path_format.startswith(below) and not one.path_format.startswith("/api/docs")
    }
    assert there <= described
    assert {one for one in described if one.partition(" ")[2].startswith(below)} == there
    both = client.get("/openapi.json").json()["paths"]["/search"]["post"]["requestBody"]["content"]
    assert set(both) == {"application/json", "application/x-www-form-urlencoded"}
    assert both["application/x-www-form-urlencoded"]["schema"]["required"] == ["q"]


def test_a_server_that_needs_a_token_says_so(client: httpx.Client, tmp_path: Path) -> None:
    assert "securitySchemes" not in client.get("/openapi.json").json()["components"]
    locked = described(app.create(None, Settings(data_dir=tmp_path), token="x" * 20))  # type: ignore[arg-type]
    assert locked["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert locked["security"] == [{"token": []}]
    assert locked["paths"]["/healthz"]["get"]["security"] == []


def test_every_link_of_the_docs_page_leads_somewhere(client: httpx.Client) -> None:
    html = client.get("/api/docs").text
    ids = set(re.findall(r'id="([^"]+)"', html))
    for target in re.findall(r'(?:href|src)="([^"]+)"', html):
        if target.startswith("#"):
            assert target[1:] in ids
        else:
            assert target.startswith("/")
            assert client.get(target).status_code == 200


def test_the_docs_page_needs_no_script_and_no_other_host(client: httpx.Client) -> None:
    html = client.get("/api/docs").text
    assert "<script" not in html
    assert "style=" not in html
    assert "//" not in re.sub(r"https?://example\S*", "", html)


def test_every_operation_says_what_it_does_and_how_it_fails(client: httpx.Client) -> None:
    for methods in client.get("/openapi.json").json()["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
            assert {"4XX", "5XX"} <= set(operation["responses"]) or operation["tags"] == ["operation"]


def test_what_can_be_streamed_says_so(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    streamed = 0
    for path, methods in document["paths"].items():
        body = methods.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json", {})
        name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if "stream" in document["components"]["schemas"].get(name, {}).get("properties", {}):
            streamed += 1
            assert "text/event-stream" in methods["post"]["responses"]["200"]["content"], path
    assert streamed == 3
