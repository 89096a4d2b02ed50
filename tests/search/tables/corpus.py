"""Hostile SQL, by dialect: ``hostile/every.sql`` for all of them, and a file for each.

An entry is a line ``#: what it tries`` and the statement below it; ``runs`` behind it says that the guard may let it
through, for what the database then does is harmless: bombs are broken off, and ``*`` has no hidden column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "hostile"
DIALECTS = ("sqlite", "postgres", "mysql", "duckdb")

VISIBLE = {"customers": ["id", "name", "country"], "orders": ["id", "customer_id", "total", "placed_on"]}
"""What may be seen of the database that is attacked: ``customers.email`` is hidden, ``secrets`` may not be asked."""
CANARY = "CANARY"
"""Stands in every cell that nobody may see, and in a file."""
SCHEMA = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, name VARCHAR(80), country VARCHAR(80), email VARCHAR(80))",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, total INTEGER, placed_on DATE)",
    "CREATE TABLE secrets (id INTEGER PRIMARY KEY, token VARCHAR(80))",
)
ROWS = (
    *(
        f"INSERT INTO customers VALUES ({n}, 'name {n}', '{('France', 'Spain')[n % 2]}', '{CANARY}-email-{n}')"
        for n in range(1, 41)
    ),
    *(f"INSERT INTO orders VALUES ({n}, {n % 40 + 1}, {n * 10}, '2024-01-{n % 28 + 1:02d}')" for n in range(1, 61)),
    *(f"INSERT INTO secrets VALUES ({n}, '{CANARY}-secret-{n}')" for n in range(1, 4)),
)


@dataclass(frozen=True)
class Attack:
    what: str
    runs: bool
    sql: str

    def placed(self, where: Mapping[str, object]) -> str:
        """The statement with the world's files and port in it."""
        sql = self.sql
        for name, value in where.items():
            sql = sql.replace(f"{{{name}}}", str(value))
        return sql


def hostile(dialect: str) -> list[Attack]:
    found = []
    for name in ("every", dialect):
        for entry in (FOLDER / f"{name}.sql").read_text(encoding="utf-8").split("#: ")[1:]:
            head, _, sql = entry.partition("\n")
            what, *more = head.split()
            found.append(Attack(what, more == ["runs"], sql.rstrip("\n")))
    return found
