from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.search.tables.corpus import VISIBLE
from tests.search.tables.mysql_server import DATE, DECIMAL, LONG, TEXT, Error, MysqlServer, Result, running

from pincite.errors import BadQuery, DatabaseFailed
from pincite.ports import Deadline
from pincite.search.tables.connect import Connection, opened
from pincite.search.tables.guard import guard
from pincite.search.tables.run import Rows, run
from pincite.settings import DatabaseSettings

SECRET = "s3cret-p4ssword"
SQL = "SELECT name, total FROM customers JOIN orders ON customers.id = orders.customer_id"


@pytest.fixture
async def server() -> AsyncIterator[MysqlServer]:
    grants = Result(
        {"Grants": TEXT}, [["GRANT USAGE ON *.* TO `reader`@`%`"], ["GRANT SELECT ON `shop`.* TO `reader`"]]
    )
    async with running(MysqlServer(SECRET, {"^SHOW GRANTS": grants})) as mysql:
        yield mysql


@pytest.fixture
async def shop(server: MysqlServer) -> AsyncIterator[Connection]:
    connection = way_in(server)
    yield connection
    await asyncio.to_thread(connection.close)


def way_in(server: MysqlServer, password: str = SECRET) -> Connection:
    url = f"mysql://reader@127.0.0.1:{server.port}/shop"
    return opened("shop", DatabaseSettings(url=url, key_env="KEY", deadline_s=30), {"KEY": password})


async def ask(shop: Connection) -> Rows:
    return await run(shop, guard(SQL, "mysql", VISIBLE, 2, []), Deadline.after(30))


async def failure(shop: Connection) -> Any:
    with pytest.raises((BadQuery, DatabaseFailed)) as failed:
        await ask(shop)
    return failed.value


async def test_rows_come_within_a_transaction_that_only_reads_and_a_time(server: MysqlServer, shop: Connection) -> None:
    columns = {"name": TEXT, "total": DECIMAL, "placed_on": DATE, "n": LONG}
    server.says["^SELECT name"] = Result(columns, [["Ada", "12.50", "2024-02-29", 7], [None, None, None, None]])
    got = await ask(shop)
    assert [(one.name, one.kind) for one in got.columns] == [
        ("name", "text"),
        ("total", "number"),
        ("placed_on", "date"),
        ("n", "number"),
    ]
    assert got.rows == (("Ada", 12.5, "2024-02-29", 7), (None, None, None, None))
    told = "\n".join(server.asked)
    assert "SET SESSION TRANSACTION READ ONLY" in told
    assert "max_execution_time" in told
    assert "sql_mode" in told
    place = server.asked.index("START TRANSACTION READ ONLY")
    assert server.asked[place + 1].endswith("LIMIT 3")


async def test_a_wrong_password_is_refused_and_not_told(server: MysqlServer) -> None:
    shop = way_in(server, "wr0ng-p4ssword")
    error = await failure(shop)
    await asyncio.to_thread(shop.close)
    assert error.reason == "refused"
    assert "key_env" in error.hint
    assert "wr0ng" not in f"{error.detail} {error.hint}"


@pytest.mark.parametrize(
    "grant",
    [
        "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION",
        "GRANT SELECT, FILE ON *.* TO `reader`@`%`",
        "GRANT SELECT, INSERT, SUPER ON *.* TO `reader`@`%`",
    ],
)
async def test_who_may_touch_files_of_the_server_is_refused(server: MysqlServer, shop: Connection, grant: str) -> None:
    server.says["^SHOW GRANTS"] = Result({"Grants": TEXT}, [[grant]])
    error = await failure(shop)
    assert error.reason == "refused"
    assert "GRANT SELECT" in error.hint
    assert not [sql for sql in server.asked if sql.startswith("SELECT")]


async def test_all_rights_on_one_database_are_no_rights_on_files(server: MysqlServer, shop: Connection) -> None:
    server.says["^SHOW GRANTS"] = Result({"Grants": TEXT}, [["GRANT ALL PRIVILEGES ON `shop`.* TO `reader`@`%`"]])
    server.says["^SELECT name"] = Result({"name": TEXT}, [["Ada"]])
    assert (await ask(shop)).rows == (("Ada",),)


@pytest.mark.parametrize(
    ("number", "text", "kind", "told"),
    [
        (3024, "Query execution was interrupted, maximum statement execution time exceeded", DatabaseFailed, "timeout"),
        (1969, "Query execution was interrupted (max_statement_time exceeded)", DatabaseFailed, "timeout"),
        (1054, "Unknown column 'x.name' in 'field list'", BadQuery, "x.name"),
        (1142, "SELECT command denied to user 'reader'@'%' for table 'secrets'", BadQuery, ""),
        (1064, "You have an error in your SQL syntax; near 'FROMM' at line 1", BadQuery, "FROMM"),
        (1038, "Out of sort memory", DatabaseFailed, "too_large"),
    ],
)
async def test_what_mysql_says_is_told_in_our_words(
    server: MysqlServer, shop: Connection, number: int, text: str, kind: type, told: str
) -> None:
    server.says["^SELECT name"] = Error(number, text)
    error = await failure(shop)
    assert isinstance(error, kind)
    assert told == (error.part if isinstance(error, BadQuery) else error.reason)


async def test_mariadb_is_told_its_time_in_its_own_way(server: MysqlServer, shop: Connection) -> None:
    server.says["max_execution_time"] = Error(1193, "Unknown system variable 'max_execution_time'")
    server.says["^SELECT name"] = Result({"name": TEXT}, [["Ada"]])
    assert (await ask(shop)).rows == (("Ada",),)
    assert any("max_statement_time" in sql for sql in server.asked)
