"""What is kept? Threads, their answers, every event of an answer, and the keys that make asking twice harmless.

``number`` is a database's own counter: it orders rows without a clock and keeps neighbours together on disk.
``id`` is what the rest of the house knows. Values that only Python reads (questions, answers, events) are JSON text.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

NUMBER = BigInteger().with_variant(Integer, "sqlite")


def _binned(table: str) -> tuple[Column[float], Index]:
    """When it was thrown away, in seconds since 1970 by the database's clock; what is not in the bin has none."""
    thrown = text("binned IS NOT NULL")
    return Column("binned", Float), Index(f"{table}_binned", "binned", sqlite_where=thrown, postgresql_where=thrown)


threads = Table(
    "threads",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("collection", Text, index=True),
    Column("visibility", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False),
    # Counts up with every question of any thread: newest first must hold even when the clock jumps back.
    Column("touched", BigInteger, nullable=False, index=True),
    *_binned("threads"),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("thread", NUMBER, ForeignKey("threads.number", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("question", Text, nullable=False),
    # The fold of the events, written with Finished in one transaction, so that reading it later is one row.
    Column("answer", Text),
    Column("runner", Text, nullable=False),
    # Seconds since 1970 by the database's clock; answers of before there was this column have none.
    Column("asked", Float, index=True),
    *_binned("answers"),
    UniqueConstraint("thread", "position", name="answers_in_order"),
    Index(
        "answers_running",
        "runner",
        sqlite_where=text("status = 'running'"),
        postgresql_where=text("status = 'running'"),
    ),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("answer", NUMBER, ForeignKey("answers.number", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("payload", Text, nullable=False),
    sqlite_with_rowid=False,
)

notes = Table(
    "notes",
    metadata,
    # What was found and said for an answer that is being made: gone when it is finished.
    Column("answer", NUMBER, ForeignKey("answers.number", ondelete="CASCADE"), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

runners = Table(
    "runners",
    metadata,
    Column("id", Text, primary_key=True),
    Column("machine", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Text, nullable=False),
    # Seconds since 1970 by the database server's clock (SQLite: this machine's).
    Column("seen", Float, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("answer", NUMBER, ForeignKey("answers.number", ondelete="CASCADE"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("thumb", Text, nullable=False),
    Column("reasons", Text, nullable=False),
    # The ids of the documents that the answer cites, so that thumbs are counted without reading answers.
    Column("documents", Text, nullable=False),
    Column("given", Float, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    # Who gave leave to learn from what it asks; a server without accounts has one person without a row of its own.
    Column("person", Text, primary_key=True),
    Column("since", Float, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("body_hash", Text, nullable=False),
    Column("answer", NUMBER, ForeignKey("answers.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("created", Float, nullable=False, index=True),
)

shares = Table(
    "shares",
    metadata,
    # What the link ends in. Whoever knows it may read; taking it back deletes the row.
    Column("token", Text, primary_key=True),
    Column("thread", NUMBER, ForeignKey("threads.number", ondelete="CASCADE"), nullable=False, unique=True),
    Column("visibility", Text, nullable=False),
    Column("leaves_out", Text, nullable=False),
)

collections = Table(
    "collections",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("owner", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("emoji", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("instructions", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    # What its link ends in; a private one has none.
    Column("token", Text, unique=True),
    sqlite_autoincrement=True,
)

members = Table(
    "members",
    metadata,
    Column("collection", NUMBER, ForeignKey("collections.number", ondelete="CASCADE"), primary_key=True),
    Column("person", Text, ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("part", Text, nullable=False),
)

invites = Table(
    "invites",
    metadata,
    Column("token", Text, primary_key=True),
    Column("collection", NUMBER, ForeignKey("collections.number", ondelete="CASCADE"), nullable=False, index=True),
    Column("part", Text, nullable=False),
)
