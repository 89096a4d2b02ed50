"""What can be done with a whole thread, over HTTP and without scripts: every form leads to a page that says what is."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import httpx
import pytest
from tests.browser.stage import DOUBTFUL, Stage
from tests.web.conftest import Served

from pincite.errors import NotFound
from pincite.types import Status, Thread
from pincite.web.pages.export import file_name

HTML = {"accept": "text/html"}


@pytest.fixture
def stage(served: Served) -> Stage:
    """A thread of two answers."""
    made = Stage(served)
    made.whole(text="What is a quokka?")
    return made.whole(DOUBTFUL, text="What is a numbat?")


def post(client: httpx.Client, path: str, **form: str) -> str:
    """Where a form leads to."""
    reply = client.post(path, data=form, headers=HTML)
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


def test_a_thread_is_renamed_by_form(client: httpx.Client, stage: Stage) -> None:
    assert post(client, f"/t/{stage.thread_id}/rename", title="  Small <b>marsupials\0 ") == f"/t/{stage.thread_id}"
    html = client.get(f"/t/{stage.thread_id}").text
    assert "<title>Small &lt;b&gt;marsupials" in html
    assert client.post(f"/t/{stage.thread_id}/rename", data={"title": " "}, headers=HTML).status_code == 422


def test_a_deleted_thread_is_offered_back_at_once_and_in_the_bin(client: httpx.Client, stage: Stage) -> None:
    listed = post(client, f"/t/{stage.thread_id}/delete")
    assert client.get(f"/t/{stage.thread_id}", headers=HTML).status_code == 404
    html = client.get(listed).text
    assert f'action="/t/{stage.thread_id}/restore"' in html
    assert f'href="/t/{stage.thread_id}"' not in html
    assert f'action="/t/{stage.thread_id}/restore"' in client.get("/bin").text
    assert post(client, f"/t/{stage.thread_id}/restore") == f"/t/{stage.thread_id}"
    assert f'action="/t/{stage.thread_id}/restore"' not in client.get("/bin").text
    assert client.get(f"/t/{stage.thread_id}").status_code == 200


def test_deleting_stops_what_is_being_answered(client: httpx.Client, served: Served) -> None:
    stage = Stage(served)
    stage.begin("What is a bilby?")
    stage.end(Status.STOPPED)
    post(client, f"/t/{stage.thread_id}/delete")
    with pytest.raises(NotFound):
        served.run(served.engine.library.answer(stage.answer_id))


def test_one_answer_is_deleted_alone_and_comes_back_to_its_place(client: httpx.Client, stage: Stage) -> None:
    first = re.findall(r'data-answer="(\w+)"', client.get(f"/t/{stage.thread_id}").text)[0]
    there = post(client, f"/a/{first}/delete")
    html = client.get(there).text
    assert re.findall(r'data-answer="(\w+)"', html) == [stage.answer_id]
    assert "The answer to “What is a quokka?” is in the bin." in html
    assert post(client, f"/a/{first}/restore") == f"/t/{stage.thread_id}#a1"
    assert post(client, f"/a/{stage.answer_id}/delete").startswith(f"/t/{stage.thread_id}?deleted=")
    assert post(client, f"/a/{first}/delete") == f"/threads?deleted={stage.thread_id}"


def test_the_bin_is_emptied_when_it_is_said(client: httpx.Client, stage: Stage) -> None:
    post(client, f"/t/{stage.thread_id}/delete")
    assert post(client, "/bin/empty") == "/bin"
    assert "Nothing is in the bin." in client.get("/bin").text
    reply = client.post(f"/t/{stage.thread_id}/restore", headers=HTML)
    assert reply.status_code == 404
    assert "What to do" in reply.text


def test_a_thread_goes_on_in_two_ways_from_any_turn(client: httpx.Client, served: Served, stage: Stage) -> None:
    first = served.run(served.engine.library.answers(stage.thread_id))[0]
    there = post(client, f"/a/{first.id}/fork")
    made = re.fullmatch(r"/t/(\w+)#a1", there)
    assert made
    (copy,) = served.run(served.engine.library.answers(made[1]))
    assert (copy.text, copy.sources, copy.sentences) == (first.text, first.sources, first.sentences)
    whole = post(client, f"/a/{stage.answer_id}/fork")
    assert whole.endswith("#a2")
    assert served.run(served.engine.library.thread(made[1])).title == "What is a quokka? (fork)"


def test_j1_the_list_is_narrowed_by_words_collection_focus_and_day_and_goes_on_by_links(
    client: httpx.Client, stage: Stage
) -> None:
    made = post(client, "/collections", title="Marsupials").split("/")[2]
    post(client, f"/t/{stage.thread_id}/move", collection=made)
    here = f'href="/t/{stage.thread_id}"'
    found = {
        query: here in client.get(f"/threads?{query}").text
        for query in (
            "q=numbat",
            "q=xylophone",
            f"collection={made}",
            f"collection={made}&q=numbat",
            f"collection={made}&after=2999-01-01",
            f"collection={made}&before=2999-01-01",
            f"collection={made}&focus=wikipedia",
            "collection=unknown",
        )
    }
    assert [query for query, is_there in found.items() if is_there] == [
        "q=numbat",
        f"collection={made}",
        f"collection={made}&q=numbat",
        f"collection={made}&before=2999-01-01",
    ]
    assert "No thread is like that." in client.get("/threads?collection=unknown").text
    assert client.get("/threads?after=yesterday", headers=HTML).status_code == 422


def test_j2_many_threads_are_moved_or_deleted_at_once(client: httpx.Client, served: Served) -> None:
    stages = [Stage(served).whole(text=f"What is animal {number}?") for number in range(3)]
    ids = [stage.thread_id for stage in stages]
    html = client.get("/threads?select=1").text
    assert all(f'name="thread" value="{thread_id}"' in html for thread_id in ids)
    made = post(client, "/collections", title="Animals").split("/")[2]
    reply = client.post("/threads", data={"thread": ids, "act": "move", "collection": made})
    assert reply.headers["location"] == f"/c/{made}"
    assert all(f'href="/t/{thread_id}"' in client.get(f"/c/{made}").text for thread_id in ids)
    reply = client.post("/threads", data={"thread": ids[:2], "act": "delete"})
    assert reply.headers["location"] == "/bin"
    there = [served.run(served.engine.library.binned())[place].id for place in range(2)]
    assert set(there) == set(ids[:2])
    assert client.get(f"/t/{ids[2]}").status_code == 200
    assert client.post("/threads", data={"act": "delete"}, headers=HTML).status_code == 422


def test_markdown_has_every_turn_with_its_sources(client: httpx.Client, stage: Stage) -> None:
    reply = client.get(f"/t/{stage.thread_id}/thread.md")
    assert reply.headers["content-type"].startswith("text/markdown")
    assert unquote(reply.headers["content-disposition"]).endswith("What is a quokka.md")
    assert reply.text.startswith("# What is a quokka?\n")
    assert reply.text.count("\n## ") == 2
    assert "1. [Eiffel Tower](<https://en.wikipedia.org/wiki/Eiffel_Tower>)" in reply.text


def test_json_has_everything(client: httpx.Client, served: Served, stage: Stage) -> None:
    kept = json.loads(client.get(f"/t/{stage.thread_id}/thread.json").text)
    assert kept == client.get(f"/api/threads/{stage.thread_id}").json()


def test_the_html_file_needs_nothing_else_and_says_where_each_quotation_is_from(
    client: httpx.Client, stage: Stage
) -> None:
    html = client.get(f"/t/{stage.thread_id}/thread.html").text
    assert not re.search(r"<(script|form|link|img|iframe)\b", html)
    assert re.findall(r'(?:src|href)="(?!https://en\.wikipedia\.org/|#)([^"]*)"', html) == []
    assert "<mark>The tower is 330 metres tall with its aerials" in html
    assert all(f'id="{target}"' in html for target in re.findall(r'href="#([^"]+)"', html))


@pytest.mark.parametrize("form", ["pdf", "exe", "md%2F..", ""])
def test_a_form_that_there_is_not_is_no_file(client: httpx.Client, stage: Stage, form: str) -> None:
    assert client.get(f"/t/{stage.thread_id}/thread.{form}").status_code in {404, 422}


@pytest.mark.parametrize(
    ("title", "name"),
    [("埃菲尔铁塔有多高？", "埃菲尔铁塔有多高.md"), ("../../etc/passwd", "etc passwd.md"), ("?!", "thread.md")],
)
def test_a_file_is_named_by_its_title_as_every_system_takes_it(title: str, name: str) -> None:
    moment = "2026-11-25T12:00:00Z"
    thread = Thread.model_validate({"id": "t", "title": title, "created": moment, "updated": moment})
    assert file_name(thread, "md") == name


def test_going_back_to_a_deleted_thread_tells_of_the_bin_and_puts_it_back(client: httpx.Client, stage: Stage) -> None:
    thread = f"/t/{stage.thread_id}"
    post(client, f"{thread}/delete")
    gone = client.get(thread, headers=HTML)
    assert gone.status_code == 404
    assert "This thread is in the bin" in gone.text
    assert f'action="{thread}/restore"' in gone.text
    assert post(client, f"{thread}/restore") == thread
    assert client.get(thread, headers=HTML).status_code == 200


def test_versions_of_one_question_are_one_answer_in_lists_and_shares(client: httpx.Client, stage: Stage) -> None:
    post(client, f"/a/{stage.answer_id}/retry", model="none")
    post(client, "/ask", text="What is a quoll?", thread=stage.thread_id, replaces=stage.answer_id)
    item = client.get("/threads").text.partition(f"/t/{stage.thread_id}")[2].partition("</li>")[0]
    assert "· 2 answers" in item
    told = client.get(f"/api/threads/{stage.thread_id}").json()
    assert len(told["answers"]) == 4
    for answer in told["answers"]:
        client.post(f"/api/answers/{answer['id']}/stop")
    assert "2 answers and" in client.get(f"/t/{stage.thread_id}/share").text
