"""A database in memory, made by a script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa


@contextmanager
def made_by(script: str) -> Iterator[sa.Engine]:
    """SQLite after the statements of ``script``; gone at the end."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    with engine.begin() as connection:
        for statement in script.strip().split(";")[:-1]:
            connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()
