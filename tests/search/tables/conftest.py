"""A shop with secrets, in each kind of database that can be started here, and everything that it must not lose."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.postgres import NoPostgres, server
from tests.search.tables.corpus import CANARY, ROWS, SCHEMA, VISIBLE

from pincite.search.tables.connect import Connection, opened
from pincite.settings import DatabaseSettings

HIDDEN = ("customers.email",)


@dataclass
class World:
    """What is attacked."""

    connection: Connection
    where: Mapping[str, object]
    """Its files and the port that listens, for ``Attack.placed``."""
    state: Callable[[], object]
    """All that must stay as it is; compared before and after."""
    visits: list[int] = field(default_factory=list)
    """Who connected to the port."""


@pytest.fixture
async def port(visits: list[int]) -> AsyncIterator[int]:
    """A port on loopback that counts who connects."""

    async def visited(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(1)
        writer.close()

    listener = await asyncio.start_server(visited, "127.0.0.1", 0)
    async with listener:
        yield listener.sockets[0].getsockname()[1]


@pytest.fixture
def visits() -> list[int]:
    return []


@pytest.fixture
def grounds(tmp_path: Path) -> Path:
    """A folder that anybody may read and write, with a file that nobody should."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    made = tmp_path / "grounds"
    made.mkdir()
    made.chmod(0o777)
    (made / "private.csv").write_text(f"id,token\n1,{CANARY}-file\n", encoding="utf-8")
    return made


def files(folder: Path) -> object:
    """Every file with what is in it, but the index that SQLite keeps beside a log."""
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.endswith("-shm")
    }


@pytest.fixture
def sqlite_file(grounds: Path) -> Path:
    file = grounds / "shop.db"
    connection = sqlite3.connect(file)
    for statement in (*SCHEMA, *ROWS):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return file


@pytest.fixture
def csv_folder(grounds: Path, sqlite_file: Path) -> Path:
    """The same tables as files."""
    folder = grounds / "shop"
    folder.mkdir()
    connection = sqlite3.connect(sqlite_file)
    for table in ("customers", "orders", "secrets"):
        cursor = connection.execute(f"SELECT * FROM {table}")
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([column[0] for column in cursor.description])
            writer.writerows(cursor)
    connection.close()
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The socket folder of a running PostgreSQL; where there is none, the test is skipped, but not in CI."""
    try:
        running = server()
        socket = running.__enter__()
    except NoPostgres as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    try:
        yield socket
    finally:
        running.__exit__(None, None, None)


@pytest.fixture
def postgres_shop(postgres: str) -> Iterator[psycopg.Connection[Any]]:
    """The shop, as its owner sees it; the role ``reader`` may see what people may."""
    with psycopg.connect(f"host={postgres} user=pincite dbname=postgres", autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS shop")
        owner.execute("DROP ROLE IF EXISTS reader")
        owner.execute("CREATE DATABASE shop")
        owner.execute("CREATE ROLE reader LOGIN")
    with psycopg.connect(f"host={postgres} user=pincite dbname=shop", autocommit=True) as owner:
        for statement in (*SCHEMA, *ROWS):
            owner.execute(statement.encode())
        owner.execute("CREATE SEQUENCE orders_id_seq")
        for table, columns in VISIBLE.items():
            owner.execute(f"GRANT SELECT ({', '.join(columns)}) ON {table} TO reader".encode())
        owner.execute("ANALYZE")
        yield owner


def postgres_state(owner: psycopg.Connection[Any]) -> object:
    """Every row of the shop, every relation, function, role, large object and extension."""
    queries = (
        "SELECT * FROM customers ORDER BY id",
        "SELECT * FROM orders ORDER BY id",
        "SELECT * FROM secrets ORDER BY id",
        "SELECT last_value, is_called FROM orders_id_seq",
        "SELECT relname FROM pg_class WHERE relpersistence <> 't' ORDER BY relname",
        "SELECT COUNT(*) FROM pg_proc",
        "SELECT rolname, rolsuper FROM pg_roles ORDER BY 1",
        "SELECT COUNT(*) FROM pg_largeobject_metadata",
        "SELECT extname FROM pg_extension ORDER BY 1",
        "SELECT relname, relacl::text FROM pg_class WHERE relname IN ('customers', 'orders', 'secrets') ORDER BY 1",
    )
    return [owner.execute(query.encode()).fetchall() for query in queries]


async def _world(
    url: str, hidden: tuple[str, ...], grounds: Path, port: int, visits: list[int], state: Callable[[], object]
) -> AsyncIterator[World]:
    settings = DatabaseSettings(url=url, hidden=hidden, tables=tuple(VISIBLE), deadline_s=1)
    connection = opened("shop", settings, {})
    where = {"file": grounds / "private.csv", "out": grounds / "out.bin", "port": port}
    yield World(connection, where, state, visits)
    await asyncio.to_thread(connection.close)


@pytest.fixture
async def sqlite_world(grounds: Path, sqlite_file: Path, port: int, visits: list[int]) -> AsyncIterator[World]:
    async for world in _world(f"sqlite:///{sqlite_file}", HIDDEN, grounds, port, visits, lambda: files(grounds)):
        yield world


@pytest.fixture
async def duckdb_world(grounds: Path, csv_folder: Path, port: int, visits: list[int]) -> AsyncIterator[World]:
    async for world in _world(f"duckdb:///{csv_folder}", HIDDEN, grounds, port, visits, lambda: files(grounds)):
        yield world


def _as(socket: str, role: str) -> str:
    return f"postgresql://{role}@/shop?host={socket}"


@pytest.fixture
async def postgres_world(
    grounds: Path, postgres: str, postgres_shop: psycopg.Connection[Any], port: int, visits: list[int]
) -> AsyncIterator[World]:
    def state() -> object:
        return [files(grounds), postgres_state(postgres_shop)]

    async for world in _world(_as(postgres, "reader"), HIDDEN, grounds, port, visits, state):
        yield world


@pytest.fixture
async def postgres_owner_world(
    grounds: Path, postgres: str, postgres_shop: psycopg.Connection[Any], port: int, visits: list[int]
) -> AsyncIterator[World]:
    """The same, by whom nothing is kept from: a superuser."""

    def state() -> object:
        return [files(grounds), postgres_state(postgres_shop)]

    async for world in _world(_as(postgres, "pincite"), HIDDEN, grounds, port, visits, state):
        yield world
