"""What is kept of people? Who they are, by what they are known again, what they used, and what the server was told.

No password, session, key or invitation is kept as it is: only what it can be checked against. Moments are seconds
since 1970 by the database's clock.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, Table, Text

from pincite.library.tables import metadata


def _person(*, nullable: bool = False, primary_key: bool = False) -> Column[str]:
    theirs = ForeignKey("people.id", ondelete="CASCADE")
    return Column("person", Text, theirs, nullable=nullable, primary_key=primary_key, index=not primary_key)


people = Table(
    "people",
    metadata,
    Column("id", Text, primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("plan", Text, nullable=False),
    # argon2id with its salt and costs; nothing for who comes by another provider only.
    Column("password", Text),
    # Who vouches for the person, and by what name: issuer, a blank, subject.
    Column("subject", Text, unique=True),
    Column("created", Float, nullable=False),
    Column("suspended", Float),
)

sessions = Table(
    "sessions",
    metadata,
    # SHA-256 of what is in the cookie.
    Column("hash", Text, primary_key=True),
    # By which its owner names it; says nothing of the cookie.
    Column("id", Text, nullable=False, unique=True),
    _person(),
    Column("agent", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("seen", Float, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    _person(),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    # Scopes with blanks between.
    Column("scopes", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("ends", Float),
    Column("used", Float),
)

tickets = Table(
    "tickets",
    metadata,
    # What is done once by whoever has it: accept an invitation, choose a new password.
    Column("hash", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    _person(nullable=True),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("ends", Float, nullable=False),
)

uses = Table(
    "uses",
    metadata,
    _person(primary_key=True),
    Column("what", Text, primary_key=True),
    # Days since 1970, UTC.
    Column("day", Integer, primary_key=True),
    Column("count", Integer, nullable=False),
)

secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, primary_key=True),
    # Encrypted with the key in the data folder.
    Column("value", Text, nullable=False),
    Column("changed", Float, nullable=False),
)

endpoints = Table(
    "endpoints",
    metadata,
    Column("name", Text, primary_key=True),
    Column("base_url", Text, nullable=False),
    Column("dialect", Text, nullable=False),
    # A JSON list of names; with none in it, the server is asked.
    Column("models", Text, nullable=False),
    # Who added it.
    Column("person", Text, ForeignKey("people.id", ondelete="SET NULL")),
    Column("created", Float, nullable=False),
)
