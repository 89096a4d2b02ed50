"""The real clients of the APIs that the door speaks, asking one server; another has documents of many passages."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import closing

import openai
import perplexity
import pytest
from tests.web.conftest import UNREAD, Served, opened, serving

from pincite.index import Index
from pincite.settings import Settings
from pincite.types import Document, Original

CROWDED = 29
"""Documents about Paris, each with some ten passages about it, of which all are better than the next one's."""


@pytest.fixture
def oai(served: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as client:
        yield client


@pytest.fixture
def pplx(served: Served) -> Iterator[perplexity.Perplexity]:
    with perplexity.Perplexity(api_key="any", base_url=served.url, max_retries=0) as client:
        yield client


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("crowded"), rank=UNREAD)
    chance = random.Random(7)
    words = ["".join(chance.choices("aeioulmnrst", k=6)) for _ in range(3000)]
    originals = [
        Original(
            document=Document(url=f"https://paris.example/{n}", title=f"Quarter {n}"),
            text="\n\n".join(
                f"Paris{', Paris' * (CROWDED - n)}: {' '.join(chance.choices(words, k=80))}." for _ in range(10)
            ),
        )
        for n in range(CROWDED)
    ]

    async def opening() -> object:
        await asyncio.to_thread(add, settings, originals)
        return await opened(settings)

    with serving(opening, settings) as running:
        yield running


def add(settings: Settings, originals: list[Original]) -> None:
    with closing(Index.open(settings.index_dir, None, writer=True)) as index:
        index.add(originals)
