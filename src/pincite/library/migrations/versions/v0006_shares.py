"""Addresses at which threads are shared; collections of threads, their members, and invitations into them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "shares",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("thread", NUMBER, sa.ForeignKey("threads.number", ondelete="CASCADE"), nullable=False, unique=True),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("leaves_out", sa.Text, nullable=False),
    )
    op.create_table(
        "collections",
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        sa.Column("owner", sa.Text, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "emoji", "description", "instructions")),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("token", sa.Text, unique=True),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "members",
        sa.Column("collection", NUMBER, sa.ForeignKey("collections.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("person", sa.Text, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("part", sa.Text, nullable=False),
    )
    op.create_index("ix_members_person", "members", ["person"])
    op.create_table(
        "invites",
        sa.Column("token", sa.Text, primary_key=True),
        sa.Column("collection", NUMBER, sa.ForeignKey("collections.number", ondelete="CASCADE"), nullable=False),
        sa.Column("part", sa.Text, nullable=False),
    )
    op.create_index("ix_invites_collection", "invites", ["collection"])
    op.create_index("ix_threads_collection", "threads", ["collection"])
