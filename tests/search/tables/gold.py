"""Honest SQL: a sample of our own, and the gold queries of three public sets with the databases that they are for."""

from __future__ import annotations

import json
import lzma
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.search.tables.corpus import ROWS, SCHEMA

SETS = ("text2sql-geography", "spider-dev", "sql-eval")
HONEST = Path(__file__).parent / "honest"


@dataclass(frozen=True)
class Gold:
    sql: str
    connection: sqlite3.Connection
    tables: dict[str, list[str]]


def honest(dialect: str) -> list[str]:
    """Queries over the shop as people and models write them for this dialect."""
    text = (HONEST / f"{dialect}.sql").read_text(encoding="utf-8")
    return [sql.strip() for sql in text.split(";\n") if sql.strip()]


def gold(name: str, folder: Path | None, scratch: Path) -> Iterator[Gold]:
    """The queries of a set in ``folder``, or of the sample, each with its database."""
    if folder is None:
        connection = sqlite3.connect(":memory:")
        for statement in (*SCHEMA, *ROWS):
            connection.execute(statement)
        for sql in honest("sqlite"):
            yield Gold(sql, connection, _tables(connection))
        return
    opened: dict[str, sqlite3.Connection] = {}
    for line in (folder / name / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        question = json.loads(line)
        database = question["db"]
        if database not in opened:
            file = scratch / f"{database}.sqlite"
            file.write_bytes(lzma.decompress((folder / name / f"{database}.sqlite.xz").read_bytes()))
            opened[database] = sqlite3.connect(file)
            opened[database].text_factory = lambda raw: raw.decode("utf-8", "replace")
        told = question["gold"]
        for sql in told if isinstance(told, list) else [told]:
            yield Gold(sql, opened[database], _tables(opened[database]))


def _tables(connection: sqlite3.Connection) -> dict[str, list[str]]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {
        name: [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')] for (name,) in names.fetchall()
    }
