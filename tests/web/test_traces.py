"""On the page each person gives leave to learn from its own questions, and takes it back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.web.conftest import Served, indexed, serving

from pincite.library.traces import Trace
from pincite.settings import LibrarySettings, Settings
from pincite.types import Question


@pytest.fixture
def tracing(tmp_path: Path, small_corpus: Path) -> Iterator[Served]:
    settings = Settings(data_dir=tmp_path / "data", library=LibrarySettings(traces=True))
    with serving(lambda: indexed(settings, small_corpus), settings) as running:
        yield running


async def traces(served: Served) -> list[Trace]:
    return [trace async for trace in served.engine.library.traces()]


def ticked(client: httpx.Client) -> bool:
    found = re.search(r'name="given" value="yes"( checked)?', client.get("/settings").text)
    assert found
    return found[1] is not None


def test_leave_is_given_and_taken_back_on_the_page(tracing: Served) -> None:
    with tracing.client() as client:
        assert not ticked(client)
        reply = client.post("/settings/traces", data={"given": "yes"})
        assert (reply.status_code, reply.headers["location"]) == (303, "/settings#traces")
        assert ticked(client)
        tracing.run(tracing.engine.answer(Question(text="How tall is the Eiffel Tower?")))
        assert [trace.question for trace in tracing.run(traces(tracing))] == ["How tall is the Eiffel Tower?"]
        client.post("/settings/traces", data={})
        assert not ticked(client)
        assert tracing.run(traces(tracing)) == []


def test_where_nothing_can_be_exported_nobody_is_asked_for_leave(client: httpx.Client) -> None:
    assert "/settings/traces" not in client.get("/settings").text
