"""What a user of the database may not read is not in its schema, and the rest can be asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from tests.search.tables.corpus import VISIBLE

from pincite.errors import DatabaseFailed
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


@pytest.mark.parametrize("kind", ["sqlite", "csv", "duckdb"])
@pytest.mark.parametrize("typo", ["customers.mail", "customer.email"])
async def test_a_column_to_hide_that_is_not_there_keeps_everything_shut(tmp_path: Path, kind: str, typo: str) -> None:
    url = customers(tmp_path, kind)
    with pytest.raises(DatabaseFailed, match=f"hidden has {typo}, and there is no such column"):
        await read(url, hidden=(typo,))
    schema = await read(url, hidden=("customers.email", "*.password", "orders.card"), tables=("customers",))
    assert [[column.name for column in table.columns] for table in schema.tables] == [["id"]]


def customers(folder: Path, kind: str) -> str:
    """A database of customers and orders, and its address."""
    if kind == "csv":
        (folder / "shop").mkdir()
        (folder / "shop" / "customers.csv").write_text("id,email\n1,ada@example.org\n", encoding="utf-8")
        (folder / "shop" / "orders.csv").write_text("id,card\n1,4111\n", encoding="utf-8")
        return f"duckdb:///{folder / 'shop'}"
    path = folder / f"shop.{kind}"
    tables = (
        "CREATE TABLE customers (id INTEGER, email TEXT)",
        "CREATE TABLE orders (id INTEGER, card TEXT)",
        "INSERT INTO customers VALUES (1, 'ada@example.org')",
    )
    with closing(duckdb.connect(str(path)) if kind == "duckdb" else sqlite3.connect(path)) as shop:
        for made in tables:
            shop.execute(made)
        shop.commit()
    return f"{kind}:///{path}"
