"""Whether a run answers with the real pipeline, can be stopped at any point, and gives the same again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from tests.evals.conftest import SmallSet

from pincite.errors import BadInput, UnknownModel
from pincite.evals import answering, sets
from pincite.evals.record import Record, kept
from pincite.settings import AnswerSettings, EndpointSettings, ModelSettings, Settings
from pincite.testing.model_server import ModelServer, running


def run(small: SmallSet, out: Path, **more: Any) -> dict[str, Any]:
    return answering.run([small.passages], [small.questions], out, cache=small.cache, **more).facts


def said(path: Path) -> list[tuple[str, str, str]]:
    """What must be the same on every run: all but the times."""
    return [(r.id, r.group, r.answer.model_copy(update={"timings": {}}).model_dump_json()) for r in kept(path, Record)]


def test_a_run_that_was_cut_goes_on_and_gives_what_a_whole_one_gives(small: SmallSet, tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    assert run(small, whole)["answered_now"] == 6
    run(small, cut)
    lines = cut.read_bytes().splitlines(keepends=True)
    cut.write_bytes(b"".join(lines[:2]) + lines[2][:50])
    facts = run(small, cut)
    assert (facts["answered_now"], facts["n"]) == (4, 6)
    assert said(cut) == said(whole)
    before = cut.read_bytes()
    assert run(small, cut)["answered_now"] == 0
    assert cut.read_bytes() == before


def test_a_record_holds_what_is_right_and_how_long_it_took(small: SmallSet, tmp_path: Path) -> None:
    run(small, tmp_path / "a.jsonl")
    first = kept(tmp_path / "a.jsonl", Record)[0]
    assert (first.system, first.group, first.gold) == ("pincite", "answerable", ("2,850 km",))
    assert first.answer.timings["total"] >= first.answer.timings["first_token"] > 0
    assert all(passage is not None for s in first.answer.sentences for passage in first.cited(s))


def test_another_run_is_not_added_to_a_file(small: SmallSet, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    run(small, out, limit=2)
    before = out.read_bytes()
    with pytest.raises(BadInput, match="begun with another limit"):
        run(small, out, limit=3)
    with pytest.raises(BadInput, match="begun with another settings"):
        run(small, out, limit=2, settings=Settings(answer=AnswerSettings(max_words=40)))
    more = [tmp_path / name / small.passages.name for name in ("one", "two")]
    for path in more:
        path.parent.mkdir()
        path.write_text(json.dumps({"id": path.parent.name, "text": "Bananas are yellow."}), "utf-8")
    both = tmp_path / "both.jsonl"
    answering.run([small.passages, more[0]], [small.questions], both, limit=1, cache=small.cache)
    with pytest.raises(BadInput, match="begun with another passages"):
        answering.run([more[1], small.passages], [small.questions], both, limit=1, cache=small.cache)
    assert out.read_bytes() == before
    (tmp_path / "b.jsonl").write_text("precious\n")
    with pytest.raises(BadInput, match="was not made by a run"):
        run(small, tmp_path / "b.jsonl")


async def served(small: SmallSet, out: Path, model: str) -> tuple[list[Record], ModelServer]:
    """A run in a thread, as a door would, while the model answers beside it."""
    server = ModelServer()
    async with running(server):
        settings = Settings(models=ModelSettings(endpoints={"x": EndpointSettings(base_url=server.base_url)}))
        await asyncio.to_thread(run, small, out, model=model, settings=settings, env={}, limit=3)
    return kept(out, Record), server


async def test_a_model_writes_where_one_is_named(small: SmallSet, tmp_path: Path) -> None:
    made, server = await served(small, tmp_path / "a.jsonl", "x:sources")
    assert {record.system for record in made} == {"pincite x:sources"}
    assert {record.answer.usage.model_calls for record in made} == {1}
    assert len(server.requests) == 3, "no question is paid for twice"


async def test_an_unknown_model_is_said_before_anything_is_asked(small: SmallSet, tmp_path: Path) -> None:
    with pytest.raises(UnknownModel):
        await served(small, tmp_path / "a.jsonl", "x:nobody")


def test_two_questions_with_one_id_are_refused(tmp_path: Path) -> None:
    passages, questions = tmp_path / "p.jsonl", tmp_path / "q.jsonl"
    passages.write_text(json.dumps({"id": 1, "text": "x"}) + "\n")
    questions.write_text((json.dumps({"id": 1, "question": "y?"}) + "\n") * 2)
    with pytest.raises(BadInput, match="two questions have the id '1'"):
        answering.run([passages], [questions], tmp_path / "a.jsonl")


def test_all_passages_of_a_title_are_left_out_together() -> None:
    rows = [sets.PassageRow(id=f"{t}{n}", text="x", title=t) for t in "abcd" for n in range(3)]
    asked = [sets.QuestionRow(id=row.id, text="?", right={row.id: 1.0}) for row in rows]
    out = answering.left_out(rows, asked, seed=0)
    assert len(out) == 6
    assert len({id_[0] for id_ in out}) == 2
    assert out == answering.left_out(rows, asked, seed=0)
