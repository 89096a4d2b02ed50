"""The real ``perplexityai`` client's asynchronous completions, against the real server."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import perplexity
import pytest
from tests.web.conftest import Served, indexed, serving

from pincite.settings import Settings
from pincite.testing.model_server import ModelServer
from pincite.types import Answer, Question, Status, Thread
from pincite.web.compat.jobs import _standing

ASK: dict[str, Any] = {"model": "sonar", "messages": [{"role": "user", "content": "How tall is the Eiffel Tower?"}]}


def done(client: perplexity.Perplexity, name: str) -> Any:
    until = time.monotonic() + 20
    while (job := client.async_.chat.completions.get(name)).status == "IN_PROGRESS" and time.monotonic() < until:
        time.sleep(0.02)
    return job


def test_a_job_is_handed_in_and_its_answer_fetched(pplx: perplexity.Perplexity) -> None:
    job = pplx.async_.chat.completions.create(request=ASK)
    assert job.status in {"IN_PROGRESS", "COMPLETED"}
    assert abs(job.created_at - time.time()) < 60
    job = done(pplx, job.id)
    assert job.status == "COMPLETED"
    assert job.completed_at >= job.started_at == job.created_at
    assert job.response
    assert "330" in job.response.choices[0].message.content
    assert [result.url for result in job.response.search_results] == job.response.citations
    assert pplx.async_.chat.completions.get(job.id) == job


def test_the_list_has_it_and_no_other_answers(pplx: perplexity.Perplexity, client: httpx.Client) -> None:
    job = done(pplx, pplx.async_.chat.completions.create(request=ASK).id)
    other = client.post("/api/ask", json={"text": "How tall is the Eiffel Tower?"}).json()["answer_id"]
    listed = {one.id: one for one in pplx.async_.chat.completions.list().requests}
    assert listed[job.id].status == "COMPLETED"
    assert other not in listed
    with pytest.raises(perplexity.NotFoundError):
        pplx.async_.chat.completions.get(other)


def test_every_job_is_on_one_page_of_the_list(client: httpx.Client) -> None:
    for _ in range(55):
        client.post("/api/ask", json={"text": "x", "model": "none"})
    made = {client.post("/async/chat/completions", json={"request": ASK}).json()["id"] for _ in range(3)}
    for _ in range(55):
        client.post("/api/ask", json={"text": "x", "model": "none"})
    found: list[str] = []
    token: str | None = "0"
    while token is not None:
        page = client.get("/async/chat/completions", params={"next_token": token}).json()
        found += [one["id"] for one in page["requests"]]
        token = page["next_token"]
    assert made <= set(found)
    assert len(found) == len(set(found))


def test_the_same_key_is_the_same_job(pplx: perplexity.Perplexity) -> None:
    create = pplx.async_.chat.completions.create
    first = create(request=ASK, idempotency_key="k1")
    assert create(request=ASK, idempotency_key="k1").id == first.id
    assert create(request=ASK, idempotency_key="k2").id != first.id
    other = ASK | {"messages": [{"role": "user", "content": "Who designed it?"}]}
    with pytest.raises(
        perplexity.ConflictError, match=r"the idempotency_key 'k1' was used .*new idempotency_key"
    ) as no:
        create(request=other, idempotency_key="k1")
    assert "job-" not in str(no.value)
    assert "Idempotency-Key" not in str(no.value)


def test_it_is_still_there_after_a_restart(tmp_path: Path, small_corpus: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    told: list[Any] = []
    for _ in range(2):
        with (
            serving(lambda: indexed(settings, small_corpus), settings) as running,
            perplexity.Perplexity(api_key="any", base_url=running.url, max_retries=0) as client,
        ):
            jobs = client.async_.chat.completions
            name = told[0].id if told else jobs.create(request=ASK, idempotency_key="once").id
            assert jobs.create(request=ASK, idempotency_key="once").id == name
            told.append(done(client, name))
            assert [one.id for one in jobs.list().requests] == [name]
    assert told[0] == told[1]


def test_a_stopped_servers_job_has_failed_and_says_why(modelled: tuple[Served, ModelServer]) -> None:
    served, _ = modelled
    with perplexity.Perplexity(api_key="any", base_url=served.url, max_retries=0) as client:
        job = client.async_.chat.completions.create(request=ASK | {"model": "test:stall-first"})
        assert job.status == "IN_PROGRESS"
        served.engine._runs[job.id].end("interrupted")  # what closing the engine does
        job = done(client, job.id)
    assert job.status == "FAILED"
    assert job.failed_at
    assert "shut down" in str(job.error_message)


def test_a_job_that_died_with_its_server_failed_when_that_was_seen() -> None:
    asked = datetime(2026, 11, 30, 9, tzinfo=UTC)
    thread = Thread(id="job-1", title="x", created=asked, updated=asked + timedelta(minutes=7), answers=1)
    died = Answer(id="1", question=Question(text="x"), status=Status.INTERRUPTED)
    told = _standing(thread, died)
    assert told["status"] == "FAILED"
    assert told["failed_at"] - told["created_at"] == 7 * 60
    whole = died.model_copy(update={"status": Status.ANSWERED, "timings": {"total": 2000.0}})
    told = _standing(thread, whole)
    assert told["completed_at"] - told["created_at"] == 2


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"request":{}}',
        b'{"request":{"messages":[]}}',
        b'{"request":{"messages":[{"role":"user","content":""}]}}',
    ],
)
def test_a_bad_job_is_refused_in_the_vendors_shape(client: httpx.Client, body: bytes) -> None:
    response = client.post("/async/chat/completions", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == 400


def test_an_unknown_job_is_not_found_in_the_vendors_shape(client: httpx.Client) -> None:
    response = client.get("/async/chat/completions/nope")
    assert response.status_code == 404
    assert response.json()["error"]["code"] == 404
