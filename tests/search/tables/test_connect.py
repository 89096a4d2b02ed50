from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.search.tables.corpus import VISIBLE

from pincite.errors import BadQuery, BadSettings, DatabaseFailed, MissingExtra, PinciteError
from pincite.ports import Deadline
from pincite.search.tables import connect
from pincite.search.tables.connect import Connection, opened
from pincite.search.tables.guard import guard
from pincite.search.tables.run import read_schema, run
from pincite.settings import DatabaseSettings

SECRET = "s3cret-p4ssword"
ROWS = {"job": "rows", "sql": "SELECT 1", "most": 1, "most_bytes": 1000}


def settings(url: str, **more: Any) -> DatabaseSettings:
    return DatabaseSettings(url=url, **more)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "no address"),
        ("", "no address"),
        ("oracle://x@y/z", "oracle can't be asked"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("duckdb://", "names no file"),
    ],
)
def test_an_address_that_is_none_is_refused_with_what_to_write(url: str, said: str) -> None:
    with pytest.raises(BadSettings, match=said) as wrong:
        opened("shop", settings(url), {})
    assert "databases.shop.url" in wrong.value.detail
    assert wrong.value.hint


@pytest.mark.parametrize("pattern", ["email", ".email", "customers."])
def test_a_pattern_that_would_hide_nothing_is_refused(pattern: str, sqlite_file: Path) -> None:
    with pytest.raises(BadSettings, match="hides nothing") as wrong:
        opened("shop", settings(f"sqlite:///{sqlite_file}", hidden=(pattern,)), {})
    assert pattern in wrong.value.detail


@pytest.mark.parametrize("scheme", ["sqlite", "duckdb"])
def test_a_file_that_is_not_there_is_named(scheme: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseFailed, match="there is no file") as lost:
        opened("shop", settings(f"{scheme}:///{tmp_path}/lost.db"), {})
    assert str(tmp_path / "lost.db") in lost.value.detail
    assert lost.value.reason == "unreachable"
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatabaseFailed):
        opened("shop", settings(f"{scheme}:///{tmp_path}/empty"), {})


@pytest.mark.parametrize(("url", "extra"), [("postgresql://h/d", "postgres"), ("mariadb://h/d", "mysql")])
def test_a_driver_that_is_not_installed_is_named_with_its_extra(
    url: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "find_spec", lambda _name: None)
    with pytest.raises(MissingExtra) as missing:
        opened("shop", settings(url), {})
    assert f"pincite[{extra}]" in missing.value.hint


def test_a_password_comes_from_the_environment_and_is_asked_for_by_name() -> None:
    with pytest.raises(BadSettings, match="SHOP_KEY") as wrong:
        opened("shop", settings("postgresql://reader@h/d", key_env="SHOP_KEY"), {})
    assert "reader@h" in wrong.value.hint


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
async def test_a_server_that_nobody_reaches_is_named_without_its_password(scheme: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"{scheme}://reader@127.0.0.1:{port}/shop"
    connection = opened("shop", settings(url, key_env="SHOP_KEY"), {"SHOP_KEY": SECRET})
    error = await failure(connection)
    assert isinstance(error, DatabaseFailed)
    assert error.reason == "unreachable"
    assert f"127.0.0.1:{port}" in error.detail
    assert SECRET not in f"{error.detail} {error.hint} {error!r} {connection.__dict__['settings']}"


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database at all, but long enough to look at" * 50)
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00\x01" * 100)
    for url in (f"sqlite:///{tmp_path}/x.db", f"duckdb:///{tmp_path}/x.db"):
        error = await failure(opened("shop", settings(url), {}))
        assert isinstance(error, DatabaseFailed)
        assert error.reason == "failed"
        assert str(tmp_path / "x.db") in error.detail
        assert error.hint


async def test_a_file_that_goes_away_later_is_told(sqlite_file: Path, csv_folder: Path) -> None:
    for url in (f"sqlite:///{sqlite_file}", f"duckdb:///{csv_folder}/orders.csv"):
        connection = opened("shop", settings(url), {})
        assert (await connection.ask(ROWS, 60))["rows"] == [[1]]
        Path(connection._target.paths[0]).unlink()
        error = await failure(connection)
        assert isinstance(error, DatabaseFailed)


@pytest.mark.postgres
async def test_postgresql_is_asked_read_and_left_as_it_was(
    postgres: str, postgres_shop: psycopg.Connection[Any]
) -> None:
    url = f"postgresql://reader@/shop?host={postgres}"
    connection = opened("shop", settings(url, tables=tuple(VISIBLE), hidden=("customers.email",)), {})
    schema = await read_schema(connection, Deadline.after(60))
    assert {table.name: [one.name for one in table.columns] for table in schema.tables} == VISIBLE
    sql = (
        "SELECT c.country, COUNT(*) AS n, AVG(o.total) AS mean, MAX(o.placed_on) AS last, SUM(o.total) / 7.0 AS week"
        " FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.country ORDER BY c.country"
    )
    got = await run(connection, guard(sql, "postgres", VISIBLE, 1, ["customers"]), Deadline.after(60))
    assert [one.kind for one in got.columns] == ["text", "number", "number", "date", "number"]
    assert got.rows[0][:2] == ("France", 30)
    assert got.total == 2
    with pytest.raises(BadQuery, match="missing FROM-clause") as bad:
        await run(connection, guard("SELECT x.name FROM customers", "postgres", VISIBLE, 1, []), Deadline.after(60))
    assert bad.value.part == "x.name"
    with pytest.raises(DatabaseFailed) as late:
        await connection.ask({**ROWS, "sql": "SELECT pg_sleep(100)"}, 0.2)
    assert late.value.reason == "timeout"
    with pytest.raises(BadQuery, match="can't be shown"):
        await connection.ask({**ROWS, "sql": "SELECT DATE 'infinity'"}, 60)
    # Who asks after a failure finds the connection, or another one.
    postgres_shop.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
    replies = [await outcome(connection) for _ in range(2)]
    assert replies[-1] == [[1]]
    await asyncio.to_thread(connection.close)


@pytest.mark.postgres
async def test_a_role_that_postgresql_does_not_know_is_refused(postgres: str) -> None:
    error = await failure(opened("shop", settings(f"postgresql://stranger@/postgres?host={postgres}"), {}))
    assert isinstance(error, DatabaseFailed)
    assert error.reason == "refused"
    assert "stranger" in error.detail


async def failure(connection: Connection) -> PinciteError:
    with pytest.raises(PinciteError) as failed:
        await connection.ask(ROWS, 60)
    await asyncio.to_thread(connection.close)
    return failed.value


async def outcome(connection: Connection) -> object:
    try:
        return (await connection.ask(ROWS, 60))["rows"]
    except DatabaseFailed as error:
        return error.reason
