"""Forms answered without a script: once, by whoever may ask, and edited as a new version (F1, F2, F4)."""

from __future__ import annotations

import re

import httpx
import pytest
from tests.browser.stage import Stage
from tests.web.conftest import Served

from pincite.types import FormReply


@pytest.fixture
def stage(served: Served) -> Stage:
    return Stage(served)


def form_of(client: httpx.Client, stage: Stage) -> str:
    page = client.get(f"/t/{stage.thread_id}").text
    found = re.search(r'<form class="clarify" method="post" action="\.\.(/a/\w+/reply)"', page)
    assert found, page
    return found[1]


def replies(client: httpx.Client, stage: Stage) -> list[FormReply]:
    answers = client.get(f"/api/threads/{stage.thread_id}").json()["answers"]
    return [FormReply(**one["question"]["reply"]) for one in answers if one["question"]["reply"]]


def test_f4_a_form_survives_every_reload_until_it_is_answered(client: httpx.Client, stage: Stage) -> None:
    stage.ask_back()
    assert form_of(client, stage) == form_of(client, stage) == f"/a/{stage.answer_id}/reply"
    reply = client.post(f"/a/{stage.answer_id}/reply", data={"f-which": "tokyo", "f-what": ["height", "history"]})
    assert (reply.status_code, reply.headers["location"]) == (303, f"/t/{stage.thread_id}#a1")
    (kept,) = replies(client, stage)
    assert kept.values == {"which": ("tokyo",), "what": ("height", "history")}
    page = client.get(f"/t/{stage.thread_id}").text
    assert "Tower: The Tokyo Tower; What matters to you: Height, History" in page
    assert page.count("<article") == 1


def test_f1_skip_answers_without_a_choice(client: httpx.Client, stage: Stage) -> None:
    stage.ask_back()
    client.post(form_of(client, stage), data={"f-which": "tokyo", "skip": "yes"})
    (kept,) = replies(client, stage)
    assert (kept.skipped, kept.values, kept.said) == (True, {}, "The Eiffel Tower")
    assert "Skipped; assumed: The Eiffel Tower" in client.get(f"/t/{stage.thread_id}").text


def test_f4_a_form_is_answered_once_and_the_second_is_told_so(client: httpx.Client, stage: Stage) -> None:
    stage.ask_back()
    path = form_of(client, stage)
    client.post(path, data={"f-which": "tokyo"})
    assert client.post(path, data={"f-which": "tokyo"}).status_code == 303  # the same again changes nothing
    late = client.post(path, data={"f-which": "eiffel"}, headers={"accept": "text/html"})
    assert late.status_code == 409
    assert "The Tokyo Tower" in late.text
    assert len(replies(client, stage)) == 1


def test_f2_an_edited_reply_is_a_new_version_of_the_same_turn(client: httpx.Client, stage: Stage) -> None:
    stage.ask_back()
    client.post(form_of(client, stage), data={"f-which": "tokyo"})
    path = form_of(client, stage)
    page = client.get(f"/t/{stage.thread_id}").text
    assert 'value="tokyo" data-key="2" checked' in page
    earlier = re.search(r'name="replaces" value="(\w{8,})"', page)
    assert earlier
    edited = client.post(path, data={"f-which": "eiffel", "replaces": earlier[1]})
    assert edited.headers["location"].endswith("#a1")
    page = client.get(f"/t/{stage.thread_id}").text
    assert "Version 2 of 2" in page
    assert "Tower: The Eiffel Tower" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"f-which": "blackpool" * 40}, "200"),
        ({"f-what": "weight"}, "weight"),
    ],
)
def test_a_choice_that_is_none_is_refused_with_its_value_and_nothing_is_lost(
    client: httpx.Client, stage: Stage, data: dict[str, str], said: str
) -> None:
    stage.ask_back()
    refused = client.post(form_of(client, stage), data=data)
    assert refused.status_code == 422
    assert said in refused.text
    assert form_of(client, stage)


def test_an_answer_that_asked_nothing_takes_no_reply(client: httpx.Client, stage: Stage) -> None:
    stage.whole()
    refused = client.post(f"/a/{stage.answer_id}/reply", data={"skip": "yes"})
    assert refused.status_code == 422
    assert stage.answer_id in refused.text
