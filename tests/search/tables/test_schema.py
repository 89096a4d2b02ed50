"""What is known of a database: kinds, keys, values, and what is not told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from tests.search.tables.memory import made_by

from pincite.errors import DatabaseFailed
from pincite.search.tables import schema as schemas
from pincite.search.tables.compose import Composer
from pincite.search.tables.kinds import split_words
from pincite.search.tables.schema import Schema, read
from pincite.settings import DatabaseSettings

MADE = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, joined TEXT, score TEXT, active BOOLEAN, secret TEXT);
CREATE TABLE visits (visit_id INTEGER, customer_id INTEGER, at TEXT, country TEXT, price DOUBLE);
CREATE TABLE countries (country TEXT PRIMARY KEY, people INTEGER);
CREATE TABLE empty (id INTEGER PRIMARY KEY, note TEXT);
INSERT INTO customers VALUES
  (1, 'Ada', '2020-01-02', '7', 1, 'x'), (2, 'Bo', '2021-03-04', '12', 0, 'y'), (3, 'Bo', NULL, '9.5', 1, 'z');
INSERT INTO visits VALUES
  (1, 1, '2024-01-02 10:00:00', 'Peru', 1.5), (2, 1, '2024-02-02 11:30:00', 'Chad', 2.5),
  (3, 3, '2024-03-02 12:00:00', 'Peru', 9.0);
INSERT INTO countries VALUES ('Peru', 34), ('Chad', 18), ('Oman', 5);
"""


@pytest.fixture
def engine() -> Iterator[sa.Engine]:
    with made_by(MADE) as engine:
        yield engine


def seen(engine: sa.Engine, **settings: object) -> Schema:
    return read(engine, DatabaseSettings(url="sqlite://", **settings))


def test_sqlite_keeps_anything_in_any_column_so_the_cells_say_of_which_kind_it_is() -> None:
    script = """
    CREATE TABLE users (id INTEGER, staff BOOL, agreed BOOLEAN, seen DATETIME, born DATE, left_on DATE);
    INSERT INTO users VALUES (1, 1, 'true', 1733000000, '2024-01-01 10:00:00', '2024-01-01');
    INSERT INTO users VALUES (2, 0, 'false', 1734000000, '2024-02-01 11:00:00', 'not yet');
    """
    with made_by(script) as engine:
        schema = seen(engine)
        composer = Composer(schema)
        made = composer.compose("how many users are staff?", date(2024, 3, 1))[0]
        with engine.connect() as connection:
            assert connection.exec_driver_sql(made.sql).scalar_one() == 1
    kinds = {column.name: column.kind for column in schema.table("users").columns}
    assert kinds == {
        "id": "number", "staff": "flag", "agreed": "text", "seen": "number", "born": "time", "left_on": "text",
    }  # fmt: skip


def test_columns_are_of_the_kind_that_their_cells_are_of(engine: sa.Engine) -> None:
    schema = seen(engine)
    kinds = {column.name: column.kind for table in schema.tables for column in table.columns}
    assert kinds["joined"] == "date"
    assert kinds["at"] == "time"
    assert kinds["score"] == "number"
    assert kinds["price"] == "number"
    assert kinds["active"] == "flag"
    assert kinds["name"] == "text"
    score = schema.table("customers").column("SCORE")
    assert (score.quoted_number, score.least, score.greatest) == (True, 7.0, 12.0)


def test_values_and_ranges_are_known(engine: sa.Engine) -> None:
    schema = seen(engine)
    name = schema.table("customers").column("name")
    assert name.frequent == (("Bo", 2), ("Ada", 1))
    assert (name.distinct, name.unique, name.values) == (2, False, ("Bo", "Ada"))
    price = schema.table("visits").column("price")
    assert (price.least, price.greatest) == (1.5, 9.0)
    assert [table.rows for table in schema.tables if table.name == "empty"] == [0]


def test_keys_that_nobody_declared_are_inferred_from_names_and_values(engine: sa.Engine) -> None:
    keys = {(k.table, k.column): (k.target, k.target_column, k.declared) for k in seen(engine).foreign_keys}
    assert keys[("visits", "customer_id")] == ("customers", "id", False)
    assert keys[("visits", "country")] == ("countries", "country", False)
    assert ("customers", "id") not in keys


def test_what_is_hidden_or_not_allowed_is_not_in_it(engine: sa.Engine) -> None:
    schema = seen(engine, tables=("customers", "visits"), hidden=("customers.secret", "*.country"))
    assert [table.name for table in schema.tables] == ["customers", "visits"]
    told = schema.told()
    assert "secret" not in told
    assert "country" not in told
    assert "countries" not in schema.model_dump_json()


def test_a_schema_goes_through_json(engine: sa.Engine) -> None:
    schema = seen(engine)
    assert Schema.model_validate_json(schema.model_dump_json()) == schema


def test_what_is_told_stays_on_its_line_and_closes_no_name(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE customers SET name = :name"), {"name": 'x"\nTABLE "evil" -- ' + "y" * 60})
    told = seen(engine).told(["customers"])
    assert told.count("TABLE ") == 2, told
    assert all(line.startswith(("TABLE ", "  ")) for line in told.splitlines())
    assert 'x"' not in told


def test_a_table_that_is_not_there_is_named_beside_those_that_are(engine: sa.Engine) -> None:
    with pytest.raises(DatabaseFailed, match="no table costumers; there are countries, customers"):
        seen(engine, tables=("costumers",))


def test_a_database_without_a_table_or_without_a_file_says_so(tmp_path: object) -> None:
    empty = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with pytest.raises(DatabaseFailed, match="no table that may be asked"):
        read(empty, DatabaseSettings(url="sqlite://"))
    empty.dispose()
    missing = sa.create_engine(f"sqlite:///file:{tmp_path}/none.db?mode=ro&uri=true")
    with pytest.raises(DatabaseFailed, match="unable to open") as failed:
        read(missing, DatabaseSettings(url="sqlite://"))
    missing.dispose()
    assert failed.value.reason == "unreachable"


def test_without_time_tables_are_known_and_values_are_not(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = read(engine, DatabaseSettings(url="sqlite://"), deadline_s=-1)
    assert len(schema.tables) == 4
    assert "customers.name" in schema.unread
    assert not schema.table("customers").column("name").values


def test_a_column_that_can_not_be_looked_at_has_no_values_and_the_others_have(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        # Whatever reads n fails: the least integer has no absolute value.
        connection.exec_driver_sql(
            "CREATE VIEW broken AS SELECT name, abs(-9223372036854775808 + 0 * id) AS n FROM customers"
        )
    schema = seen(engine)
    assert schema.unread == ("broken.n",)
    assert schema.table("broken").column("name").values == ("Bo", "Ada")
    assert schema.table("visits").column("price").greatest == 9.0


def test_a_column_of_very_many_values_keeps_the_frequent_ones(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schemas, "FINDABLE", 1)
    name = seen(engine).table("customers").column("name")
    assert name.values == ("Bo",)
    assert name.distinct is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("customer_id", ("customer", "id")),
        ("CustomerID", ("customer", "id")),
        ("sbTxDateTime", ("sb", "tx", "date", "time")),
        ("HTTPStatus2xx", ("http", "status", "2", "xx")),
        ("größe", ("größe",)),
    ],
)
def test_names_fall_into_words(name: str, words: tuple[str, ...]) -> None:
    assert split_words(name) == words


def test_a_word_that_opens_every_column_of_a_table_says_nothing() -> None:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (sbName TEXT, sbCity TEXT, sbZip TEXT)")
    assert [column.words for column in seen(engine).table("t").columns] == [("name",), ("city",), ("zip",)]
    engine.dispose()
