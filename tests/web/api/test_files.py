"""A file is handed in, asked about at once, cited to its page, and gone when it is deleted."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from tests.readers import making
from tests.web.conftest import Served

PAGES = [["The lease of Elm Street was signed by Ada Hill."], ["The deposit for the flat is 2400 euros."]]


def handed_in(client: httpx.Client, name: str, content: bytes) -> httpx.Response:
    return client.post("/api/files", files={"file": (name, content)})


def read(client: httpx.Client, file_id: str) -> dict[str, object]:
    """What is known of the file when it is no longer being read."""
    until = time.monotonic() + 60
    while (found := client.get(f"/api/files/{file_id}").json())["status"] == "reading":
        assert time.monotonic() < until
        time.sleep(0.05)
    return dict(found)


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with served.client() as client:
        yield client


@pytest.fixture(scope="module")
def lease(client: httpx.Client) -> str:
    taken = handed_in(client, "lease.pdf", making.pdf(PAGES))
    assert taken.status_code == 201
    assert taken.headers["location"] == f"/api/files/{taken.json()['id']}"
    return str(taken.json()["id"])


def asked(client: httpx.Client, text: str, **more: object) -> dict[str, object]:
    body = {"text": text, "model": "none", **more}
    return dict(client.post("/api/ask", json=body, headers={"prefer": "wait"}).json())


def test_a_file_can_be_asked_about_before_it_is_read_and_is_cited_to_its_page(client: httpx.Client, lease: str) -> None:
    answer = asked(client, "How much is the deposit for the flat?", files=[lease])
    assert "2400 euros" in str(answer["text"])
    (source,) = answer["sources"]  # type: ignore[misc]
    assert source["document"]["title"] == "lease"
    assert source["document"]["url"] == f"urn:pincite:file:{lease}"
    assert [spot["label"] for passage in source["passages"] for spot in passage["spots"]] == ["page 1", "page 2"]
    thread = answer["question"]["thread_id"]  # type: ignore[index]
    again = asked(client, "Who signed the lease of Elm Street?", thread_id=thread)
    assert "Ada Hill" in str(again["text"])
    assert again["question"]["file_ids"] == [lease]  # type: ignore[index]


def test_how_far_it_is_read_is_told(client: httpx.Client, lease: str) -> None:
    found = read(client, lease)
    assert (found["status"], found["name"], found["pages"], found["passages"]) == ("ready", "lease.pdf", 2, 1)
    assert lease in [one["id"] for one in client.get("/api/files").json()["files"]]


def test_who_does_not_name_a_file_does_not_find_it(client: httpx.Client, lease: str) -> None:
    assert lease not in client.get("/api/search", params={"q": "deposit for the flat"}).text
    assert "2400" not in str(asked(client, "How much is the deposit for the flat?")["text"])


def test_a_file_that_can_not_be_read_says_why(client: httpx.Client) -> None:
    taken = handed_in(client, "broken.pdf", making.pdf(PAGES)[:200]).json()
    found = read(client, taken["id"])
    assert found["status"] == "failed"
    assert found["why"] == "broken.pdf can't be read: it is broken, cut off or no PDF"
    assert found["hint"]
    answer = asked(client, "How much is the deposit?", files=[taken["id"]])
    missing = answer["degraded"][0]  # type: ignore[index]
    assert (missing["part"], missing["detail"]) == ("a file", found["why"])
    assert 'pincite_degraded_total{part="a file",reason="failed"}' in (figures := client.get("/metrics").text)
    assert "broken.pdf" not in figures


@pytest.mark.parametrize(("name", "content"), [("a.exe", b"MZ"), ("a.doc", b"x"), ("a.txt", b""), ("..", b"x")])
def test_what_is_not_read_is_refused_and_not_kept(client: httpx.Client, name: str, content: bytes) -> None:
    before = client.get("/api/files").json()
    refused = handed_in(client, name, content)
    assert refused.status_code == 422
    assert refused.json()["hint"]
    assert client.get("/api/files").json() == before


@pytest.mark.parametrize(("length", "status"), [("content-length: 99000000\r\n", b"413"), ("", b"411")])
def test_a_file_that_is_too_large_is_refused_before_it_comes(served: Served, length: str, status: bytes) -> None:
    host, _, port = served.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=30) as sock:
        sock.sendall(f"POST /api/files HTTP/1.1\r\nhost: {host}\r\n{length}\r\n".encode())
        assert sock.recv(4096).split(b" ")[1] == status


def test_a_deleted_file_is_in_no_answer_and_no_list_any_more(client: httpx.Client, served: Served) -> None:
    taken = handed_in(client, "../../etc/note.txt", b"The secret word of the club is heliotrope.").json()
    assert taken["name"] == "note.txt"
    first = asked(client, "What is the secret word of the club?", files=[taken["id"]])
    assert "heliotrope" in str(first["text"])
    assert client.delete(f"/api/files/{taken['id']}").status_code == 204
    assert not list(served.engine.settings.data_dir.glob(f"files/{taken['id']}*"))
    assert client.get(f"/api/files/{taken['id']}").status_code == 404
    assert client.delete(f"/api/files/{taken['id']}").status_code == 404
    gone = client.post("/api/ask", json={"text": "What is the secret word?", "files": [taken["id"]]})
    assert gone.status_code == 404
    thread = first["question"]["thread_id"]  # type: ignore[index]
    again = asked(client, "What is the secret word of the club?", thread_id=thread)
    assert "heliotrope" not in str(again["text"])
    assert "deleted" in str(again["degraded"])


@pytest.mark.parametrize("kind", ["text/markdown", "application/octet-stream", "application/json"])
def test_a_file_that_is_no_form_is_told_how_it_is_sent(client: httpx.Client, kind: str) -> None:
    refused = client.post("/api/files", content=b"# A lease", headers={"content-type": kind})
    assert refused.status_code == 415
    assert "multipart/form-data" in refused.json()["hint"]
