"""Who runs this answer, and are they alive? Asked of real processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pincite.library import runners
from pincite.library.database import Database, connect
from pincite.library.migrate import migrate
from pincite.library.runners import LEASE_S, Runner, alive


@pytest.fixture
def database(library_url: str) -> Iterator[Database]:
    opened = connect(library_url)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as running:
        yield running
        running.kill()


def elsewhere(process: subprocess.Popen[bytes]) -> Runner:
    return replace(Runner(), id="other", pid=process.pid, started=runners._started(process.pid))


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells when a process began")


@needs_proc
def test_a_process_of_this_machine_is_alive_until_it_ends(database: Database, process: subprocess.Popen[bytes]) -> None:
    me, other = Runner(), elsewhere(process)
    with database.write() as connection:
        other.beat(connection)
        assert alive(connection, me) == {me.id, "other"}
    process.kill()
    process.wait()
    with database.write() as connection:
        assert alive(connection, me) == {me.id}


@needs_proc
def test_a_pid_that_is_used_again_is_another_process(database: Database, process: subprocess.Popen[bytes]) -> None:
    me = Runner()
    with database.write() as connection:
        replace(elsewhere(process), started="1").beat(connection)
        assert alive(connection, me) == {me.id}


def test_one_of_another_machine_lives_as_long_as_its_lease(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    me, other = Runner(), replace(Runner(), id="other", machine="elsewhere")
    with database.write() as connection:
        other.beat(connection)
        assert alive(connection, me) == {me.id, "other"}
        later = runners.now(connection) + LEASE_S + 1
        monkeypatch.setattr(runners, "now", lambda _: later)
        assert alive(connection, me) == {me.id}


def test_one_that_left_is_not_alive(database: Database) -> None:
    me, other = Runner(), replace(Runner(), id="other", machine="elsewhere")
    with database.write() as connection:
        other.beat(connection)
        other.beat(connection)
        other.leave(connection)
        assert alive(connection, me) == {me.id}
