"""When a thread or one answer was thrown away: it stays for a while, and can come back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for table in ("threads", "answers"):
        op.add_column(table, sa.Column("binned", sa.Float))
        thrown = sa.text("binned IS NOT NULL")
        op.create_index(f"{table}_binned", table, ["binned"], sqlite_where=thrown, postgresql_where=thrown)
