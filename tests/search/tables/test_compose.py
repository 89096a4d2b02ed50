"""Questions become SQL without a model: what is composed, and what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.search.tables.memory import made_by

from pincite.search.tables.compose import LIKELY, Composed, Composer
from pincite.search.tables.examples import examples
from pincite.search.tables.schema import Schema, read
from pincite.search.tables.wording import OPERATORS, SUPERLATIVES
from pincite.settings import DatabaseSettings
from pincite.types import Table

TODAY = date(2026, 11, 29)
SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, country TEXT, since DATE);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id), ordered DATE, total REAL);
CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id), product TEXT, quantity INTEGER);
INSERT INTO customers VALUES
  (1, 'Ada', 'Norway', '2019-02-01'), (2, 'Bo', 'Sweden', '2020-05-04'), (3, 'Cleo', 'Norway', '2021-07-09'),
  (4, 'Dag', 'Iceland', '2022-01-15');
INSERT INTO orders VALUES
  (1, 1, '2026-01-05', 40.0), (2, 1, '2026-10-20', 60.0), (3, 2, '2025-03-03', 15.5), (4, 3, '2026-10-02', 22.0);
INSERT INTO lines VALUES
  (1, 1, 'tea', 2), (2, 1, 'cup', 1), (3, 2, 'tea', 5), (4, 3, 'kettle', 1), (5, 4, 'tea', 1);
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    with made_by(SHOP) as engine:
        yield engine


@pytest.fixture(scope="module")
def schema(engine: sa.Engine) -> Schema:
    return read(engine, DatabaseSettings(url="sqlite://"))


@pytest.fixture(scope="module")
def composer(schema: Schema) -> Composer:
    return Composer(schema)


def first(composer: Composer, question: str) -> Composed:
    return composer.compose(question, TODAY)[0]


def rows(engine: sa.Engine, made: Composed) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(made.sql)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many customers are there?", {(4,)}),
        ("How many customers are from Norway?", {(2,)}),
        ("number of customers for each country", {("Norway", 2), ("Sweden", 1), ("Iceland", 1)}),
        ("Which customers have no orders?", {("Dag",)}),
        ("What is the average total of orders?", {(34.375,)}),
        ("List the names of customers who ordered tea", {("Ada",), ("Cleo",)}),
        ("Show the names of customers with more than 1 order", {("Ada",)}),
        ("How many orders were there last month?", {(2,)}),
        ("Which country has the most customers?", {("Norway", 2)}),
        (
            "names and countries of all customers",
            {("Ada", "Norway"), ("Bo", "Sweden"), ("Cleo", "Norway"), ("Dag", "Iceland")},
        ),
    ],
)
def test_a_question_brings_its_rows(
    engine: sa.Engine, composer: Composer, question: str, expected: set[tuple[object, ...]]
) -> None:
    made = first(composer, question)
    assert set(rows(engine, made)) == expected, made.sql
    assert made.chance >= LIKELY


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("orders per month", {("2026-01", 1), ("2026-10", 2), ("2025-03", 1)}),
        ("total by country", {("Norway", 122.0), ("Sweden", 15.5)}),
        ("orders by customer", {("Ada", 2), ("Bo", 1), ("Cleo", 1)}),
        ("How many customers joined before 2021?", None),
        ("customers since 2021", {("Cleo",), ("Dag",)}),
        ("orders over 30", {(1, "2026-01-05", 40.0), (2, "2026-10-20", 60.0)}),
        ("orders between 20 and 50", {(1, "2026-01-05", 40.0), (4, "2026-10-02", 22.0)}),
        ("Which order has the highest total?", {(2, "2026-10-20", 60.0)}),
        ("the 2 most expensive orders", {(2, "2026-10-20", 60.0), (1, "2026-01-05", 40.0)}),
        ("the last 2 orders", {(2, "2026-10-20", 60.0), (4, "2026-10-02", 22.0)}),
        ("top 1 customers by total", {("Ada", 100.0)}),
        ("What percentage of customers are from Norway?", {(50.0,)}),
        ("orders above average", {(1, "2026-01-05", 40.0), (2, "2026-10-20", 60.0)}),
        ("How many different products are there?", {(3,)}),
        ("What is the maximum and minimum total of orders?", {(60.0, 15.5)}),
        ("names of customers sorted by name in descending order", [("Dag",), ("Cleo",), ("Bo",), ("Ada",)]),
        ("customers from Norway or Sweden", {("Ada",), ("Bo",), ("Cleo",)}),
        ("customers not from Norway", {("Bo",), ("Dag",)}),
        ("customers whose name starts with A", {("Ada",)}),
        ("customers who ordered both tea and a cup", {("Ada",)}),
        ("Which customers have no country?", set()),
        ("Which customer had the most orders in 2025?", {("Bo", 1)}),
        ("customers with at least 2 orders since 2026", {("Ada",)}),
        ("What is the average number of lines?", None),
        ("customers from the same country as Ada", None),
        ("number of orders by product", {("tea", 3), ("cup", 1), ("kettle", 1)}),
        ("Which customer has the most orders? Return the name and the country.", {("Ada", "Norway", 2)}),
    ],
)
def test_what_people_type_is_understood(
    engine: sa.Engine,
    composer: Composer,
    question: str,
    expected: set[tuple[object, ...]] | list[tuple[object, ...]] | None,
) -> None:
    made = first(composer, question)
    found = rows(engine, made)
    if expected is None:
        # What "joined" or "same" says of these customers nothing stands for: better no answer than all of them.
        assert made.chance < LIKELY, made.sql
        return
    assert (found if isinstance(expected, list) else set(found)) == expected, made.sql
    assert made.chance >= LIKELY


def test_a_test_that_nothing_can_be_held_against_is_not_left_out_in_silence(composer: Composer) -> None:
    assert first(composer, "top 3 products").chance < LIKELY
    assert first(composer, "the ratio of orders to customers").chance < LIKELY
    assert first(composer, "customers heavier than 3").chance < LIKELY


@pytest.mark.parametrize(
    "question",
    ["Why is the sky blue?", "What do customers think of our tea?", "How many employees are there?", ""],
)
def test_what_the_data_does_not_hold_is_not_likely(composer: Composer, question: str) -> None:
    assert all(made.chance < LIKELY for made in composer.compose(question, TODAY))


def test_a_value_is_never_pasted_into_the_sql(composer: Composer, engine: sa.Engine) -> None:
    made = first(composer, """How many customers have the name "x'); DROP TABLE customers; --"?""")
    assert rows(engine, made) == [(0,)]
    assert rows(engine, first(composer, "how many customers are there?")) == [(4,)]


def test_every_example_is_one_that_is_composed_and_they_are_of_several_kinds(composer: Composer) -> None:
    asked = examples(composer, TODAY)
    assert {"How many customers are there by country?", "Which customer has the most orders?"} <= set(asked)
    for question in asked:
        assert first(composer, question).chance >= LIKELY


def test_the_title_says_how_the_question_was_read(composer: Composer) -> None:
    assert first(composer, "number of customers for each country").title == "customers per country"


def table(made: Composed) -> Table:
    """As an earlier answer of the thread has it."""
    return Table(database="shop", label="Shop", title=made.title, sql=made.sql, tables=made.tables, columns=(), rows=())


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("how many customers are there?", "and by country?", {("Norway", 2), ("Sweden", 1), ("Iceland", 1)}),
        ("How many customers are from Norway?", "and from Sweden?", {(1,)}),
        ("How many orders were there?", "only in 2025", {(1,)}),
        ("How many orders were there?", "only those of customers from Norway", {(3,)}),
        ("number of customers for each country", "the top 1", {("Norway", 2)}),
        ("What is the average total of orders?", "by country", {("Norway", 122 / 3), ("Sweden", 15.5)}),
        ("How many orders were there?", "and in 2026?", {(3,)}),
        ("How many orders were there?", "per month", {("2026-01", 1), ("2026-10", 2), ("2025-03", 1)}),
        ("How many orders were there in 2026?", "and in 2025?", {(1,)}),
        ("customers from Norway", "how many are there?", {(2,)}),
        ("customers from Norway", "and their countries", {("Ada", "Norway"), ("Cleo", "Norway")}),
        ("customers who ordered tea", "and a kettle?", {("Bo",)}),
        ("orders over 20", "and over 50?", {(2, "2026-10-20", 60.0)}),
        ("orders over 20", "but under 50", {(1, "2026-01-05", 40.0), (4, "2026-10-02", 22.0)}),
    ],
)
def test_a_followup_goes_on_from_the_query_before_it(
    engine: sa.Engine, composer: Composer, before: str, question: str, expected: set[tuple[object, ...]]
) -> None:
    made = composer.compose(question, TODAY, earlier=[table(first(composer, before))])[0]
    assert set(rows(engine, made)) == expected, made.sql
    assert made.chance >= LIKELY


def test_a_followup_on_a_query_that_somebody_else_wrote(engine: sa.Engine, composer: Composer) -> None:
    written = Composed("SELECT c.name FROM customers AS c WHERE c.country = 'Norway'", "customers", ("customers",), 1.0)
    made = composer.compose("and from Iceland?", TODAY, earlier=[table(written)])[0]
    assert set(rows(engine, made)) == {("Dag",)}, made.sql


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("the 2 most expensive orders", "sorted by id"),
        ("customers from Norway", "and their shoe sizes?"),
        ("WITH x AS (SELECT 1 AS n) SELECT n FROM x", "and from Norway?"),
        ("SELECT", "and from Norway?"),
    ],
)
def test_a_followup_that_can_not_be_done_is_not_answered_as_a_question_of_its_own(
    composer: Composer, before: str, question: str
) -> None:
    made = composer.compose(before, TODAY)
    earlier = made[0] if made and not before.startswith(("WITH", "SELECT")) else Composed(before, "x", (), 1.0)
    assert all(one.chance < LIKELY for one in composer.compose(question, TODAY, earlier=[table(earlier)]))


def test_the_title_of_a_followup_says_what_is_gone(composer: Composer) -> None:
    before = table(first(composer, "customers from Norway"))
    [made, *_] = composer.compose("and from Sweden?", TODAY, earlier=[before])
    assert made.title == "customers whose country is Sweden"


def test_a_whole_question_stands_alone_whatever_came_before(composer: Composer) -> None:
    question = "How many customers are from Norway?"
    before = table(first(composer, "number of customers for each country"))
    assert composer.compose(question, TODAY, earlier=[before]) == composer.compose(question, TODAY)


OURS = """customers customer's orders lines product tea Norway name names total country quantity ordered 2026 3 two
'tea' , ? who which x""".split()
WORDS = st.sampled_from([*OPERATORS, *SUPERLATIVES, *OURS, "last month"])


@settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(WORDS, max_size=9), after=st.lists(WORDS, max_size=4))
def test_any_words_make_sql_that_runs_or_none(
    engine: sa.Engine, composer: Composer, said: list[str], after: list[str]
) -> None:
    for made in composer.compose(" ".join(said), TODAY):
        rows(engine, made)
        for following in composer.compose(" ".join(after), TODAY, earlier=[table(made)]):
            rows(engine, following)


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60))
def test_any_text_is_read_to_its_end(composer: Composer, text: str) -> None:
    assert all(0 <= made.chance <= 1 for made in composer.compose(text, TODAY))


MUSIC = """
CREATE TABLE artist (artist_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE album (album_id INTEGER PRIMARY KEY, title TEXT, artist_id INTEGER REFERENCES artist (artist_id));
CREATE TABLE genre (genre_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE track (track_id INTEGER PRIMARY KEY, name TEXT, album_id INTEGER REFERENCES album (album_id),
  genre_id INTEGER REFERENCES genre (genre_id), milliseconds INTEGER, unit_price REAL);
CREATE TABLE buyer (buyer_id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE invoice (invoice_id INTEGER PRIMARY KEY, buyer_id INTEGER REFERENCES buyer (buyer_id), day DATE,
  total REAL);
CREATE TABLE invoice_line (invoice_line_id INTEGER PRIMARY KEY, invoice_id INTEGER REFERENCES invoice (invoice_id),
  track_id INTEGER REFERENCES track (track_id), quantity INTEGER);
INSERT INTO artist VALUES (1, 'Björk'), (2, 'Miles Davis');
INSERT INTO album VALUES (1, 'Debut', 1), (2, 'Post', 1), (3, 'Kind of Blue', 2);
INSERT INTO genre VALUES (1, 'Pop'), (2, 'Jazz');
INSERT INTO track VALUES
  (1, 'Human Behaviour', 1, 1, 250, 0.99), (2, 'Hyperballad', 2, 1, 320, 1.99),
  (3, 'So What', 3, 2, 560, 0.99), (4, 'Blue in Green', 3, 2, 330, 1.99), (5, 'All Blues', 3, 2, 700, 1.99);
INSERT INTO buyer VALUES (1, 'Ada'), (2, 'Bo');
INSERT INTO invoice VALUES (1, 1, '2025-03-01', 2.5), (2, 1, '2026-01-09', 4.0), (3, 2, '2026-04-02', 1.5);
INSERT INTO invoice_line VALUES (1, 1, 3, 1), (2, 1, 4, 1), (3, 1, 5, 1), (4, 2, 2, 3), (5, 3, 1, 1);
"""


@pytest.fixture(scope="module")
def shelf() -> Iterator[sa.Engine]:
    with made_by(MUSIC) as engine:
        yield engine


@pytest.fixture(scope="module")
def music(shelf: sa.Engine) -> Composer:
    return Composer(read(shelf, DatabaseSettings(url="sqlite://")))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        # Through a table that no word names, by declared keys.
        ("Which artist has the most tracks?", {("Miles Davis", 3)}),
        # Two tracks of one genre on one invoice are one invoice.
        ("Which genre has the most invoices?", {("Pop", 2)}),
        # A name and a count.
        ("list genres with the number of tracks", {("Pop", 2), ("Jazz", 3)}),
        ("artists and how many albums they have", {("Björk", 2), ("Miles Davis", 1)}),
        # Units of money and time, and what adjectives compare.
        ("How many tracks cost more than 1 dollar?", {(3,)}),
        ("tracks over $1", {("Hyperballad",), ("Blue in Green",), ("All Blues",)}),
        ("tracks longer than 0.6 seconds", {("All Blues",)}),
        ("average track length by genre", {("Pop", 285.0), ("Jazz", 530.0)}),
        ("total by month in 2026", {("2026-01", 4.0), ("2026-04", 1.5)}),
        # What was spent, what sold best.
        ("Which buyer spent the most?", {("Ada", 6.5)}),
        ("How much did Ada spend in 2026?", {(4.0,)}),
        ("buyers who spent more than 2 dollars", {("Ada",)}),
        ("best selling track", {("Hyperballad", 3)}),
        ("the 2 best selling genres", {("Pop", 4), ("Jazz", 3)}),
        # Another word for a table is not its number; an adjective against the mean; the number is what was counted.
        ("How many songs are there?", {(5,)}),
        ("tracks longer than the average", {("So What",), ("All Blues",)}),
        ("number of tracks per genre, sorted by number", {("Pop", 2), ("Jazz", 3)}),
        ("average invoice per buyer", {("Ada", 3.25), ("Bo", 1.5)}),
        ("tracks between 0.3 and 0.4 seconds", {("Hyperballad",), ("Blue in Green",)}),
        ("sales in 2026", {(5.5,)}),
        # Verbs that say nothing new.
        ("albums released by Björk", {("Debut",), ("Post",)}),
        ("How many albums did Björk make?", {(2,)}),
        ("Which buyers bought jazz tracks?", {("Ada",)}),
    ],
)
def test_plain_questions_over_several_tables(
    shelf: sa.Engine, music: Composer, question: str, expected: set[tuple[object, ...]]
) -> None:
    made = first(music, question)
    assert set(rows(shelf, made)) == expected, made.sql
    assert made.chance >= LIKELY, (made.chance, made.unexplained)


@pytest.mark.parametrize("question", ["invoices over 20 minutes", "albums longer than 5 minutes", "albums over $5"])
def test_a_unit_that_no_column_has_is_not_left_out(music: Composer, question: str) -> None:
    assert all(made.chance < LIKELY for made in music.compose(question, TODAY))


CHAT = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE posts (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), written_at TIMESTAMP, text TEXT,
  shares INTEGER, favorites INTEGER);
CREATE TABLE hashtags (post_id INTEGER REFERENCES posts (id), tag TEXT);
CREATE TABLE mentions (post_id INTEGER REFERENCES posts (id), screen_name TEXT);
INSERT INTO users VALUES (1, 'Ada B. Lovelace'), (2, 'Bo Ek');
INSERT INTO posts VALUES
  (1, 1, '2024-01-05 10:00', 'On climate and tea', 3, 10), (2, 1, '2025-02-07 11:00', 'On engines', 5, 40),
  (3, 2, '2025-06-01 12:00', 'The climate of the north', 1, 20);
INSERT INTO hashtags VALUES (1, 'tea'), (1, 'climate'), (2, 'tea'), (3, 'north'), (3, 'tea'), (2, 'north');
INSERT INTO mentions VALUES (1, 'bo'), (3, 'ada');
"""


@pytest.fixture(scope="module")
def room() -> Iterator[sa.Engine]:
    with made_by(CHAT) as engine:
        yield engine


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many posts did Ada B. Lovelace write?", [(2,)]),
        ("most liked post", [(2, "2025-02-07 11:00", 5, 40)]),
        ("top 2 hashtags", [("tea", 3), ("north", 2)]),
        ("the first post of Ada B. Lovelace", [(1, "2024-01-05 10:00", 3)]),
        ("the last post", [(3, "2025-06-01 12:00", 1)]),
        ("average shares per post by user", [("Ada B. Lovelace", 4.0), ("Bo Ek", 1.0)]),
        ("How many posts mention climate?", [(2,)]),
        ("How many posts of Bo Ek mention the north?", [(1,)]),
        ("How many posts don't mention climate?", [(1,)]),
        ("How many users mention engines?", [(1,)]),
        ("How many mentions are there?", [(2,)]),
        ("Which hashtag is used the most?", [("tea", 3)]),
        ("Who wrote the most posts?", [("Ada B. Lovelace", 2)]),
    ],
)
def test_plain_questions_about_what_people_wrote(
    room: sa.Engine, question: str, expected: list[tuple[object, ...]]
) -> None:
    made = first(Composer(read(room, DatabaseSettings(url="sqlite://"))), question)
    assert rows(room, made) == expected, made.sql
    assert made.chance >= LIKELY, (made.chance, made.unexplained)


@pytest.mark.parametrize(
    "question",
    [
        "How many tracks did buyers return?",
        "How many artists did Ada create?",
        "How many albums were released in 2026?",
        "Which genre spent the most?",
        "the first album of Björk",
    ],
)
def test_a_verb_or_place_that_no_key_stands_for_is_not_left_out(music: Composer, question: str) -> None:
    assert all(made.chance < LIKELY for made in music.compose(question, TODAY))


def test_who_is_not_answered_with_a_number(room: sa.Engine) -> None:
    found = Composer(read(room, DatabaseSettings(url="sqlite://"))).compose("Who has the most shares?", TODAY)
    assert all(made.chance < LIKELY for made in found)


def test_a_time_is_said_of_the_rows_that_are_measured(composer: Composer, engine: sa.Engine) -> None:
    made = first(composer, "which customer has the highest total in 2025?")
    assert made.chance >= LIKELY
    assert rows(engine, made) == [("Bo", 15.5)], made.sql
