"""A title says how a question was read, as a person would."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests import shop

from pincite.search.tables.compose import Composer
from pincite.search.tables.schema import read


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
        ("what is the biggest order?", "orders with the greatest total"),
        ("which customer has the most orders?", "the customer with the most orders"),
    ],
)
def test_a_title_is_what_a_person_would_say(composer: Composer, question: str, title: str) -> None:
    assert composer.compose(question, date(2026, 11, 29))[0].title == title
