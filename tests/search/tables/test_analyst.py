"""What somebody asks who works with a company's tables all day: answered right, or declined."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from tests.search.tables.memory import made_by

from pincite.search.tables.compose import LIKELY, Composer
from pincite.search.tables.schema import read
from pincite.settings import DatabaseSettings
from pincite.types import Table

TODAY = date(2026, 11, 30)
SHOP = """
CREATE TABLE tbl_customers (
  cust_id INTEGER PRIMARY KEY, firstName TEXT, lastName TEXT, country TEXT, segment TEXT, isActive TEXT
);
CREATE TABLE tbl_orders (
  order_id INTEGER PRIMARY KEY, cust_id INTEGER REFERENCES tbl_customers (cust_id), orderDate TEXT, status TEXT,
  total_cents INTEGER, approved BOOLEAN
);
CREATE TABLE tbl_items (
  item_id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES tbl_orders (order_id),
  prod_id INTEGER REFERENCES tbl_products (prod_id), qty INTEGER
);
CREATE TABLE tbl_products (prod_id INTEGER PRIMARY KEY, prodName TEXT, shelf INTEGER, is_discontinued INTEGER);
CREATE TABLE tbl_product_tags (
  prod_id INTEGER REFERENCES tbl_products (prod_id), tag_id INTEGER REFERENCES tbl_tags (tag_id)
);
CREATE TABLE tbl_tags (tag_id INTEGER PRIMARY KEY, tag TEXT);
CREATE TABLE tbl_deals (deal_date DATE, rep TEXT, region TEXT, revenue REAL, rating INTEGER);
CREATE TABLE tbl_targets (region TEXT, quarter TEXT, target INTEGER);
INSERT INTO tbl_targets VALUES ('North', '2025-Q1', 7), ('North', '2025-Q2', 8), ('South', '2025-Q1', 9);
INSERT INTO tbl_customers VALUES
  (1, 'Ana', 'Adler', 'France', 'B2B', 'Y'), (2, 'Ben', 'Brandt', 'Spain', NULL, 'N'),
  (3, 'Cem', 'Costa', 'Spain', 'B2C', 'Y'), (4, 'Dora', 'Duarte', 'France', NULL, 'Y');
INSERT INTO tbl_orders VALUES
  (1989, 1, '2024-01-01', 'paid', 50000, 1), (1990, 1, '2024-05-06', 'paid', 20000, 0),
  (1991, 2, '2025-02-03', 'open', 700, NULL), (2024, 3, '2025-11-12', 'paid', 12000, 1),
  (2025, 3, '2025-11-17', 'lost', 300, NULL);
INSERT INTO tbl_products VALUES (1, 'Chair', -1, 0), (2, 'Lamp', 1, 1), (3, 'Rug', 1, 0);
INSERT INTO tbl_items VALUES (1, 1989, 1, 2), (2, 1989, 2, 1), (3, 1989, 3, 9), (4, 2024, 3, 4), (5, 2025, 1, 1);
INSERT INTO tbl_tags VALUES (1, 'eco'), (2, 'sale');
INSERT INTO tbl_product_tags VALUES (1, 1), (1, 2), (2, 1);
INSERT INTO tbl_deals VALUES
  ('2025-01-05', 'Kim', 'North', 10.0, 3), ('2025-04-05', 'Kim', 'South', 9.0, 4),
  ('2025-04-06', 'Jo', 'North', 15.0, 5),
  ('2026-01-06', 'Al', 'North', 1.0, 5);
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    with made_by(SHOP) as engine:
        yield engine


@pytest.fixture(scope="module")
def composer(engine: sa.Engine) -> Composer:
    return Composer(read(engine, DatabaseSettings(url="sqlite://")))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("status of order 2024", [("paid",)]),
        ("status of order number 2024", [("paid",)]),
        ("status of order no. 1991", [("open",)]),
        ("how many items are in order 1989?", [(3,)]),
        ("how many orders does customer 3 have?", [(2,)]),
        ("how many orders were there in 2024?", [(2,)]),
        ("orders of customer 1 over 30000", [(1989, "2024-01-01", 50000)]),
        ("products on shelf -1", [("Chair",)]),
        ("how many orders have at least 2 items?", [(1,)]),
        ("how many orders have at most 1 item?", [(4,)]),
        ("products without tags", [("Rug",)]),
        ("products with the tag eco but not sale", [("Lamp",)]),
        ("orders over €150", [(1989, "2024-01-01", 50000), (1990, "2024-05-06", 20000)]),
        ("how many orders are over 150 euros?", [(2,)]),
        ("how many orders are over 600?", [(4,)]),
        ("biggest order", [(1989, "2024-01-01", 50000)]),
        ("highest order id", [(2025,)]),
        ("top 2 reps by revenue", [("Kim", 19.0), ("Jo", 15.0)]),
        ("which region has the most revenue?", [("North", 26.0)]),
        ("which product has the highest qty?", [("Rug", 9)]),
        ("which product has the lowest qty?", [("Chair", 1)]),
        (
            "orders by status and country",
            [("lost", "Spain", 1), ("open", "Spain", 1), ("paid", "France", 2), ("paid", "Spain", 1)],
        ),
        ("how many customers are not in the B2B segment?", [(3,)]),
        ("how many customers are neither B2B nor B2C?", [(2,)]),
        ("how many orders are not approved?", [(3,)]),
        ("how many customers are active?", [(3,)]),
        ("how many active customers are there?", [(3,)]),
        ("how many customers are not active?", [(1,)]),
        ("active customers by country", [("France", 2), ("Spain", 1)]),
        ("discontinued products", [("Lamp",)]),
        ("what is the total of order 2024?", [(12000,)]),
        ("orders by quarter", [("2024-Q1", 1), ("2024-Q2", 1), ("2025-Q1", 1), ("2025-Q4", 2)]),
        ("total target by quarter", [("2025-Q1", 16), ("2025-Q2", 8)]),
        ("orders by weekday", [("Monday", 4), ("Wednesday", 1)]),
        ("how many orders were placed on a Monday in 2024?", [(2,)]),
        ("how many orders were placed at weekends?", [(0,)]),
        ("how many orders were there in Q4 2025?", [(2,)]),
        ("how many orders were there in the first half of 2024?", [(2,)]),
        ("compare orders in Q1 2024 and Q1 2025", [("2024-Q1", 1), ("2025-Q1", 1)]),
        ("how many orders were there in January 2024 and February 2025?", [(2,)]),
        (
            "share of orders by status",
            [("lost", 1, 20.0), ("open", 1, 20.0), ("paid", 3, 60.0)],
        ),
        ("share of orders by status in 2024", [("paid", 2, 100.0)]),
        ("percentage of revenue by rep in 2025", [("Jo", 15.0, 15 / 34 * 100), ("Kim", 19.0, 19 / 34 * 100)]),
        ("what percentage of revenue is from Kim?", [(1900 / 35,)]),
        ("orders by customer country", [("France", 2), ("Spain", 3)]),
        ("products on shelf 1", [("Lamp",), ("Rug",)]),
    ],
)
def test_it_is_answered(
    composer: Composer, engine: sa.Engine, question: str, expected: list[tuple[object, ...]]
) -> None:
    made = composer.compose(question, TODAY)[0]
    assert made.chance >= LIKELY, (made.chance, made.unexplained, made.sql)
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql(made.sql)] == expected, made.sql


def test_names_are_told_without_what_nobody_says(composer: Composer) -> None:
    assert composer.compose("active customers by country", TODAY)[0].title == "customers per country whose active is Y"


@pytest.mark.parametrize(
    "question",
    [
        "who placed order 2024?",
        "who started in 2025?",
        "the top -2 orders by total",
        "average orders per customer",
        "the top 2 reps by rating",
        "average items",
        "share of rating by rep",
        "percentage of paid orders by country",
        "target for North in 2025-Q1",
        "which orders were worked on in 2025?",
    ],
)
def test_it_is_declined(composer: Composer, question: str) -> None:
    assert all(made.chance < LIKELY for made in composer.compose(question, TODAY)), question


def asked(engine: sa.Engine, composer: Composer, *questions: str) -> tuple[str, list[tuple[object, ...]]]:
    """The title and the rows of the last of questions that follow on one another."""
    earlier: list[Table] = []
    for question in questions:
        made = composer.compose(question, TODAY, earlier=earlier)[0]
        assert made.chance >= LIKELY, question
        said = {"title": made.title, "tables": made.tables, "sql": made.sql}
        earlier.append(Table(database="shop", label="Shop", columns=(), rows=(), total=0, ms=0.0, **said))
    with engine.connect() as connection:
        return made.title, [tuple(row) for row in connection.exec_driver_sql(made.sql)]


def test_a_followup_keeps_the_order_of_the_week_and_what_is_denied(composer: Composer, engine: sa.Engine) -> None:
    assert asked(engine, composer, "orders by status", "and by weekday?") == (
        "orders per weekday",
        [("Monday", 4), ("Wednesday", 1)],
    )
    assert asked(engine, composer, "how many customers are not B2B?", "and not B2C?")[1] == [(2,)]
    assert asked(engine, composer, "orders by status", "not the paid ones")[1] == [("lost", 1), ("open", 1)]
