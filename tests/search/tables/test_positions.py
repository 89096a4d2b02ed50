"""Is there a place in a query where what may not be seen can be named? Every place, every function, every dialect."""

from __future__ import annotations

from contextlib import suppress

import pytest
import sqlglot
from sqlglot import exp
from tests.search.tables.corpus import DIALECTS, VISIBLE

from pincite.errors import BadQuery
from pincite.search.tables import allowed
from pincite.search.tables.guard import guard

VALUES = ("email", "customers.email", "(SELECT token FROM secrets LIMIT 1)", "(SELECT MAX(email) FROM customers)")
"""What stands for one value and may not be seen."""
PLACES = (
    "SELECT {} FROM customers",
    "SELECT DISTINCT {} FROM customers",
    "SELECT name, {} AS name FROM customers",
    "SELECT name FROM customers WHERE {} = 'a'",
    "SELECT name FROM customers WHERE NOT {} > 'a'",
    "SELECT name FROM customers WHERE name IN ('a', {})",
    "SELECT name FROM customers WHERE {} IN ('a', 'b')",
    "SELECT name FROM customers WHERE name BETWEEN 'a' AND {}",
    "SELECT name FROM customers WHERE {} IS NULL",
    "SELECT name FROM customers WHERE name LIKE {}",
    "SELECT name FROM customers WHERE name LIKE 'a' ESCAPE {}",
    "SELECT name FROM customers WHERE (id, {}) = (1, 'a')",
    "SELECT name FROM customers GROUP BY {}",
    "SELECT name FROM customers GROUP BY name HAVING {} > 'a'",
    "SELECT name FROM customers ORDER BY {}",
    "SELECT name FROM customers ORDER BY CASE WHEN {} > 'a' THEN 1 ELSE 0 END",
    "SELECT CASE {} WHEN 'a' THEN 1 END FROM customers",
    "SELECT CASE WHEN id = 1 THEN {} END FROM customers",
    "SELECT CASE WHEN id = 1 THEN 1 ELSE {} END FROM customers",
    "SELECT CAST({} AS CHAR(10)) FROM customers",
    "SELECT name || {} FROM customers",
    "SELECT -{} FROM customers",
    "SELECT ({}) FROM customers",
    "SELECT COUNT({}) FROM customers",
    "SELECT COUNT(DISTINCT {}) FROM customers",
    "SELECT SUM(1) FILTER (WHERE {} > 'a') FROM customers",
    "SELECT RANK() OVER (PARTITION BY {} ORDER BY id) FROM customers",
    "SELECT RANK() OVER (ORDER BY {}) FROM customers",
    "SELECT RANK() OVER w FROM customers WINDOW w AS (ORDER BY {})",
    "SELECT LAG({}) OVER (ORDER BY id) FROM customers",
    "SELECT name FROM customers JOIN orders ON {} = orders.total",
    "SELECT name FROM customers LEFT JOIN orders ON orders.id = customers.id AND {} > 'a'",
    "SELECT x FROM (SELECT {} AS x FROM customers) t",
    "SELECT x FROM (SELECT id, {} AS x FROM customers WHERE id = 1) t WHERE id = 1",
    "WITH t AS (SELECT {} AS x FROM customers) SELECT x FROM t",
    "WITH RECURSIVE t(n, x) AS (SELECT 1, {} FROM customers UNION ALL SELECT n + 1, x FROM t) SELECT x FROM t",
    "SELECT name FROM customers UNION SELECT {} FROM customers",
    "SELECT name FROM customers EXCEPT SELECT {} FROM customers",
    "SELECT name FROM customers WHERE id = (SELECT MAX(id) FROM customers WHERE {} > 'a')",
    "SELECT name FROM customers WHERE EXISTS (SELECT {} FROM customers)",
    "SELECT name FROM customers WHERE id > ALL (SELECT {} FROM customers)",
    "SELECT (SELECT {} FROM customers LIMIT 1)",
    "SELECT name FROM customers LIMIT {}",
    "SELECT name FROM customers LIMIT 1 OFFSET {}",
    "SELECT * FROM (VALUES (1, {})) t",
    "SELECT EXTRACT(YEAR FROM {}) FROM customers",
    "SELECT DATE '2024-01-01' + INTERVAL {} DAY FROM customers",
)
TABLES = (
    "SELECT 1 FROM {}",
    "SELECT 1 FROM customers, {}",
    "SELECT 1 FROM customers JOIN {} ON 1 = 1",
    "SELECT 1 FROM customers NATURAL JOIN {}",
    "SELECT 1 FROM customers LEFT JOIN {} USING (id)",
    "SELECT 1 FROM (customers JOIN {} ON 1 = 1)",
    "SELECT 1 FROM (SELECT * FROM {}) t",
    "WITH t AS (SELECT 1 FROM {}) SELECT 1 FROM t",
    "WITH t AS (SELECT 1) SELECT 1 FROM t, {}",
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t, {}) SELECT n FROM t",
    "SELECT 1 FROM customers WHERE id IN (SELECT id FROM {})",
    "SELECT 1 FROM customers WHERE EXISTS (SELECT 1 FROM {})",
    "SELECT (SELECT COUNT(*) FROM {})",
    "SELECT 1 FROM customers UNION SELECT 1 FROM {}",
    "SELECT COUNT(*) FROM customers HAVING COUNT(*) > (SELECT COUNT(*) FROM {})",
    "SELECT name FROM customers ORDER BY (SELECT COUNT(*) FROM {})",
    "SELECT CASE WHEN EXISTS (SELECT 1 FROM {}) THEN 1 END",
)
NAMES = (
    "secrets",
    "SECRETS",
    '"secrets"',
    "main.secrets",
    "public.secrets",
    "sqlite_master",
    "pg_class",
    "secrets AS t2",
)


def runs(sql: str, dialect: str) -> bool:
    with suppress(BadQuery):
        return bool(guard(sql, dialect, VISIBLE, 10))
    return False


def reads(sql: str, dialect: str) -> bool:
    """Whether it runs and reads a hidden column. The unit of ``DATE_TRUNC(email, x)`` is a word, and reads nothing."""
    with suppress(BadQuery):
        made = sqlglot.parse_one(guard(sql, dialect, VISIBLE, 10).running, read=dialect)
        return any(one.name.lower() in {"email", "token"} for one in made.find_all(exp.Column))
    return False


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_place_takes_a_value_that_may_not_be_seen(dialect: str) -> None:
    assert [sql for place in PLACES for value in VALUES if runs(sql := place.format(value), dialect)] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_place_takes_a_table_that_may_not_be_asked(dialect: str) -> None:
    assert [sql for place in TABLES for name in NAMES if runs(sql := place.format(name), dialect)] == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_most_of_these_places_are_places_for_what_may_be_seen(dialect: str) -> None:
    """Else the two tests above would show that queries are refused, and not why."""
    taken = [
        place for place in (*PLACES, *TABLES) if runs(place.format("name" if place in PLACES else "orders"), dialect)
    ]
    assert len(taken) >= 0.75 * len(PLACES + TABLES)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_function_takes_what_may_not_be_seen_and_hundreds_take_what_may(dialect: str) -> None:
    written = {name for kind in allowed.FUNCTIONS if issubclass(kind, exp.Func) for name in kind.sql_names()}
    names = sorted(written | {name.upper() for name in allowed.NAMED[dialect]})
    taken = 0
    for name in names:
        for rest in ("", ", 1", ", 'a', 1"):
            taken += runs(f"SELECT {name}(country{rest}) FROM customers", dialect)
            for value in (VALUES[0], VALUES[2]):
                assert not reads(f"SELECT {name}({value}{rest}) FROM customers", dialect), name
    assert taken >= 200


def test_functions_that_are_not_listed_are_refused() -> None:
    """Whatever sqlglot knows beyond the list: files, networks, models, sequences, series."""
    known = {kind: kind.sql_names() for kind in exp.ALL_FUNCTIONS if issubclass(kind, exp.Func)}
    skip = allowed.FUNCTIONS | allowed.LENGTHENING | allowed.NODES
    for kind, names in known.items():
        if kind in skip:
            continue
        for name in names:
            for dialect in DIALECTS:
                sql = f"SELECT {name}(country) FROM customers"
                if runs(sql, dialect):
                    # The same name may be another function there, one that is listed.
                    tree = guard(sql, dialect, VISIBLE, 10).sql
                    assert name.lower() in allowed.NAMED[dialect] or f"{name}(" not in tree, (name, dialect)
