"""Deleting what lasts: circles, and mails that were kept. The database takes along what points at a circle;
here goes what points at it by an id alone.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from circle.store.models import AuditRow, Circle, MailboxRow, MeetingRow, Member, OneUseLink, OutboxRow


def delete_circles(db: Session, circles: Collection[str]) -> None:
    """These circles by their ids, with everybody and everything in them."""
    evenings = select(MeetingRow.id).where(MeetingRow.circle_id.in_(circles))
    people = select(Member.id).where(Member.circle_id.in_(circles))
    delete_kept_mails(db, select(OutboxRow.message_id).where(OutboxRow.meeting_id.in_(evenings)))
    leads_here = or_(OneUseLink.subject.in_(circles), OneUseLink.subject.in_(people))
    db.execute(delete(OneUseLink).where(leads_here))
    db.execute(delete(AuditRow).where(AuditRow.circle_id.in_(circles)))
    db.execute(delete(Circle).where(Circle.id.in_(circles)))


def delete_kept_mails(db: Session, message_ids: Select[str]) -> None:
    """Mails with these Message-IDs that no mail server took."""
    db.execute(delete(MailboxRow).where(MailboxRow.message_id.in_(message_ids)))
