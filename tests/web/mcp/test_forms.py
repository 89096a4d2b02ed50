"""A form at a client of the protocol: filled in where the client can, else text to reply to; in every revision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import ElicitResult
from tests.browser.stage import FORM
from tests.test_clarifying import MERCURIES, OPEN
from tests.web.conftest import Served

from pincite.types import Form, FormField
from pincite.web.mcp.forms import filled, schema

ERAS = ["legacy", "auto"]
ASK = {"question": OPEN, "mode": "copilot"}


async def asked(served: Served, era: str, given: Mapping[str, Any], *, person: Any = None) -> dict[str, Any]:
    async with httpx2.AsyncClient(timeout=60) as line:
        transport = streamable_http_client(f"{served.url}/mcp", http_client=line)
        async with Client(transport, mode=era, elicitation_callback=person) as client:
            result = await client.call_tool("ask", dict(given))
    assert not result.is_error, result.content
    return {**result.structured_content, "words": result.content[0].text}


@pytest.mark.parametrize("era", ERAS)
async def test_the_person_at_the_client_is_asked_and_the_choice_is_answered(ambiguous: Served, era: str) -> None:
    shown: list[Any] = []

    async def person(_: Any, params: Any) -> ElicitResult:
        shown.append(params)
        (field,) = [one for one in params.requested_schema["properties"].values() if "enum" in one]
        names = dict(zip(field["enumNames"], field["enum"], strict=True))
        wanted = next(value for label, value in names.items() if "element" in label)
        return ElicitResult(action="accept", content={"f1": wanted})

    made = await asked(ambiguous, era, ASK, person=person)
    assert len(shown) == 1
    assert made["status"] == "answered"
    assert made["form"] is None
    assert "metal" in made["response"]


@pytest.mark.parametrize("era", ERAS)
async def test_who_declines_skips_and_who_closes_it_leaves_it_waiting(ambiguous: Served, era: str) -> None:
    async def declines(*_: Any) -> ElicitResult:
        return ElicitResult(action="decline")

    async def closes(*_: Any) -> ElicitResult:
        return ElicitResult(action="cancel")

    assert "I assumed" in (await asked(ambiguous, era, ASK, person=declines))["response"]
    left = await asked(ambiguous, era, ASK, person=closes)
    assert (left["status"], left["form"]["text"] != "") == ("waiting", True)


@pytest.mark.parametrize("era", ERAS)
async def test_a_client_that_can_t_is_told_how_to_reply_and_a_number_is_a_reply(ambiguous: Served, era: str) -> None:
    made = await asked(ambiguous, era, ASK)
    assert made["status"] == "waiting"
    labels = [choice["label"] for choice in made["form"]["fields"][0]["choices"]]
    assert set(labels) == set(MERCURIES)
    assert made["thread_id"] in made["words"]
    number = labels.index("Mercury (element)") + 1
    assert f"{number}. Mercury (element)" in made["response"]
    reply = await asked(ambiguous, era, {"question": str(number), "thread_id": made["thread_id"]})
    assert (reply["status"], "metal" in reply["response"]) == ("answered", True)


def test_every_kind_of_field_is_made_of_what_every_revision_takes() -> None:
    made = schema(FORM)["properties"]
    assert made["f1"]["enum"] == ["eiffel", "tokyo"]
    assert made["f1"]["default"] == "eiffel"
    assert {one["type"] for one in made.values()} <= {"string", "boolean", "number"}
    assert schema(FORM)["required"] == []


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ({"f1": "tokyo", "f2_1": True, "f2_2": False}, {"which": ("tokyo",), "what": ("height",)}),
        ({"f1": "eiffel", "f1_words": " Blackpool "}, {"which": ("Blackpool",)}),
        ({"f1": None, "f2_1": None, "else": 3}, {}),
    ],
)
def test_what_is_filled_in_is_a_reply(content: dict[str, Any], values: dict[str, tuple[str, ...]]) -> None:
    assert filled(FORM, content).values == values


def test_a_range_is_two_numbers_and_words_are_words() -> None:
    fields = (FormField(id="budget", label="Budget", kind="range"), FormField(id="for", label="For", kind="text"))
    form = Form(id="f", text="Which?", fields=fields)
    assert set(schema(form)["properties"]) == {"f1_from", "f1_to", "f2_words"}
    content = {"f1_from": 100, "f1_to": 500.5, "f2_words": "travel"}
    assert filled(form, content).values == {"budget": ("100", "500.5"), "for": ("travel",)}
