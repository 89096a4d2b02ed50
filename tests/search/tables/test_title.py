"""A title says how a question was read, as a person would."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlglot
from tests import shop

from pincite.search.tables.compose import Composer
from pincite.search.tables.schema import read
from pincite.search.tables.title import amended
from pincite.types import Table


@pytest.fixture(scope="module")
def composer(tmp_path_factory: pytest.TempPathFactory) -> Composer:
    path: Path = tmp_path_factory.mktemp("shop") / "shop.db"
    settings = shop.made(path)
    engine = sa.create_engine(settings.url)
    try:
        return Composer(read(engine, settings))
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("how many orders are there?", "number of orders"),
        ("orders in 2022", "orders in 2022"),
        ("how many orders in May 2022?", "number of orders in May 2022"),
        ("who are the customers in Germany?", "customers whose country is Germany"),
        ("what is the biggest order?", "orders with the highest total"),
        ("the last 2 orders", "the 2 orders with the latest ordered on"),
        ("which customer has the most orders?", "the customer with the most orders"),
        ("orders of the customer with the most orders", "orders with the customer with the most orders"),
        ("how many orders per customer?", "orders per customer"),
        ("orders per month", "orders per month"),
        ("how many customers are there per name?", "customers per name"),
        ("average total by customer", "average total per customer"),
        ("maximum and minimum total by status", "highest total and lowest total per status"),
        ("number of customers by country sorted by number in descending order", "customers per country, most first"),
        ("customers sorted by name", "customers, by name, A to Z"),
    ],
)
def test_a_title_is_what_a_person_would_say(composer: Composer, question: str, title: str) -> None:
    assert composer.compose(question, date(2026, 11, 29))[0].title == title


@pytest.mark.parametrize(
    ("question", "headings"),
    [
        ("how many orders per customer?", ["customer", "number of orders"]),
        ("which customer has the most orders?", ["customer", "number of orders"]),
        ("orders per month", ["month", "number of orders"]),
        ("how many customers are there per name?", ["name", "number of customers"]),
        ("customers sorted by name", ["name"]),
        ("total by country", ["country", "total"]),
    ],
)
def test_a_column_is_called_what_a_person_calls_it(composer: Composer, question: str, headings: list[str]) -> None:
    made = composer.compose(question, date(2026, 11, 29))[0]
    tree = sqlglot.parse_one(made.sql, dialect="sqlite")
    assert isinstance(tree, sqlglot.exp.Select)
    assert tree.named_selects == headings


def test_a_follow_up_heads_its_groups_alike(composer: Composer) -> None:
    before = composer.compose("how many orders are there?", date(2026, 11, 29))[0]
    table = Table(database="", label="", title=before.title, sql=before.sql, tables=before.tables, columns=(), rows=())
    for question, added, heading in (("by customer", "per customer", "customer"), ("per month", "per month", "month")):
        made = composer.compose(question, date(2026, 11, 29), earlier=[table])[0]
        tree = sqlglot.parse_one(made.sql, dialect="sqlite")
        assert made.title == f"number of orders, {added}"
        assert isinstance(tree, sqlglot.exp.Select)
        assert tree.named_selects == [heading, "number of orders"]


@pytest.mark.parametrize(
    ("before", "added", "expected"),
    [
        ("orders in 2024", "in 2023", "orders in 2023"),
        (
            "orders with order date in 2024, per city",
            "with order date in 2023",
            "orders with order date in 2023, per city",
        ),
        ("orders per city whose status is paid", "per month", "orders per month whose status is paid"),
        ("orders in 2024, per city, the first 3", "per month", "orders in 2024, per month"),
        (
            "bread in tins whose name is Rye and in 2024",
            "in May 2023",
            "bread in tins whose name is Rye and in May 2023",
        ),
        ("bread", "whose name is Rye", "bread, instead whose name is Rye"),
    ],
)
def test_what_a_question_replaces_is_not_said_any_more(before: str, added: str, expected: str) -> None:
    assert amended(before, added, replaces=True) == expected
