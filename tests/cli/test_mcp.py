"""The official client of the Model Context Protocol starts ``pincite mcp`` and speaks with it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from pincite.index import Index
from pincite.library import Library
from pincite.readers import read
from pincite.settings import Settings
from pincite.types import Status


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, small_corpus: Path) -> Path:
    folder = tmp_path_factory.mktemp("mcp")
    with closing(Index.open(Settings(data_dir=folder).index_dir, None, writer=True)) as index:
        for path in sorted(small_corpus.iterdir()):
            index.add(read(path, collection="default", max_bytes=1 << 20))
    return folder


@asynccontextmanager
async def started(data: Path, mode: str) -> AsyncIterator[Client]:
    command = StdioServerParameters(command=sys.executable, args=["-m", "pincite", "--data-dir", str(data), "mcp"])
    async with Client(stdio_client(command), mode=mode) as client:
        yield client


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_an_assistant_asks_over_standard_input_and_output(data: Path, mode: str) -> None:
    heard: list[str] = []

    async def progress(number: float, total: float | None, words: str | None) -> None:
        heard.append(str(words))

    async with started(data, mode) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == {"ask", "find", "read", "search", "fetch"}
        said = await client.call_tool("ask", {"question": "How tall is the Eiffel Tower?"}, progress_callback=progress)
        assert "330" in said.structured_content["response"]
        assert any(words.startswith("gather") for words in heard)
        refused = await client.call_tool("ask", {"question": ""})
        assert refused.is_error
        found = await client.call_tool("search", {"query": "blue whale"})
        name = found.structured_content["results"][0]["id"]
        assert "krill" in (await client.call_tool("fetch", {"id": name})).structured_content["text"]
    async with await Library.open(Settings(data_dir=data).library_url) as library:
        kept = await library.answer(said.structured_content["answer_id"])
    assert kept.status is Status.ANSWERED


async def test_it_ends_when_its_client_closes_the_pipe(data: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pincite", "--data-dir", str(data), "mcp",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await asyncio.wait_for(process.communicate(b"not the protocol\n"), 60)
    assert process.returncode == 0
    assert all(line.startswith(b"{") for line in out.splitlines())
