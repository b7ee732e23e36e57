"""A line without a name may carry a key to seal a host's answer with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lines that are there already have none. Added in place: the table has no rowid, and is to have none."""
    op.add_column("lines", sa.Column("mailbox", sa.String(43), nullable=False, server_default=""))
