"""A share over HTTP: whole without login and scripts, silent about what was left out, gone when it is taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import httpx
import pytest
from PIL import Image
from tests.browser.stage import SOURCES, Stage, finish
from tests.web.conftest import Served, indexed, serving
from tests.web.tabled import CARD, TABLE, TEXT, tabled

from pincite.events import Cited, Sourced, Wrote
from pincite.settings import Settings
from pincite.types import Actor, Citation, Document, Passage, Question, Sentence, Source, Verdict
from pincite.web.draw import picture
from pincite.web.rows import as_csv

HTML = {"accept": "text/html"}
TOKEN = "a-token-that-nobody-guesses"
SECRET = "The merger is called Walrus."
ADA = Actor(id="ada-7", kind="person", name="Ada")


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory, small_corpus: object) -> Iterator[Served]:
    """A server that strangers reach, and that knows its owner by a token."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("shares"))
    with serving(lambda: indexed(settings, small_corpus), settings, TOKEN) as running:  # type: ignore[arg-type]
        yield running


@pytest.fixture
def stage(locked: Served) -> Stage:
    return Stage(locked)


@pytest.fixture
def owner(locked: Served) -> Iterator[httpx.Client]:
    with locked.client(headers={"authorization": f"Bearer {TOKEN}"} | HTML) as client:
        yield client


@pytest.fixture
def stranger(locked: Served) -> Iterator[httpx.Client]:
    with locked.client(headers=HTML) as client:
        yield client


def shared(owner: httpx.Client, stage: Stage, visibility: str = "link", **more: str) -> str:
    """The path of the thread's share."""
    reply = owner.post(f"/t/{stage.thread_id}/share", data={"visibility": visibility, **more})
    assert reply.status_code == 303, reply.text
    found = re.search(r'value="http://[^/]+(/share/[\w-]+)"', owner.get(reply.headers["location"]).text)
    assert found
    return found[1]


def private(stage: Stage) -> None:
    """An answer to Ada that rests on the web and on a file."""
    document = Document(id="f1", url="file:///home/ada/walrus.md", title="walrus.md")
    passage = Passage(id="pf", document=document, text=SECRET, start=0, end=len(SECRET))
    first = "The tower is tall."
    stage.begin("What is it?", asker=ADA)
    stage.put(
        Sourced(sources=(SOURCES[0], Source(number=2, document=document, passages=(passage,)))),
        Wrote(text=f"{first} {SECRET}"),
        Cited(sentence=_cited(0, len(first), 1, "p1")),
        Cited(sentence=_cited(len(first) + 1, len(first) + 1 + len(SECRET), 2, "pf")),
        finish(),
    )


def _cited(start: int, end: int, source: int, passage: str) -> Sentence:
    citation = Citation(source=source, passage_id=passage, support=0.9)
    return Sentence(start=start, end=end, citations=(citation,), verdict=Verdict.SUPPORTED)


def test_k3_a_stranger_reads_the_whole_thread_with_its_cited_passages(
    owner: httpx.Client, stranger: httpx.Client, stage: Stage
) -> None:
    stage.whole()
    assert stranger.get(f"/t/{stage.thread_id}").status_code == 303  # to the login
    path = shared(owner, stage)
    reply = stranger.get(path)
    assert reply.status_code == 200
    assert "How tall is the Eiffel Tower, and why was it built?</h1>" in reply.text
    assert "<mark>The tower is 330 metres tall with its aerials" in reply.text
    assert "<form" not in reply.text
    targets = re.findall(r'href="#([^"]+)"', reply.text)
    assert targets
    assert all(f'id="{target}"' in reply.text for target in targets)


def test_k2_search_engines_are_told_to_pass_by_unless_it_is_public(
    owner: httpx.Client, stranger: httpx.Client, stage: Stage
) -> None:
    stage.whole()
    path = shared(owner, stage)
    for address in (path, f"{path}/picture.png"):
        assert stranger.get(address).headers["x-robots-tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in stranger.get(path).text
    assert shared(owner, stage, "public") == path
    reply = stranger.get(path)
    assert "x-robots-tag" not in reply.headers
    assert "noindex" not in reply.text


def test_what_is_taken_back_is_gone_for_the_next_reader(
    owner: httpx.Client, stranger: httpx.Client, stage: Stage
) -> None:
    stage.whole()
    path = shared(owner, stage)
    assert stranger.get(path).headers["cache-control"] == "no-store"
    owner.post(f"/t/{stage.thread_id}/share", data={"visibility": "private"})
    gone, never = stranger.get(path), stranger.get("/share/never-was")
    assert (gone.status_code, never.status_code) == (404, 404)
    assert "Nothing is shared at this address" in gone.text
    assert stranger.get(f"{path}/picture.png").status_code == 404
    assert shared(owner, stage) != path


def test_the_dialog_says_who_can_see_it_and_what_goes_with_it(owner: httpx.Client, stage: Stage) -> None:
    private(stage)
    html = owner.get(f"/t/{stage.thread_id}/share").text
    assert "Only you can see this thread." in html
    assert "1 answer and 2 passages of their sources" in html
    assert "walrus.md" in html
    assert "Ada" in html
    shared(owner, stage)
    assert "Whoever has the link can read this thread" in owner.get(f"/t/{stage.thread_id}/share").text


def test_k4_what_is_not_ticked_does_not_go_with_it(owner: httpx.Client, stranger: httpx.Client, stage: Stage) -> None:
    private(stage)
    path = shared(owner, stage)
    html = stranger.get(path).text
    assert [word for word in ("Walrus", "walrus", "merger", "/home/", "Ada", "ada-7") if word in html] == []
    assert "A file that is not shared" in html
    shared(owner, stage, files="true", names="true")
    html = stranger.get(path).text
    assert "Walrus" in html
    assert "Asked by <b>Ada</b>" in html


def test_k4_rows_of_a_database_go_with_it_only_where_they_are_ticked(
    owner: httpx.Client, stranger: httpx.Client, stage: Stage
) -> None:
    stage.begin("How many customers by country?")
    stage.put(*tabled(stage.answer_id, Question(text="How many customers by country?"))[1:])
    dialog = owner.get(f"/t/{stage.thread_id}/share").text
    assert "3 rows of databases" in dialog
    assert "Shop" in dialog
    path = shared(owner, stage)
    bare = stranger.get(path).text
    assert TEXT in bare
    assert [word for word in ("SELECT", "523.06", "Ivoire") if word in bare] == []
    for form in ("csv", "json"):
        assert stranger.get(f"{path}/tables/{CARD.id}.{form}").status_code == 404
    shared(owner, stage, rows="true")
    assert "Ivoire" in stranger.get(path).text
    assert f'href="{path}/tables/{CARD.id}.csv" download' in stranger.get(path).text
    rows = stranger.get(f"{path}/tables/{CARD.id}.csv")
    assert rows.text == as_csv(TABLE)
    assert rows.headers["x-robots-tag"] == "noindex"
    assert stranger.get(f"/share/never-was/tables/{CARD.id}.csv").status_code == 404
    private = stranger.get(f"/api/answers/{stage.answer_id}/tables/{CARD.id}.csv")
    assert private.headers["location"].startswith("/login")


def test_a_share_opens_nothing_else(owner: httpx.Client, stranger: httpx.Client, stage: Stage) -> None:
    stage.whole()
    token = shared(owner, stage).rpartition("/")[2]
    kinds = {"accept": "application/json"}
    for path in (
        f"/t/{stage.thread_id}/thread.json",
        f"/api/threads/{stage.thread_id}",
        f"/api/answers/{stage.answer_id}",
        f"/s/{stage.answer_id}/1",
        f"/share/../t/{stage.thread_id}",
        f"/share/%2e%2e/t/{stage.thread_id}",
        f"/continue/{token}",
    ):
        assert stranger.get(path, headers=kinds).status_code in {401, 404}, path
    assert stranger.post(f"/continue/{token}", headers=kinds).status_code == 401


def test_who_continues_it_gets_a_copy_without_what_was_left_out(
    locked: Served, owner: httpx.Client, stage: Stage
) -> None:
    private(stage)
    token = shared(owner, stage).rpartition("/")[2]
    assert "You get a copy of 1 question" in owner.get(f"/continue/{token}").text
    reply = owner.post(f"/continue/{token}")
    made = reply.headers["location"].rpartition("/")[2]
    assert made != stage.thread_id
    (copy,) = locked.run(locked.engine.library.answers(made))
    assert copy.text == "The tower is tall. […]"
    assert "alrus" not in copy.model_dump_json()


def test_k3_a_link_has_a_preview_that_is_made_here(owner: httpx.Client, stranger: httpx.Client, stage: Stage) -> None:
    stage.whole()
    path = shared(owner, stage)
    tags = dict(re.findall(r'<meta property="og:([\w:]+)" content="([^"]*)"', stranger.get(path).text))
    assert tags["title"].startswith("How tall is the Eiffel Tower")
    assert tags["description"].startswith("The Eiffel Tower is 330 metres tall")
    assert tags["image"].endswith(f"{path}/picture.png")
    drawn = Image.open(BytesIO(stranger.get(f"{path}/picture.png").content))
    assert (drawn.format, drawn.size) == ("PNG", (1200, 630))


@pytest.mark.parametrize(
    "title", ["", "埃菲尔铁塔有多高？为什么建造它？" * 9, "a" * 999, "🗼 \u202e\0 Tower\n", "\U0010fffe"]
)
def test_a_picture_is_drawn_of_any_title(title: str) -> None:
    drawn = Image.open(BytesIO(picture.draw(title, title, 1)))
    assert drawn.size == (1200, 630)
    assert len(set(drawn.convert("L").tobytes())) > 10
