"""What readers think of answers, and when each was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("answers", sa.Column("asked", sa.Float))
    op.create_index("ix_answers_asked", "answers", ["asked"])
    op.create_table(
        "feedback",
        sa.Column("answer", NUMBER, sa.ForeignKey("answers.number", ondelete="CASCADE"), primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("thumb", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("documents", sa.Text, nullable=False),
        sa.Column("given", sa.Float, nullable=False),
    )
