"""What is composed is let through by the guard in every dialect, and runs on DuckDB as on SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
import sqlalchemy as sa
import sqlglot
from sqlglot import exp

from pincite.search.tables.compose import Composer
from pincite.search.tables.guard import guard
from pincite.search.tables.schema import Schema, read
from pincite.search.tables.sql import DIALECTS
from pincite.settings import DatabaseSettings

TODAY = date(2026, 11, 29)
MADE = [
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(40), country VARCHAR(40), joined DATE)",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, placed TIMESTAMP, total DOUBLE, code VARCHAR)",
    "INSERT INTO customers VALUES (1, 'Ada', 'Norway', '2019-02-01'), (2, '50% Bo', 'Sweden', '2020-05-04')",
    "INSERT INTO orders VALUES (1, 1, '2026-01-05 10:00:00', 40, '7'), (2, 1, '2026-10-20 11:00:00', 60, '12')",
    "INSERT INTO orders VALUES (3, 2, '2025-10-20 11:00:00', 5, '9')",
]
QUESTIONS = [
    "how many customers are there?",
    "names and countries of customers sorted by name",
    "orders per month",
    "orders per year",
    "total by country",
    "customers without orders",
    "customers with more than 1 order",
    "Which customer has the most orders?",
    "the 2 most expensive orders",
    "orders last month",
    "customers who joined since 2020",
    "orders above average",
    "What percentage of customers are from Norway?",
    "customers whose name contains '50%'",
    "customers from Norway or Sweden",
    "what is the highest code?",
    "How many different countries are there?",
    "orders of the customer with the most orders",
    "how many customers have fewer than 2 orders?",
    "how many customers have more than 1 order?",
    "compare orders in 2025 and 2026",
    "customers joined between 2019 and 2020",
    "orders per quarter",
    "orders by weekday",
    "orders by hour",
    "share of orders by code",
    "percentage of total by country",
    "how many orders were placed on a Tuesday?",
]


@pytest.fixture(scope="module")
def schema() -> Iterator[Schema]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        for statement in MADE:
            connection.exec_driver_sql(statement)
    yield read(engine, DatabaseSettings(url="sqlite://"))
    engine.dispose()


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql", "mysql", "duckdb"])
def test_the_guard_lets_it_through(schema: Schema, question: str, dialect: str) -> None:
    made = Composer(schema).compose(question, TODAY, dialect)[0]
    tables = {table.name: tuple(column.name for column in table.columns) for table in schema.tables}
    assert guard(made.sql, DIALECTS.get(dialect, dialect), tables, 100).tables, made.sql
    assert set(made.tables) <= set(tables)


@pytest.mark.parametrize("question", QUESTIONS)
def test_duckdb_brings_the_rows_that_sqlite_does(schema: Schema, question: str) -> None:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection, duckdb.connect() as duck:
        for statement in MADE:
            connection.exec_driver_sql(statement)
            duck.execute(statement)
        composer = Composer(schema)
        ours = connection.exec_driver_sql(composer.compose(question, TODAY, "sqlite")[0].sql).all()
        theirs = duck.execute(composer.compose(question, TODAY, "duckdb")[0].sql).fetchall()
    engine.dispose()
    assert sorted(map(_plain, ours)) == sorted(map(_plain, theirs))


def _plain(row: tuple[object, ...]) -> list[str]:
    return [str(float(cell)) if isinstance(cell, (int, float)) else str(cell).removesuffix(".000000") for cell in row]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_name_is_quoted_and_every_value_a_literal(schema: Schema, question: str) -> None:
    tree = sqlglot.parse_one(Composer(schema).compose(question, TODAY)[0].sql, dialect="sqlite")
    assert all(column.this.quoted and column.args["table"].quoted for column in tree.find_all(exp.Column))
    assert all(table.this.quoted for table in tree.find_all(exp.Table))


def test_mysql_has_no_limit_right_within_an_in(schema: Schema) -> None:
    question = "orders of the customer with the most orders"
    tree = sqlglot.parse_one(Composer(schema).compose(question, TODAY, "mysql")[0].sql, dialect="mysql")
    limited = [limit.parent for limit in tree.find_all(exp.Limit)]
    assert limited
    assert all(not isinstance(select.parent.parent, exp.In) for select in limited if select.parent)
