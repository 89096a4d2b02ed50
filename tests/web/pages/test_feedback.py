"""Thumbs by form, and the page of use (B10, W3)."""

from __future__ import annotations

import re

import httpx
import pytest


@pytest.fixture
def answered(client: httpx.Client) -> tuple[str, str]:
    """The address of a thread with one finished answer, and that answer's id."""
    at = client.post("/ask", data={"text": "What is a tower?"}).headers["location"].partition("#")[0]
    for _ in range(400):
        page = client.get(at).text
        if 'data-status="running"' not in page:
            break
    found = re.search(r'data-answer="(\w+)"', page)
    assert found
    return at, found[1]


def test_b10_a_thumb_is_kept_shown_and_taken_back_without_scripts(
    client: httpx.Client, answered: tuple[str, str]
) -> None:
    at, answer_id = answered
    reply = client.post(f"/a/{answer_id}/feedback", data={"thumb": "down"})
    assert (reply.status_code, reply.headers["location"]) == (303, f"{at}#a1-judge")
    assert 'value="unsupported">' in client.get(at).text
    client.post(f"/a/{answer_id}/feedback", data={"thumb": "down", "reasons": ["unsupported", "other"]})
    assert 'value="unsupported" checked>' in client.get(at).text
    given = client.get("/api/feedback").json()["feedback"]
    mine = [one for one in given if one["answer_id"] == answer_id]
    assert [(one["thumb"], one["reasons"]) for one in mine] == [("down", ["unsupported", "other"])]
    client.post(f"/a/{answer_id}/feedback", data={"thumb": ""})
    assert 'aria-pressed="true"' not in client.get(at).text


def test_b10_a_reason_that_is_none_is_refused_with_what_can_be_said(
    client: httpx.Client, answered: tuple[str, str]
) -> None:
    reply = client.post(f"/a/{answered[1]}/feedback", data={"thumb": "down", "reasons": ["rude"]})
    assert reply.status_code == 422
    assert "unsupported" in reply.text
    assert client.post("/a/unknown/feedback", data={"thumb": "up"}).status_code == 404


@pytest.mark.parametrize("days", [7, 30, 365])
def test_w3_the_page_of_use_counts_and_shows_no_question(
    client: httpx.Client, answered: tuple[str, str], days: int
) -> None:
    page = client.get("/usage", params={"days": days}).text
    assert re.search(r"<dt>Questions</dt><dd>[1-9]", page)
    assert re.search(r"<dt>In the index</dt><dd>\d+&nbsp;documents", page)
    assert "What is a tower?" not in page
    assert '<th scope="row">My index</th>' in page
    assert '<th scope="row">Quotes only</th>' in page
    chinese = client.get("/usage", params={"days": days}, headers={"accept-language": "zh-CN"}).text
    assert '<th scope="row">已回答</th>' in chinese


def test_w3_another_period_is_told_to_be_none(client: httpx.Client) -> None:
    assert client.get("/usage", params={"days": 3}).status_code == 422
