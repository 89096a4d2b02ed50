"""Can SQL do harm? Hostile statements against the guard, against the databases without it, and honest ones through it.

    python -m tests.campaigns.sql_guard [--seconds 1] [--mutants 20000] [--seed 1] [--mysql mysql://reader@127.0.0.1/shop]

SQLite and DuckDB are asked here; PostgreSQL where its programs are found; MySQL where a server with the shop of
``tests/search/tables/corpus.py`` is named. Honest statements are the gold queries of the public sets that are there.
Ends with 1 if anything was written, opened, reached or told.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, closing, suppress
from pathlib import Path

import pymysql
from sqlalchemy import make_url
from tests.postgres import NoPostgres, server
from tests.search.tables.attacking import outcomes
from tests.search.tables.corpus import DIALECTS, VISIBLE, hostile
from tests.search.tables.gold import SETS, Gold, gold
from tests.search.tables.mutating import outcomes as outcomes_of_mutants
from tests.search.tables.world import (
    State,
    World,
    csv_shop,
    made_grounds,
    postgres_shop,
    postgres_state,
    postgres_url,
    sqlite_shop,
    standing,
)

from pincite.errors import BadQuery
from pincite.search.tables.guard import guard

ROOT = Path(__file__).parent.parent.parent


def guarded() -> bool:
    """Prints what the guard refuses; whether it is all that it must."""
    well = True
    for dialect in DIALECTS:
        told = Counter[str]()
        for attack in hostile(dialect):
            try:
                guard(attack.sql, dialect, VISIBLE, 200)
            except BadQuery:
                told["refused"] += 1
            else:
                told["runs and does no harm" if attack.runs else "LET THROUGH"] += 1
        well = well and not told["LET THROUGH"]
        print(f"guard, {dialect}: {sum(told.values())} hostile statements: {dict(told)}")
    return well


async def attacked(name: str, world: World, dialect: str, seconds: float) -> bool:
    """Prints what the database does without the guard; whether that is nothing."""
    before = world.state()
    found = await outcomes(world, hostile(dialect), seconds)
    changed, leaks = world.state() != before, [one for one in found if one.leaks]
    late = [one.seconds / seconds for one in found if one.told.endswith(" timeout")]
    print(
        f"without it, {name}: {len(found)} hostile statements: {'CHANGED' if changed else 'nothing'} written, "
        f"{len(world.visits)} connections, {len(leaks)} rows or files told; {len(late)} broken off after "
        f"at most {max(late, default=0):.2f} of their time"
    )
    for one in leaks:
        print(f"    TOLD {one.attack.sql} → {one.told[:120]}")
    return not (changed or leaks or world.visits)


@asynccontextmanager
async def worlds(mysql: str) -> AsyncIterator[list[tuple[str, AbstractAsyncContextManager[World], str]]]:
    """Every database that is there: its name, its world and its dialect."""
    with tempfile.TemporaryDirectory(prefix="pincite-sql-") as folder, ExitStack() as stack:
        grounds = made_grounds(Path(folder))
        file = sqlite_shop(grounds)
        urls: list[tuple[str, str, str, State | None]] = [("SQLite", f"sqlite:///{file}", "sqlite", None)]
        urls.append(("DuckDB over CSV", f"duckdb:///{csv_shop(grounds, file)}", "duckdb", None))
        with suppress(NoPostgres):
            socket = stack.enter_context(server())
            owner = stack.enter_context(postgres_shop(socket))
            urls.append(("PostgreSQL", postgres_url(socket, "reader"), "postgres", lambda: postgres_state(owner)))
        if mysql:
            urls.append(("MySQL", mysql, "mysql", lambda: mysql_state(mysql)))
        yield [(name, standing(url, grounds, state), dialect) for name, url, dialect, state in urls]


def mysql_state(url: str) -> object:
    """What the reader sees: its rows, and which tables there are."""
    parts = make_url(url)
    connection = pymysql.connect(
        host=parts.host, port=parts.port or 3306, user=parts.username, password=parts.password or "", database="shop"
    )
    with closing(connection), connection.cursor() as cursor:
        rows = []
        for table, columns in VISIBLE.items():
            cursor.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY id")
            rows.append(cursor.fetchall())
        cursor.execute("SHOW TABLES")
        return [*rows, cursor.fetchall()]


async def alone(mysql: str, seconds: float) -> bool:
    well = True
    async with worlds(mysql) as found:
        for name, made, dialect in found:
            async with made as world:
                well = await attacked(name, world, dialect, seconds) and well
    return well


def mutated(many: int, seed: int) -> bool:
    """Prints what comes of statements that nobody wrote; whether none did harm."""
    well = True
    for dialect in DIALECTS:
        told, harmful = outcomes_of_mutants(dialect, seed, many)
        ran = f"; {len(harmful)} touch what is hidden" if told["ran"] else "; none of them was run"
        print(f"mutants, {dialect}, seed {seed}: {many} statements: {dict(told)}{ran}")
        for one in harmful[:10]:
            print(f"    {one}")
        well = well and not harmful
    return well


def honest() -> None:
    """Prints how many gold queries are refused, and how many bring other rows than they did."""
    folder = Path(os.environ.get("PINCITE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    for name in SETS:
        if not (folder / name).is_dir():
            continue
        with tempfile.TemporaryDirectory(prefix="pincite-sql-") as scratch:
            told = Counter[str](outcome(one) for one in gold(name, folder, Path(scratch)))
        refused = told["refused"] / sum(told.values())
        print(f"honest, {name}: {sum(told.values())} gold queries: {refused:.1%} refused, {told['other']} other rows")


def outcome(one: Gold) -> str:
    try:
        made = guard(one.sql, "sqlite", one.tables, 100_000)
    except BadQuery:
        return "refused"
    want, got = (Counter(map(repr, one.connection.execute(sql).fetchall())) for sql in (one.sql, made.running))
    return "same" if want == got else "other"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="what a statement may take")
    parser.add_argument("--mutants", type=int, default=20_000, help="statements put together anew, for each dialect")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mysql", default="", help="a MySQL server with the shop")
    given = parser.parse_args()
    well = guarded()
    well = mutated(given.mutants, given.seed) and well
    well = asyncio.run(alone(given.mysql, given.seconds)) and well
    honest()
    sys.exit(not well)


if __name__ == "__main__":
    main()
