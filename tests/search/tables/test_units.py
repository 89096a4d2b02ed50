"""A number has the unit of the column that it comes from, and no other."""

from __future__ import annotations

import pytest

from pincite.search.tables.units import units

TABLES = {"orders": ["id", "total", "customer_id"], "Customers": ["id", "country", "Credit"]}
KNOWN = {"orders.total": "EUR", "Customers.Credit": "USD"}


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT total FROM orders", ["EUR"]),
        ('SELECT "orders"."total" AS "x" FROM "orders"', ["EUR"]),
        ("SELECT id, SUM(total) AS total, AVG(total) FROM orders GROUP BY id", ["", "EUR", "EUR"]),
        ("SELECT ROUND(MAX(o.total), 2) FROM orders AS o", ["EUR"]),
        ("SELECT COUNT(*) AS total FROM orders", [""]),
        ("SELECT COUNT(total), total * 2, total / total FROM orders", ["", "", ""]),
        ("SELECT credit, total FROM customers JOIN orders ON customers.id = orders.customer_id", ["USD", "EUR"]),
        ("SELECT id FROM customers JOIN orders ON customers.id = customer_id", [""]),
        ("WITH orders AS (SELECT 1 AS total) SELECT total FROM orders", [""]),
        ("SELECT total FROM (SELECT COUNT(*) AS total FROM orders) AS o", [""]),
        ("SELECT (SELECT COUNT(*) FROM customers) AS n, total FROM orders", ["", "EUR"]),
        ("SELECT * FROM orders", []),
        ("SELECT 1 UNION SELECT total FROM orders", []),
        ("SELECT total FROM", []),
    ],
)
def test_a_number_has_the_unit_of_its_column(sql: str, said: list[str]) -> None:
    assert list(units(sql, "sqlite", KNOWN, TABLES)) == said
