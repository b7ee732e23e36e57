"""The outbox's rows: one per mail, with ids only."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.services.letters import NOTES
from circle.services.ports import new_id
from circle.store.models import Member, OutboxRow


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one person's mail fares. state: waiting, sent, stuck or dropped (no longer wanted).

    There is no time in here: when a mail arrives tells in which part of the world its reader is.
    problem: a short code for hosts, "" when there is none. again: it may have arrived twice.
    """

    member_id: str
    name: str
    state: str
    problem: str
    again: bool


def queue(
    db: Session, meeting_id: str, member_id: str, kind: str, due_at: datetime, mail_domain: str
) -> None:
    """Write the one row of this (meeting, member, kind); nothing when it is there already."""
    mine = (OutboxRow.meeting_id == meeting_id, OutboxRow.member_id == member_id, OutboxRow.kind == kind)
    if db.scalar(select(OutboxRow.id).where(*mine)) is not None:
        return
    db.add(
        OutboxRow(
            id=new_id(),
            meeting_id=meeting_id,
            member_id=member_id,
            kind=kind,
            # Stored before anything is sent: a second try carries the same, so readers see one mail.
            message_id=f"<{secrets.token_urlsafe(18)}@{mail_domain}>",
            due_at=due_at,
        )
    )


def deliveries(db: Session, meeting_id: str) -> list[Delivery]:
    """All mails with this meeting's notes, by name."""
    rows = db.execute(
        select(OutboxRow, Member.name)
        .join(Member, Member.id == OutboxRow.member_id)
        .where(OutboxRow.meeting_id == meeting_id, OutboxRow.kind == NOTES)
        .order_by(Member.name, Member.id)
    )
    return [
        Delivery(
            member_id=row.member_id,
            name=name,
            state=row.state,
            problem=row.problem if row.state != "sent" else "",
            again=row.problem == "again",
        )
        for row, name in rows
    ]
