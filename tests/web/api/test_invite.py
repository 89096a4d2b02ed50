from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import httpx
from lxml import etree
from tests.web.conftest import Served, indexed, serving

from pincite.settings import ServerSettings, Settings

NS = {"os": "http://a9.com/-/spec/opensearch/1.1/"}
TOKEN = "correct-horse-battery-staple"


def urls(response: httpx.Response) -> dict[str, str]:
    assert response.headers["content-type"].startswith("application/opensearchdescription+xml")
    tree = etree.fromstring(response.content)
    return {one.get("rel", ""): one.get("template", "") for one in tree.iterfind("os:Url", NS)}


def test_the_page_names_a_description_whose_addresses_work(client: httpx.Client) -> None:
    page = client.get("/", headers={"accept": "text/html"}).text
    assert '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in page
    described = client.get("/opensearch.xml")
    found = urls(described)
    assert set(found) == {"results", "suggestions", "self"}
    assert found["self"] == f"{client.base_url}/opensearch.xml".replace("//opensearch", "/opensearch")
    asked = client.get(found["results"].replace("{searchTerms}", "How+tall+is+the+Eiffel+Tower%3F"))
    assert asked.status_code == 303
    suggested = client.get(found["suggestions"].replace("{searchTerms}", "eif"))
    assert suggested.headers["content-type"] == "application/x-suggestions+json"
    assert suggested.json()[:2] == ["eif", ["Eiffel Tower"]]
    icon = etree.fromstring(described.content).findtext("os:Image", namespaces=NS)
    assert client.get(str(icon)).headers["content-type"] == "image/svg+xml"


def test_as_many_suggestions_as_relevances_come_in_falling_order(client: httpx.Client) -> None:
    _, titles, _, _, more = client.get("/suggest", params={"q": "b"}).json()
    relevances = more["google:suggestrelevance"]
    assert len(relevances) == len(titles) > 0
    assert relevances == sorted(relevances, reverse=True)
    assert client.get("/suggest").json()[1] == []


def test_every_address_that_models_are_told_is_there(client: httpx.Client) -> None:
    told = client.get("/llms.txt")
    assert told.headers["content-type"].startswith("text/plain")
    lines = told.text.splitlines()
    assert lines[0] == "# pincite"
    assert lines[2].startswith("> ")
    assert "## Optional" in lines
    links = [line.partition("](")[2].partition(")")[0] for line in lines if line.startswith("- [")]
    assert len(links) >= 8
    for link in links:
        assert client.get(link).status_code not in {404, 500}, link


def test_below_a_prefix_and_a_name_of_its_own_the_addresses_are_those_of_others(
    tmp_path: Path, small_corpus: Path
) -> None:
    server = ServerSettings(base_url="https://ask.example.org/a&b/")
    settings = Settings(data_dir=tmp_path, server=server)
    with serving(lambda: indexed(settings, small_corpus), settings, TOKEN) as running, running.client() as line:
        found = urls(line.get("/opensearch.xml"))
        told = line.get("/llms.txt").text
        assert line.get("/suggest", params={"q": "e"}).status_code == 401
    assert found["results"] == "https://ask.example.org/a&b/search?q={searchTerms}"
    assert "https://ask.example.org/a&b/mcp" in told
    assert {urlsplit(one).netloc for one in found.values()} == {"ask.example.org"}


def test_they_are_documented(served: Served) -> None:
    with served.client() as line:
        paths = line.get("/openapi.json").json()["paths"]
    assert {"/opensearch.xml", "/suggest", "/llms.txt", "/v1/responses", "/tavily/search"} <= set(paths)
