"""What was shared before there were databases was shared without their rows."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

SHARES = sa.table("shares", sa.column("leaves_out", sa.Text))


def upgrade() -> None:
    connection = op.get_bind()
    for (left,) in connection.execute(sa.select(SHARES.c.leaves_out).distinct()).all():
        more = json.dumps(sorted({*json.loads(left), "rows"}))
        connection.execute(sa.update(SHARES).where(SHARES.c.leaves_out == left).values(leaves_out=more))
