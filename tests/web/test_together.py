"""Several people in one thread: each is offered what it may do, sees who asks and who is here, and is out when out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from tests.browser.stage import Stage
from tests.web.api.test_files import handed_in, read
from tests.web.people import House, housing

from pincite.library.access import Role
from pincite.library.sharing import Left, Visibility
from pincite.types import Actor


@dataclass
class Room:
    """A thread of Ada's in a collection where Ben is an editor and Kit a viewer."""

    house: House
    collection: str
    thread_id: str
    answer_id: str

    def page(self, name: str, path: str = "") -> httpx.Response:
        with self.house.browser(name) as client:
            return client.get(path or f"/t/{self.thread_id}", headers={"accept": "text/html"})

    def post(self, name: str, path: str, **form: str) -> httpx.Response:
        with self.house.browser(name) as client:
            return client.post(path, data=form, headers={"accept": "text/html"})


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with housing(tmp_path_factory.mktemp("together")) as house:
        for name in ("ada", "ben", "kit", "eve"):
            house.add(name, Role.MEMBER)
        thread_id, answer_id = house.thread("ada")
        room = Room(house, "", thread_id, answer_id)
        room.collection = room.post("ada", "/collections", title="Whales").headers["location"].split("/")[2]
        room.post("ada", f"/t/{thread_id}/move", collection=room.collection)
        for name, part in (("ben", "editor"), ("kit", "viewer")):
            room.post("ada", f"/c/{room.collection}/invite", part=part)
            html = room.page("ada", f"/c/{room.collection}/settings").text
            links = re.findall(r'value="http://[^/]+(/join/[\w-]+)"', html)
            assert f"You are invited to {'work on' if part == 'editor' else 'read'}" in room.page(name, links[-1]).text
            assert room.post(name, links[-1]).headers["location"] == f"/c/{room.collection}"
        yield room


def test_each_is_offered_what_it_may_do(room: Room) -> None:
    offers = {
        "rename": "/rename",
        "share": "/share",
        "delete": "/delete",
        "ask": 'class="ask"',
        "edit": 'class="quiet edit"',
    }
    offered = {}
    for name in ("ada", "ben", "kit"):
        html = room.page(name).text
        offered[name] = [word for word, mark in offers.items() if mark in html]
    assert offered == {"ada": list(offers), "ben": ["rename", "ask", "edit"], "kit": []}
    assert "Asked by <b>ada</b>" in room.page("kit").text
    assert "Asked by" not in room.page("ada").text
    assert room.page("eve").status_code == 404


def test_j5_before_a_thread_is_moved_the_page_names_who_can_read_it_then(room: Room) -> None:
    own, _ = room.house.thread("ada", "Who reads this?")
    lone = room.post("ada", "/collections", title="Alone").headers["location"].split("/")[2]
    room.post("ada", f"/c/{lone}/settings", title="Alone", visibility="link")
    labels = re.findall(r"<label.*?</label>", room.page("ada", f"/t/{own}/move").text, re.DOTALL)
    told = {re.sub(r"<[^>]+>", " ", label).split()[0]: re.sub(r"<[^>]+>", " ", label) for label in labels}
    assert "ben, kit can read it" in told["Whales"]
    assert "no members beside its owner" in told["Alone"]
    assert "so can whoever has its link" in told["Alone"]
    assert "only you read it" in told["None"]


def test_what_is_not_offered_is_refused(room: Room) -> None:
    for name, path, form, status in (
        ("kit", f"/t/{room.thread_id}/rename", {"title": "Mine"}, 403),
        ("kit", "/ask", {"text": "What?", "thread": room.thread_id}, 403),
        ("kit", "/ask", {"text": "What?", "collection": room.collection}, 403),
        ("ben", f"/t/{room.thread_id}/share", {"visibility": "public"}, 403),
        ("ben", f"/t/{room.thread_id}/delete", {}, 403),
        ("ben", f"/c/{room.collection}/settings", {"title": "Mine"}, 403),
        ("ben", f"/a/{room.answer_id}/delete", {}, 403),
        ("eve", f"/t/{room.thread_id}/move", {"collection": ""}, 404),
        ("eve", "/ask", {"text": "What?", "collection": room.collection}, 404),
    ):
        assert room.post(name, path, **form).status_code == status, (name, path)


def test_f4_whoever_may_ask_in_a_thread_answers_its_form_once_and_a_viewer_reads_it(room: Room) -> None:
    stage = Stage(room.house.served)
    stage.ask_back(asker=Actor(id=room.house.people["ada"].id, kind="person", name="ada"))
    room.post("ada", f"/t/{stage.thread_id}/move", collection=room.collection)
    here, path = f"/t/{stage.thread_id}", f"/a/{stage.answer_id}/reply"
    assert f'action="..{path}"' in room.page("ben", here).text
    seen = room.page("kit", here).text
    assert "The Tokyo Tower" in seen
    assert path not in seen
    tokyo, eiffel = {"f-which": "tokyo"}, {"f-which": "eiffel"}
    assert [room.post(name, path, **tokyo).status_code for name in ("kit", "eve", "ben")] == [403, 404, 303]
    second = room.post("ada", path, **eiffel)
    assert second.status_code == 409
    assert "The Tokyo Tower" in second.text
    assert "Asked by <b>ben</b>" in room.page("ada", here).text


def test_an_editors_question_is_told_to_who_looks_with_the_name_of_who_asked(room: Room) -> None:
    with (
        room.house.browser("kit") as kit,
        kit.stream("GET", f"/t/{room.thread_id}/watch?after=1") as stream,
    ):
        lines = stream.iter_lines()
        with room.house.browser("ben") as ben, ben.stream("GET", f"/t/{room.thread_id}/watch?after=1") as other:
            assert next(line for line in other.iter_lines() if "Also here: kit" in line)
            assert next(line for line in lines if "Also here: ben" in line)
        assert next(line for line in lines if line == 'data: {"text": ""}')
        room.post("ben", "/ask", text="And what are seals?", thread=room.thread_id)
        told = next(line for line in lines if "And what are seals?" in line)
        assert "Asked by <b>ben</b>" in told


def test_who_is_taken_out_is_a_stranger_on_every_page(room: Room) -> None:
    kit = room.house.people["kit"].id
    assert room.post("ben", f"/c/{room.collection}/leave", person=kit).status_code == 403
    assert room.post("ada", f"/c/{room.collection}/leave", person=kit).status_code == 303
    for path in (
        f"/t/{room.thread_id}",
        f"/c/{room.collection}",
        f"/t/{room.thread_id}/watch",
        f"/s/{room.answer_id}/1",
    ):
        assert room.page("kit", path).status_code == 404
    assert room.collection not in room.page("kit", "/collections").text


def test_k4_the_dialogs_say_who_asks_the_files_of_a_thread(room: Room) -> None:
    said = "ben may ask in this thread, and ask its files too"
    assert said not in room.page("ada", f"/t/{room.thread_id}/share").text  # it has none
    with_file, _ = room.house.thread("ada", file_ids=("f-1",))
    assert "may ask" not in room.page("ada", f"/t/{with_file}/share").text  # nobody else asks there
    assert "asks the files of this thread too" in room.page("ada", f"/t/{with_file}/move").text
    room.post("ada", f"/t/{with_file}/move", collection=room.collection)
    told = room.page("ada", f"/t/{with_file}/share").text
    assert said in told
    assert 'name="files"' in told
    assert "Only you and the members of its collection can see this thread." in told
    assert "Only you can see this thread." not in told
    assert "kit" not in told


def test_who_may_ask_in_anothers_thread_is_shown_its_files_unless_its_share_leaves_them_out(room: Room) -> None:
    with room.house.browser("ada") as ada:
        note = handed_in(ada, "note.md", b"The club meets on Tuesdays.").json()["id"]
        read(ada, note)
    thread_id, _ = room.house.thread("ada", "When does the club meet?", file_ids=(note,))
    room.post("ada", f"/t/{thread_id}/move", collection=room.collection)
    page = room.page("ben", f"/t/{thread_id}").text
    assert '<p class="looked">In note.md</p>' in page
    assert f'<input type="checkbox" name="file" value="{note}" checked>' in page
    again = {"text": "And where?", "thread": thread_id, "file": note, "files_offered": "true"}
    assert room.post("ben", "/ask", **again).status_code == 303
    room.house.served.run(room.house.served.engine.library.share(thread_id, Visibility.LINK, [Left.FILES]))
    page = room.page("ben", f"/t/{thread_id}").text
    assert '<p class="looked">In 1 file</p>' in page
    assert 'name="file"' not in page
    assert "files_offered" not in page
    assert room.post("ben", "/ask", **again).status_code == 404
    assert room.post("eve", "/ask", text="And where?", file=note).status_code == 404
