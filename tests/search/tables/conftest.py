"""The shop of ``world.py``, made anew for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.search.tables.world import (
    World,
    csv_shop,
    duckdb_shop,
    made_grounds,
    postgres_state,
    postgres_url,
    sqlite_shop,
    standing,
)
from tests.search.tables.world import postgres_shop as shop_of_postgres


@pytest.fixture
def grounds(tmp_path: Path) -> Path:
    return made_grounds(tmp_path)


@pytest.fixture
def sqlite_file(grounds: Path) -> Path:
    return sqlite_shop(grounds)


@pytest.fixture
def csv_folder(grounds: Path, sqlite_file: Path) -> Path:
    return csv_shop(grounds, sqlite_file)


@pytest.fixture
def postgres_shop(postgres: str) -> Iterator[psycopg.Connection[Any]]:
    with shop_of_postgres(postgres) as owner:
        yield owner


@pytest.fixture
async def sqlite_world(grounds: Path, sqlite_file: Path) -> AsyncIterator[World]:
    async with standing(f"sqlite:///{sqlite_file}", grounds) as world:
        yield world


@pytest.fixture
async def duckdb_world(grounds: Path, csv_folder: Path) -> AsyncIterator[World]:
    async with standing(f"duckdb:///{csv_folder}", grounds) as world:
        yield world


@pytest.fixture
async def duckdb_file_world(grounds: Path) -> AsyncIterator[World]:
    """A database of DuckDB's own: it has no rights, so every table in it can be read."""
    async with standing(f"duckdb:///{duckdb_shop(grounds)}", grounds) as world:
        yield world


@pytest.fixture
async def postgres_world(grounds: Path, postgres: str, postgres_shop: psycopg.Connection[Any]) -> AsyncIterator[World]:
    async with standing(postgres_url(postgres, "reader"), grounds, lambda: postgres_state(postgres_shop)) as world:
        yield world


@pytest.fixture
async def postgres_owner_world(
    grounds: Path, postgres: str, postgres_shop: psycopg.Connection[Any]
) -> AsyncIterator[World]:
    """The same, by whom nothing is kept from: a superuser."""
    async with standing(postgres_url(postgres, "pincite"), grounds, lambda: postgres_state(postgres_shop)) as world:
        yield world
