from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import duckdb
import pytest
from tests.search.tables.corpus import CANARY, VISIBLE
from tests.search.tables.world import duckdb_shop

from pincite.errors import BadQuery, DatabaseFailed
from pincite.ports import Deadline
from pincite.search.tables import process
from pincite.search.tables import run as running
from pincite.search.tables.connect import PARALLEL, Connection, opened
from pincite.search.tables.guard import guard
from pincite.search.tables.run import Rows, read_schema, run
from pincite.settings import DatabaseSettings

BOMB = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT COUNT(*) FROM t"
LONG_S = 120.0
"""Longer than any test waits: what needs it fails by hanging."""


@pytest.fixture
async def shop(sqlite_file: Path) -> AsyncIterator[Connection]:
    connection = opened("shop", DatabaseSettings(url=f"sqlite:///{sqlite_file}", deadline_s=60), {})
    yield connection
    await asyncio.to_thread(connection.close)


async def ask(shop: Connection, sql: str, most: int = 200, seconds: float = 60) -> Rows:
    return await run(shop, guard(sql, shop.dialect, VISIBLE, most, []), Deadline.after(seconds))


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.01)


def pids(shop: Connection) -> set[int]:
    return {one._worker._process.pid for one in (*shop._idle, *shop._busy) if one._worker._process is not None}


async def test_rows_come_with_their_columns_and_how_many_there_are(shop: Connection) -> None:
    got = await ask(shop, "SELECT id, name, placed_on FROM orders JOIN customers USING (id) ORDER BY id", most=3)
    assert [(one.name, one.kind) for one in got.columns] == [("id", "number"), ("name", "text"), ("placed_on", "date")]
    assert got.rows == ((1, "name 1", "2024-01-02"), (2, "name 2", "2024-01-03"), (3, "name 3", "2024-01-04"))
    assert got.total == 40
    assert got.ms > 0


async def test_a_query_that_finds_nothing_has_columns_and_no_rows(shop: Connection) -> None:
    got = await ask(shop, "SELECT name FROM customers WHERE id < 0")
    assert [one.name for one in got.columns] == ["name"]
    assert (got.rows, got.total) == ((), 0)


async def test_its_own_limit_counts_and_more_than_shown_is_said(shop: Connection) -> None:
    assert (await ask(shop, "SELECT id FROM orders LIMIT 5")).total == 5
    got = await ask(shop, "SELECT id FROM orders LIMIT 50", most=10)
    assert (len(got.rows), got.total) == (10, 50)


async def test_where_counting_takes_too_long_nobody_says_how_many(
    shop: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "COUNT_S", 0)
    got = await ask(shop, "SELECT id FROM orders", most=10)
    assert (len(got.rows), got.total) == (10, None)
    assert (await ask(shop, "SELECT COUNT(*) FROM orders")).rows == ((60,),)


async def test_what_the_database_does_not_understand_is_said_with_the_part(shop: Connection) -> None:
    with pytest.raises(BadQuery, match=r"no such column: x\.name") as bad:
        await ask(shop, "SELECT x.name FROM customers")
    assert bad.value.part == "x.name"


async def test_a_query_that_takes_too_long_is_broken_off_and_the_next_one_runs(shop: Connection) -> None:
    with pytest.raises(DatabaseFailed, match=r"more than 0\.2 s") as late:
        await ask(shop, BOMB, seconds=0.2)
    assert late.value.reason == "timeout"
    assert (await ask(shop, "SELECT COUNT(*) FROM customers")).rows == ((40,),)


async def test_a_step_that_can_not_be_interrupted_is_ended_with_its_process(shop: Connection) -> None:
    step = "SELECT instr(printf('%.*c', 9000000, 'a'), printf('%.*c', 4000000, 'a') || 'b')"
    with pytest.raises(DatabaseFailed) as late:
        await shop.ask({"job": "rows", "sql": step, "most": 1, "most_bytes": 1000}, 0.3)
    assert late.value.reason == "timeout"
    assert (await ask(shop, "SELECT COUNT(*) FROM customers")).rows == ((40,),)


async def test_rows_that_take_too_much_are_refused(shop: Connection) -> None:
    doubled = "SELECT 'xxxxxxxx', 1 UNION ALL SELECT s || s, n + 1 FROM t WHERE n < 21"
    large = f"WITH RECURSIVE t(s, n) AS ({doubled}) SELECT s FROM t"
    with pytest.raises(DatabaseFailed) as much:
        await ask(shop, large)
    assert much.value.reason == "too_large"
    assert "fewer" in much.value.hint


async def test_who_gives_up_leaves_no_query_behind(shop: Connection) -> None:
    asked = asyncio.create_task(ask(shop, BOMB, seconds=LONG_S))
    await until(lambda: pids(shop))
    (pid,) = pids(shop)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await until(lambda: not _alive(pid))
    assert (await ask(shop, "SELECT COUNT(*) FROM customers")).rows == ((40,),)


async def test_a_process_that_dies_costs_its_query_and_no_other(shop: Connection) -> None:
    asked = asyncio.create_task(ask(shop, BOMB, seconds=LONG_S))
    await until(lambda: pids(shop))
    (pid,) = pids(shop)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(DatabaseFailed, match="broke down"):
        await asked
    assert (await ask(shop, "SELECT COUNT(*) FROM customers")).rows == ((40,),)


async def test_many_ask_at_once_and_few_processes_answer(shop: Connection) -> None:
    got = await asyncio.gather(*(ask(shop, f"SELECT {n}") for n in range(4 * PARALLEL)))
    assert [one.rows for one in got] == [((n,),) for n in range(4 * PARALLEL)]
    assert 1 <= len(pids(shop)) <= PARALLEL


async def test_a_process_that_nobody_asks_ends_itself(shop: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "IDLE_S", 0.2)
    for _ in range(2):
        assert (await ask(shop, "SELECT COUNT(*) FROM customers")).rows == ((40,),)
        await until(lambda: not any(one._worker.runs for one in shop._idle))


async def test_closing_ends_what_runs(sqlite_file: Path) -> None:
    shop = opened("shop", DatabaseSettings(url=f"sqlite:///{sqlite_file}", deadline_s=60), {})
    asked = asyncio.create_task(ask(shop, BOMB, seconds=LONG_S))
    await until(lambda: pids(shop))
    (pid,) = pids(shop)
    await asyncio.to_thread(shop.close)
    with pytest.raises(DatabaseFailed):
        await asked
    await until(lambda: not _alive(pid))
    with pytest.raises(DatabaseFailed, match="closed"):
        await shop.ask({"job": "rows", "sql": "SELECT 1", "most": 1, "most_bytes": 10}, 5)


async def test_what_another_process_writes_is_seen(shop: Connection, sqlite_file: Path) -> None:
    writer = sqlite3.connect(sqlite_file)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("DELETE FROM orders WHERE id > 10")
    writer.commit()
    assert (await ask(shop, "SELECT COUNT(*) FROM orders")).rows == ((10,),)
    writer.execute("DELETE FROM orders WHERE id > 5")
    writer.commit()
    writer.close()
    assert (await ask(shop, "SELECT COUNT(*) FROM orders")).rows == ((5,),)


async def test_a_view_shows_what_it_is_made_of_only_where_it_is_named(sqlite_file: Path) -> None:
    writer = sqlite3.connect(sqlite_file)
    writer.execute("CREATE VIEW shown AS SELECT id, substr(email, 1, 6) AS start FROM customers")
    writer.commit()
    writer.close()
    job = {"job": "rows", "sql": "SELECT start FROM shown LIMIT 1", "most": 1, "most_bytes": 1000}
    for tables, told in (((), "prohibited"), (("customers", "shown"), f'"{CANARY}"')):
        settings = DatabaseSettings(url=f"sqlite:///{sqlite_file}", hidden=("*.email",), tables=tables)
        connection = opened("shop", settings, {})
        try:
            said = str(await connection.ask(job, 60)).replace("'", '"')
        except BadQuery as error:
            said = error.detail
        await asyncio.to_thread(connection.close)
        assert told in said


async def test_the_schema_is_read_without_what_is_hidden(csv_folder: Path, sqlite_file: Path) -> None:
    for url in (f"sqlite:///{sqlite_file}", f"duckdb:///{csv_folder}"):
        settings = DatabaseSettings(url=url, hidden=("customers.email",), tables=tuple(VISIBLE))
        connection = opened("shop", settings, {})
        schema = await read_schema(connection, Deadline.after(60))
        await asyncio.to_thread(connection.close)
        assert {table.name: [one.name for one in table.columns] for table in schema.tables} == VISIBLE
        assert CANARY not in schema.told()


async def test_duckdb_asks_files_and_reads_them_again_when_they_change(csv_folder: Path) -> None:
    connection = opened("files", DatabaseSettings(url=f"duckdb:///{csv_folder / 'orders.csv'}"), {})
    assert (await ask(connection, "SELECT COUNT(*), SUM(total) FROM orders")).rows == ((60, 18300),)
    got = await ask(connection, "SELECT placed_on, total FROM orders ORDER BY id", most=1)
    assert [one.kind for one in got.columns] == ["date", "number"]
    assert got.total == 60
    (csv_folder / "orders.csv").write_text("id,customer_id,total,placed_on\n1,1,5,2024-01-01\n", encoding="utf-8")
    assert (await ask(connection, "SELECT COUNT(*) FROM orders")).rows == ((1,),)
    await asyncio.to_thread(connection.close)


async def test_a_file_of_duckdb_can_be_written_between_two_queries(grounds: Path) -> None:
    file = duckdb_shop(grounds)
    connection = opened("shop", DatabaseSettings(url=f"duckdb:///{file}"), {})
    await read_schema(connection, Deadline.after(60))
    for rows in (60, 61):
        assert (await ask(connection, "SELECT COUNT(*) FROM orders")).rows == ((rows,),)
        with duckdb.connect(str(file)) as writer:
            writer.execute(f"INSERT INTO orders VALUES ({rows + 1}, 1, 1, '2024-01-01')")
    await asyncio.to_thread(connection.close)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
