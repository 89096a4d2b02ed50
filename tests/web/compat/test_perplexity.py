"""The real clients, ``openai`` and ``perplexityai``, against the real server."""

from __future__ import annotations

import time
from itertools import pairwise

import httpx
import openai
import perplexity
import pytest
from tests.web.conftest import Served

from pincite.testing.model_server import ModelServer

ASK = [{"role": "user", "content": "How tall is the Eiffel Tower?"}]


# ── perplexityai ──


def test_perplexity_reads_an_answer_with_its_citations(pplx: perplexity.Perplexity) -> None:
    answer = pplx.chat.completions.create(model="sonar-pro", messages=ASK)
    text = answer.choices[0].message.content
    assert isinstance(text, str)
    assert "330" in text
    assert "[1]" in text
    assert answer.choices[0].finish_reason == "stop"
    assert answer.citations
    assert answer.search_results
    assert [result.url for result in answer.search_results] == answer.citations
    assert "330 metres" in " ".join(result.snippet or "" for result in answer.search_results)
    assert answer.usage
    assert answer.usage.total_tokens == 0


def test_perplexity_streams_the_same_answer(pplx: perplexity.Perplexity) -> None:
    whole = pplx.chat.completions.create(model="sonar", messages=ASK)
    chunks = list(pplx.chat.completions.create(model="sonar", messages=ASK, stream=True))
    text = "".join(str(chunk.choices[0].delta.content or "") for chunk in chunks)
    assert text == whole.choices[0].message.content
    assert chunks[0].citations == chunks[-1].citations == whole.citations
    assert chunks[0].search_results == chunks[-1].search_results == whole.search_results
    assert chunks[-1].choices[0].message.content == text
    assert [chunk.choices[0].finish_reason for chunk in chunks][-2:] == [None, "stop"]
    for before, after in pairwise(chunks):
        assert str(after.choices[0].message.content).startswith(str(before.choices[0].message.content))


def test_concise_streams_tell_of_the_search_apart(pplx: perplexity.Perplexity) -> None:
    chunks = list(pplx.chat.completions.create(model="sonar", messages=ASK, stream=True, stream_mode="concise"))
    kinds = [chunk.object for chunk in chunks]
    assert kinds[:2] == ["chat.reasoning", "chat.reasoning.done"]
    assert set(kinds[2:-1]) == {"chat.completion.chunk"}
    assert kinds[-1] == "chat.completion.done"
    assert "330" in "".join(str(chunk.choices[0].delta.content or "") for chunk in chunks)


def test_perplexity_searches(pplx: perplexity.Perplexity) -> None:
    found = pplx.search.create(query="blue whale krill", max_results=2)
    assert "krill" in found.results[0].snippet
    assert len(found.results) <= 2
    many = pplx.search.create(query=["eiffel tower height", "blue whale"], max_results=2, max_tokens_per_page=10)
    assert len({result.url for result in many.results}) == 2
    assert all(len(result.snippet) <= 40 for result in many.results)


def test_a_search_gives_as_many_documents_as_are_asked_for(crowded: Served) -> None:
    with crowded.client() as client:
        found = client.post("/search", json={"query": "Paris", "max_results": 25}).json()
    assert len({one["url"] for one in found["results"]}) == 25


def test_perplexity_gets_its_kind_of_error(pplx: perplexity.Perplexity) -> None:
    with pytest.raises(perplexity.BadRequestError) as caught:
        pplx.chat.completions.create(model="sonar", messages=[{"role": "user", "content": " "}])
    assert caught.value.body == {
        "error": {
            "message": "the question is empty (ask in words, such as: how do plants breathe?)",
            "type": "invalid_request_error",
            "code": 400,
            "param": None,
        }
    }
    with pytest.raises(perplexity.BadRequestError):
        pplx.search.create(query="")


# ── openai ──


def test_openai_reads_an_answer_with_annotations(oai: openai.OpenAI) -> None:
    answer = oai.chat.completions.create(model="gpt-4o", messages=ASK)  # type: ignore[arg-type]
    message = answer.choices[0].message
    assert message.content
    assert message.annotations
    for note in message.annotations:
        cited = note.url_citation
        assert message.content[cited.start_index : cited.end_index].strip("[]").isdigit()
        assert cited.url
    assert answer.object == "chat.completion"


def test_openai_streams_only_what_is_new(oai: openai.OpenAI, served: Served) -> None:
    whole = oai.chat.completions.create(model="pincite", messages=ASK).choices[0].message.content  # type: ignore[arg-type]
    chunks = list(oai.chat.completions.create(model="pincite", messages=ASK, stream=True))  # type: ignore[arg-type]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole
    assert chunks[-1].choices[0].finish_reason == "stop"
    body = {"model": "pincite", "messages": ASK, "stream": True}
    with served.client() as client:
        raw = client.post("/v1/chat/completions", json=body).text
    assert raw.endswith("data: [DONE]\n\n")
    assert raw.count('"message"') == 1


def test_openai_lists_models(oai: openai.OpenAI) -> None:
    assert {"pincite", "none"} <= {model.id for model in oai.models.list()}


def test_openai_retrieves_each_model_that_is_listed_and_no_other(
    modelled: tuple[Served, ModelServer], served: Served
) -> None:
    running, _ = modelled
    with openai.OpenAI(api_key="any", base_url=f"{running.url}/v1", max_retries=0) as client:
        listed = list(client.models.list())
        assert "test:test-model" in {model.id for model in listed}
        assert [client.models.retrieve(model.id) for model in listed] == listed
        for name in ("gpt-9", "test:a/b"):
            with pytest.raises(openai.NotFoundError, match=name) as caught:
                client.models.retrieve(name)
            assert caught.value.type == "invalid_request_error"
    assert "/v1/models/{model_id}" in httpx.get(f"{served.url}/openapi.json").json()["paths"]


def test_openai_gets_its_kind_of_error(oai: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        oai.chat.completions.create(model="x", messages=[{"role": "user", "content": "a" * 100_000}])
    assert caught.value.code == 400 or caught.value.body
    with pytest.raises(openai.BadRequestError, match="last message"):
        oai.chat.completions.create(model="x", messages=[{"role": "assistant", "content": "hi"}])
    part = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    with pytest.raises(openai.BadRequestError, match="image_url"):
        oai.chat.completions.create(model="x", messages=[{"role": "user", "content": [part]}])  # type: ignore[list-item, misc]
    with pytest.raises(openai.BadRequestError, match="response_format"):
        oai.chat.completions.create(model="x", messages=ASK, response_format={"type": "json_object"})  # type: ignore[arg-type]


async def test_the_async_client_streams_too(served: Served) -> None:
    async with openai.AsyncOpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as client:
        stream = await client.chat.completions.create(model="x", messages=ASK, stream=True)  # type: ignore[arg-type]
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert "330" in text


# ── what both may send ──


def test_earlier_messages_are_understood(client: httpx.Client) -> None:
    messages = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "How tall is the Eiffel Tower?"},
        {"role": "assistant", "content": "It is 330 metres tall.[1]"},
        {"role": "user", "content": [{"type": "text", "text": "Who designed it?"}]},
    ]
    answer = client.post("/chat/completions", json={"messages": messages}).json()
    assert "Eiffel" in answer["choices"][0]["message"]["content"]
    kept = client.get(f"/api/answers/{answer['id']}").json()["question"]
    assert kept["text"] == "Who designed it?"


def test_unknown_fields_and_nulls_are_ignored(client: httpx.Client) -> None:
    body = {"messages": ASK, "temperature": None, "top_k": 3, "web_search_options": {"x": 1}, "stream": None, "n": 1}
    assert client.post("/chat/completions", json=body | {"search_domain_filter": None}).status_code == 200


def test_a_filter_that_leaves_nothing_leaves_nothing(client: httpx.Client) -> None:
    body = {"messages": ASK, "search_domain_filter": ["nowhere.example"]}
    assert client.post("/chat/completions", json=body).json()["citations"] == []


def test_related_questions_come_if_they_are_asked_for(client: httpx.Client) -> None:
    body = {"messages": ASK, "return_related_questions": True}
    assert isinstance(client.post("/chat/completions", json=body).json()["related_questions"], list)
    assert "related_questions" not in client.post("/chat/completions", json={"messages": ASK}).json()


@pytest.mark.parametrize("path", ["/chat/completions", "/v1/chat/completions", "/search"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"messages":[]}', b'{"query":[]}', b'{"messages":"x","query":7}'])
def test_a_bad_body_has_the_vendors_error_shape(client: httpx.Client, path: str, body: bytes) -> None:
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


def test_a_day_that_is_none_is_refused(client: httpx.Client) -> None:
    body = {"messages": ASK, "search_after_date_filter": "2025-13-01"}
    response = client.post("/chat/completions", json=body)
    assert "MM/DD/YYYY" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("choice", "status"),
    [
        ("auto", 200),
        ("none", 200),
        ({"type": "allowed_tools", "mode": "auto"}, 200),
        ("required", 400),
        ({"type": "function", "function": {"name": "f"}}, 400),
        ({"type": "allowed_tools", "mode": "required"}, 400),
    ],
)
def test_a_tool_that_must_be_called_is_refused(client: httpx.Client, choice: object, status: int) -> None:
    reply = client.post("/v1/chat/completions", json={"messages": ASK, "tool_choice": choice})
    assert reply.status_code == status
    assert status == 200 or "functions are never called" in reply.json()["error"]["message"]


@pytest.mark.parametrize(("fault", "status", "later"), [("429", 503, "7"), ("500", 503, "2"), ("401", 502, None)])
def test_a_model_that_fails_where_nothing_was_searched_is_an_error(
    modelled: tuple[Served, ModelServer], fault: str, status: int, later: str | None
) -> None:
    served, model = modelled
    ask = {"messages": ASK, "disable_search": True}
    model.mode = fault
    try:
        with served.client() as client:
            whole = client.post("/v1/chat/completions", json=ask)
            streamed = client.post("/chat/completions", json=ask | {"stream": True})
            job = client.post("/async/chat/completions", json={"request": ask}).json()["id"]
            sent = {"text": "Say hi", "focus": "writing"}
            native = client.post("/api/ask", json=sent, headers={"prefer": "wait"}).json()
            response = client.post("/v1/responses", json={"input": "Say hi", "focus": "writing"}).json()
            until = time.monotonic() + 10
            while (state := client.get(f"/async/chat/completions/{job}").json())["status"] == "IN_PROGRESS":
                assert time.monotonic() < until
                time.sleep(0.02)
    finally:
        model.mode = ""
    assert (whole.status_code, whole.headers.get("retry-after")) == (status, later)
    assert f"test-model: {fault}" in whole.json()["error"]["message"]
    assert "event: error" in streamed.text
    assert "[DONE]" not in streamed.text
    assert (state["status"], native["status"], response["status"]) == ("FAILED", "failed", "failed")
    for told in (state["error_message"], native["problem"]["detail"], response["error"]["message"]):
        assert f"test-model: {fault}" in told
