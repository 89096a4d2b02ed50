from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp
from tests.search.tables.corpus import CANARY, DIALECTS, ROWS, SCHEMA, VISIBLE, hostile
from tests.search.tables.gold import SETS, Gold, gold, honest
from tests.search.tables.mutating import outcomes

from pincite.errors import BadQuery
from pincite.search.tables.guard import Guarded, guard, masked

MOST = 200
EVERY = 6
"""Of so many queries of a public set, one is asked here; ``python -m tests.campaigns.sql_guard`` asks all."""


def guarded(sql: str, dialect: str = "sqlite", cut: list[str] | None = None) -> Guarded:
    return guard(sql, dialect, VISIBLE, MOST, cut)


@pytest.fixture(scope="module")
def shop() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for statement in (*SCHEMA, *ROWS):
        connection.execute(statement)
    return connection


# ── what is refused ──


@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_sql_is_refused_and_what_runs_is_told(dialect: str) -> None:
    corpus = hostile(dialect)
    assert len(corpus) >= 300
    assert [one.sql for one in corpus if _runs(one.sql, dialect) and not one.runs] == []
    assert [one.sql for one in corpus if not _runs(one.sql, dialect) and one.runs] == []


def _runs(sql: str, dialect: str) -> bool:
    with suppress(BadQuery):
        return bool(guarded(sql, dialect))
    return False


def test_what_the_guard_lets_through_reads_nothing_that_is_hidden(shop: sqlite3.Connection) -> None:
    asked = [one for one in hostile("sqlite") if one.runs and one.what != "bomb"]
    assert len(asked) >= 8
    for attack in asked:
        rows = shop.execute(guarded(attack.sql).running).fetchall()
        assert CANARY not in repr(rows), attack.sql


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_reading_of_a_table_with_hidden_columns_is_cut(dialect: str) -> None:
    told = 0
    for attack in hostile(dialect):
        if not attack.runs:
            continue
        tree = sqlglot.parse_one(guarded(attack.sql, dialect, ["customers"]).running, read=dialect)
        for table in tree.find_all(exp.Table):
            if table.name == "customers":
                told += 1
                select = table.parent_select
                assert select is not None
                assert [one.sql() for one in select.selects] == ['"id"', '"name"', '"country"'], attack.sql
    assert told >= 20


@pytest.mark.parametrize("dialect", DIALECTS)
def test_statements_that_nobody_wrote_touch_nothing_and_break_nothing(dialect: str) -> None:
    """Some; ``python -m tests.campaigns.sql_guard`` tries as many as it is told."""
    told, harmful = outcomes(dialect, seed=7, many=600)
    assert harmful == []
    assert told["refused"] + told["let through"] == 600
    assert told["let through"] >= 6


@pytest.mark.parametrize("odd", ["\u200b", "\u00a0", "\u202e", "\ufeff", "\0", "\u2028", "\x1b"])
def test_characters_that_nobody_sees_are_refused_and_named(odd: str) -> None:
    with pytest.raises(BadQuery, match=f"U\\+{ord(odd):04X}"):
        guarded(f"SELECT name{odd} FROM customers")


def test_a_query_of_any_size_ends_in_an_answer_or_a_refusal() -> None:
    for sql in (
        "SELECT " + "(" * 3000 + "1" + ")" * 3000,
        "SELECT " + "NOT " * 4000 + "1",
        "SELECT " + " + ".join(["1"] * 4000),
        "SELECT 1" + " UNION SELECT 1" * 1200,
        "SELECT " + "CASE WHEN 1 THEN " * 900 + "1" + " END" * 900,
        "SELECT '" + "x" * 30_000 + "'",
        "SELECT " + "-" * 3 + "1",
    ):
        with suppress(BadQuery):
            assert len(guarded(sql).running) < 2 * len(sql) + 100


@pytest.mark.parametrize(
    ("sql", "part", "said"),
    [
        ("SELECT nme FROM customers", "nme", "did you mean name"),
        ("SELECT name FROM custmers", "custmers", "did you mean customers"),
        ("SELECT  c.email\nFROM customers c", "c.email", "no column email"),
        ("SELECT pg_sleep (3)", "pg_sleep", "not a function"),
        ("SELECT Load_Extension('x')", "Load_Extension", "not a function"),
        ("SELECT name FROM customers WHERE", "WHERE", "no SQL that can be read"),
        ("DELETE FROM customers", "DELETE", "only SELECT"),
        ("  update customers set name = 1", "update", "only SELECT"),
        ("SELECT 1; SELECT 2", "", "2 statements"),
        ("", "", "0 statements"),
        ("SELECT a.* FROM customers a, secrets b", "secrets", "no table secrets"),
        ("SELECT name FROM customers LIMIT 10 + 5", "10 + 5", "whole number"),
    ],
)
def test_a_refusal_says_what_and_shows_where(sql: str, part: str, said: str) -> None:
    with pytest.raises(BadQuery, match=said) as refused:
        guarded(sql)
    assert refused.value.part == part
    assert refused.value.part in sql
    assert refused.value.hint


# ── what is made of the rest ──


def test_what_is_run_is_written_anew_without_remarks_and_hints() -> None:
    for dialect in DIALECTS:
        made = guarded("select /* x */ name -- DROP\n from customers /* y */", dialect, [])
        assert made.sql == "SELECT name FROM customers"
        assert made.running == f"SELECT name FROM customers LIMIT {MOST + 1}"


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("end", [";", " ; ", ";;", "; -- that is all", ";\n/* that is all */\n", "\n-- that is all"])
def test_a_semicolon_and_a_remark_may_end_a_query(dialect: str, end: str) -> None:
    assert guarded(f"SELECT name FROM customers{end}", dialect, []).sql == "SELECT name FROM customers"


def test_the_limit_is_the_smaller_one_and_offset_stays() -> None:
    assert guarded("SELECT id FROM orders LIMIT 5 OFFSET 2", cut=[]).running.endswith("LIMIT 5 OFFSET 2")
    assert guarded("SELECT id FROM orders LIMIT 5000", cut=[]).running.endswith(f"LIMIT {MOST + 1}")
    assert guarded("SELECT id FROM orders FETCH FIRST 3 ROWS ONLY", "postgres", []).running.endswith("LIMIT 3")
    made = guarded("SELECT id FROM orders UNION SELECT id FROM customers ORDER BY 1", cut=[])
    assert made.running.endswith(f"ORDER BY 1 LIMIT {MOST + 1}")


def test_what_is_counted_is_what_the_query_asks_for(shop: sqlite3.Connection) -> None:
    for sql, rows in (
        ("SELECT id FROM orders ORDER BY total DESC", 60),
        ("SELECT id FROM orders LIMIT 7", 7),
        ("SELECT DISTINCT country FROM customers", 2),
        ("SELECT country, COUNT(*) FROM customers GROUP BY country", 2),
        ("SELECT id FROM orders UNION ALL SELECT id FROM customers", 100),
        ("WITH t AS (SELECT * FROM orders) SELECT id FROM t WHERE total > 300", 30),
        ("SELECT id FROM orders LIMIT 100 OFFSET 50", 10),
    ):
        assert shop.execute(guarded(sql).counting).fetchone() == (rows,), sql


def test_a_guarded_query_goes_through_the_guard_again_unchanged() -> None:
    for dialect in DIALECTS:
        for attack in hostile(dialect):
            if attack.runs:
                once = guarded(attack.sql, dialect)
                assert guarded(once.sql, dialect).running == once.running, attack.sql


def test_hidden_columns_are_cut_away_only_where_there_are_any() -> None:
    tables = masked(["Customers.email", "x.y"], VISIBLE)
    assert tables == {"customers"}
    assert masked(["*.email"], VISIBLE) == set(VISIBLE)
    assert masked([], VISIBLE) == frozenset()
    made = guard(
        "SELECT * FROM customers JOIN orders ON orders.customer_id = customers.id", "sqlite", VISIBLE, 9, tables
    )
    assert '(SELECT "id", "name", "country" FROM customers) AS customers' in made.running
    assert "JOIN orders ON" in made.running
    assert "SELECT *" in made.sql
    assert made.tables == ("customers", "orders")


def test_names_are_written_as_the_database_has_them() -> None:
    tables = {"Artist": ["ArtistId", "Name"], "order": ["id"], "my table": ["a b"]}
    made = guard("select name from artist where artist.artistid > 1", "postgres", tables, 5, [])
    assert made.running == 'SELECT "Name" FROM "Artist" WHERE "Artist"."ArtistId" > 1 LIMIT 6'
    assert guard("select name from artist", "mysql", tables, 5, []).running == "SELECT name FROM Artist LIMIT 6"
    assert (
        guard('select "a b" from "MY TABLE"', "sqlite", tables, 5, []).running == 'SELECT "a b" FROM "my table" LIMIT 6'
    )


def test_a_text_in_double_quotes_is_a_text_for_sqlite(shop: sqlite3.Connection) -> None:
    made = guarded('SELECT COUNT(*) FROM customers WHERE country = "France"')
    assert shop.execute(made.running).fetchone() == (20,)
    with pytest.raises(BadQuery, match="no column France"):
        guarded('SELECT COUNT(*) FROM customers WHERE country = "France"', "postgres")


def test_hostile_names_of_tables_and_columns_stay_names() -> None:
    evil = 'x"; DROP TABLE customers; --'
    connection = sqlite3.connect(":memory:")
    quoted = '"' + evil.replace('"', '""') + '"'
    connection.execute(f"CREATE TABLE {quoted} ({quoted} TEXT, email TEXT)")
    connection.execute(f"INSERT INTO {quoted} VALUES ('y', '{CANARY}')")
    for dialect in DIALECTS:
        mark = "`" if dialect == "mysql" else '"'
        name = mark + evil.replace(mark, mark * 2) + mark
        made = guard(f"SELECT {name} FROM {name}", dialect, {evil: [evil]}, 5)
        assert guard(made.sql, dialect, {evil: [evil]}, 5) == made
        if dialect == "sqlite":
            assert connection.execute(made.running).fetchall() == [("y",)]
    starred = guard(f"SELECT * FROM {quoted}", "sqlite", {evil: [evil]}, 5)
    assert connection.execute(starred.running).fetchall() == [("y",)]


# ── what must not be refused ──


@pytest.mark.parametrize("name", ["sample", *SETS])
def test_honest_queries_run_and_bring_the_same_rows(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    folder = None if name == "sample" else request.getfixturevalue("shared_data")
    queries = list(gold(name, folder, tmp_path))[:: 1 if folder is None else EVERY]
    refused = [one.sql for one in queries if not _same(one)]
    assert len(queries) >= 30
    assert len(refused) <= 0.02 * len(queries), refused


@pytest.mark.parametrize("dialect", DIALECTS)
def test_honest_queries_of_each_dialect_are_let_through(dialect: str) -> None:
    queries = honest(dialect)
    assert len(queries) >= 30
    assert [sql for sql in queries if not _runs(sql, dialect)] == []


def _same(one: Gold) -> bool:
    """Whether the guard lets it through; what then runs must bring the same rows, and their number."""
    try:
        made = guard(one.sql, "sqlite", one.tables, 10_000)
    except BadQuery:
        return False
    want = Counter(map(repr, one.connection.execute(one.sql).fetchall()))
    assert Counter(map(repr, one.connection.execute(made.running).fetchall())) == want, one.sql
    assert one.connection.execute(made.counting).fetchone() == (want.total(),), one.sql
    return True
