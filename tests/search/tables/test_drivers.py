"""What do the databases themselves refuse? Here the guard is taken away: hostile SQL goes straight to the drivers."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from tests.search.tables.conftest import World
from tests.search.tables.corpus import CANARY, Attack, hostile

from pincite.errors import BadQuery, DatabaseFailed

SECONDS = 0.3
"""What a query may take; a bomb is broken off after that."""


async def told(world: World, attack: Attack) -> str:
    """All that whoever asked gets to see."""
    job = {"job": "rows", "sql": attack.placed(world.where), "most": 50, "most_bytes": 1 << 20}
    try:
        return json.dumps(await world.connection.ask(job, SECONDS))
    except (BadQuery, DatabaseFailed) as error:
        # An error may say the query again, and with it what it looks for; a cell of the database says more.
        return f"{error.detail} {getattr(error, 'reason', '')}".replace("'CANARY%'", "").replace("'CANARY*'", "")


async def leaks(world: World, attacks: Sequence[Attack]) -> list[str]:
    """The attacks that got to see what they must not.

    None may have changed anything, or have spoken to anybody; bombs are broken off.
    """
    before = world.state()
    found = []
    for attack in attacks:
        said = await told(world, attack)
        if attack.what == "bomb" and attack.runs:
            assert said.rstrip().endswith(("timeout", "too_large")), attack.sql
        if f"{CANARY}-" in said:
            found.append(f"{attack.sql} → {said[:200]}")
    assert world.state() == before
    assert world.visits == []
    return found


async def test_sqlite_alone_writes_nothing_and_opens_nothing_and_tells_nothing(sqlite_world: World) -> None:
    assert await leaks(sqlite_world, hostile("sqlite")) == []


async def test_duckdb_alone_writes_nothing_and_opens_nothing_and_tells_nothing(duckdb_world: World) -> None:
    assert await leaks(duckdb_world, hostile("duckdb")) == []


@pytest.mark.postgres
async def test_postgresql_alone_writes_nothing_and_opens_nothing_and_tells_nothing(postgres_world: World) -> None:
    assert await leaks(postgres_world, hostile("postgres")) == []


@pytest.mark.postgres
async def test_a_superuser_of_postgresql_can_write_and_open_nothing_either(postgres_owner_world: World) -> None:
    """It reads every table, so what it may tell is the guard's affair alone; files are not tables."""
    found = await leaks(postgres_owner_world, [one for one in hostile("postgres") if one.what != "bomb"])
    assert found
    assert [one for one in found if f"{CANARY}-file" in one] == []
