"""The real clients of the APIs that the door speaks, asking one server."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import perplexity
import pytest
from tests.web.conftest import Served


@pytest.fixture
def oai(served: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="any", base_url=f"{served.url}/v1", max_retries=0) as client:
        yield client


@pytest.fixture
def pplx(served: Served) -> Iterator[perplexity.Perplexity]:
    with perplexity.Perplexity(api_key="any", base_url=served.url, max_retries=0) as client:
        yield client
