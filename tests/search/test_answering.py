"""A question with a focus, from the engine's face to the answer's citations, on a small web of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from pincite.engine import AnswerEngine
from pincite.errors import LockedFocus
from pincite.index import Index
from pincite.index.passages import passages
from pincite.ports import Deadline, Query
from pincite.search.live.pool import Pool
from pincite.search.own import OwnIndex
from pincite.search.without import Without
from pincite.settings import EndpointSettings, ModelSettings, Settings
from pincite.testing.backends import SearchBackendSuite
from pincite.testing.model_server import ModelServer
from pincite.testing.model_server import running as model_running
from pincite.testing.search_server import SearchServer
from pincite.types import Answer, Document, Original, Question, Verdict

TALL = "How tall is the Eiffel Tower?"
KEYS = {"BRAVE_API_KEY": "k", "EXA_API_KEY": "k", "SERPER_API_KEY": "k"}
Asks = Callable[..., Any]


@pytest.fixture
def engine(settings: Settings) -> Asks:
    @asynccontextmanager
    async def opened(env: dict[str, str] | None = None, **changes: Any) -> AsyncIterator[AnswerEngine]:
        web = settings.web.model_copy(update={"providers": ("brave", "exa"), **changes})
        more = settings.model_copy(update={"web": web})
        async with await AnswerEngine.open(more, env=KEYS if env is None else env) as engine:
            yield engine

    return opened


def cited(answer: Answer) -> set[str]:
    numbers = {citation.source for sentence in answer.sentences for citation in sentence.citations}
    return {source.document.url for source in answer.sources if source.number in numbers}


async def test_an_answer_from_the_web_cites_whole_passages_of_the_pages(engine: Asks, world: SearchServer) -> None:
    async with engine() as running:
        answer = await running.answer(Question(text=f"@web {TALL}"))
    assert "330 metres" in answer.text
    assert cited(answer) >= {world.base_url("pages") + "/eiffel"}
    assert (answer.question.focus, answer.question.text) == ("web", TALL)
    assert not answer.degraded
    assert answer.sources[0].passages[0].document.collection == "web"


async def test_who_was_dead_slow_or_garbled_is_named_in_the_answer(engine: Asks, world: SearchServer) -> None:
    world.modes |= {"brave": "html", "serper": "hanging"}
    async with engine(providers=("brave", "exa", "serper"), deadline_s=1.5) as running:
        answer = await running.answer(Question(text=TALL))
    assert answer.question.focus == "all"
    assert "330 metres" in answer.text
    assert {one.part: one.reason for one in answer.degraded} == {"brave": "garbled", "serper": "timeout"}


async def test_suggestions_and_further_searches_send_no_request(engine: Asks, world: SearchServer) -> None:
    async with engine(providers=("brave",)) as running:
        await running.answer(Question(text=TALL, focus="web"))
    assert len(world.asked("brave")) == 1


async def test_without_a_provider_named_nobody_is_asked(engine: Asks, world: SearchServer) -> None:
    async with engine(providers=()) as running:
        answer = await running.answer(Question(text=TALL))
    assert answer.question.focus == "index"
    assert not world.seen


async def test_a_focus_changes_inside_a_thread(engine: Asks, world: SearchServer) -> None:
    async with engine() as running:
        first = await running.answer(Question(text=f"@wikipedia {TALL}"))
        second = await running.answer(
            Question(text="@academic When was it completed?", thread_id=first.question.thread_id)
        )
    assert first.question.focus == "wikipedia"
    assert second.question.focus == "academic"
    assert "wikipedia.org" in next(iter(cited(first)))
    assert "1889" in second.text


async def test_a_locked_focus_keeps_no_question(engine: Asks) -> None:
    async with engine(env={}) as running:
        with pytest.raises(LockedFocus, match="BRAVE_API_KEY"):
            await running.ask(Question(text=TALL, focus="web"))
        assert not await running.library.threads()


async def test_pages_stay_only_if_that_is_set_and_robots_allow_it(engine: Asks, world: SearchServer) -> None:
    async with engine(providers=("brave",), keep=True) as running:
        await running.answer(Question(text=TALL, focus="web"))
        for _ in range(100):
            await asyncio.sleep(0.05)
            running.index.refresh()
            if running.index.status().collections:
                break
        assert running.index.status().collections == {"web": 2}
        assert world.asked("robots.txt")


async def test_pages_do_not_stay_by_default(engine: Asks, world: SearchServer) -> None:
    async with engine(providers=("brave",)) as running:
        await running.answer(Question(text=TALL, focus="web"))
    assert not world.asked("robots.txt")


async def test_writing_without_a_model_says_what_is_needed(engine: Asks, world: SearchServer) -> None:
    async with engine() as running:
        answer = await running.answer(Question(text="@writing a poem about towers"))
    assert "takes a model" in answer.text
    assert {sentence.verdict for sentence in answer.sentences} == {Verdict.EXEMPT}
    assert not world.seen


async def test_writing_with_a_model_cites_nothing(settings: Settings, world: SearchServer) -> None:
    async with model_running(ModelServer(answer="Towers are tall. They touch the sky.")) as server:
        endpoint = EndpointSettings(base_url=server.base_url, models=("words",))
        models = ModelSettings(default="local:words", endpoints={"local": endpoint})
        async with await AnswerEngine.open(settings.model_copy(update={"models": models}), env={}) as running:
            answer = await running.answer(Question(text="@writing a poem about towers"))
        prompt = str(server.requests[-1])
    assert answer.text == "Towers are tall. They touch the sky."
    assert {sentence.verdict for sentence in answer.sentences} == {Verdict.UNCITED}
    assert not answer.sources
    assert "There are no sources" in prompt
    assert "sources begin" not in prompt
    assert not world.seen


async def test_search_without_an_answer_takes_a_focus(engine: Asks) -> None:
    async with engine() as running:
        hits = await running.search(Query(TALL, 3), "wikipedia")
        assert hits[0].backend == "wikipedia"
        assert not await running.search(Query(TALL, 3))


class TestOwnIndex(SearchBackendSuite):
    late_s = 1.0

    @pytest.fixture
    def backend(self, data_dir: Path) -> Iterator[Any]:
        index = Index.open(data_dir, None, writer=True)
        texts = ("The Eiffel Tower is 330 metres tall.", "The tower in Paris is tall.")
        index.add(
            [
                Original(document=Document(url=f"https://example.org/{n}", title=f"Tower {n}"), text=text)
                for n, text in enumerate(texts)
            ]
        )
        index.commit()
        yield Without(OwnIndex(index))
        index.close()


async def test_the_same_passages_rank_the_same_in_the_pool_and_in_the_index(data_dir: Path) -> None:
    texts = ("Bees make honey from nectar.", "Honey keeps for years.", "Flowers have nectar.", "Wax is made by bees.")
    originals = [
        Original(document=Document(url=f"https://example.org/{n}", title=f"Note {n}"), text=text)
        for n, text in enumerate(texts)
    ]
    index = Index.open(data_dir, None, writer=True)
    index.add(originals)
    index.commit()
    pool = Pool([passage for original in originals for passage in passages(original, 120)])
    for question in ("What do bees make from nectar?", "How long does honey keep?", "Who makes wax?"):
        theirs = index.search(Query(question, 10))
        ours = pool.search(question, 10, None, Deadline.after(5), "web")
        assert [hit.passage.text for hit in ours] == [hit.passage.text for hit in theirs]
        assert [hit.score for hit in ours] == pytest.approx([hit.score for hit in theirs], abs=0.35)
    index.close()
