"""A shop with secrets, in each kind of database that can be started here, and all that it must not lose."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import psycopg
from tests.search.tables.corpus import CANARY, ROWS, SCHEMA, VISIBLE

from pincite.search.tables.connect import Connection, opened
from pincite.settings import DatabaseSettings

HIDDEN = ("customers.email",)
State = Callable[[], object]


@dataclass
class World:
    """What is attacked."""

    connection: Connection
    where: Mapping[str, object]
    """Its files and the port that listens, for ``Attack.placed``."""
    state: State
    """All that must stay as it is; compared before and after."""
    visits: list[int] = field(default_factory=list)
    """Who connected to the port."""


@asynccontextmanager
async def standing(url: str, grounds: Path, state: State | None = None) -> AsyncIterator[World]:
    """The shop at ``url``, whose files are in ``grounds``, with a port that counts who connects."""
    visits: list[int] = []

    async def visited(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visits.append(1)
        writer.close()

    listener = await asyncio.start_server(visited, "127.0.0.1", 0)
    connection = opened("shop", DatabaseSettings(url=url, hidden=HIDDEN, tables=tuple(VISIBLE), deadline_s=1), {})
    where = {
        "file": grounds / "private.csv",
        "out": grounds / "out.bin",
        "port": listener.sockets[0].getsockname()[1],
    }

    def all_of_it() -> object:
        return [files(grounds), state() if state is not None else None]

    async with listener:
        yield World(connection, where, all_of_it, visits)
    await asyncio.to_thread(connection.close)


def made_grounds(folder: Path) -> Path:
    """A folder that anybody may read and write, with a file that nobody should."""
    for one in (folder, *folder.parents[:2]):
        mode = stat.S_IMODE(one.stat().st_mode)
        if mode & 0o005 != 0o005:
            one.chmod(mode | 0o055)
    made = folder / "grounds"
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


def sqlite_shop(folder: Path) -> Path:
    file = folder / "shop.db"
    connection = sqlite3.connect(file)
    for statement in (*SCHEMA, *ROWS):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return file


def csv_shop(folder: Path, file: Path) -> Path:
    """The tables of ``file`` as files of their own."""
    made = folder / "shop"
    made.mkdir()
    connection = sqlite3.connect(file)
    for table in ("customers", "orders", "secrets"):
        cursor = connection.execute(f"SELECT * FROM {table}")
        with (made / f"{table}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([column[0] for column in cursor.description])
            writer.writerows(cursor)
    connection.close()
    return made


def duckdb_shop(folder: Path) -> Path:
    file = folder / "shop.duckdb"
    with duckdb.connect(str(file)) as connection:
        for statement in (*SCHEMA, *ROWS):
            connection.execute(statement)
    return file


@contextmanager
def postgres_shop(socket: str) -> Iterator[psycopg.Connection[Any]]:
    """The shop, as its owner sees it; the role ``reader`` may see what people may."""
    with psycopg.connect(f"host={socket} user=pincite dbname=postgres", autocommit=True) as owner:
        owner.execute("DROP DATABASE IF EXISTS shop")
        owner.execute("DROP ROLE IF EXISTS reader")
        owner.execute("CREATE DATABASE shop")
        owner.execute("CREATE ROLE reader LOGIN")
    with psycopg.connect(f"host={socket} user=pincite dbname=shop", autocommit=True) as owner:
        for statement in (*SCHEMA, *ROWS):
            owner.execute(statement.encode())
        owner.execute("CREATE SEQUENCE orders_id_seq")
        for table, columns in VISIBLE.items():
            owner.execute(f"GRANT SELECT ({', '.join(columns)}) ON {table} TO reader".encode())
        owner.execute("ANALYZE")
        yield owner


def postgres_url(socket: str, role: str) -> str:
    return f"postgresql://{role}@/shop?host={socket}"


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
