from __future__ import annotations

import errno
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from pincite import errors
from pincite.errors import ModelBusy, PinciteError
from pincite.settings import ServerSettings, Settings
from pincite.web import app, hints, problems
from pincite.web.problems import Fault, openai_error, printable
from pincite.web.state import Door

ROOMS = ("library", "search", "models")


def every_error() -> list[type[PinciteError]]:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PinciteError)]
    assert len(kinds) > 15
    return kinds


def made(kind: type[PinciteError]) -> PinciteError:
    more: dict[str, Any] = {"reason": "busy"} if issubclass(kind, errors.UpstreamFailed) else {}
    return kind("value 7 is too high", hint="try 6", **more)


def every_hint() -> list[str]:
    """What the library, the search and the models say to do next, as it is written there."""
    folder = Path(problems.__file__).parents[1]
    texts = "".join(one.read_text(encoding="utf-8") for room in ROOMS for one in (folder / room).rglob("*.py"))
    found = re.findall(r'(?:hint=|Kind\.\w+: )"([^"]+)"', texts)
    assert "list them with: pincite threads" in found
    return sorted(set(found))


@pytest.fixture
def raising(tmp_path: Path) -> TestClient:
    """An app whose routes raise what they are told to."""
    made_app: FastAPI = app.create(None, Settings(data_dir=tmp_path))  # type: ignore[arg-type]
    kinds = {kind.__name__: kind for kind in every_error()}

    @made_app.get("/api/raise/{name}")
    @made_app.post("/v1/raise/{name}")
    async def fail(name: str) -> None:
        if name == "bug":
            raise ZeroDivisionError("secret detail")
        if name == "busy":
            raise ModelBusy("429", reason="rate_limited", retry_after_s=6.2)
        if name == "spent":
            raise errors.Spent("your plan has 2 questions a day", retry_after_s=3600.5)
        if name == "teapot":
            raise HTTPException(418, headers={"x-tea": "no"})
        raise made(kinds[name])

    @made_app.get("/raise")
    async def fail_on_a_page() -> None:
        raise errors.NotFound("there is no thread 'x'", hint="list them with: pincite threads")

    @made_app.get("/api/raise")
    async def fail_over_http() -> None:
        raise errors.NotFound("there is no thread 'x'", hint="list them with: pincite threads")

    return TestClient(made_app, base_url="http://127.0.0.1")


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_of_ours_is_a_problem_with_what_to_do(raising: TestClient, kind: type[PinciteError]) -> None:
    response = raising.get(f"/api/raise/{kind.__name__}")
    fault = Fault.model_validate_json(response.content)
    assert response.status_code == fault.status == kind.status
    assert (fault.detail, fault.hint) == ("value 7 is too high", "try 6")
    assert response.headers["content-type"] == "application/problem+json"
    assert ("retry-after" in response.headers) == (kind.retryable and kind.status in {429, 503})


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_compatible_paths_speak_their_clients_language(raising: TestClient, kind: type[PinciteError]) -> None:
    error = raising.post(f"/v1/raise/{kind.__name__}").json()["error"]
    assert error["code"] == (400 if kind.status == 422 else kind.status)
    assert error["message"] == "value 7 is too high (try 6)"


@pytest.mark.parametrize("public", [False, True])
def test_what_a_store_refused_is_logged_and_told_to_nobody_else_on_a_server_for_several(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], public: bool
) -> None:
    made_app: FastAPI = app.create(None, Settings(data_dir=tmp_path))  # type: ignore[arg-type]
    door: Door = made_app.state.door
    made_app.state.door = replace(door, settings=Settings(data_dir=tmp_path, server=ServerSettings(public=public)))

    @made_app.get("/api/full")
    async def fail() -> None:
        raise errors.DiskFull("/srv/library.sqlite3: disk is full", hint="free some space") from OSError()

    @made_app.get("/api/busy")
    async def fail_for_the_visitor() -> None:
        raise errors.Busy("you have 5 temporary threads", hint="forget one")

    client = TestClient(made_app, base_url="http://127.0.0.1")
    told = client.get("/api/full")
    assert told.status_code == 507
    assert ("/srv" in told.text) is not public
    logged = capsys.readouterr()
    assert "/srv/library.sqlite3: disk is full" in logged.out + logged.err
    assert client.get("/api/busy").json()["detail"] == "you have 5 temporary threads"


def test_who_has_no_terminal_is_told_no_command(raising: TestClient) -> None:
    assert raising.get("/api/raise").json()["hint"] == "list them with: GET /api/threads"
    shown = raising.get("/raise", headers={"accept": "text/html"}).text
    assert "What to do: look for it among your threads" in shown
    assert '<a href="/threads">Threads</a>' in shown
    assert "pincite threads" not in shown
    lost = raising.get("/nowhere", headers={"accept": "text/html"}).text
    assert "openapi.json" not in lost
    assert "<h1>Not found</h1>" in lost
    assert "There is nothing at /nowhere<" in lost


@pytest.mark.parametrize("hint", [hint for hint in every_hint() if "pincite " in hint or "GET /" in hint])
def test_a_hint_for_the_page_is_a_sentence_without_a_command_that_lists(hint: str) -> None:
    told = hints.told(hint, hints.PAGE)
    assert not re.search(r"(with|threads): the (page|choice)|pincite (threads|focuses|databases|models)", told)


def test_a_body_that_is_no_utf8_is_told_so(raising: TestClient) -> None:
    sent = raising.post("/api/ask", content=b'{"text":"\xff"}', headers={"content-type": "application/json"})
    assert (sent.status_code, sent.json()["hint"]) == (400, "send what GET /openapi.json describes, in UTF-8")


def test_a_bug_is_ours_and_tells_nothing_of_itself(raising: TestClient) -> None:
    response = raising.get("/api/raise/bug")
    assert response.status_code == 500
    assert response.json()["type"] == "internal"
    assert "secret" not in response.text
    assert response.headers["content-security-policy"]


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EMFILE, 503), (errno.EIO, 500)])
def test_what_the_machine_has_no_more_of_is_no_bug_and_names_no_path(number: int, status: int) -> None:
    problem = problems.problem_of(OSError(number, "what the system says", "/srv/secret/content"))
    assert problem.status == status
    assert problem.retryable
    assert "/srv" not in problem.model_dump_json()


def test_a_vendors_patience_is_passed_on(raising: TestClient) -> None:
    assert raising.get("/api/raise/busy").headers["retry-after"] == "7"
    spent = raising.get("/api/raise/spent")
    assert (spent.status_code, spent.headers["retry-after"]) == (429, "3601")


def test_an_errors_headers_are_kept(raising: TestClient) -> None:
    response = raising.get("/api/raise/teapot")
    assert (response.status_code, response.headers["x-tea"], response.json()["status"]) == (418, "no", 418)


@given(st.text(st.characters(codec=None)))
def test_whatever_text_an_error_carries_it_can_be_sent(text: str) -> None:
    printable(text).encode()
    assert printable("plain ü 語") == "plain ü 語"


def test_the_code_is_a_number() -> None:
    error = openai_error(made(errors.BadInput).problem())["error"]
    assert isinstance(error["code"], int)
    assert problems.openai_error(made(errors.Damaged).problem())["error"]["type"] == "api_error"


@pytest.mark.parametrize(
    ("path", "sent", "where"),
    [
        ("/search", {"query": ["a", "b\ud800"]}, "query.1"),
        ("/search", {"query": "x", "search_domain_filter": ["\udfff.example"]}, "search_domain_filter.0"),
        ("/api/search", {"query": "x", "filters": {"phrases": ["\ud800"]}}, "filters.phrases.0"),
        ("/api/search", {"query": "x", "filters": {"sites": ["\ud800.example"]}}, "filters.sites.0"),
        ("/api/ask", {"text": "x", "filters": {"exclude_words": ["\ud800"]}}, "filters.exclude_words.0"),
        ("/api/ask", {"text": "\ud83d\ude00 \ud800"}, "text"),
        ("/api/ask", {"text": "x", "\ud800": 1}, "a name"),
        ("/tavily/search", {"query": "x", "include_domains": ["\ud800"]}, "include_domains.0"),
        ("/tavily/extract", {"urls": ["https://example.org/\ud800"]}, "urls.0"),
        ("/openwebui/load", {"urls": ["https://example.org/\ud800"]}, "urls.0"),
        ("/v1/responses", {"input": "x", "model": "a:\ud800"}, "model"),
    ],
)
def test_half_a_character_is_refused_wherever_it_stands(
    client: httpx.Client, path: str, sent: dict[str, object], where: str
) -> None:
    body = json.dumps(sent).encode()
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert response.status_code in {400, 422}
    assert f"{where} holds the character U+D" in response.text


def test_a_whole_character_beyond_the_first_plane_is_taken_however_it_is_written(client: httpx.Client) -> None:
    body = b'{"query":"\\ud83d\\udc0b whale \\\\ud800"}'
    response = client.post("/api/search", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 200
    assert response.json()["hits"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/search", "GET, HEAD, POST"),
        ("PUT", "/api/threads/x", "DELETE, GET, HEAD, PATCH"),
        ("GET", "/api/ask", "POST"),
        ("PUT", "/mcp", "DELETE, GET, HEAD, POST"),
        ("HEAD", "/search?q=x", "GET, POST"),
    ],
)
def test_a_wrong_method_is_told_every_one_of_that_path(
    client: httpx.Client, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
