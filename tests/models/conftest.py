"""A model server on loopback, a picker that knows it in both dialects, and a way to hear a model out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from pincite.errors import ModelFailed
from pincite.models import Picker
from pincite.ports import Deadline, ModelClient, Prompt, Stop, Token, Turn
from pincite.settings import AnswerSettings, EndpointSettings, ModelSettings
from pincite.testing.model_server import ModelServer, running

KEY = "sk-test-0123456789abcdef"
PROMPT = Prompt(system="Be short.", turns=(Turn("user", "How tall is the tower?"),), max_tokens=100)
PATIENCE = AnswerSettings(first_token_s=20, between_tokens_s=20)
"""For servers that do something: whatever else this machine is doing, none of them is called silent."""
HASTE = AnswerSettings(first_token_s=1.5, between_tokens_s=0.5)
"""For servers that fall silent."""
SILENT = ("stall", "drip")


@dataclass
class Heard:
    text: str
    stop: Stop | None
    failed: ModelFailed | None


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with running() as model_server:
        yield model_server


@pytest.fixture
async def picker(server: ModelServer) -> AsyncIterator[Picker]:
    made = _picker(server, PATIENCE)
    yield made
    await made.close()


@pytest.fixture
async def hasty(server: ModelServer) -> AsyncIterator[Picker]:
    made = _picker(server, HASTE)
    yield made
    await made.close()


def _picker(server: ModelServer, patience: AnswerSettings) -> Picker:
    endpoints = {
        "openai": EndpointSettings(base_url=server.base_url, key_env="TEST_KEY"),
        "anthropic": EndpointSettings(base_url=server.base_url, key_env="TEST_KEY", dialect="anthropic"),
    }
    return Picker(ModelSettings(endpoints=endpoints), {"TEST_KEY": KEY}, patience)


async def hear(model: ModelClient | None, deadline_s: float = 60) -> Heard:
    """All that the model says, and how it ended."""
    assert model is not None
    heard = Heard("", None, None)
    try:
        async for piece in model.stream(PROMPT, Deadline.after(deadline_s)):
            assert heard.stop is None
            match piece:
                case Token(text=text):
                    assert text
                    heard.text += text
                case Stop():
                    heard.stop = piece
    except ModelFailed as failed:
        heard.failed = failed
    return heard


Ask = Callable[[str], Awaitable[Heard]]


@pytest.fixture
def ask(picker: Picker, hasty: Picker) -> Ask:
    """Hears out the model of that id."""

    async def asked(name: str) -> Heard:
        silent = name.partition(":")[2].startswith(SILENT)
        return await hear(await (hasty if silent else picker).pick(name))

    return asked
