"""A form where there is only text: numbered choices, and a reply that counts, with the real client of OpenAI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.browser.stage import FORM
from tests.test_clarifying import MERCURIES, OPEN
from tests.web.conftest import Served

from pincite.types import Choice, Form, FormField
from pincite.web.plain.forms import ENDS, asked, told

COPILOT: dict[str, Any] = {"extra_body": {"mode": "copilot"}}


@pytest.fixture
def oai(ambiguous: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="any", base_url=f"{ambiguous.url}/v1", max_retries=0) as client:
        yield client


def number(text: str, label: str) -> str:
    return next(line.split(".")[0] for line in text.splitlines() if f". {label}" in line)


def test_a_chat_is_asked_back_in_text_and_its_typed_reply_counts(oai: openai.OpenAI) -> None:
    said: list[Any] = [{"role": "user", "content": OPEN}]
    first = oai.chat.completions.create(model="none", messages=said, **COPILOT)
    text = first.choices[0].message.content or ""
    assert first.choices[0].finish_reason == "stop"
    assert text.endswith(ENDS)
    assert all(label in text for label in MERCURIES)
    said.append({"role": "assistant", "content": text})
    for reply in (number(text, "Mercury (element)"), "the element"):
        answer = oai.chat.completions.create(model="none", messages=[*said, {"role": "user", "content": reply}])
        assert "metal" in (answer.choices[0].message.content or "")
    own = oai.chat.completions.create(model="none", messages=[*said, {"role": "user", "content": "What is a god?"}])
    assert "metal" not in (own.choices[0].message.content or "")


def test_a_streamed_form_is_the_whole_one(oai: openai.OpenAI) -> None:
    said: list[Any] = [{"role": "user", "content": OPEN}]
    whole = oai.chat.completions.create(model="none", messages=said, **COPILOT).choices[0].message.content
    stream = oai.chat.completions.create(model="none", messages=said, stream=True, **COPILOT)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == whole


def test_a_chain_of_responses_takes_a_reply(oai: openai.OpenAI) -> None:
    first = oai.responses.create(model="none", input=OPEN, **COPILOT)
    assert first.status == "completed"
    assert first.output_text.endswith(ENDS)
    reply = number(first.output_text, "Mercury (planet)")
    second = oai.responses.create(model="none", input=reply, previous_response_id=first.id)
    assert "planet" in second.output_text
    with oai.responses.stream(model="none", input=OPEN, **COPILOT) as stream:
        assert "".join(event.delta for event in stream if event.type == "response.output_text.delta").endswith(ENDS)


# ── text to form and back ──


def test_a_form_that_was_told_is_known_by_its_numbers() -> None:
    known = asked(told(FORM))
    assert known is not None
    assert [choice.label for field in known.fields for choice in field.choices] == [
        "The Eiffel Tower",
        "The Tokyo Tower",
        "Height",
        "History",
    ]
    assert [field.kind for field in known.fields] == ["one", "many"]
    assert (known.fields[0].default, known.fields[0].allow_other) == (("1",), True)
    assert known.id == asked(told(FORM)).id  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text", ["", ENDS, f"Which?\n\n{ENDS}", f"A\n\nB\n\n{ENDS}", told(FORM) + " And more.", "1. a"]
)
def test_any_other_text_is_no_form(text: str) -> None:
    assert asked(text) is None


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20)
labels = words.map(lambda text: " ".join(text.split())).filter(bool)


@given(
    st.lists(
        st.tuples(
            labels, st.lists(labels, max_size=4), st.booleans(), st.sampled_from(["one", "many", "text", "range"])
        ),
        min_size=1,
        max_size=3,
    )
)
def test_no_form_loses_its_numbers_on_the_way(drawn: list[tuple[str, list[str], bool, Any]]) -> None:
    fields = tuple(
        FormField(
            id=str(at),
            label=label,
            kind=kind if choices else "text",
            choices=tuple(Choice(id=f"{at}-{n}", label=one) for n, one in enumerate(choices)),
            allow_other=other,
        )
        for at, (label, choices, other, kind) in enumerate(drawn)
    )
    for question in ("Which?", fields[0].label):
        text = told(Form(text=question, fields=fields))
        known = asked(text)
        assert known is not None
        assert told(known) == text


def test_a_form_with_one_question_does_not_say_it_twice() -> None:
    field = FormField(id="which", label="Which tower?", kind="one", choices=(Choice(id="a", label="Eiffel"),))
    text = told(Form(text="Which tower?", fields=(field,)))
    assert text.startswith("**Which tower?**\n\n1. Eiffel")
    known = asked(text)
    assert known is not None
    assert (known.text, known.fields[0].label) == ("Which tower?", "Which tower?")
