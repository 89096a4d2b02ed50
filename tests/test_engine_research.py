"""Research through the whole house: answer now, and kill -9 in the middle of it."""

import asyncio
import os
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.test_engine import TOWER, WHALE, original

from pincite.engine import AnswerEngine
from pincite.errors import NotFound
from pincite.events import Finished, Stepped, fold
from pincite.index import Index
from pincite.settings import AnswerSettings, EndpointSettings, ModelSettings, Settings
from pincite.testing.model_server import running
from pincite.types import Question, Status

ROOT = Path(__file__).parents[1]
NEVER_S = 3600.0
"""Longer than any test: whoever waits for it would wait for ever."""
RESEARCHED = "Who designed the tower that opened in 1889 in Paris, and how long are blue whales?"


def researching(home: Path, base_url: str) -> Settings:
    """Of an engine whose planner never says a word."""
    endpoints = {"here": EndpointSettings(base_url=base_url, models=("stall-at-once",))}
    answer = AnswerSettings(clarify_s=0, research_s=NEVER_S, deadline_s=NEVER_S, first_token_s=NEVER_S)
    models = ModelSettings(planner="here:stall-at-once", endpoints=endpoints)
    return Settings(data_dir=home, models=models, answer=answer)


async def in_research(engine: AnswerEngine, answer_id: str) -> list[str]:
    """Waits until the first step of research is kept; the details of the steps so far."""
    seen: list[str] = []
    async for stamped in engine.follow(answer_id):
        if isinstance(stamped.event, Stepped):
            seen.append(stamped.event.detail)
            if stamped.event.step == "research":
                return seen
    raise AssertionError(f"the answer ended before: {seen}")


async def test_answer_now_ends_research_and_any_other_answer_stays_as_it_is(tmp_path: Path) -> None:
    async with running() as server:
        settings = researching(tmp_path, server.base_url)
        with closing(Index.open(settings.index_dir, None, writer=True)) as index:
            index.add([original("eiffel-tower", TOWER), original("blue-whale", WHALE)])
        async with await AnswerEngine.open(settings, env={}) as engine:
            answer_id = await engine.ask(Question(text=RESEARCHED, mode="copilot"))
            async with asyncio.timeout(120):
                await in_research(engine, answer_id)
                await engine.answer_now(answer_id)
                answer = fold([stamped.event async for stamped in engine.follow(answer_id)])
            assert answer.status is Status.ANSWERED
            assert answer.sources
            await engine.answer_now(answer_id)
            assert await engine.library.answer(answer_id) == answer
            with pytest.raises(NotFound):
                await engine.answer_now("nothing")


def killed_in_research(home: Path, base_url: str, pipe: int) -> None:
    """The process that will die: says the answer's id when a step of research is kept, and waits."""

    async def go() -> None:
        async with await AnswerEngine.open(researching(home, base_url), env={}) as engine:
            answer_id = await engine.ask(Question(text=RESEARCHED, mode="copilot"))
            await in_research(engine, answer_id)
            os.write(pipe, f"{answer_id}\n".encode())
            await asyncio.Event().wait()

    asyncio.run(go())


async def test_kill_9_in_the_middle_of_research_loses_nothing_that_was_told(tmp_path: Path) -> None:
    with closing(Index.open(Settings(data_dir=tmp_path).index_dir, None, writer=True)) as index:
        index.add([original("eiffel-tower", TOWER), original("blue-whale", WHALE)])
    async with running() as server:
        code = (
            "import sys; from pathlib import Path; from tests.test_engine_research import killed_in_research; "
            "killed_in_research(Path(sys.argv[1]), sys.argv[2], 1)"
        )
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, str(tmp_path), server.base_url, stdout=asyncio.subprocess.PIPE, cwd=ROOT
        )
        assert process.stdout is not None
        async with asyncio.timeout(240):
            answer_id = (await process.stdout.readline()).decode().strip()
            process.kill()
            await process.wait()
    async with await AnswerEngine.open(Settings(data_dir=tmp_path), env={}) as engine:
        answer = await engine.library.answer(answer_id)
        kept = [stamped.event for stamped in await engine.library.events(answer_id)]
    assert answer.status is Status.INTERRUPTED
    assert any(isinstance(event, Stepped) and event.step == "research" for event in kept)
    assert answer.sources
    assert isinstance(kept[-1], Finished)
