"""What runs in the process that asks a database? Limits first, then a job a line, a reply a line.

    python -m pincite.search.tables.inside     in: the target, then {"job": "rows", "sql": …, "most": …, "seconds": …}
    out: {"ready": true}, then {"names": …, "kinds": …, "rows": …, "ms": …} or {"error": …, "detail": …, …}

Drivers are imported here and nowhere else.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from pincite.errors import BadQuery, DatabaseFailed, PinciteError
from pincite.readers.confine import confine
from pincite.search.tables.cells import cell, heading, kinds, whole_days
from pincite.search.tables.drivers import Driver, Late, Target, TooLarge, driver
from pincite.search.tables.schema import read
from pincite.settings import DatabaseSettings

try:
    import resource
except ImportError:  # Windows: the deadline alone holds
    resource = None  # type: ignore[assignment]

_MEMORY = {"duckdb": 8 << 30}
"""Bytes of addresses, of which DuckDB takes many more than memory."""
_USUAL = 2 << 30
_WRITTEN = {"sqlite": 4 << 20}
"""Bytes that a file may get: SQLite keeps an index beside a write-ahead log. For all others none."""
_LOCAL = frozenset({"sqlite", "duckdb"})


def main() -> None:
    # Whatever a driver prints must not stand among our lines.
    out, sys.stdout = sys.stdout, sys.stderr
    given = json.loads(sys.stdin.readline())
    idle_s = given.pop("idle_s")
    target = Target(**given)
    asked = driver(target)
    # DuckDB brings threads and settles its memory when it is imported; what it is asked comes after the limits.
    limit(target.dialect)
    if target.dialect in _LOCAL:
        confine()
    out.write('{"ready": true}\n')
    out.flush()
    while line := _next(idle_s):
        job = json.loads(line)
        try:
            told = replied(asked, job)
        except PinciteError as error:
            told = failed(error, target)
        except Late:
            told = {"error": "Late"}
        except (TooLarge, MemoryError):
            told = {"error": "TooLarge"}
        except Exception as error:
            # A driver that fails in a way of its own: the process is made to contain that.
            told = failed(DatabaseFailed(f"{type(error).__name__}: {error}", reason="failed", hint="ask again"), target)
        out.write(json.dumps(told) + "\n")
        out.flush()


def replied(asked: Driver, job: Mapping[str, Any]) -> dict[str, Any]:
    began = time.perf_counter()
    if job["job"] == "schema":
        settings = DatabaseSettings.model_validate(job["settings"])
        engine = asked.engine(job["seconds"])
        try:
            return {"schema": read(engine, settings, deadline_s=job["seconds"] * 0.9).model_dump(mode="json")}
        finally:
            engine.dispose()
            asked.close()
    fetched = asked.fetch(job["sql"], job["most"], job["most_bytes"], job["seconds"])
    cells = [[cell(value) for value in row] for row in fetched.rows]
    of, rows = whole_days(kinds(fetched.rows, len(fetched.names)), cells)
    return {
        "names": [heading(name) for name in fetched.names],
        "kinds": of,
        "rows": rows,
        "ms": (time.perf_counter() - began) * 1000,
    }


def failed(error: PinciteError, target: Target) -> dict[str, Any]:
    """What went wrong, without the password that a driver may have put into it."""
    secret = sa.make_url(target.url).password

    def without(text: str) -> str:
        return text.replace(str(secret), "***") if secret else text

    return {
        "error": type(error).__name__,
        "detail": without(error.detail),
        "hint": without(error.hint),
        "reason": error.reason if isinstance(error, DatabaseFailed) else "",
        "part": error.part if isinstance(error, BadQuery) else "",
    }


def limit(dialect: str) -> None:
    """No more memory than this, next to nothing written to disk, no dump of what was in memory."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY.get(dialect, _USUAL)),
        (resource.RLIMIT_FSIZE, _WRITTEN.get(dialect, 0)),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _next(idle_s: float) -> str:
    """The next line; the process ends where none comes for so long."""
    if not hasattr(signal, "setitimer"):
        return sys.stdin.readline()
    signal.setitimer(signal.ITIMER_REAL, idle_s)
    line = sys.stdin.readline()
    signal.setitimer(signal.ITIMER_REAL, 0)
    return line


if __name__ == "__main__":
    main()
