"""What goes wrong in a database is said in the house's words, with the place and what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from tests.library.story import answered, story

from pincite.errors import BadSettings, Busy, Damaged, DiskFull, MissingExtra, Refused
from pincite.library import Library, database
from pincite.library.database import connect
from pincite.types import Question


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_is_no_library_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(BadSettings) as refused:
        connect(url)
    assert ":///" in refused.value.hint


def test_without_the_driver_the_extra_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra) as missing:
        connect("postgresql://ann:secret@host/name")
    assert missing.value.hint == "pip install 'pincite[postgres]'"
    assert "secret" not in missing.value.detail


async def test_a_server_that_is_not_there_is_busy_and_its_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(Busy) as busy:
        await Library.open(f"postgresql://ann:secret@/name?host={tmp_path}")
    assert "secret" not in busy.value.detail
    assert "is PostgreSQL running" in busy.value.hint


async def test_a_file_that_is_no_database_is_damaged_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"This is a letter to a friend. " * 200)
    with pytest.raises(Damaged, match=r"library\.sqlite3") as damaged:
        await Library.open(f"sqlite:///{path}")
    assert "pincite doctor" in damaged.value.hint
    assert path.read_bytes() == b"This is a letter to a friend. " * 200


async def test_a_torn_page_is_damage_for_who_reads_it_only(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    async with await Library.open(f"sqlite:///{path}") as library:
        for n in range(60):
            await answered(library, f"question {n}", *(f"word{n} " for _ in range(60)), thread_id=f"t{n}")
    page = 4096
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // page // 2 * page)
        file.write(b"\xff" * page)
    outcomes: list[str] = []
    damaged: list[str] = []
    async with await Library.open(f"sqlite:///{path}") as library:
        for n in range(60):
            try:
                outcomes += [answer.text for answer in await library.answers(f"t{n}")]
            except Damaged as error:
                damaged.append(error.detail)
    assert len(outcomes) > 20
    assert all(str(path) in detail for detail in damaged)


async def test_a_damaged_answer_is_read_from_its_log(library: Library) -> None:
    answer_id = await answered(library, "What are whales?", "Mammals.")
    whole = await library.answer(answer_id)
    with library._database.write() as connection:
        connection.execute(text("UPDATE answers SET answer = replace(answer, 'Mammals', '\"')"))
    assert await library.answer(answer_id) == whole
    with library._database.write() as connection:
        connection.execute(text("UPDATE events SET payload = '{' WHERE seq = 2"))
    with pytest.raises(Damaged, match="can't be read"):
        await library.answer(answer_id)
    with pytest.raises(Damaged, match="can't be read"):
        await library.events(answer_id)


async def test_a_full_disk_fails_cleanly_and_heals(tmp_path: Path) -> None:
    """``max_page_count`` makes SQLite say what it says when the disk is full."""
    async with await Library.open(f"sqlite:///{tmp_path / 'library.sqlite3'}") as library:
        kept = await answered(library, "What are whales?", "Mammals.")
        _limit(library, 1)
        with pytest.raises(DiskFull, match=r"library\.sqlite3") as full:
            await library.begin(Question(text="x" * 100_000), "a1")
        assert "free some space" in full.value.hint
        assert full.value.problem().status == 507
        assert (await library.answer(kept)).text == "Mammals."
        _limit(library, 2**30)
        question = Question(text="q")
        await library.begin(question, "a1")
        await library.append("a1", story("a1", question, "and on"))
        assert (await library.answer("a1")).text == "and on"


def _limit(library: Library, pages: int) -> None:
    with library._database.writing.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").close()


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_FULL, DiskFull),
        (sqlite3.SQLITE_CORRUPT, Damaged),
        (sqlite3.SQLITE_IOERR_FSYNC, Damaged),
        (sqlite3.SQLITE_BUSY, Busy),
        (sqlite3.SQLITE_READONLY_DBMOVED, Refused),
        (sqlite3.SQLITE_CANTOPEN, Refused),
    ],
)
def test_each_failure_of_sqlite_has_a_name_and_something_to_do(code: int, kind: type[Exception]) -> None:
    error = sqlite3.OperationalError("what SQLite says")
    error.sqlite_errorcode = code
    known = database.explain(error, "/data/library.sqlite3")
    assert type(known) is kind
    assert known is not None
    assert "/data/library.sqlite3" in known.detail
    assert known.hint


def test_an_error_of_a_full_disk_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert isinstance(database.explain(error, str(tmp_path / "library.sqlite3")), Damaged)
    monkeypatch.setattr("pincite.wal.FULL_BYTES", 1 << 60)
    assert isinstance(database.explain(error, str(tmp_path / "library.sqlite3")), DiskFull)


def test_a_database_of_postgresql_that_there_is_not_is_to_be_created() -> None:
    said = Exception('connection failed: FATAL:  database "pincite" does not exist')
    known = database.explain(OperationalError("SELECT 1", {}, said), "postgresql://ann@host/pincite")
    assert type(known) is Refused
    assert known.hint == "create the database first: createdb NAME"


def test_a_postgresql_without_a_free_connection_is_to_take_more() -> None:
    said = Exception("connection failed: FATAL:  sorry, too many clients already")
    known = database.explain(OperationalError("SELECT 1", {}, said), "postgresql://ann@host/pincite")
    assert type(known) is Busy
    assert known.hint == "raise PostgreSQL's max_connections: each pincite process takes up to 6"


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="file"):
        await Library.open(f"sqlite:///{tmp_path / 'file' / 'library.sqlite3'}")


async def test_every_sqlite_write_waits_its_turn_among_processes(sqlite_url: str) -> None:
    async with await Library.open(sqlite_url) as library:
        with library._database.reading.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 10_000
