"""Questions that were once answered with rows of another question: they are right now, or declined."""

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
CLUB = """
CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT, stadium TEXT, founded INTEGER, capacity INTEGER, opened DATE);
CREATE TABLE players (
  id INTEGER PRIMARY KEY, name TEXT, team_id INTEGER REFERENCES teams (id), retired INTEGER, born DATE
);
CREATE TABLE matches (
  id INTEGER PRIMARY KEY, match_date DATE, entered_on DATE,
  home_team_id INTEGER REFERENCES teams (id), away_team_id INTEGER REFERENCES teams (id), attendance INTEGER
);
CREATE TABLE goals (
  id INTEGER PRIMARY KEY, match_id INTEGER REFERENCES matches (id), player_id INTEGER REFERENCES players (id),
  minute INTEGER
);
CREATE TABLE fees (paid_on DATE, purpose TEXT, amount REAL, paid_by TEXT, note TEXT);
CREATE TABLE songs (id INTEGER PRIMARY KEY, name TEXT, length_sec INTEGER, plays INTEGER, days INTEGER);
INSERT INTO fees VALUES
  ('2024-05-01', 'shirts', 10.0, 'Eva', NULL), ('2025-05-01', 'shirts', 10.0, 'Eva', 'late'),
  ('2025-05-01', 'shirts', 10.0, 'Eva', NULL), ('2025-06-01', 'balls', 20.0, 'Tom', NULL),
  ('2026-06-01', 'balls', 30.0, 'Tom', NULL);
CREATE TABLE staff (id INTEGER PRIMARY KEY, name TEXT, job TEXT, coach_id INTEGER REFERENCES staff (id));
INSERT INTO staff VALUES (1, 'Dr. Eve Fox', 'coach', NULL), (2, 'Gil Hay', 'medic', 1);
INSERT INTO songs VALUES (1, 'Anthem', 180, 7, 3), (2, 'March', 240, 9, 4);
INSERT INTO teams VALUES
  (1, 'Riverton', 'Zoo Park', 1890, 10000, '1999-05-01'), (2, 'Oakfield', 'Alder Lane', 1920, 40000, '2011-06-01'),
  (3, 'Milltown', 'Mill Road', 1905, 20000, '2015-12-31');
INSERT INTO players VALUES
  (1, 'Ana', 1, 0, '1990-01-01'), (2, 'Ben', 1, 1, '1980-02-02'), (3, 'Cem', 2, 0, '1999-03-03'),
  (4, 'Dora', 3, 0, '2001-04-04');
INSERT INTO matches VALUES
  (1, '2024-09-01', '2024-09-02', 1, 2, 900), (2, '2025-03-01', '2025-03-09', 2, 1, 800),
  (3, '2025-04-01', '2025-04-01', 2, 3, 1000), (4, '2025-05-01', '2025-05-02', 3, 1, 700);
INSERT INTO goals VALUES
  (1, 1, 1, 5), (2, 1, 1, 88), (3, 2, 1, 30), (4, 2, 3, 31), (5, 3, NULL, 90), (6, 4, 3, 12), (7, 4, NULL, 13),
  (8, 4, NULL, 14), (9, 4, NULL, 15);
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[sa.Engine]:
    with made_by(CLUB) as engine:
        yield engine


@pytest.fixture(scope="module")
def composer(engine: sa.Engine) -> Composer:
    return Composer(read(engine, DatabaseSettings(url="sqlite://")))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many players have more than 1 goal?", [(2,)]),
        ("how many players have fewer than 3 goals?", [(3,)]),
        ("players with fewer than 3 goals", [("Ben",), ("Cem",), ("Dora",)]),
        ("players with at most 2 goals", [("Ben",), ("Cem",), ("Dora",)]),
        ("players with exactly 0 goals", [("Ben",), ("Dora",)]),
        ("teams opened between 2010 and 2015", [("Oakfield",), ("Milltown",)]),
        ("how many players were born between 1980 and 1990?", [(2,)]),
        ("players that are not retired", [("Ana",), ("Cem",), ("Dora",)]),
        ("how many players are retired?", [(1,)]),
        ("which team was opened first?", [("Riverton", "1999-05-01")]),
        ("which team was founded last?", [("Oakfield", 1920)]),
        ("what percentage of the total amount is from Eva?", [(37.5,)]),
        ("the first 2 teams by opened", [("Riverton", "1999-05-01"), ("Oakfield", "2011-06-01")]),
        ("bottom 1 team by capacity", [("Riverton", 10000)]),
        ("how many home matches did Oakfield play?", [(2,)]),
        ("which team has the most home matches?", [("Oakfield", 2)]),
        ("how much did we spend in 2025?", [(40.0,)]),
        ("fees of Eva in May 2025", [("shirts", "2025-05-01", 10.0), ("shirts", "2025-05-01", 10.0)]),
        ("how many fees were not paid by Eva?", [(2,)]),
        ("how many matches in 2024 and 2025?", [(4,)]),
        ("how many matches from 2024 to 2025?", [(4,)]),
        ("compare matches in 2024 and 2025", [("2024", 1), ("2025", 3)]),
        ("compare the amount of fees of Eva and Tom", [("Eva", 30.0), ("Tom", 50.0)]),
        ("fees paid on or after 2025-06-01", [("2025-06-01",), ("2026-06-01",)]),
        ("which team was opened on or before 2011-06-01?", [("Oakfield",), ("Riverton",)]),
        ("how many players per team have more than 1 goal?", [("Oakfield", 1), ("Riverton", 1)]),
        ("staff whose name is Dr. Eve Fox", [("Dr. Eve Fox",)]),
        ("how many teams opened between 2010-01-01 and 9999-12-31?", [(2,)]),
        ("how many matches in the last 99999 years?", [(4,)]),
        ("matches per month in 2025", [("2025-03", 1), ("2025-04", 1), ("2025-05", 1)]),
    ],
)
def test_it_is_right(composer: Composer, engine: sa.Engine, question: str, expected: list[tuple[object, ...]]) -> None:
    made = composer.compose(question, TODAY)[0]
    assert made.chance >= LIKELY, (made.unexplained, made.sql)
    with engine.connect() as connection:
        assert sorted(map(tuple, connection.exec_driver_sql(made.sql))) == sorted(expected), made.sql


def test_the_title_says_who_is_left() -> None:
    with made_by(CLUB) as engine:
        composer = Composer(read(engine, DatabaseSettings(url="sqlite://")))
    said = [composer.compose(question, TODAY)[0].title for question in ("players with fewer than 3 goals",)]
    said += [composer.compose("how many players have exactly 2 goals?", TODAY)[0].title]
    assert said == ["players with under 3 goals", "number of players with exactly 2 goals"]


@pytest.mark.parametrize(
    "question",
    [
        "which team has the biggest stadium?",
        "goals in the last 10 minutes",
        "how many matches did Oakfield play?",
        "matches per team",
        "average song length in minutes",
        "average daily plays",
        "youngest player of each team",
        "how many Riverton do we have?",
        "teams with capacity under 15000 or over 30000",
        "average match date per home team",
        "how many staff have no coach?",
        "matches since 5 March",
        "matches before March 5",
        "matches since 3/5/2025",
    ],
)
def test_it_is_declined(composer: Composer, question: str) -> None:
    assert all(made.chance < LIKELY for made in composer.compose(question, TODAY)), question


def test_of_two_keys_to_the_same_table_the_one_that_is_named_is_taken_and_told(composer: Composer) -> None:
    made = composer.compose("how many home matches did Oakfield play?", TODAY)[0]
    assert made.chance >= LIKELY
    assert made.title == "number of matches with teams whose name is Oakfield, by home team id"


def test_months_come_in_their_order(composer: Composer) -> None:
    assert "ORDER BY" in composer.compose("matches per month", TODAY)[0].sql


def test_a_followup_is_about_the_date_that_the_query_is_about(composer: Composer, engine: sa.Engine) -> None:
    before = Table(
        database="club",
        label="Club",
        title="",
        tables=("matches",),
        columns=(),
        rows=(),
        total=0,
        ms=0.0,
        sql="SELECT COUNT(*) FROM matches WHERE entered_on BETWEEN '2025-01-01' AND '2025-03-31'",
    )
    made = composer.compose("and in 2024?", TODAY, earlier=[before])[0]
    assert made.chance >= LIKELY
    with engine.connect() as connection:
        assert [tuple(row) for row in connection.exec_driver_sql(made.sql)] == [(1,)], made.sql
