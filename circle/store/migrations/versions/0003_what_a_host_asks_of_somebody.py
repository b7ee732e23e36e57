"""A private word may be what a host asks somebody to do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Words that are there already are answers."""
    with op.batch_alter_table("words") as words:
        words.add_column(sa.Column("asks", sa.Boolean(), nullable=False, server_default=sa.false()))
