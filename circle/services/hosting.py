"""Who hosts a circle, by the names they are called there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.store.models import Member


def host_names(db: Session, circle_id: str) -> list[str]:
    """The names of a circle's hosts, whoever made it first; for its hosts' own pages."""
    query = (
        select(Member.name)
        .where(Member.circle_id == circle_id, Member.role == "host", Member.banned.is_(False))
        .where(Member.name != "")
        .order_by(Member.created_at, Member.id)
    )
    return list(db.scalars(query))
