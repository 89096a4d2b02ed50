"""The pages over HTTP, without a browser: what they hold, where their forms go, and what odd input gets."""

from __future__ import annotations

import re
from html import escape

import httpx
import pytest
from tests.browser.stage import DOUBTFUL, FAITHFUL, Stage, finish
from tests.web.conftest import Served

from pincite.events import Stepped
from pincite.index import Index
from pincite.types import Status
from pincite.web.draw import paint

HTML = {"accept": "text/html"}


def asked(client: httpx.Client, text: str, **more: str) -> str:
    """The thread's path after asking by form."""
    reply = client.post("/ask", data={"text": text, **more})
    assert reply.status_code == 303
    return reply.headers["location"]


def finished(client: httpx.Client, thread: str) -> str:
    """The thread's page once its answers are done."""
    for _ in range(200):
        html = client.get(thread.split("#")[0], headers=HTML).text
        if 'data-status="running"' not in html:
            return html
    raise AssertionError("the answer did not finish")


def test_asking_by_form_leads_to_the_answer(client: httpx.Client) -> None:
    thread = asked(client, "How do plants breathe?")
    assert re.fullmatch(r"/t/[0-9a-f]{32}#a1", thread)
    html = finished(client, thread)
    assert "How do plants breathe?</h1>" in html
    assert 'class="source' in html


def test_a12_stop_is_for_the_answer_that_was_asked_first_also_as_a_later_version(
    served: Served, client: httpx.Client
) -> None:
    stage = Stage(served)
    stage.whole()
    first = stage.answer_id
    stage.begin("And who designed it?")
    written = stage.answer_id
    stage.begin(replaces=first)
    stage.put(Stepped(step="wait"))
    html = client.get(f"/t/{stage.thread_id}", headers=HTML).text
    assert f'formaction="/a/{written}/stop"' in html
    assert re.findall('class="state[^"]*"', html) == ['class="state waits"', 'class="state"']
    stage.put(finish(Status.STOPPED))
    html = client.get(f"/t/{stage.thread_id}", headers=HTML).text
    assert "You stopped this before anything was written." in html


def test_v2_a_finished_answer_is_drawn_once_and_kept_and_one_that_runs_is_drawn_as_it_is(
    served: Served, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    draw = paint.paint
    monkeypatch.setattr(paint, "paint", lambda events, turn: (drawn.append(len(events)), draw(events, turn))[1])
    stage = Stage(served)
    stage.begin()
    stage.tell(FAITHFUL[:1])
    pages = [client.get(f"/t/{stage.thread_id}").text for _ in range(2)]
    assert "330 metres" in pages[1]
    assert len(drawn) == 2
    stage.tell(DOUBTFUL[1:2])
    stage.end()
    pages = [client.get(f"/t/{stage.thread_id}").text for _ in range(3)]
    assert len(drawn) == 3
    assert "1887 to 1889" in pages[0]
    assert len({re.sub(r'name="key" value="\w+"', "", page) for page in pages}) == 1


@pytest.mark.parametrize("site", ["none", "same-origin", ""])
def test_a1_search_asks_at_once_from_the_address_bar_and_the_own_pages(client: httpx.Client, site: str) -> None:
    headers = HTML | ({"sec-fetch-site": site} if site else {})
    reply = client.get("/search", params={"q": "How do plants breathe?"}, headers=headers)
    assert (reply.status_code, reply.headers["location"][:3]) == (303, "/t/")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a1_a_link_on_another_site_puts_its_question_into_the_box_and_asks_nothing(
    client: httpx.Client, site: str
) -> None:
    visit = HTML | {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    question = f"Is {site} & <b>evil</b>?"
    reply = client.get("/search", params={"q": question}, headers=visit)
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/?q=")
    assert escape(question) in client.get(reply.headers["location"], headers=visit).text
    assert "Nothing in your threads matches" in client.get("/threads", params={"q": f"{site} evil"}).text


def test_a1_a_page_that_is_fetched_before_anybody_wants_it_asks_nothing(client: httpx.Client) -> None:
    ahead = HTML | {"sec-fetch-site": "none", "sec-purpose": "prefetch;prerender"}
    assert client.get("/search", params={"q": "How do plants breathe?"}, headers=ahead).status_code == 503


def test_a_follow_up_goes_on_in_its_thread(client: httpx.Client) -> None:
    thread = asked(client, "How do plants breathe?")
    finished(client, thread)
    second = asked(client, "How tall is the Eiffel Tower?", thread=thread.split("/")[2].split("#")[0])
    assert second == thread.replace("#a1", "#a2")


def test_the_same_form_sent_twice_is_one_question_but_a_changed_one_is_another(client: httpx.Client) -> None:
    first, again, changed = (
        asked(client, text, key="f" * 32) for text in ("What is tea?", "What is tea?", "What is it?")
    )
    assert first == again
    assert changed != first


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "   "}, 422),
        ({"text": "x" * 5000}, 422),
        ({"text": "What?", "thread": "unknown"}, 404),
        ({"text": "What?", "model": "unknown:model"}, 404),
        ({"text": "a\0b"}, 422),
    ],
)
def test_what_can_not_be_asked_gets_a_page_that_says_what_to_do(
    client: httpx.Client, form: dict[str, str], status: int
) -> None:
    reply = client.post("/ask", data=form, headers=HTML)
    assert reply.status_code == status
    assert "What to do:" in reply.text
    assert "Traceback" not in reply.text


@pytest.mark.parametrize("path", ["/t/unknown", "/a/unknown/paint", "/a/unknown/answer.md", "/s/unknown/1", "/nowhere"])
def test_what_is_not_there_is_404(client: httpx.Client, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


def test_an_unknown_source_of_a_known_answer_is_404(client: httpx.Client) -> None:
    thread = asked(client, "How do plants breathe?")
    html = finished(client, thread)
    answer = re.search(r'data-answer="(\w+)"', html)
    assert answer
    assert client.get(f"/s/{answer[1]}/1").status_code == 200
    assert client.get(f"/s/{answer[1]}/99").status_code == 404
    assert client.get(f"/s/{answer[1]}/1?q=9-x").status_code == 422


def test_the_picture_is_a_stream_that_begins_whole_and_ends_with_done(client: httpx.Client) -> None:
    thread = asked(client, "How do plants breathe?")
    html = finished(client, thread)
    answer = re.search(r'data-answer="(\w+)"', html)
    assert answer
    reply = client.get(f"/a/{answer[1]}/paint")
    assert reply.headers["content-type"].startswith("text/event-stream")
    names = re.findall(r"^event: (\w+)$", reply.text, re.MULTILINE)
    assert names[0] == "sync"
    assert names[-1] == "done"


def test_an_answer_can_be_had_as_markdown_and_as_text(client: httpx.Client) -> None:
    thread = asked(client, "How do plants breathe?")
    answer = re.search(r'data-answer="(\w+)"', finished(client, thread))
    assert answer
    assert client.get(f"/a/{answer[1]}/answer.md").text.startswith("## How do plants breathe?")
    assert client.get(f"/a/{answer[1]}/answer.txt").text.startswith("How do plants breathe?")


def test_static_files_are_kept_for_good_only_under_their_right_version(client: httpx.Client) -> None:
    path = re.search(r"/static/[0-9a-f]+/pincite\.css", client.get("/").text)
    assert path
    assert "immutable" in client.get(path[0]).headers["cache-control"]
    assert client.get("/static/old/pincite.css").headers["cache-control"] == "no-cache"
    for bad in ("/static/x/none.css", "/static/x/..%2fpage.py", "/static/x/page.py"):
        assert client.get(bad).status_code == 404


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_choices_are_kept_and_lead_back_to_this_server_only(client: httpx.Client, back: str) -> None:
    reply = client.post("/preferences", data={"theme": "dark", "send": "ctrl", "back": back})
    assert reply.headers["location"] == "/"
    assert 'data-theme="dark"' in client.get("/").text
    assert 'data-send="ctrl"' in client.get("/").text


def test_v1_the_home_page_weighs_little_and_asks_nobody_else(client: httpx.Client, served: Served) -> None:
    html = client.get("/").text
    assert len(html) < 30_000
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_threads_are_listed_by_page_and_found_by_word(client: httpx.Client) -> None:
    asked(client, "What is a quetzal?")
    assert "What is a quetzal?" in client.get("/threads", params={"q": "quetzal"}).text
    assert "Nothing in your threads matches" in client.get("/threads", params={"q": "zzzzz"}).text
    assert client.get("/threads", params={"offset": "-1"}).status_code == 422


def test_the_picked_model_is_remembered_whatever_its_name(client: httpx.Client) -> None:
    asked(client, "What is tea?", model="none")
    assert client.cookies["model"] == "none"
    client.cookies.set("model", "gone%3Amodel%20x")
    assert asked(client, "What is coffee?").startswith("/t/")


def test_the_focus_is_picked_without_scripts_and_shown_with_the_question(client: httpx.Client) -> None:
    home = client.get("/", headers=HTML).text
    assert '<input type="radio" name="focus" value="index" data-name="My index" checked>' in home
    assert "your question goes to DuckDuckGo" in home
    assert home.count("nothing leaves this machine") >= 2
    html = finished(client, asked(client, "How do plants breathe?", focus="index"))
    assert '<p class="looked">My index</p>' in html
    assert re.search(r'<select id="where-1" name="focus">\s*<option value="all">All</option>', html)


def test_a_focus_that_is_no_focus_is_told_on_the_page(client: httpx.Client) -> None:
    for text, focus in (("@wikipeda why?", ""), ("Why?", "wikipeda")):
        reply = client.post("/ask", data={"text": text, "focus": focus}, headers=HTML)
        assert reply.status_code == 404
        assert "did you mean wikipedia" in reply.text


def test_a_typed_focus_that_is_none_is_told_with_the_answer(client: httpx.Client) -> None:
    assert "no focus @nope, so it was taken as a word" in finished(
        client, asked(client, "@nope How do plants breathe?")
    )
    assert "taken as a word" not in finished(client, asked(client, "@index How do plants breathe?"))


def test_the_focus_that_was_picked_is_picked_again(client: httpx.Client) -> None:
    thread = asked(client, "Write about plants", focus="writing")
    html = finished(client, thread)
    assert "takes a model" in html
    assert 'value="writing" data-name="Writing" checked' in html
    assert 'value="writing" data-name="Writing" checked' in client.get("/", headers=HTML).text


def test_w2_the_page_says_what_is_limited_and_the_step_that_helps(client: httpx.Client) -> None:
    """This server has no model; the page that the step leads to names a command."""
    page = client.get("/").text
    assert "answers are quoted from the sources, not written" in page
    step = re.search(r'<a href="(/[^"]+)">How to add one</a>', page)
    assert step
    assert "pincite serve" in client.get(step[1]).text


def test_q4_the_history_is_searched_in_chinese_without_spaces(client: httpx.Client) -> None:
    client.post("/ask", data={"text": "埃菲尔铁塔是什么时候建成的？"})
    assert "埃菲尔铁塔是什么时候建成的" in client.get("/threads", params={"q": "铁塔"}).text
    assert "埃菲尔铁塔是什么时候建成的" not in client.get("/threads", params={"q": "黄河"}).text


def test_no_page_that_readers_open_walks_the_indexs_folder(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Index, "status", None)
    for path in ("/", "/examples", "/usage"):
        assert client.get(path, headers=HTML).status_code == 200, path
