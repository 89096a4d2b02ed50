"""A temporary thread over HTTP: it works like any other, and leaves nothing behind: no row, no log line, no count."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.web.conftest import UNREAD, Served, indexed, serving
from tests.web.pages.test_page import HTML, asked, finished
from tests.web.people import House, housing

from pincite.library.access import Role
from pincite.settings import PlanSettings, Settings
from pincite.types import UPLOADED

CANARY, AGAIN, KEPT, IN_FILE = "heliotropewort", "zugzwangling", "quincunxbird", "marzipanite"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path) -> Iterator[Served]:
    """A server whose disk is looked at."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("temporary"), rank=UNREAD)
    with serving(lambda: indexed(settings, small_corpus), settings) as running:
        yield running


@pytest.fixture
def client(own: Served) -> Iterator[httpx.Client]:
    with own.client() as client:
        yield client


def on_disk(served: Served, word: str) -> list[str]:
    """The files in which a word stands, in any case, as UTF-8 or UTF-16: databases, their logs, indexes, all."""
    spelt = [form.encode(code) for form in (word, word.upper(), word.title()) for code in ("utf-8", "utf-16-le")]
    files = [path for path in served.engine.settings.data_dir.rglob("*") if path.is_file()]
    assert len(files) > 3
    return [str(path) for path in files if any(form in _bytes(path) for form in spelt)]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # deleted just now
        return b""


def opened(client: httpx.Client, text: str = f"How do plants breathe, {CANARY}?", **more: str) -> str:
    """The path of a temporary thread whose answer is finished."""
    path = asked(client, text, temporary="true", **more).split("#")[0]
    finished(client, path)
    return path


def test_i5_nothing_of_it_is_on_the_disk_or_in_the_log_while_it_is_there_and_afterwards(
    own: Served, client: httpx.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = asked(client, f"How do plants breathe, {KEPT}?")
    finished(client, kept)
    assert on_disk(own, KEPT)  # so that what is looked for would be found
    path = opened(client)
    asked(client, f"And {AGAIN}?", thread=path.removeprefix("/t/"))
    html = finished(client, path)
    assert html.count("<article") == 2
    assert [on_disk(own, word) for word in (CANARY, AGAIN)] == [[], []]
    assert client.post(f"{path}/delete").headers["location"] == "/"
    assert client.get(path, headers=HTML).status_code == 404
    assert [on_disk(own, word) for word in (CANARY, AGAIN)] == [[], []]
    said = "".join(capfd.readouterr())
    assert [word for word in (CANARY, AGAIN) if word in said] == []


def test_i5_it_is_in_no_list_search_suggestion_count_export_or_bin(own: Served, client: httpx.Client) -> None:
    before = own.run(own.engine.library.use(7)).asked
    path = opened(client)
    thread_id = path.removeprefix("/t/")
    pages = [
        client.get(address, headers=HTML).text
        for address in (
            "/threads",
            f"/threads?q={CANARY[:8]}",
            "/bin",
            "/settings/threads.jsonl",
            "/api/threads",
            "/usage",
            "/",
        )
    ]
    assert [page for page in pages if CANARY in page or thread_id in page] == []
    assert CANARY not in client.get("/api/suggest", params={"q": CANARY[:6]}).text
    assert own.run(own.engine.library.use(7)).asked == before


def test_i5_it_is_there_after_a_reload_and_says_what_it_is(client: httpx.Client) -> None:
    path = opened(client)
    reply = client.get(path, headers=HTML)
    assert "forgotten an hour after it was last looked at" in reply.text
    assert "<title>Temporary thread" in reply.text  # the browser's own history keeps titles
    assert reply.headers["x-keep"] == "no"
    offered = [word for word in ("/share", "/move", "/fork", "/feedback") if f'{word}"' in reply.text]
    assert offered == []
    assert client.get(f"{path}/thread.md").status_code == 200


def test_i5_what_would_leave_a_trace_is_refused(client: httpx.Client) -> None:
    path = opened(client)
    answer_id = re.findall(r'data-answer="(\w+)"', client.get(path, headers=HTML).text)[0]
    json = {"accept": "application/json"}
    refused = {
        f"{path}/share": {"visibility": "public"},
        f"/a/{answer_id}/fork": {},
        f"/a/{answer_id}/delete": {},
        f"/a/{answer_id}/feedback": {"thumb": "up"},
    }
    for address, form in refused.items():
        reply = client.post(address, data=form, headers=json)
        assert reply.status_code == 403, address
        assert "a temporary thread can't be" in reply.json()["detail"]
    for address in (f"{path}/share", f"{path}/move"):
        assert client.get(address, headers=json).status_code == 403
    assert client.post(f"{path}/move", data={"collection": ""}, headers=json).status_code in {403, 404}


def test_i5_who_asks_in_one_that_is_forgotten_opens_none_that_is_kept(own: Served, client: httpx.Client) -> None:
    path = opened(client)
    client.post(f"{path}/delete")
    thread_id = path.removeprefix("/t/")
    reply = client.post("/ask", data={"text": f"And {AGAIN}?", "thread": thread_id})
    assert reply.status_code == 404
    asked_again = client.post("/api/ask", json={"text": f"And {AGAIN}?", "thread_id": thread_id})
    assert asked_again.status_code == 404
    assert on_disk(own, AGAIN) == []


def test_i5_its_files_go_with_it(own: Served, client: httpx.Client) -> None:
    note = {"file": ("note.txt", f"The {IN_FILE} is in the cellar.")}
    taken = client.post("/api/files", data={"with_threads": "true"}, files=note)
    file_id = taken.json()["id"]
    while client.get(f"/api/files/{file_id}").json()["status"] == "reading":
        pass
    path = opened(client, f"Where is the {IN_FILE}?", file=file_id)
    assert own.run(own.engine.files.sweep(own.engine._files_named)) == []
    assert UPLOADED + file_id in client.get(f"{path}/thread.json").text
    client.post(f"{path}/delete")
    until = time.monotonic() + 60
    while on_disk(own, IN_FILE) and time.monotonic() < until:
        time.sleep(0.05)
    assert on_disk(own, IN_FILE) == []
    assert client.get(f"/api/files/{file_id}").status_code == 404


def test_i5_a_program_asks_in_one_too(client: httpx.Client) -> None:
    body = {"text": f"How do plants breathe, {CANARY}?", "temporary": True}
    answer = client.post("/api/ask", json=body, headers={"prefer": "wait"}).json()
    thread_id = answer["question"]["thread_id"]
    assert client.get(f"/api/threads/{thread_id}").status_code == 200
    more = client.post("/api/ask", json={"text": "And now?", "thread_id": thread_id}, headers={"prefer": "wait"}).json()
    assert more["question"]["temporary"]
    assert client.delete(f"/api/threads/{thread_id}").status_code == 204
    assert client.get(f"/api/answers/{answer['id']}").status_code == 404


def test_a_kept_thread_takes_no_temporary_question(client: httpx.Client) -> None:
    thread_id = asked(client, "How do plants breathe?").split("#")[0].removeprefix("/t/")
    reply = client.post("/api/ask", json={"text": "And now?", "thread_id": thread_id, "temporary": True})
    assert reply.status_code == 422
    assert "is kept" in reply.json()["detail"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    plans = {"free": PlanSettings(questions_per_day=3)}
    with housing(tmp_path_factory.mktemp("house"), plans=plans) as house:
        for name in ("root", "ada", "ben"):
            house.add(name, Role.OWNER if name == "root" else Role.MEMBER)
        yield house


def test_i5_it_is_its_askers_alone_and_counts_like_any_question(house: House) -> None:
    with house.browser("ada") as ada, house.browser("ben") as ben, house.browser("root") as root:
        path = opened(ada)
        answer_id = re.findall(r'data-answer="(\w+)"', ada.get(path, headers=HTML).text)[0]
        for other in (ben, root):
            for address in (path, f"{path}/share", f"/api/answers/{answer_id}", f"{path}/thread.md"):
                assert other.get(address, headers=HTML).status_code == 404, address
            assert other.post(f"{path}/delete", headers=HTML).status_code == 404
        opened(ada)
        opened(ada)
        spent = ada.post("/ask", data={"text": "Once more?", "temporary": "true"})
        assert spent.status_code == 429
        assert "3 questions a day" in spent.text
        assert len(house.served.run(house.served.engine.temporary.files_named())) == 0


def test_i5_who_deletes_the_account_leaves_none(house: House) -> None:
    house.add("kit", Role.MEMBER)
    with house.browser("kit") as kit:
        path = opened(kit)
        form = {"password": "correct horse battery", "sure": "kit@example.org"}
        assert kit.post("/account/delete", data=form).status_code in {200, 303}
    assert not house.served.engine.temporary.holds(path.removeprefix("/t/"))
