"""An old library becomes today's in one step that can't be half done, and a newer one is refused."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from tests.campaigns.kill_migration import fill, rows, shape

from pincite.errors import Damaged, Refused
from pincite.library import Library
from pincite.library.database import Database, connect
from pincite.library.migrate import migrate, version
from pincite.library.sharing import Left
from pincite.library.tables import metadata

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def database(library_url: str) -> Iterator[Database]:
    opened = connect(library_url)
    yield opened
    opened.close()


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    migrate(database)
    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    unexpected = [d for d in differences if "history" not in str(d)]  # the search is not in SQLAlchemy's terms
    assert unexpected == []


def test_migrating_in_steps_ends_where_migrating_at_once_does(database: Database) -> None:
    migrate(database, "0001")
    with database.read() as connection:
        assert version(connection) == "0001"
    migrate(database)
    stepwise = shape(database)
    migrate(database)
    assert shape(database) == stepwise


async def test_what_was_shared_before_there_were_databases_shows_no_rows(library_url: str) -> None:
    old = connect(library_url)
    migrate(old, "0010")
    fill(old, seed=7)
    with old.write() as connection:
        number = connection.execute(text("SELECT MIN(number) FROM threads")).scalar_one()
        put = text("INSERT INTO shares (token, thread, visibility, leaves_out) VALUES ('t', :n, 'link', '[\"names\"]')")
        connection.execute(put, {"n": number})
    old.close()
    async with await Library.open(library_url) as library:
        assert (await library.shared("t")).share.leaves_out == {Left.NAMES, Left.ROWS}


async def test_an_old_library_opens_with_everything_in_it_and_can_be_searched(library_url: str) -> None:
    old = connect(library_url)
    migrate(old, "0001")
    fill(old, seed=7)
    kept = rows(old, "0001")
    old.close()
    async with await Library.open(library_url) as library:
        assert [thread.title for thread in await library.threads(search="answer1 鯨")] == ["Thread number1"]
        assert (await library.answer("a1")).text == "Answer1 text."
    again = connect(library_url)
    assert rows(again, "0001") == kept
    again.close()


def test_a_copy_of_the_old_library_is_kept_beside_it(sqlite_url: str, tmp_path: Path) -> None:
    database = connect(sqlite_url)
    migrate(database, "0001")
    fill(database, seed=7)
    kept = rows(database, "0001")
    migrate(database)
    database.close()
    backup = connect(f"sqlite:///{tmp_path / 'library.sqlite3.before-0001'}")
    assert rows(backup, "0001") == kept
    backup.close()
    assert list(tmp_path.glob("*.part")) == []


def test_a_new_library_leaves_no_copy(sqlite_url: str, tmp_path: Path) -> None:
    database = connect(sqlite_url)
    migrate(database)
    database.close()
    assert [path.name for path in tmp_path.iterdir()] == ["library.sqlite3"]


def test_several_may_migrate_at_once(database: Database, library_url: str) -> None:
    failed: list[BaseException] = []

    def open_one() -> None:
        own = connect(library_url)
        try:
            migrate(own)
        except BaseException as error:
            failed.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=open_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.read() as connection:
        assert version(connection) is not None


def test_a_library_of_a_newer_pincite_is_refused_by_name(database: Database) -> None:
    migrate(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Refused, match=r"has version 9999; this pincite knows \d+ at the most"):
        migrate(database)


def test_another_programs_database_is_not_touched(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("CREATE TABLE answers (mine TEXT)"))
    before = shape_of(database)
    with pytest.raises(Damaged, match="no version"):
        migrate(database)
    assert shape_of(database) == before


def shape_of(database: Database) -> list[str]:
    statement = "SELECT name FROM sqlite_master" if database.is_sqlite else "SELECT tablename FROM pg_tables"
    with database.read() as connection:
        return sorted(connection.execute(text(statement)).scalars())


@pytest.mark.parametrize("golden", sorted((FIXTURES / "library").glob("*.sql")), ids=lambda path: path.stem)
async def test_a_library_of_every_earlier_version_opens(golden: Path, tmp_path: Path) -> None:
    """The dumps are as those versions wrote them: a migration that is edited later is found out here."""
    path = tmp_path / "library.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.executescript(golden.read_text(encoding="utf-8"))
    async with await Library.open(f"sqlite:///{path}") as library:
        assert await library.check() == []
        assert [thread.title for thread in await library.threads(search="answer1 鯨")] == ["Thread number1"]
        assert await library.passage("a1", "p1") is not None
    made, opened = connect(f"sqlite:///{tmp_path / 'made.sqlite3'}"), connect(f"sqlite:///{path}")
    migrate(made)
    assert shape(opened) == shape(made)
    made.close()
    opened.close()
