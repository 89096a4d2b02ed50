"""A small shop as a real SQLite file, for tests that ask a database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pincite.settings import DatabaseSettings

MADE = """
CREATE TABLE customers (
    customer_id INTEGER PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, city TEXT, email TEXT, joined DATE
);
CREATE TABLE orders (
    order_id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (customer_id),
    ordered_on DATE NOT NULL, total REAL NOT NULL, status TEXT NOT NULL
);
CREATE TABLE secrets (key TEXT, value TEXT);
INSERT INTO secrets VALUES ('token', 'sesame');
"""
CUSTOMERS = [
    ("Ada Lovelace", "United Kingdom", "London"),
    ("Alan Turing", "United Kingdom", "Manchester"),
    ("Emmy Noether", "Germany", "Erlangen"),
    ("Carl Gauss", "Germany", "Göttingen"),
    ("Sofia Kovalevskaya", "Russia", "Moscow"),
    ("Carl Linnaeus", "Sweden", "Uppsala"),
    ("<b>Bobby</b> Tables", "Germany", "Bonn"),
]


def made(path: Path) -> DatabaseSettings:
    """Writes the shop to ``path``; settings that show all of it but its secrets and its customers' addresses."""
    with closing(sqlite3.connect(path)) as shop:
        shop.executescript(MADE)
        shop.executemany(
            "INSERT INTO customers (name, country, city, email, joined) VALUES (?, ?, ?, ?, ?)",
            [
                (name, country, city, f"{name.split()[-1].lower()}@example.org", f"20{10 + at}-03-0{at + 1}")
                for at, (name, country, city) in enumerate(CUSTOMERS)
            ],
        )
        shop.executemany(
            "INSERT INTO orders (customer_id, ordered_on, total, status) VALUES (?, ?, ?, ?)",
            [
                (1 + at % 5, f"20{20 + at % 4}-0{1 + at % 9}-15", 10.0 * (at + 1), ("paid", "open", "sent")[at % 3])
                for at in range(30)
            ],
        )
        shop.commit()
    return DatabaseSettings(
        url=f"sqlite:///{path}",
        label="Shop",
        description="Customers and their orders",
        tables=("customers", "orders"),
        hidden=("customers.email",),
    )
