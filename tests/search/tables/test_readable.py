"""What a user of the database may not read is not in its schema, and the rest can be asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.search.tables.corpus import VISIBLE

from pincite.ports import Deadline
from pincite.search.tables.connect import opened
from pincite.search.tables.run import read_schema
from pincite.search.tables.schema import Schema
from pincite.settings import DatabaseSettings


async def read(url: str, **more: Any) -> Schema:
    connection = opened("shop", DatabaseSettings(url=url, **more), {})
    try:
        return await read_schema(connection, Deadline.after(60))
    finally:
        connection.close()


@pytest.mark.postgres
async def test_a_role_that_may_read_some_columns_asks_these(
    postgres: str, postgres_shop: psycopg.Connection[Any]
) -> None:
    schema = await read(f"postgresql://reader@/shop?host={postgres}")
    there = {table.name: tuple(column.name for column in table.columns) for table in schema.tables}
    assert there == {name: tuple(columns) for name, columns in VISIBLE.items()}


async def test_a_view_whose_table_is_gone_takes_nothing_else_along(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.executescript(
            "CREATE TABLE orders (id INTEGER, total REAL); INSERT INTO orders VALUES (1, 2.5);"
            "CREATE TABLE old (id INTEGER); CREATE VIEW lost AS SELECT id FROM old; DROP TABLE old;"
        )
    schema = await read(f"sqlite:///{tmp_path}/shop.db")
    assert [(table.name, table.rows) for table in schema.tables] == [("orders", 1)]


async def test_a_view_shows_no_hidden_column_under_another_name_unless_it_is_asked_for(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as shop:
        shop.executescript(
            "CREATE TABLE customers (id INTEGER, email TEXT); INSERT INTO customers VALUES (1, 'ada@example.org');"
            "CREATE VIEW contacts AS SELECT email AS address FROM customers;"
        )
    url = f"sqlite:///{tmp_path}/shop.db"
    schema = await read(url, hidden=("customers.email",))
    assert [table.name for table in schema.tables] == ["customers"]
    assert "ada" not in schema.model_dump_json()
    meant = await read(url, hidden=("customers.email",), tables=("customers", "contacts"))
    assert [table.name for table in meant.tables] == ["customers", "contacts"]
    assert [table.name for table in (await read(url)).tables] == ["customers", "contacts"]
