"""Operators through the whole house: what a person types narrows the answer and the search alike, and is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from pincite.engine import AnswerEngine
from pincite.errors import BadQuestion
from pincite.events import Stepped
from pincite.index import Index
from pincite.ports import Query
from pincite.settings import Settings
from pincite.types import Document, Original, Question

TEXTS = {
    "https://animals.example/jaguar": "The jaguar is a cat of South America. A jaguar runs at 80 km/h.",
    "https://cars.example/jaguar": "The Jaguar is a car of England. The car runs at 280 km/h.",
}


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AnswerEngine]:
    settings = Settings(data_dir=tmp_path)
    with closing(Index.open(settings.index_dir, None, writer=True)) as index:
        index.add([Original(document=Document(url=url, title="Jaguar"), text=text) for url, text in TEXTS.items()])
    async with await AnswerEngine.open(settings, env={}) as engine:
        yield engine


async def told(engine: AnswerEngine, text: str) -> tuple[set[str], list[str]]:
    """The sites of the sources, and the details of the steps."""
    answer_id = await engine.ask(Question(text=text))
    steps = [s.event.detail async for s in engine.follow(answer_id) if isinstance(s.event, Stepped)]
    answer = await engine.library.answer(answer_id)
    return {source.document.site for source in answer.sources}, steps


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("how fast is a jaguar site:animals.example", "only animals.example"),
        ("how fast is a jaguar -car", "without car"),
        ('how fast is a "cat of South America" jaguar', "with “cat of South America”"),
    ],
)
async def test_a_question_is_kept_to_what_it_says_and_the_first_step_tells_so(
    engine: AnswerEngine, text: str, understood: str
) -> None:
    sites, steps = await told(engine, text)
    assert sites == {"animals.example"}
    assert any(understood in step for step in steps)
    assert {hit.passage.document.site for hit in await engine.search(Query(text))} == {"animals.example"}


async def test_where_nothing_has_a_phrase_its_words_are_looked_for_and_that_is_said(engine: AnswerEngine) -> None:
    text = 'how fast is a "cat from South America"?'
    sites, steps = await told(engine, text)
    assert "animals.example" in sites
    assert any("no passage has “cat from South America” word for word" in step for step in steps)
    found = await engine.search(Query(text))
    assert found
    assert [one.reason for one in found.missing] == ["not_found"]


async def test_a_wrong_value_is_refused_by_the_search_as_by_the_question(engine: AnswerEngine) -> None:
    with pytest.raises(BadQuestion, match="before:2020-13 is no date"):
        await engine.ask(Question(text="jaguars before:2020-13"))
    with pytest.raises(BadQuestion, match="before:2020-13 is no date"):
        await engine.search(Query("jaguars before:2020-13"))
