from __future__ import annotations

import re

import httpx


def test_the_docs_page_names_every_operation_and_object(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    html = client.get("/api/docs").text
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method in methods:
            assert f"<b>{method.upper()}</b> {path}" in html
    for name in document["components"]["schemas"]:
        assert f'<section id="{name}">' in html


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
