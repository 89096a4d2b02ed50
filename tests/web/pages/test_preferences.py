"""Settings without scripts (T1), languages (Q1) and what a device needs (S2, S3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from tests.web.conftest import Served, indexed, serving

from pincite.engine import AnswerEngine
from pincite.ports import FocusCard
from pincite.settings import EndpointSettings, ModelSettings, Settings, WidgetSettings
from pincite.web.looks import NO_MODEL, Choice, Menu, Places
from pincite.web.pages.preferences import CHOICES, elsewhere


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path) -> Iterator[Served]:
    """A server where nobody has asked anything yet: all text on its pages is its own."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("empty"))
    with serving(lambda: indexed(settings, small_corpus), settings) as running:
        yield running


@pytest.fixture(autouse=True)
def forgetful(client: httpx.Client) -> None:
    client.cookies.clear()


def test_t1_every_choice_is_kept_and_shown_without_scripts(client: httpx.Client) -> None:
    wanted = {"theme": "dark", "language": "zh-Hans", "send": "ctrl", "keys": "off", "stream": "off", "mode": "copilot"}
    assert wanted.keys() == CHOICES.keys()
    reply = client.post("/preferences", data={**wanted, "focus": "writing", "back": "/settings"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/settings")
    shown = client.get("/settings").text
    for name, value in wanted.items():
        assert re.search(f'name="{name}" value="{value}" checked', shown), name


def test_t1_what_leaves_the_server_is_told_as_it_is_set_up(tmp_path: Path, client: httpx.Client) -> None:
    usual = told(client)
    assert re.search(r"your question, where the focus that you pick looks there: to .*DuckDuckGo", usual)
    assert "a model that runs there" not in usual
    assert "Nothing is sent anywhere else" not in usual
    vendor = EndpointSettings(base_url="https://api.example.org/v1", key_env="VENDOR_KEY", models=("large",))
    settings = Settings(
        data_dir=tmp_path,
        models=ModelSettings(endpoints={"vendor": vendor}),
        widgets=WidgetSettings(weather="https://weather.example.org"),
    )
    with (
        serving(lambda: AnswerEngine.open(settings, env={"VENDOR_KEY": "x"}), settings) as served,
        served.client() as other,
    ):
        shown = told(other)
    assert "a model that runs there writes: to vendor" in shown
    assert "about the weather: to weather.example.org" in shown


def told(client: httpx.Client) -> str:
    """What the page says of where the visitor's data is."""
    return client.get("/settings").text.partition("Your data</h2>")[2].partition("<form")[0]


def test_t1_where_nobody_outside_can_be_asked_nothing_is_said_to_leave() -> None:
    inside = [FocusCard("index", "My index", ""), FocusCard("wikipedia", "Wikipedia", "", ("Wikipedia",), "no key")]
    models = Menu((NO_MODEL, Choice("v:m", "m", "", "", locked="no key", host="v")), NO_MODEL.id, none=True)
    assert set(elsewhere(models, Places(tuple(inside), "index", str), "").values()) == {""}


def test_t1_a_form_changes_only_what_it_has_and_takes_no_value_that_is_not_offered(client: httpx.Client) -> None:
    client.post("/preferences", data={"theme": "dark", "keys": "off"})
    client.post("/preferences", data={"theme": "plaid"})
    page = client.get("/").text
    assert "data-theme" not in page
    assert 'data-keys="off"' in page


def test_t1_all_threads_are_exported_and_deleted_only_by_who_is_sure(client: httpx.Client) -> None:
    client.post("/ask", data={"text": "What is a lighthouse?"})
    lines = [json.loads(line) for line in client.get("/settings/threads.jsonl").text.splitlines()]
    assert "What is a lighthouse?" in [one["answers"][0]["question"]["text"] for one in lines]
    assert client.post("/settings/forget").status_code == 422
    assert len(client.get("/settings/threads.jsonl").text.splitlines()) == len(lines)
    assert client.post("/settings/forget", data={"sure": "yes"}).headers["location"] == "/bin"
    assert client.get("/settings/threads.jsonl").text == ""
    assert "What is a lighthouse?" in client.get("/bin").text


@pytest.mark.parametrize(
    ("asked", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-Hans-SG", "zh-Hans"),
        ("en-GB,zh;q=0.9", "en"),
        ("zh-TW,en;q=0.5", "en"),
        ("en;q=0.1, zh;q=0.2", "zh-Hans"),
        ("de", "en"),
        (";q=x,,*;q=", "en"),
    ],
)
def test_q1_the_page_speaks_the_language_that_the_browser_asks_for(client: httpx.Client, asked: str, lang: str) -> None:
    assert f'<html lang="{lang}"' in client.get("/", headers={"accept-language": asked}).text


def test_q1_a_problem_is_told_in_the_language_of_the_page(client: httpx.Client) -> None:
    headers = {"accept": "text/html", "accept-language": "zh"}
    assert "<h1>未找到</h1>" in client.get("/t/unknown", headers=headers).text


class Shown(HTMLParser):
    """The texts of a page that a person sees or hears, but for code and for what names its own language."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in {"meta", "link", "input", "br", "hr", "img"}:
            quiet = tag in {"code", "kbd", "script", "style"} or ("lang" in given and tag != "html")
            self.open.append((tag, quiet))
        if not any(quiet for _, quiet in self.open):
            self.texts += [given[name] or "" for name in ("aria-label", "placeholder", "title") if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(quiet for _, quiet in self.open):
            self.texts.append(data.strip())


@pytest.mark.parametrize(
    "path", ["/", "/threads", "/settings", "/models", "/offline", "/bin", "/login", "/threads?q=x"]
)
def test_q1_in_a_pseudo_language_no_text_is_left_as_it_was(empty: Served, path: str) -> None:
    reader = Shown()
    with empty.client(cookies={"language": "en-XA"}) as client:
        reader.feed(client.get(path, follow_redirects=True).text)
    left = "\n".join(reader.texts)
    while (shorter := re.sub(r"\[[^\[\]]*\]", "", left)) != left:
        left = shorter
    plain = [line for line in left.splitlines() if re.search("[A-Za-z]{2}", line.replace("pincite", ""))]
    data = ("What is known about ", "What is ", "How ")  # examples are questions to the data, in its language
    assert [text for text in plain if not text.startswith(data)] == []
    assert len(reader.texts) > 5


def test_s2_the_manifest_and_the_worker_name_files_that_are_there(client: httpx.Client) -> None:
    manifest = client.get("/manifest.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    assert all(client.get(icon["src"]).status_code == 200 for icon in manifest.json()["icons"])
    worker = client.get("/sw.js")
    assert worker.headers["cache-control"] == "no-cache"
    shell = re.findall(r'"(/[^"]*)"', worker.text.splitlines()[2])
    assert "/offline" in shell
    assert [path for path in shell if client.get(path).status_code != 200] == []
    assert worker.text.count("\n") <= 100


def test_s2_every_page_loads_the_scripts_that_the_worker_keeps(client: httpx.Client) -> None:
    loaded = set(re.findall(r'modulepreload" href="([^"]+)"', client.get("/").text))
    assert loaded
    assert [path for path in loaded if path not in client.get("/sw.js").text] == []


def test_s3_what_is_shared_to_the_page_stands_in_the_box(client: httpx.Client) -> None:
    shared = client.get("/", params={"title": "Towers", "url": "https://example.org/t"}).text
    assert ">Towers https://example.org/t</textarea>" in shared


def test_s1_the_address_bar_can_ask(client: httpx.Client) -> None:
    page = client.get("/").text
    described = re.search(r'<link rel="search" type="application/opensearchdescription\+xml" href="([^"]+)"', page)
    assert described
    template = re.search(r'rel="results"[^>]*template="([^"]+)"', client.get(described[1]).text)
    assert template
    reply = client.get(template[1].replace("{searchTerms}", "tower"), headers={"accept": "text/html"})
    assert reply.status_code == 303
    assert "/t/" in reply.headers["location"]


def test_a7_the_mode_is_kept_for_this_browser_and_goes_with_every_way_to_ask(client: httpx.Client) -> None:
    def asked(**form: str) -> str:
        thread = client.post("/ask", data={"text": "What is a lighthouse?", **form}).headers["location"].split("#")[0]
        answers = client.get(f"/api/threads/{thread.removeprefix('/t/')}").json()["answers"]
        return str(answers[-1]["question"]["mode"])

    assert asked() == "quick"
    assert asked(mode="copilot") == "copilot"
    assert re.search(r'name="mode" value="copilot"[^>]* checked', client.get("/").text)
    assert asked() == "copilot"
    assert asked(mode="as fast as light") == "copilot"
    assert asked(mode="quick") == "quick"
    assert asked() == "quick"
