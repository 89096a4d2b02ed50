"""Research through the whole house: answer now, and kill -9 in the middle of it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from tests.test_engine import TOWER, WHALE, original

from pincite.answer.resume import AGAIN
from pincite.engine import AnswerEngine
from pincite.errors import NotFound
from pincite.events import Event, Stamped, Started, Stepped, Wrote, fold
from pincite.index import Index
from pincite.library.notes import NOW
from pincite.ports import Deadline, Query
from pincite.search.own import OwnIndex
from pincite.settings import AnswerSettings, EndpointSettings, ModelSettings, Settings
from pincite.testing.model_server import ModelServer, running
from pincite.types import Answer, Hit, Question, Status, Verdict

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


def killed(settings: str, step: str, pipe: int) -> None:
    """The process that will die: says the answer's id when ``step`` is told, or a word for ``wrote``, and waits."""

    async def go() -> None:
        async with await AnswerEngine.open(Settings.model_validate_json(settings), env={}) as engine:
            answer_id = await engine.ask(Question(text=RESEARCHED, mode="copilot"))
            async for stamped in engine.follow(answer_id):
                told = stamped.event.detail if isinstance(stamped.event, Stepped) else stamped.event.kind
                if told.startswith(step):
                    os.write(pipe, f"{answer_id}\n".encode())
                    await asyncio.Event().wait()

    asyncio.run(go())


async def killed_at(settings: Settings, step: str) -> str:
    """The id of the answer of a process that was killed when it had told ``step``."""
    with closing(Index.open(settings.index_dir, None, writer=True)) as index:
        index.add([original("eiffel-tower", TOWER), original("blue-whale", WHALE)])
    code = "import sys; from tests.test_engine_research import killed; killed(sys.argv[1], sys.argv[2], 1)"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, settings.model_dump_json(), step, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    async with asyncio.timeout(240):
        answer_id = (await process.stdout.readline()).decode().strip()
        assert answer_id, "the process ended by itself"
        process.kill()
        await process.wait()
    return answer_id


async def resumed(settings: Settings, answer_id: str) -> tuple[Answer, list[Event]]:
    """The answer that the next process makes of what was left, and its log."""
    async with await AnswerEngine.open(settings, resume=True, env={}) as engine:
        before = [stamped async for stamped in _taken(engine, answer_id)]
        async with asyncio.timeout(240):
            log = [*before, *[stamped async for stamped in engine.follow(answer_id, len(before))]]
        answer = await engine.library.answer(answer_id)
    assert [stamped.seq for stamped in log] == list(range(1, len(log) + 1))
    told = [stamped.event for stamped in log]
    assert answer == fold(told)
    assert [event.step for event in told if isinstance(event, Stepped)].count("resume") == 1
    return answer, told


async def _taken(engine: AnswerEngine, answer_id: str) -> AsyncIterator[Stamped]:
    """What was told before the other process took it, as a reader has it who was there."""
    for stamped in await engine.library.events(answer_id):
        if isinstance(stamped.event, Stepped) and stamped.event.step == "resume":
            return
        yield stamped


def steps(told: Sequence[Event]) -> list[str]:
    return [event.detail for event in told if isinstance(event, Stepped) and event.step == "research"]


def home(tmp_path: Path, plan: ModelServer, write: ModelServer | None = None) -> Settings:
    """An engine whose planner is one server and, if there are two, whose writer is the other one."""
    servers = {"plan": plan, **({"write": write} if write else {})}
    endpoints = {name: EndpointSettings(base_url=one.base_url, models=("m",)) for name, one in servers.items()}
    models = ModelSettings(planner="plan:m", default="write:m" if write else "none", endpoints=endpoints)
    answer = AnswerSettings(clarify_s=0, research_s=NEVER_S, deadline_s=NEVER_S, first_token_s=NEVER_S)
    return Settings(data_dir=tmp_path, models=models, answer=answer)


PLAN = "1. Who designed the tower that opened in 1889 in Paris?\n2. How long are blue whales?"


async def test_a_killed_research_goes_on_and_nothing_is_planned_or_searched_for_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, write = ModelServer(answer=PLAN), ModelServer(mode="stall-at-once")
    async with running(plan), running(write):
        answer_id = await killed_at(home(tmp_path, plan, write), "2 of 2 smaller questions answered")
        asked, write.mode = len(plan.requests), "sources"
        searched: list[str] = []
        search = OwnIndex.search

        async def watched(self: OwnIndex, query: Query, deadline: Deadline) -> Sequence[Hit]:
            searched.append(query.text)
            return await search(self, query, deadline)

        monkeypatch.setattr(OwnIndex, "search", watched)
        answer, told = await resumed(home(tmp_path, plan, write), answer_id)
    assert answer.status is Status.ANSWERED
    assert all(name in answer.text for name in ("Eiffel", "whale"))
    assert len(plan.requests) == asked > 0
    assert answer.usage.model_calls == asked + 1
    found = [detail.split("“")[1].split("”")[0] for detail in steps(told) if detail.startswith("searched “")]
    assert len(found) == len(set(found)) >= 2
    assert not {RESEARCHED, *found} & set(searched)
    assert answer.usage.searches == len(found) + 1


async def test_research_that_was_killed_before_its_first_round_is_made(tmp_path: Path) -> None:
    async with running(ModelServer(mode="stall-at-once")) as mute:
        answer_id = await killed_at(home(tmp_path, mute), "read “")
        mute.mode, mute.answer = "", PLAN
        answer, told = await resumed(home(tmp_path, mute), answer_id)
    assert answer.status is Status.ANSWERED
    assert len([detail for detail in steps(told) if detail.startswith("plan by plan:m")]) == 1
    assert len([event for event in told if isinstance(event, Started)]) == 1
    assert all(sentence.verdict in (Verdict.SUPPORTED, Verdict.EXEMPT) for sentence in answer.sentences)


@pytest.mark.parametrize("same", [True, False])
async def test_a_text_that_was_cut_goes_on_or_is_written_again(tmp_path: Path, same: bool) -> None:
    first = "The tower was designed by the company of Gustave Eiffel [1]. Blue whales grow to 30 metres [2]."
    plan, write = ModelServer(answer=PLAN), ModelServer(answer=first, rate=0.5)
    async with running(plan), running(write):
        answer_id = await killed_at(home(tmp_path, plan, write), "wrote")
        write.rate = 0
        write.answer = first if same else "Whales are long [2]. It was Eiffel [1]."
        answer, told = await resumed(home(tmp_path, plan, write), answer_id)
    assert answer.status is Status.ANSWERED
    whole = write.answer.replace(" [1]", "").replace(" [2]", "")
    cut = next(event.text for event in told if isinstance(event, Wrote))
    assert answer.text == (whole if same else f"{cut}\n\n{AGAIN}\n\n{whole}")
    assert cut in first
    numbers = {source.number: {passage.id for passage in source.passages} for source in answer.sources}
    cited = [citation for sentence in answer.sentences for citation in sentence.citations]
    assert cited
    assert all(citation.passage_id in numbers[citation.source] for citation in cited)


async def test_a_server_that_is_told_to_end_leaves_research_to_the_next_one_and_answer_now_is_not_forgotten(
    tmp_path: Path,
) -> None:
    plan = ModelServer(mode="stall-at-once")
    async with running(plan):
        settings = home(tmp_path, plan)
        with closing(Index.open(settings.index_dir, None, writer=True)) as index:
            index.add([original("eiffel-tower", TOWER), original("blue-whale", WHALE)])
        async with await AnswerEngine.open(settings, resume=True, env={}) as engine:
            left = await engine.ask(Question(text=RESEARCHED, mode="copilot"))
            quick = await engine.ask(Question(text=RESEARCHED, model="plan:m"))
            stateless = await engine.ask(Question(text=RESEARCHED, mode="copilot"), history=[])
            async with asyncio.timeout(240):
                await in_research(engine, left)
                await in_research(engine, stateless)
            # The next one is told before it has had a look.
            await engine.library.notes.keep(left, NOW, "")
        answer, told = await resumed(settings, left)
        async with await AnswerEngine.open(settings, env={}) as engine:
            statuses = [(await engine.library.answer(each)).status for each in (quick, stateless)]
    assert answer.status is Status.ANSWERED
    assert "told to answer now" in steps(told)
    assert statuses == [Status.INTERRUPTED, Status.INTERRUPTED]
