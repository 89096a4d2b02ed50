from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import openai
import perplexity
import pytest
from tests.web.conftest import Served

from pincite.events import Cited, Event, Failed, Finished, Sourced, Stamped, Started, Suggested, Wrote
from pincite.library.shelf import Shelf
from pincite.testing.model_server import ModelServer
from pincite.types import (
    Answer,
    Citation,
    Degradation,
    Document,
    Passage,
    Problem,
    Question,
    Sentence,
    Source,
    Status,
    Usage,
    Verdict,
)
from pincite.web.acting import Acting
from pincite.web.compat.completion import Chunks

ASK = [{"role": "user", "content": "How tall is the Eiffel Tower?"}]
DOCUMENT = Document(id="d", url="https://example.org/tower", title="Tower")
PASSAGE = Passage(id="p", document=DOCUMENT, text="It is 330 m tall.", start=0, end=17)
SENTENCE = Sentence(
    start=0,
    end=11,
    citations=(Citation(source=1, passage_id="p", support=1),),
    verdict=Verdict.SUPPORTED,
)
START: list[Event] = [
    Started(answer_id="a", question=Question(text="How tall?"), model="x:y"),
    Sourced(sources=(Source(number=1, document=DOCUMENT, passages=(PASSAGE,)),)),
]
TEXT: list[Event] = [Wrote(text="It is "), Wrote(text="tall. Is"), Cited(sentence=SENTENCE), Wrote(text=" it?")]
END: list[Event] = [Suggested(follow_ups=("Why?",)), Finished(status=Status.ANSWERED, usage=Usage(input_tokens=9))]


def chunks(events: list[Event], mode: str = "plain", related: bool = False) -> list[Any]:
    """The data of a stream of which each event was a batch of its own."""
    render = Chunks(mode, related)
    wire = b"".join(render.render([Stamped(seq=i, event=event)]) for i, event in enumerate(events, start=1))
    lines = [line.removeprefix("data: ") for line in wire.decode().splitlines() if line.startswith("data: ")]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


def test_the_sources_come_on_the_first_chunk_and_on_the_last() -> None:
    sent = chunks([*START, *TEXT, *END])
    assert sent[-1] == "[DONE]"
    assert sent[0]["citations"] == sent[-2]["citations"] == ["https://example.org/tower"]
    assert sent[0]["search_results"][0]["snippet"] == "It is 330 m tall."
    assert not any("citations" in chunk for chunk in sent[1:-2])
    assert sent[-2]["usage"]["total_tokens"] == 9
    (note,) = sent[-2]["choices"][0]["delta"]["annotations"]
    assert note["url_citation"] == {
        "start_index": 11,
        "end_index": 14,
        "url": "https://example.org/tower",
        "title": "Tower",
    }


@pytest.mark.parametrize("mode", ["plain", "full", "concise"])
def test_every_mode_streams_the_same_text(mode: str) -> None:
    sent = chunks([*START, *TEXT, *END], mode)[:-1]
    assert "".join(chunk["choices"][0]["delta"]["content"] for chunk in sent) == "It is tall.[1] Is it?"
    assert sent[-1]["choices"][0]["message"]["content"] == "It is tall.[1] Is it?"


def test_one_batch_is_one_chunk_of_text() -> None:
    render = Chunks("plain", related=False)
    wire = render.render([Stamped(seq=i, event=event) for i, event in enumerate([*START, *TEXT], start=1)])
    assert wire.count(b"data: ") == 2


def test_follow_ups_only_go_to_those_who_asked() -> None:
    assert chunks([*START, *TEXT, *END], related=True)[-2]["related_questions"] == ["Why?"]
    assert "related_questions" not in chunks([*START, *TEXT, *END])[-2]


def test_an_answer_that_was_cut_off_says_length_and_why() -> None:
    why = Degradation(part="model", reason="cut", detail="The model stopped in the middle.")
    last = chunks([*START, *TEXT, Finished(status=Status.INTERRUPTED, degraded=(why,))])[-2]
    assert last["choices"][0]["finish_reason"] == "length"
    assert last["degraded"][0]["reason"] == "cut"


@pytest.mark.parametrize(("reason", "said"), [("length", "length"), ("filter", "content_filter"), ("empty", "stop")])
def test_a_text_whose_model_was_cut_off_says_so(reason: str, said: str) -> None:
    why = Degradation(part="model", reason=reason, detail="x")
    last = chunks([*START, *TEXT, Finished(status=Status.ANSWERED, degraded=(why,))])[-2]
    assert last["choices"][0]["finish_reason"] == said


def test_the_last_chunk_names_who_wrote() -> None:
    sent = chunks([*START, *TEXT, Finished(status=Status.ANSWERED, usage=Usage(writer="x:better"))])
    assert [chunk["model"] for chunk in sent[:-1]] == [*["x:y"] * (len(sent) - 2), "x:better"]


def test_an_answer_that_failed_ends_in_an_error_and_without_done() -> None:
    problem = Problem(type="internal", title="Broken", status=500, detail="it broke")
    sent = chunks([*START, Failed(problem=problem), Finished(status=Status.FAILED)])
    assert sent[-1] == {"error": {"message": "it broke", "type": "api_error", "code": 500, "param": None}}


@pytest.fixture
def failing(served: Served, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a server whose answers all fail in the middle."""
    problem = Problem(type="internal", title="Broken", status=500, detail="it broke")
    log = [*START, *TEXT[:2], Failed(problem=problem), Finished(status=Status.FAILED)]

    async def follow(_: Acting, answer_id: str, after: int = 0) -> AsyncIterator[Stamped]:
        for seq, event in enumerate(log, start=1):
            yield Stamped(seq=seq, event=event)

    async def answer(_: Shelf, answer_id: str) -> Answer:
        return Answer(id="a", question=Question(text="?"), status=Status.FAILED, problem=problem)

    monkeypatch.setattr(Acting, "follow", follow)
    monkeypatch.setattr(Shelf, "answer", answer)
    return served.url


def test_both_clients_raise_when_an_answer_fails(failing: str) -> None:
    with openai.OpenAI(api_key="any", base_url=f"{failing}/v1", max_retries=0) as oai:
        with pytest.raises(openai.APIError, match="it broke"):
            list(oai.chat.completions.create(model="x", messages=ASK, stream=True))  # type: ignore[arg-type]
        with pytest.raises(openai.InternalServerError, match="it broke"):
            oai.chat.completions.create(model="x", messages=ASK)  # type: ignore[arg-type]
    with perplexity.Perplexity(api_key="any", base_url=failing, max_retries=0) as pplx:
        with pytest.raises(perplexity.APIError, match="it broke"):
            list(pplx.chat.completions.create(model="x", messages=ASK, stream=True))
        with pytest.raises(perplexity.InternalServerError, match="it broke"):
            pplx.chat.completions.create(model="x", messages=ASK)


# ── with a model ──


@pytest.fixture
def slow(modelled: tuple[Served, ModelServer]) -> Iterator[tuple[Served, ModelServer]]:
    """The model takes about four seconds for its words."""
    _, model = modelled
    model.rate = 10
    yield modelled
    model.rate = 0


def test_text_of_a_model_streams_with_its_markers(modelled: tuple[Served, ModelServer]) -> None:
    served, _ = modelled
    with openai.OpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as oai:
        sent = list(oai.chat.completions.create(model="gpt-4o", messages=ASK, stream=True))  # type: ignore[arg-type]
        text = "".join(chunk.choices[0].delta.content or "" for chunk in sent)
        assert sent[0].model == "test:test-model"
        assert "It is 330 metres tall" in text
        assert "[1]" in text
        none = oai.chat.completions.create(model="none", messages=ASK)  # type: ignore[arg-type]
        assert none.model == "pincite"
        assert {"test:test-model", "none"} <= {model.id for model in oai.models.list()}


def test_a_client_sees_words_before_the_answer_is_finished(slow: tuple[Served, ModelServer]) -> None:
    served, _ = slow
    with served.client() as client:
        began = time.monotonic()
        headers = {"accept": "text/event-stream"}
        with client.stream(
            "POST", "/api/ask", json={"text": "How tall is the Eiffel Tower?"}, headers=headers
        ) as stream:
            seen, pieces = "", stream.iter_text()
            for text in pieces:
                seen += text
                if seen.count("event: wrote") >= 2:
                    break
            assert "event: finished" not in seen
            stopped = client.post(f"/api/answers/{stream.headers['x-answer-id']}/stop").json()
            rest = "".join(pieces)
        assert stopped["status"] == "stopped"
        assert stopped["text"]
        assert '"status":"stopped"' in rest
        assert time.monotonic() - began < 10


@pytest.mark.parametrize("stream", [True, False])
def test_a_chat_client_that_leaves_stops_its_answer(slow: tuple[Served, ModelServer], stream: bool) -> None:
    served, _ = slow
    text = f"How tall is the Eiffel Tower, stream {stream}?"
    body = {"messages": [{"role": "user", "content": text}], "stream": stream}
    with served.client() as client:
        if stream:
            with client.stream("POST", "/v1/chat/completions", json=body) as response:
                next(response.iter_bytes())
        else:
            with pytest.raises(httpx.ReadTimeout):
                client.post("/v1/chat/completions", json=body, timeout=0.7)
        thread = client.get("/api/threads", params={"limit": 1}).json()["threads"][0]["id"]
        for _ in range(100):
            (answer,) = client.get(f"/api/threads/{thread}").json()["answers"]
            if answer["status"] != "running":
                break
            time.sleep(0.05)
        assert answer["question"]["text"] == text
        assert answer["status"] == "stopped"


def test_a_model_that_breaks_off_is_said_so(modelled: tuple[Served, ModelServer]) -> None:
    served, _ = modelled
    with served.client() as client:
        answer = client.post("/v1/chat/completions", json={"model": "test:cut-mid", "messages": ASK}).json()
    assert answer["degraded"][0]["part"] == "model"
    assert answer["choices"][0]["finish_reason"] in {"length", "stop"}
    assert answer["choices"][0]["message"]["content"]
