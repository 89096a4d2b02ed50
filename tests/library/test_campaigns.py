"""The kill -9 campaigns, a few rounds of each; ``python -m tests.campaigns.kill_answer`` runs them in full."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.campaigns import kill_answer, kill_migration, kill_research

ROOT = Path(__file__).parents[2]


def campaign(name: str, rounds: int, url: str) -> dict[str, int]:
    command = [sys.executable, "-m", f"tests.campaigns.{name}", "--rounds", str(rounds), "--seed", "1", "--url", url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


def test_a_killed_process_loses_and_doubles_nothing_that_it_acknowledged(library_url: str) -> None:
    found = campaign("kill_answer", 3, library_url)
    assert {fault: found[fault] for fault in kill_answer.FAULTS} == dict.fromkeys(kill_answer.FAULTS, 0)
    assert found["events"] > 0
    assert found["recovered"] > 0


def test_a_killed_server_goes_on_with_research_and_a_form_and_no_reader_misses_or_sees_twice(library_url: str) -> None:
    found = campaign("kill_research", 2, library_url)
    assert {fault: found[fault] for fault in kill_research.FAULTS} == dict.fromkeys(kill_research.FAULTS, 0)
    assert found["resumed"] > 0
    assert found["replies"] == 1


def test_a_killed_migration_leaves_the_old_library_or_the_new_one(library_url: str) -> None:
    found = campaign("kill_migration", 4, library_url)
    assert {fault: found[fault] for fault in kill_migration.FAULTS} == dict.fromkeys(kill_migration.FAULTS, 0)
    assert found["killed"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kill_answer", "kill_migration"])
def test_two_hundred_kills_lose_and_double_nothing(name: str, library_url: str) -> None:
    found = campaign(name, 200, library_url)
    faults = {"kill_answer": kill_answer.FAULTS, "kill_migration": kill_migration.FAULTS}[name]
    assert {fault: found[fault] for fault in faults} == dict.fromkeys(faults, 0)
