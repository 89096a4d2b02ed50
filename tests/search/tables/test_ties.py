"""Who else has as much is told: a question for the first of an order brings all who share the place."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
import sqlglot
from tests import shop
from tests.search.tables.corpus import VISIBLE
from tests.search.tables.memory import made_by
from tests.search.tables.world import postgres_url

from pincite.models import Picker
from pincite.ports import Deadline
from pincite.search.tables import ties
from pincite.search.tables.compose import Composer
from pincite.search.tables.database import SqlDatabase
from pincite.search.tables.guard import guard
from pincite.search.tables.schema import read
from pincite.settings import AnswerSettings, DatabaseSettings, EndpointSettings, ModelSettings
from pincite.testing.model_server import ModelServer, running
from pincite.types import Table

RACES = """
CREATE TABLE runners (id INTEGER PRIMARY KEY, name VARCHAR(20), age INTEGER);
CREATE TABLE runs (
  id INTEGER PRIMARY KEY, runner_id INTEGER REFERENCES runners (id), ran_on DATE, points DOUBLE PRECISION
);
INSERT INTO runners VALUES
  (1, 'Ada', 40), (2, 'Bo', 30), (3, 'Cleo', 40), (4, 'Dag', NULL), (5, 'Eve', 25), (6, 'Flo', 25);
INSERT INTO runs VALUES
  (1, 1, '2026-01-01', 0.1), (2, 1, '2026-01-02', 0.2), (3, 1, '2026-01-03', 0.3),
  (4, 2, '2026-01-04', 0.3), (5, 2, '2026-01-05', 0.2), (6, 2, '2026-01-06', 0.1),
  (7, 3, '2026-01-07', 0.5), (8, 3, '2026-01-08', 0.05), (9, 4, '2026-01-09', 0.2), (10, 5, '2026-01-10', 0.2);
"""


RAN = "FROM runners JOIN runs ON runners.id = runner_id GROUP BY runners.id"


@asynccontextmanager
async def standing(folder: Path, script: str, rows: int = 200) -> AsyncIterator[SqlDatabase]:
    with closing(sqlite3.connect(folder / "races.db")) as connection:
        connection.executescript(script)
    database = SqlDatabase("races", DatabaseSettings(url=f"sqlite:///{folder / 'races.db'}", rows=rows), {})
    yield database
    await database.close()


@pytest.fixture
async def races(tmp_path: Path) -> AsyncIterator[SqlDatabase]:
    async with standing(tmp_path, RACES) as database:
        yield database


async def ask(database: SqlDatabase, question: str, *earlier: Table) -> Table:
    return (await database.ask(question, earlier, None, Deadline.after(60))).table


async def by_model(database: SqlDatabase, said: str) -> Table:
    async with running(ModelServer(answer=said)) as server:
        endpoints = {"it": EndpointSettings(base_url=server.base_url)}
        picker = Picker(ModelSettings(endpoints=endpoints), {}, AnswerSettings())
        found = await database.ask("who is it?", (), await picker.pick("it:test-model"), Deadline.after(60))
        await picker.close()
    assert not found.missing
    return found.table


@pytest.mark.parametrize(
    ("question", "title", "rows"),
    [
        # By a count, a sum that is added up in another order, a mean, the greatest of each, and a plain column.
        ("which runner has the most runs?", "the runner with the most runs, with 2 tied for first place", "Ada Bo"),
        ("the top 3 runners by number of runs", "the 3 runners with the most runs", "Ada Bo Cleo"),
        (
            "the top 4 runners by number of runs",
            "the 4 runners with the most runs, with 2 tied for fourth place",
            "Ada Bo Cleo Dag Eve",
        ),
        ("top 1 runners by points", "the runner with the highest total points, with 2 tied for first place", "Ada Bo"),
        (
            "the top 3 runners by average points",
            "the 3 runners with the highest average points, with 4 tied for second place",
            "Cleo Ada Bo Dag Eve",
        ),
        ("the top 3 runners by age", "the 3 runners with the highest age", "Ada Cleo Bo"),
        (
            "the 4 youngest runners",
            "the 4 runners with the lowest age, with 2 tied for fourth place",
            "Eve Flo Bo Ada Cleo",
        ),
        ("the last 2 runs", "the 2 runs with the latest ran on", "10 9"),
    ],
)
async def test_all_who_share_a_place_are_there_and_it_is_said(
    races: SqlDatabase, question: str, title: str, rows: str
) -> None:
    found = await ask(races, question)
    assert found.title == title, found.sql
    assert sorted(str(row[0]) for row in found.rows) == sorted(rows.split())
    again = (await races.run(found.sql, Deadline.after(60))).table
    assert (again.rows, again.total) == (found.rows, found.total), "the shown query is the one that brought them"


async def test_where_nobody_shares_it_the_query_stays_plain(races: SqlDatabase) -> None:
    found = await ask(races, "the top 3 runners by number of runs")
    assert found.total == 3
    assert found.sql.endswith("LIMIT 3")
    assert [column.name for column in found.columns] == ["runner", "number of runs"]
    assert (await ask(races, "the top 3 runners by age")).rows[-1] == ("Bo", 30)


async def test_more_than_can_be_shown_are_counted(tmp_path: Path) -> None:
    async with standing(tmp_path, RACES, rows=4) as races:
        found = await ask(races, "the top 3 runners by average points")
    assert (len(found.rows), found.total) == (4, 5)
    assert found.title.endswith(", with 4 tied for second place")


async def test_what_is_not_known_is_no_tie(tmp_path: Path) -> None:
    async with standing(tmp_path, RACES + "UPDATE runners SET age = NULL WHERE id > 1;") as races:
        assert (await ask(races, "the 3 oldest runners")).title == "the 3 runners with the highest age"


async def test_a_follow_up_goes_on_from_the_question_without_its_ties(races: SqlDatabase) -> None:
    before = await ask(races, "which runner has the most runs?")
    found = await ask(races, "the top 3", before)
    assert found.title == "the runner with the most runs, the first 3"
    assert sorted(str(row[0]) for row in found.rows) == ["Ada", "Bo", "Cleo"]
    assert (await ask(races, "how many are there?", before)).rows == ((2,),), "as many as were shown"


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT name {RAN} ORDER BY COUNT(*) DESC LIMIT 1",
        f"SELECT name, COUNT(*) AS n {RAN} ORDER BY n DESC, name LIMIT 1",
        f"SELECT name, COUNT(*) {RAN} ORDER BY 2 DESC LIMIT 1",
    ],
)
async def test_a_models_query_is_no_other(races: SqlDatabase, sql: str) -> None:
    found = await by_model(races, f"the busiest runner\n{sql}")
    assert found.title == "the busiest runner, with 2 tied for first place"
    assert sorted(str(row[0]) for row in found.rows) == ["Ada", "Bo"]


async def test_where_the_tied_can_not_be_brought_it_is_said_all_the_same(races: SqlDatabase) -> None:
    found = await by_model(races, f"the laziest\nSELECT name, name {RAN} ORDER BY COUNT(*) LIMIT 1")
    assert (found.title, len(found.rows)) == ("the laziest, with a tie for first place", 1)


async def test_columns_keep_their_units_and_what_is_hidden_stays_so(tmp_path: Path) -> None:
    layer = tmp_path / "layer.toml"
    layer.write_text('[tables.orders.columns.total]\nunit = "EUR"\n', encoding="utf-8")
    settings = shop.made(tmp_path / "shop.db").model_copy(update={"layer": str(layer)})
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection:
        connection.execute("UPDATE orders SET total = 10.5")
        connection.commit()
    database = SqlDatabase("shop", settings, {})
    found = await ask(database, "which customer has the highest total?")
    await database.close()
    assert [column.unit for column in found.columns] == ["", "EUR"], found.sql
    assert "email" not in found.sql
    assert found.total == 5


TIED = "the 2 runners with the most runs"


@pytest.mark.parametrize("dialect", ["sqlite", "postgres", "mysql", "duckdb"])
@pytest.mark.parametrize("order", ["COUNT(*) DESC", "n", "2 DESC", "SUM(total)", "customers.name"])
def test_the_guard_lets_both_queries_through_in_every_dialect(dialect: str, order: str) -> None:
    written = sqlglot.transpile(
        "SELECT name, COUNT(*) AS n FROM customers JOIN orders ON customers.id = customer_id GROUP BY name"
        f" ORDER BY {order} LIMIT 2",
        write=dialect,
    )[0]
    plain = guard(written, dialect, VISIBLE, 200, []).sql
    first = ties.first(plain, dialect)
    assert first is not None
    assert guard(first.longer(), dialect, VISIBLE, 200, []).running.endswith("LIMIT 3")
    tied = guard(first.tied(2.5) or "", dialect, VISIBLE, 200, [])
    assert tied.tables == ("customers", "orders")
    alone = ties.alone(sqlglot.parse_one(tied.sql, dialect=dialect))  # type: ignore[arg-type]
    again = ties.first(alone.sql(dialect), dialect)
    assert again is not None
    assert again.number == 2
    assert [one.sql() for one in again.tree.selects] == [one.sql() for one in first.tree.selects]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM customers",
        "SELECT name FROM customers ORDER BY name",
        "SELECT name FROM customers LIMIT 3",
        "SELECT * FROM customers ORDER BY name LIMIT 3",
        "SELECT DISTINCT name FROM customers ORDER BY name LIMIT 3",
        "SELECT name FROM customers ORDER BY name LIMIT 3 OFFSET 2",
        "SELECT name FROM customers ORDER BY name LIMIT 0",
        "SELECT name FROM customers ORDER BY country, name LIMIT 3",
        "SELECT name FROM customers UNION SELECT name FROM orders ORDER BY name LIMIT 3",
    ],
)
def test_another_kind_of_query_is_left_as_it_is(sql: str) -> None:
    assert ties.first(sql, "sqlite") is None
    tree = sqlglot.parse_one(sql, dialect="sqlite")
    assert ties.alone(tree) is tree  # type: ignore[arg-type]


@pytest.mark.parametrize(("better", "total"), [(0, 58), (2, None), (9, 10_000), (14, 30)])
def test_a_title_loses_what_it_was_given(better: int, total: int | None) -> None:
    assert ties.untold(ties.told(TIED, better, total)) == TIED != ties.told(TIED, better, total)


def test_duckdb_brings_the_same(tmp_path: Path) -> None:
    with made_by(RACES) as engine, duckdb.connect() as duck:
        for statement in RACES.strip().split(";")[:-1]:
            duck.execute(statement.replace(" REFERENCES runners (id)", ""))
        composer = Composer(read(engine, DatabaseSettings(url="sqlite://")))
        for question in ("which runner has the most runs?", "top 1 runners by points"):
            made = composer.compose(question, date(2026, 11, 29), "duckdb")[0]
            first = ties.first(made.sql, "duckdb")
            assert first is not None
            keys = [row[-1] for row in duck.execute(first.longer()).fetchall()]
            assert first.better(keys) == 0
            assert {row[0] for row in duck.execute(first.tied(keys[-1]) or "").fetchall()} == {"Ada", "Bo"}


@pytest.mark.postgres
async def test_postgres_brings_the_same(postgres: str, postgres_shop: psycopg.Connection[Any]) -> None:
    postgres_shop.execute("ALTER TABLE orders ALTER total TYPE double precision")
    postgres_shop.execute("UPDATE orders SET total = CASE WHEN id <= 40 THEN 0.1 + 0.2 ELSE 0.3 END WHERE id <> 7")
    settings = DatabaseSettings(url=postgres_url(postgres, "reader"), tables=tuple(VISIBLE))
    database = SqlDatabase("shop", settings, {})
    try:
        found = await ask(database, "which customer has the most orders?")
        assert found.title == "the customer with the most orders, with 20 tied for first place"
        assert {row[-1] for row in found.rows} == {2}
        found = await ask(database, "the top 3 orders by total")
        assert found.title.startswith("the 3 orders with the highest total")
        summed = await ask(database, "the top 2 customers by total")
        assert summed.title == "the 2 customers with the highest total, with 19 tied for second place", summed.sql
        assert len(summed.rows) == summed.total == 20
    finally:
        await database.close()
