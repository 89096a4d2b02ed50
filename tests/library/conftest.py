"""On what are these tests run? On SQLite, and the same tests again on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from tests.postgres import url

from pincite.library import Library


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """An empty schema of the test's own; a database would take ten times as long to make."""
    name = f"test_{uuid4().hex}"
    _tell(postgres, f"CREATE SCHEMA {name}")
    yield url(postgres, name)
    _tell(postgres, f"DROP SCHEMA {name} CASCADE")


def _tell(postgres: str, statement: str) -> None:
    with psycopg.connect(f"host={postgres} user=pincite dbname=postgres", autocommit=True) as connection:
        connection.execute(statement.encode())


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'library.sqlite3'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def library_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty library, once on each database."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
async def library(library_url: str) -> AsyncIterator[Library]:
    async with await Library.open(library_url) as opened:
        yield opened
