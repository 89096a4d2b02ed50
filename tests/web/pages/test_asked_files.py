"""Which files a thread is asked about: its turns say so, and its box lets them go."""

from __future__ import annotations

import re

import httpx
import pytest
from tests.readers import making
from tests.web.api.test_files import PAGES, handed_in, read
from tests.web.pages.test_page import asked, finished

LOOKED = re.compile(r'<p class="looked">(.*?)</p>')
CHIP = re.compile(r'<input type="checkbox" name="file" value="(\w+)" checked>')


@pytest.fixture
def files(client: httpx.Client) -> tuple[str, str]:
    """A lease and a note, read."""
    lease = handed_in(client, "lease.pdf", making.pdf(PAGES)).json()["id"]
    note = handed_in(client, "note.md", b"The club meets on Tuesdays.").json()["id"]
    assert {read(client, one)["status"] for one in (lease, note)} == {"ready"}
    return lease, note


def thread_id(thread: str) -> str:
    return thread.split("/")[2].split("#")[0]


def test_the_turn_names_the_files_and_the_box_offers_them_again(client: httpx.Client, files: tuple[str, str]) -> None:
    thread = asked(client, "How much is the deposit for the flat?", file=files)  # type: ignore[arg-type]
    html = finished(client, thread)
    assert LOOKED.findall(html) == ["In lease.pdf and note.md"]
    assert CHIP.findall(html) == list(files)
    # One of them is taken off.
    asked(client, "When does the club meet?", thread=thread_id(thread), files_offered="true", file=files[1])
    html = finished(client, thread)
    assert LOOKED.findall(html) == ["In lease.pdf and note.md", "In note.md"]
    assert CHIP.findall(html) == [files[1]]


def test_taking_all_off_asks_the_focus_and_so_does_what_follows(client: httpx.Client, files: tuple[str, str]) -> None:
    thread = asked(client, "How much is the deposit for the flat?", file=files[0])
    finished(client, thread)
    asked(client, "How do plants breathe?", thread=thread_id(thread), files_offered="true")
    html = finished(client, thread)
    assert LOOKED.findall(html) == ["In lease.pdf", "My index"]
    assert not CHIP.search(html)
    asked(client, "How tall is the Eiffel Tower?", thread=thread_id(thread))
    assert LOOKED.findall(finished(client, thread))[2] == "My index"
    told = client.get(f"/api/threads/{thread_id(thread)}").json()["answers"]
    assert [one["question"]["file_ids"] for one in told] == [[files[0]], [], []]
    assert "330 metres" in told[2]["text"]


def test_an_edited_question_keeps_its_files_and_one_asked_elsewhere_lets_them_go(
    client: httpx.Client, files: tuple[str, str]
) -> None:
    thread = asked(client, "How much is the deposit for the flat?", file=files[0])
    html = finished(client, thread)
    answer = re.search(r'data-answer="(\w+)"', html)[1]  # type: ignore[index]
    assert CHIP.findall(client.get(f"/t/{thread_id(thread)}", params={"edit": answer}).text) == [files[0]]
    assert '<option value="" selected>In lease.pdf</option>' in html
    client.post(f"/a/{answer}/retry", data={"model": "none", "focus": ""})
    assert LOOKED.findall(finished(client, thread)) == ["In lease.pdf"]
    client.post(f"/a/{answer}/retry", data={"model": "none", "focus": "index"})
    assert LOOKED.findall(finished(client, thread)) == ["My index"]


def test_whose_files_are_gone_asks_the_focus(client: httpx.Client, files: tuple[str, str]) -> None:
    thread = asked(client, "How much is the deposit for the flat?", file=files[0])
    finished(client, thread)
    client.delete(f"/api/files/{files[0]}")
    html = finished(client, thread)
    assert LOOKED.findall(html) == ["In 1 file"]
    assert 'name="files_offered"' in html


def test_a_source_and_its_reader_name_the_file_beside_the_title(client: httpx.Client) -> None:
    titled = making.pdf(PAGES, "Agreement on Elm Street")
    file = handed_in(client, "tenancy.pdf", titled).json()["id"]
    read(client, file)
    html = finished(client, asked(client, "How much is the deposit for the flat?", file=file))
    assert "Agreement on Elm Street</a>" in html
    assert '<span class="source-site">tenancy.pdf</span>' in html
    answer = re.search(r'data-answer="(\w+)"', html)[1]  # type: ignore[index]
    shown = client.get(f"/s/{answer}/1").text
    assert "Agreement on Elm Street</h1>" in shown
    assert "tenancy.pdf" in shown


def test_in_context_a_heading_is_one_and_each_page_has_its_label(client: httpx.Client) -> None:
    notes = b"# Boiler handbook\n\nKeep it clean.\n\n## Pressure\n\nThe pressure of the boiler is 1.5 bar.\n"
    html = in_context(client, "boiler.md", notes, "What is the pressure of the boiler?")
    assert "# Boiler" not in html
    assert "## Pressure" not in html
    assert re.search(r'<h\d class="file-heading">(<span class="around">)?Pressure', html)
    assert re.search(r"<mark[^>]*>[^<]*1\.5 bar", html)
    html = in_context(client, "tenancy.pdf", making.pdf(PAGES), "How much is the deposit for the flat?")
    labels = [html.index('<p class="label">page 1</p>'), html.index("Ada Hill"), html.index(">page 2</p>")]
    assert labels == sorted(labels)


def in_context(client: httpx.Client, name: str, content: bytes, question: str) -> str:
    """The reader's page of the first source of a question about a file."""
    file = handed_in(client, name, content).json()["id"]
    read(client, file)
    html = finished(client, asked(client, question, file=file))
    answer = re.search(r'data-answer="(\w+)"', html)[1]  # type: ignore[index]
    return client.get(f"/s/{answer}/1").text
