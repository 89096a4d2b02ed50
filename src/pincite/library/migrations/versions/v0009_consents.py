"""Who gave leave to learn from what they ask."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("since", sa.Float, nullable=False),
    )
