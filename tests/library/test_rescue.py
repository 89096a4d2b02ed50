"""A damaged library gives back what can be read of it, and the damaged file is kept."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.library.story import answered, story

from pincite.errors import BadSettings, Busy, Damaged
from pincite.library import Library, rescue
from pincite.library.access import Role
from pincite.types import Question, Status

PAGE = 4096
GOOD = "correct horse battery"


async def filled(url: str, threads: int = 40) -> list[str]:
    async with await Library.open(url) as library:
        return [
            await answered(library, f"question{n}", *(f"word{n} " for _ in range(60)), thread_id=f"t{n}")
            for n in range(threads)
        ]


async def test_a_sound_library_has_nothing_wrong_with_it(library: Library) -> None:
    await answered(library, "What are whales?", "Mammals.")
    await library.begin(Question(text="q"), "a1")
    assert await library.check() == []


async def test_what_is_wrong_is_said(library: Library) -> None:
    answer_id = await answered(library, "What are whales?", "Mammals.")
    with library._database.write() as connection:
        connection.execute(text("UPDATE answers SET answer = '{'"))
        connection.execute(text("DELETE FROM events WHERE seq = 2"))
    found = await library.check()
    assert len(found) == 2
    assert "1 answers have gaps" in found[0]
    assert answer_id in found[1]


@pytest.mark.parametrize("part", [0.3, 0.5, 0.7, 0.9])
async def test_a_torn_page_costs_little_and_the_rest_is_found_as_before(
    sqlite_url: str, tmp_path: Path, part: float
) -> None:
    ids = await filled(sqlite_url)
    path = tmp_path / "library.sqlite3"
    torn = int(path.stat().st_size / PAGE * part) * PAGE
    with path.open("r+b") as file:
        file.seek(torn)
        file.write(b"\xff" * PAGE)
    broken = path.read_bytes()
    found = rescue(sqlite_url)
    assert found.damaged.read_bytes() == broken
    assert found.answers >= 35
    async with await Library.open(sqlite_url) as library:
        assert await library.check() == []
        saved = await library.threads()
        assert len(saved) == found.threads >= 35
        for thread in saved:
            number = thread.id[1:]
            assert thread.id in [hit.id for hit in await library.threads(search=f"question{number}")]
        new = await answered(library, "and on", "it goes")
        assert new not in ids
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name, found.damaged.name]


async def test_an_answer_and_its_log_mend_each_other(sqlite_url: str) -> None:
    first, second, third = await filled(sqlite_url, 3)
    async with await Library.open(sqlite_url) as library:
        whole = [await library.answer(name) for name in (first, second, third)]
        running = Question(text="still running", thread_id="t0")
        await library.begin(running, "a1")
        await library.append("a1", story("a1", running, "half")[:-1])
        with library._database.write() as connection:
            connection.execute(text("UPDATE answers SET answer = '{' WHERE number = 1"))
            connection.execute(text("UPDATE events SET payload = '{' WHERE answer = 2 AND seq = 3"))
    assert rescue(sqlite_url).lost == 0
    async with await Library.open(sqlite_url) as library:
        assert [await library.answer(name) for name in (first, second, third)] == whole
        assert [s.event.kind for s in await library.events(second)] == ["started", "wrote", "finished"]
        assert await library.recover() == ["a1"]
        half = await library.answer("a1")
        assert (half.text, half.status) == ("half", Status.INTERRUPTED)


async def test_accounts_collections_and_shares_come_along(sqlite_url: str) -> None:
    async with await Library.open(sqlite_url) as library:
        owner = await library.people.add("root@example.org", GOOD, Role.OWNER)
        guest = await library.people.add("ada@example.org", GOOD, Role.MEMBER, name="Ada")
        session = await library.people.sign_in(guest.id, "a browser")
        await answered(library, "What are whales?", "Mammals.", thread_id="t1")
        with library._database.write() as connection:
            connection.execute(text("INSERT INTO shares VALUES ('link', 1, 'link', '[]')"))
            connection.execute(text("INSERT INTO secrets VALUES ('OPENAI_API_KEY', 'sealed', 1.5)"))
    found = rescue(sqlite_url)
    assert (found.people, found.lost) == (2, 0)
    async with await Library.open(sqlite_url) as library:
        assert await library.people.check("root@example.org", GOOD) == owner
        known = await library.people.known(session, 1e6, 1e6)
        assert known is not None
        assert known.person == guest
        with library._database.read() as connection:
            assert connection.execute(text("SELECT token FROM shares")).scalar_one() == "link"
            assert connection.execute(text("SELECT value FROM secrets")).scalar_one() == "sealed"
        assert await library.check() == []


async def test_what_belongs_to_something_that_is_lost_is_left_out(sqlite_url: str, tmp_path: Path) -> None:
    await filled(sqlite_url, 1)
    with closing(sqlite3.connect(tmp_path / "library.sqlite3")) as old:
        old.execute("INSERT INTO shares VALUES ('link', 99, 'link', '[]')")
        old.commit()
    assert rescue(sqlite_url).threads == 1
    async with await Library.open(sqlite_url) as library:
        assert await library.check() == []


async def test_a_library_that_is_open_elsewhere_is_not_replaced(sqlite_url: str, tmp_path: Path) -> None:
    await filled(sqlite_url, 1)
    holds = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM threads'); print(flush=True)"
    )
    command = [sys.executable, "-c", f"{holds}; sys.stdin.read()", str(tmp_path / "library.sqlite3")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(Busy, match="another process has it open"):
            rescue(sqlite_url)
        assert other.stdin is not None
        other.stdin.close()
    assert rescue(sqlite_url).threads == 1


async def test_a_file_that_says_nothing_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"This is a letter to a friend. " * 200)
    with pytest.raises(Damaged, match="nothing in it can be read"):
        rescue(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"This is a letter")


def test_postgresql_is_not_ours_to_rescue() -> None:
    with pytest.raises(BadSettings):
        rescue("postgresql://host/name")
