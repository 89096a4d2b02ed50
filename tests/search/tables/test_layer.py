"""A semantic layer: what it names, and how it is refused where it is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from pincite.errors import BadSettings
from pincite.search.tables.compose import LIKELY, Composer
from pincite.search.tables.layer import Layer, read
from pincite.search.tables.schema import Schema
from pincite.search.tables.schema import read as read_schema
from pincite.settings import DatabaseSettings

TODAY = date(2026, 11, 29)
LAYER = """
[tables.Opportunity]
label = "deal"
synonyms = ["pipeline entries"]
date = "closed"
note = "One row a deal."

[tables.Opportunity.columns.Amount__c]
label = "deal size"
unit = "USD"

[tables.Opportunity.columns.stage]
values = { "Closed Won" = ["won", "signed"] }

[[joins]]
from = "Opportunity.acct"
to = "Account.code"

[metrics]
arr = "sum(Amount__c) where stage = 'Closed Won'"
big_deals = { sql = "count(*) where Opportunity.Amount__c >= 100 and Opportunity.stage in ('Open', 'Closed Won')" }
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    made = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with made.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE Opportunity (id INTEGER PRIMARY KEY, name TEXT, acct TEXT, stage TEXT, Amount__c REAL, "
            "opened DATE, closed DATE)"
        )
        connection.exec_driver_sql("CREATE TABLE Account (code TEXT, name TEXT, region TEXT)")
        connection.exec_driver_sql(
            "INSERT INTO Opportunity VALUES (1, 'A', 'x', 'Closed Won', 100, '2026-01-01', '2026-10-05'), "
            "(2, 'B', 'x', 'Open', 40, '2026-10-01', NULL), (3, 'C', 'y', 'Closed Won', 7, '2025-01-01', '2025-10-05')"
        )
        connection.exec_driver_sql("INSERT INTO Account VALUES ('x', 'Acme', 'North'), ('y', 'Bolt', 'South')")
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def schema(engine: sa.Engine) -> Schema:
    return read_schema(engine, DatabaseSettings(url="sqlite://"))


def layer(schema: Schema, tmp_path: Path, text: str = LAYER) -> Layer:
    file = tmp_path / "layer.toml"
    file.write_text(text, encoding="utf-8")
    return read(file, schema)


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("how many deals are there?", {(3,)}),
        ("how many deals were signed?", {(2,)}),
        ("what is the arr?", {(107.0,)}),
        ("arr by region", {("North", 100.0), ("South", 7.0)}),
        ("how many deals last month?", {(1,)}),
        ("what is the average deal size?", {(49.0,)}),
        ("which region has the highest arr?", {("North", 100.0)}),
        ("big deals", {(1,)}),
    ],
)
def test_a_question_in_the_words_of_the_layer(
    engine: sa.Engine, schema: Schema, tmp_path: Path, question: str, rows: set[tuple[object, ...]]
) -> None:
    made = Composer(schema, layer(schema, tmp_path)).compose(question, TODAY)[0]
    with engine.connect() as connection:
        assert {tuple(row) for row in connection.exec_driver_sql(made.sql)} == rows, made.sql
    assert made.chance >= LIKELY


def test_without_the_layer_those_words_mean_nothing(schema: Schema) -> None:
    made = Composer(schema).compose("what is the arr?", TODAY)
    assert not made or made[0].chance < LIKELY


def test_units_notes_and_joins_are_there_for_others(schema: Schema, tmp_path: Path) -> None:
    found = layer(schema, tmp_path)
    assert found.units == {"Opportunity.Amount__c": "USD"}
    applied = found.applied(schema)
    assert "One row a deal." in applied.told(["Opportunity"])
    assert ("acct", "Account") in {(key.column, key.target) for key in applied.foreign_keys}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tables = 3", "tables"),
        ("[tables", "no TOML"),
        ("[tables.Oportunity]\nlabel = 'x'", "no table 'Oportunity'; there is Opportunity"),
        ("[tables.Account.columns.regoin]\nlabel = 'x'", "no column 'Account.regoin'; there is Account.region"),
        ("[tables.Account]\nlable = 'x'", "lable"),
        ("[metrics]\narr = 'drop table Account'", "'arr' is 'drop table Account'"),
        ("[metrics]\narr = 'sum(Amount__c) + 1'", "no aggregate"),
        ("[metrics]\narr = 'sum(amount)'", "no table has the columns amount"),
        ("[metrics]\narr = 'max(name)'", "Account, Opportunity|Opportunity, Account"),
        ('[metrics]\narr = "sum(Amount__c) where stage = (SELECT 1)"', "no aggregate"),
        ("[metrics]\narr = 'sum(Amount__c) limit 3'", "no aggregate"),
    ],
)
def test_a_wrong_layer_says_what_is_wrong(schema: Schema, tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadSettings, match=says) as failed:
        layer(schema, tmp_path, text)
    assert failed.value.hint


def test_a_layer_that_is_not_there(schema: Schema, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"nowhere\.toml"):
        read(tmp_path / "nowhere.toml", schema)
