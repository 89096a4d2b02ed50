"""A message that is longer than a question may be: the real clients, against the real server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from tests.web.conftest import Served, indexed, serving
from tests.web.people import House, housing

from pincite.library.access import Role, Scope
from pincite.settings import IndexSettings, Settings
from pincite.testing.model_server import ModelServer
from pincite.web.compat.ask import LONGEST, cut

FILLER = "\n\n".join(f"Clause {n} says that the tenant of flat {n} cleans the stairs in month {n}." for n in range(80))
LEASE = f"{FILLER}\n\nThe deposit for the flat on Elm Street is 2400 euros.\n\n{FILLER[:1000]}"
ASKED = "How much is the deposit for the flat on Elm Street?"


@pytest.fixture
def files(client: httpx.Client) -> httpx.Client:
    """A client of a server that has no files yet."""
    for one in client.get("/api/files").json()["files"]:
        client.delete(f"/api/files/{one['id']}")
    return client


def said(oai: openai.OpenAI, *messages: str, **more: Any) -> Any:
    roles = ("user", "assistant")
    spoken: Any = [{"role": roles[at % 2], "content": text} for at, text in enumerate(messages)]
    return oai.chat.completions.create(model="none", messages=spoken, **more)


def names(client: httpx.Client) -> list[str]:
    return [one["name"] for one in client.get("/api/files").json()["files"]]


@pytest.mark.parametrize("message", [f"{ASKED}\n\n{LEASE}", f"{LEASE}\n\n{ASKED}"])
def test_a_long_message_is_a_question_about_an_attached_text(
    oai: openai.OpenAI, files: httpx.Client, message: str
) -> None:
    answer = said(oai, message)
    assert "2400 euros" in answer.choices[0].message.content
    assert answer.search_results[0]["title"].startswith("pasted text ")
    kept = files.get(f"/api/answers/{answer.id}").json()["question"]
    assert kept["text"] == ASKED
    assert len(kept["file_ids"]) == 1
    (file,) = files.get("/api/files").json()["files"]
    assert file["with_threads"]


def test_it_streams_too(oai: openai.OpenAI) -> None:
    chunks = list(said(oai, f"{LEASE}\n\n{ASKED}", stream=True))
    assert "2400 euros" in "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def test_what_follows_is_about_the_same_text_which_is_kept_once(oai: openai.OpenAI, files: httpx.Client) -> None:
    first = f"{LEASE}\n\nSummarise the lease."
    said(oai, first)
    answer = said(oai, first, "It is a lease.", ASKED)
    assert "2400 euros" in answer.choices[0].message.content
    assert len(names(files)) == 1
    said(oai, "How tall is the Eiffel Tower?")
    assert len(names(files)) == 1


def test_a_response_and_a_job_take_it_too(oai: openai.OpenAI, files: httpx.Client) -> None:
    response = oai.responses.create(model="none", input=f"{LEASE}\n\n{ASKED}")
    assert "2400 euros" in response.output_text
    after = oai.responses.create(model="none", input="Who keeps the stairs clean?", previous_response_id=response.id)
    inputs: list[Any] = [oai.responses.input_items.list(one.id).data[0] for one in (response, after)]
    assert [[part.type for part in one.content] for one in inputs] == [["input_text", "input_file"]] * 2
    assert inputs[0].content[1].file_id == inputs[1].content[1].file_id
    request = {"messages": [{"role": "user", "content": f"{LEASE}\n\n{ASKED}"}], "model": "none"}
    jobs = [
        files.post("/async/chat/completions", json={"request": request, "idempotency_key": "lease"}) for _ in range(2)
    ]
    assert jobs[0].json()["id"] == jobs[1].json()["id"]
    assert len(names(files)) == 1


def test_a_model_that_writes_sees_the_text_whole(modelled: tuple[Served, ModelServer]) -> None:
    running, model = modelled
    with openai.OpenAI(api_key="any", base_url=f"{running.url}/v1", max_retries=0) as client:
        message = f"{LEASE}\n\n{ASKED}"
        client.chat.completions.create(model="test:test-model", messages=[{"role": "user", "content": message}])
    prompt = str(model.requests[-1])
    assert "Clause 0 says" in prompt
    assert "Clause 79 says" in prompt
    assert "2400 euros" in prompt


def test_what_has_no_question_is_told_where_to_put_it(oai: openai.OpenAI, files: httpx.Client) -> None:
    with pytest.raises(openai.BadRequestError, match="paragraph of its own") as caught:
        said(oai, "a" * 5000)
    assert "index" not in str(caught.value)
    with pytest.raises(openai.NotFoundError, match="no focus"):
        said(oai, f"{LEASE}\n\n{ASKED}", extra_body={"focus": "nowhere"})
    assert names(files) == []


def test_what_no_body_holds_is_told_how_to_hand_it_in(oai: openai.OpenAI) -> None:
    with pytest.raises(openai.APIStatusError, match="POST /api/files") as caught:
        said(oai, ASKED + "\n\n" + "word " * 300_000)
    assert caught.value.status_code == 413


def test_a_text_that_is_larger_than_a_file_may_be_is_refused(
    tmp_path_factory: pytest.TempPathFactory, small_corpus: Any
) -> None:
    settings = Settings(data_dir=tmp_path_factory.mktemp("small"), index=IndexSettings(max_file_mb=0.005))
    with (
        serving(lambda: indexed(settings, small_corpus), settings) as running,
        openai.OpenAI(api_key="any", base_url=f"{running.url}/v1", max_retries=0) as client,
        pytest.raises(openai.BadRequestError, match=r"0\.005 MB are the most"),
    ):
        said(client, f"{LEASE}\n\n{ASKED}")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with housing(tmp_path_factory.mktemp("pasted")) as house:
        house.add("ada", Role.MEMBER)
        house.add("bob", Role.MEMBER)
        yield house


def test_the_text_is_the_askers_alone(house: House) -> None:
    for name in ("ada", "bob"):
        key = house.key(name, Scope.READ, Scope.ASK)
        with openai.OpenAI(api_key=key, base_url=f"{house.served.url}/v1", max_retries=0) as client:
            assert "2400 euros" in said(client, f"{LEASE}\n\n{ASKED}").choices[0].message.content
    for name in ("ada", "bob"):
        with house.browser(name) as browser:
            (file,) = browser.get("/api/files").json()["files"]
            assert file["owner"] == house.people[name].id


TEXT = "\n\n".join([" ".join(["Something long is said here."] * 60)] * 3)


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("{}\n\nHow tall is it? Be brief.", "How tall is it? Be brief."),
        ("# A title\n\n{}\n\nHow tall is it? Be brief.", "How tall is it? Be brief."),
        ("Summarise this letter:\n\n{}\n\nYours,\nAda", "Summarise this letter:"),
        ("Use the context.\n\n{}\n\nQuestion: how tall?\nAnswer:", "Question: how tall?\nAnswer:"),
        ("Use this:\r\n\r\n{}\r\n\r\nHow tall is it?", "Use this:\n\nHow tall is it?"),
        ("Sum it up.\n\n{}\n\nThat is what was said about it.", "Sum it up."),
        ("Explain.\n\n```\n{}\n\nfoo()\n```", "Explain."),
        ("Explain:\n```\n{}\n```", "Explain:"),
        ("{}\nWhat is said?", "What is said?"),
        ("这座塔有多高?\n\n{}", "这座塔有多高?"),
    ],
)
def test_what_is_asked_stands_first_or_last(message: str, asked: str) -> None:
    found = cut(message.format(TEXT))
    assert found is not None
    assert found[0] == asked
    assert TEXT[:2000] in found[1]
    assert asked not in found[1]


def test_a_message_of_one_line_is_cut_at_its_sentences() -> None:
    line = "Something long is said here. " * 300
    assert (cut(f"How tall is it? {line}") or [""])[0] == "How tall is it?"
    assert (cut(f"{line}How tall is it?") or [""])[0] == "How tall is it?"
    assert cut("a" * 5000) is None
    assert cut(f"{'a' * (LONGEST + 1)}\n\n{'b' * 5000}") is None
    assert cut("\n" * 5000 + "How tall is it?") == ("How tall is it?", "")
