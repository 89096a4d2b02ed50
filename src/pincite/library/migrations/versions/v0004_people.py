"""People, how they are known again, and what they used."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _person(*, nullable: bool = False, primary_key: bool = False) -> sa.Column[str]:
    theirs = sa.ForeignKey("people.id", ondelete="CASCADE")
    return sa.Column("person", sa.Text, theirs, nullable=nullable, primary_key=primary_key)


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("subject", sa.Text, unique=True),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("suspended", sa.Float),
    )
    op.create_table(
        "sessions",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        _person(),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
    )
    op.create_table(
        "api_keys",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        _person(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("prefix", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("ends", sa.Float),
        sa.Column("used", sa.Float),
    )
    op.create_table(
        "tickets",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("kind", sa.Text, nullable=False),
        _person(nullable=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("ends", sa.Float, nullable=False),
    )
    for table in ("sessions", "api_keys", "tickets"):
        op.create_index(f"ix_{table}_person", table, ["person"])
    op.create_table(
        "uses",
        _person(primary_key=True),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("day", sa.Integer, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )
