"""Agreements have versions, and a yes belongs to one of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A yes given before counts for the wording of that time: nobody is asked anew by an upgrade."""
    op.create_table(
        "agreement_versions",
        sa.Column("circle_id", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("clauses", sa.JSON(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["circle_id"], ["circles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("circle_id", "version"),
    )
    with op.batch_alter_table("circles") as circles:
        circles.add_column(sa.Column("agreements_version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("members") as members:
        members.add_column(sa.Column("affirmed_version", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE members SET affirmed_version = 1 WHERE affirmed_on <> ''")
