"""No circle keeps words for longer than another: the days of its own, which nobody could set, are gone."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """In place, and in no batch: that copies the table and drops the old one, and in SQLite everything that
    points at a circle would go with it.
    """
    op.execute("ALTER TABLE circles DROP COLUMN retention_days")
