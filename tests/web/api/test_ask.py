from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from tests.web.conftest import Served

from pincite.events import Finished, Stamped, fold
from pincite.testing.model_server import ModelServer
from pincite.types import Answer, Passage, Status, Verdict

TALL = "How tall is the Eiffel Tower?"


def sse(text: str) -> list[tuple[int, str, dict[str, Any]]]:
    """Number, kind and data of each event of a stream."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line and not line.startswith(":"))
        if "data" in fields:
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


def finished(client: httpx.Client, text: str = TALL) -> Answer:
    response = client.post("/api/ask", json={"text": text}, headers={"prefer": "wait"})
    assert response.status_code == 200, response.text
    return Answer.model_validate_json(response.content)


def test_asking_says_at_once_where_the_answer_will_be(client: httpx.Client) -> None:
    response = client.post("/api/ask", json={"question": TALL})
    taken = response.json()
    assert response.status_code == 202
    assert response.headers["location"] == taken["answer"]
    answer = client.get(taken["answer"]).json()
    assert answer["id"] == taken["answer_id"]
    assert answer["question"]["thread_id"] == taken["thread_id"]


def test_the_answer_cites_the_passage_that_says_so(client: httpx.Client) -> None:
    answer = finished(client)
    assert answer.status is Status.ANSWERED
    assert "330" in answer.text
    cited = [s for s in answer.sentences if s.citations and s.verdict is Verdict.SUPPORTED]
    assert cited
    url = f"/api/answers/{answer.id}/passages/{cited[0].citations[0].passage_id}"
    passage = Passage.model_validate_json(client.get(url).content)
    assert "330 metres" in passage.text


def test_the_stream_tells_the_same_as_the_answer(client: httpx.Client) -> None:
    answer = finished(client)
    events = sse(client.get(f"/api/answers/{answer.id}/events").text)
    log = [Stamped.model_validate({"seq": seq, "event": data}) for seq, _, data in events]
    assert fold(one.event for one in log) == answer
    assert [kind for _, kind, _ in events] == [data["kind"] for _, _, data in events]
    assert [seq for seq, _, _ in events] == sorted({seq for seq, _, _ in events})


@pytest.mark.parametrize("how", ["header", "query"])
def test_a_follower_comes_back_to_exactly_the_rest(client: httpx.Client, how: str) -> None:
    path = f"/api/answers/{finished(client).id}/events"
    whole = sse(client.get(path).text)
    for number, _, _ in whole[:-1]:
        headers = {"last-event-id": str(number)} if how == "header" else {}
        rest = sse(client.get(path, headers=headers, params={"after": number} if how == "query" else {}).text)
        assert rest[-1] == whole[-1]
        assert rest[0][0] > number
        assert "".join(d["text"] for n, k, d in whole if k == "wrote" and n > number) == "".join(
            d["text"] for _, k, d in rest if k == "wrote"
        )


def test_who_has_seen_the_end_is_told_not_to_come_back(client: httpx.Client) -> None:
    path = f"/api/answers/{finished(client).id}/events"
    last = sse(client.get(path).text)[-1][0]
    assert client.get(path, headers={"last-event-id": str(last)}).status_code == 204


def test_asking_with_a_stream_accepted_is_answered_by_the_stream(client: httpx.Client) -> None:
    response = client.post("/api/ask", json={"text": TALL}, headers={"accept": "text/event-stream"})
    assert response.headers["content-type"].startswith("text/event-stream")
    answer = client.get(f"/api/answers/{response.headers['x-answer-id']}").json()
    assert answer["question"]["thread_id"] == response.headers["x-thread-id"]
    assert sse(response.text)[-1][1] == "finished"


def test_lines_are_numbered_events(client: httpx.Client) -> None:
    response = client.post("/api/ask", json={"text": TALL}, headers={"accept": "application/jsonl"})
    log = [Stamped.model_validate_json(line) for line in response.text.splitlines()]
    assert response.headers["content-type"].startswith("application/jsonl")
    assert isinstance(log[-1].event, Finished)


def test_two_followers_see_the_same(client: httpx.Client) -> None:
    path = client.post("/api/ask", json={"text": TALL}).json()["events"]
    with ThreadPoolExecutor(4) as pool:
        seen = [sse(text) for text in pool.map(lambda _: client.get(path).text, range(4))]
    told = [fold(Stamped.model_validate({"seq": n, "event": d}).event for n, _, d in one) for one in seen]
    assert all(one == told[0] for one in told)


# ── the same request twice ──


def test_the_same_key_and_question_is_the_same_answer(client: httpx.Client) -> None:
    headers = {"idempotency-key": "k-1"}
    with ThreadPoolExecutor(4) as pool:
        posts = pool.map(lambda _: client.post("/api/ask", json={"text": TALL}, headers=headers).json(), range(8))
    assert len({(one["answer_id"], one["thread_id"]) for one in posts}) == 1


def test_the_same_key_with_another_question_is_a_conflict(client: httpx.Client) -> None:
    headers = {"idempotency-key": "k-2"}
    assert client.post("/api/ask", json={"text": TALL}, headers=headers).status_code == 202
    response = client.post("/api/ask", json={"text": "How old is it?"}, headers=headers)
    assert response.status_code == 409
    assert response.json()["type"] == "conflict"


def test_a_key_is_not_used_up_by_a_question_that_was_refused(client: httpx.Client) -> None:
    headers = {"idempotency-key": "k-3"}
    assert client.post("/api/ask", json={"text": ""}, headers=headers).status_code == 422
    assert client.post("/api/ask", json={"text": TALL}, headers=headers).status_code == 202


# ── threads and stopping ──


def test_a_question_may_go_on_a_thread(client: httpx.Client) -> None:
    first = finished(client)
    body = {"text": "Who built it?", "thread_id": first.question.thread_id}
    second = client.post("/api/ask", json=body, headers={"prefer": "wait"}).json()
    kept = client.get(f"/api/threads/{first.question.thread_id}").json()
    assert [answer["id"] for answer in kept["answers"]] == [first.id, second["id"]]


def test_stopping_a_finished_answer_changes_nothing(client: httpx.Client) -> None:
    answer = finished(client)
    stopped = client.post(f"/api/answers/{answer.id}/stop")
    assert Answer.model_validate_json(stopped.content) == answer


def test_answer_now_leaves_an_answer_that_needs_no_research_as_it_is(client: httpx.Client) -> None:
    answer = finished(client)
    after = client.post(f"/api/answers/{answer.id}/now")
    assert (after.status_code, Answer.model_validate_json(after.content)) == (200, answer)


# ── bad input ──

BAD: list[tuple[dict[str, Any], int, str]] = [
    ({"text": ""}, 422, "bad-question"),
    ({"text": "?!"}, 422, "bad-question"),
    ({"text": "a " * 50_000}, 422, "bad-question"),
    ({"text": "\x00\x01\x02 what?"}, 422, "bad-question"),
    ({"text": TALL, "focus": "moon"}, 404, "unknown-focus"),
    ({"text": TALL, "model": "no:such"}, 404, "unknown-model"),
    ({"text": TALL, "thread_id": "nobody"}, 404, "not-found"),
    ({"text": TALL, "thread_id": "../etc"}, 422, "bad-input"),
    ({"text": TALL, "surprise": 1}, 422, "bad-input"),
    ({"text": 5}, 422, "bad-input"),
    ({"text": TALL, "filters": {"after": "yesterday"}}, 422, "bad-input"),
    ({"text": TALL, "filters": {"after": 5}}, 422, "bad-input"),
    ({"text": TALL, "filters": {"before": "12"}}, 422, "bad-input"),
    ({}, 422, "bad-input"),
]


@pytest.mark.parametrize(("body", "status", "kind"), BAD, ids=range(len(BAD)))
def test_a_bad_question_is_named_with_what_to_do(client: httpx.Client, body: Any, status: int, kind: str) -> None:
    response = client.post("/api/ask", json=body)
    problem = response.json()
    assert (response.status_code, problem["type"], problem["status"]) == (status, kind, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["detail"]
    assert problem["hint"]


@pytest.mark.parametrize(
    ("content", "type_", "status"),
    [
        (b"{bad", "application/json", 400),
        (b"", "application/json", 422),
        (b"\xff\xfe\x00", "application/json", 400),
        (b'{"text":"\\ud800 hi"}', "application/json", 422),
        (b'{"text":"hi","\\ud800":1}', "application/json", 422),
        (b'{"text":NaN}', "application/json", 422),
        (b"[" * 20_000, "application/json", 400),
        (b'{"text":"hi there"}', "text/plain", 415),
        (b"text=hi", "application/x-www-form-urlencoded", 415),
        (b'{"text":"' + b"a" * (1 << 20) + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_is_no_question_is_refused(client: httpx.Client, content: bytes, type_: str, status: int) -> None:
    response = client.post("/api/ask", content=content, headers={"content-type": type_})
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["", "/events", "/passages/p"])
def test_an_unknown_answer_is_not_found(client: httpx.Client, path: str) -> None:
    assert client.get(f"/api/answers/nobody{path}").status_code == 404
    assert client.post("/api/answers/nobody/stop").status_code == 404
    assert client.post("/api/answers/nobody/now").status_code == 404


@pytest.mark.parametrize("value", ["x", "-1", "1e9", "9" * 15])
def test_a_last_event_id_that_is_no_number_is_refused(client: httpx.Client, value: str) -> None:
    path = f"/api/answers/{finished(client).id}/events"
    assert client.get(path, headers={"last-event-id": value}).status_code == 422


def test_too_many_followers_are_told_to_come_back(served: Served, client: httpx.Client) -> None:
    answer = finished(client)
    streams = served.server.app.state.door.streams
    streams.open, most = streams.most, streams.open
    try:
        for response in (
            client.get(f"/api/answers/{answer.id}/events"),
            client.post("/api/ask", json={"text": TALL}, headers={"accept": "text/event-stream"}),
        ):
            assert response.status_code == 503
            assert int(response.headers["retry-after"]) > 0
            assert response.json()["retryable"] is True
    finally:
        streams.open = most


@pytest.mark.parametrize("prefer", ["wait", "wait=20", 'respond-async, wait="20"', "Wait = 20; x"])
def test_an_answer_is_waited_for_in_every_spelling(client: httpx.Client, prefer: str) -> None:
    response = client.post("/api/ask", json={"text": TALL}, headers={"prefer": prefer})
    assert response.status_code == 200
    assert response.headers["preference-applied"] == "wait"


@pytest.mark.parametrize("prefer", ["wait=0", "await", "wait-not", "respond-async"])
def test_what_does_not_say_wait_is_not_waited_for(client: httpx.Client, prefer: str) -> None:
    assert client.post("/api/ask", json={"text": TALL}, headers={"prefer": prefer}).status_code == 202


def test_an_answer_that_takes_longer_than_is_waited_for_is_only_taken(modelled: tuple[Served, ModelServer]) -> None:
    with modelled[0].client() as client:
        body = {"text": TALL, "model": "test:stall-first"}
        taken = client.post("/api/ask", json=body, headers={"prefer": "wait=1"})
        assert taken.status_code == 202
        assert "preference-applied" not in taken.headers
        running = client.get(taken.headers["location"]).json()
        assert running["status"] == "running"
        client.post(f"/api/answers/{running['id']}/stop")
