"""What do the databases themselves refuse? Here the guard is taken away: hostile SQL goes straight to the drivers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from tests.search.tables.attacking import outcomes
from tests.search.tables.corpus import CANARY, VISIBLE, Attack, hostile
from tests.search.tables.gold import honest
from tests.search.tables.world import World

from pincite.search.tables.guard import guard


async def leaks(world: World, attacks: Sequence[Attack]) -> list[str]:
    """The attacks that got to see what they must not, with what they saw.

    None may have changed anything, or have spoken to anybody; bombs are broken off.
    """
    before = world.state()
    found = await outcomes(world, attacks)
    assert world.state() == before
    assert world.visits == []
    assert [one for one in found if one.attack.what == "bomb" and one.attack.runs and not one.broken_off] == []
    return [f"{one.attack.sql} → {one.told[:200]}" for one in found if one.leaks]


async def differing(world: World, dialect: str) -> list[str]:
    """The honest queries that bring other rows when the guard has written them anew."""
    found = []
    for sql in honest(dialect):
        asked = [sql, guard(sql, dialect, VISIBLE, 1000, []).running]
        jobs = [{"job": "rows", "sql": one, "most": 1000, "most_bytes": 1 << 20} for one in asked]
        plain, guarded = [(await world.connection.ask(job, 60))["rows"] for job in jobs]
        if Counter(map(tuple, plain)) != Counter(map(tuple, guarded)):
            found.append(f"{sql} → {plain[:3]}, {guarded[:3]}")
    return found


async def test_what_the_guard_writes_for_duckdb_brings_the_same_rows(duckdb_file_world: World) -> None:
    assert await differing(duckdb_file_world, "duckdb") == []


@pytest.mark.postgres
async def test_what_the_guard_writes_for_postgresql_brings_the_same_rows(postgres_owner_world: World) -> None:
    assert await differing(postgres_owner_world, "postgres") == []


async def test_sqlite_alone_writes_nothing_and_opens_nothing_and_tells_nothing(sqlite_world: World) -> None:
    assert await leaks(sqlite_world, hostile("sqlite")) == []


async def test_duckdb_alone_writes_nothing_and_opens_nothing_and_tells_nothing(duckdb_world: World) -> None:
    assert await leaks(duckdb_world, hostile("duckdb")) == []


async def test_a_file_of_duckdb_is_not_written_and_the_way_to_no_other_file(duckdb_file_world: World) -> None:
    """It has no rights of its own, so what it may tell is the guard's affair alone."""
    reaching = {"file", "write", "network", "setting", "call", "other", "stacked", "transaction"}
    found = await leaks(duckdb_file_world, [one for one in hostile("duckdb") if one.what in reaching])
    assert found
    assert [one for one in found if f"{CANARY}-file" in one] == []


@pytest.mark.postgres
async def test_postgresql_alone_writes_nothing_and_opens_nothing_and_tells_nothing(postgres_world: World) -> None:
    assert await leaks(postgres_world, hostile("postgres")) == []


@pytest.mark.postgres
async def test_a_superuser_of_postgresql_can_write_and_open_nothing_either(postgres_owner_world: World) -> None:
    """It reads every table, so what it may tell is the guard's affair alone; files are not tables."""
    found = await leaks(postgres_owner_world, [one for one in hostile("postgres") if one.what != "bomb"])
    assert found
    assert [one for one in found if f"{CANARY}-file" in one] == []
