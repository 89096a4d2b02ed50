"""A form over the API: read, answered, skipped, answered anew; and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.test_clarifying import OPEN
from tests.web.conftest import Served

WAIT = {"prefer": "wait"}


@pytest.fixture
def client(ambiguous: Served) -> Iterator[httpx.Client]:
    with ambiguous.client() as client:
        yield client


def ask(client: httpx.Client, status: int = 200, **body: Any) -> dict[str, Any]:
    response = client.post("/api/ask", json=body, headers=WAIT)
    assert response.status_code == status, response.text
    said: dict[str, Any] = response.json()
    return said


def asked(client: httpx.Client) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Thread, form, and the id of each choice of its field by its label."""
    answer = ask(client, text=OPEN, mode="copilot")
    assert answer["status"] == "waiting"
    (field,) = answer["form"]["fields"]
    return answer["question"]["thread_id"], answer["form"], {one["label"]: one["id"] for one in field["choices"]}


def test_a_choice_is_answered_and_can_be_changed(client: httpx.Client) -> None:
    thread, form, choices = asked(client)
    field = form["fields"][0]["id"]
    reply = {"form_id": form["id"], "values": {field: [choices["Mercury (element)"]]}}
    first = ask(client, thread_id=thread, reply=reply)
    assert "metal" in first["text"]
    assert first["question"]["text"] == OPEN
    assert ask(client, thread_id=thread, reply=reply)["id"] == first["id"]
    other = {**reply, "values": {field: [choices["Mercury (planet)"]]}}
    taken = ask(client, 409, thread_id=thread, reply=other)
    assert "Mercury (element)" in taken["detail"]
    assert first["id"] in taken["hint"]
    second = ask(client, thread_id=thread, reply=other, replaces=first["id"])
    assert "planet" in second["text"]


def test_a_skipped_form_says_what_was_assumed(client: httpx.Client) -> None:
    thread, form, _ = asked(client)
    assert "I assumed" in ask(client, thread_id=thread, reply={"form_id": form["id"], "skipped": True})["text"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ({"form_id": "unheard-of"}, "unheard-of"),
        ({"form_id": "FORM", "values": {"colour": ["red"]}}, "colour"),
        ({"form_id": "FORM", "terms": "smuggled in"}, "terms"),
        ({"form_id": "../x"}, "form_id"),
    ],
)
def test_what_is_no_reply_is_refused_with_its_value(client: httpx.Client, reply: dict[str, Any], said: str) -> None:
    thread, form, _ = asked(client)
    if reply["form_id"] == "FORM":
        reply = {**reply, "form_id": form["id"]}
    response = client.post("/api/ask", json={"thread_id": thread, "reply": reply})
    assert response.status_code == 422
    assert said in response.text


def test_a_version_of_another_threads_answer_is_refused(client: httpx.Client) -> None:
    elsewhere = ask(client, text="What is a planet?")["id"]
    thread, _, _ = asked(client)
    refused = ask(client, 422, thread_id=thread, text="What is a god?", replaces=elsewhere)
    assert elsewhere in refused["detail"]
