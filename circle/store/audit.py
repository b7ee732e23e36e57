"""The audit: who did what to which thing, never content. Reasons are sealed."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from circle.domain import commands as c
from circle.domain.meeting import Meeting
from circle.store.models import AuditRow, MeetingRow
from circle.store.words import Words

_NOTED = (
    *(c.Remove, c.Ban, c.Readmit, c.LockDoor, c.UnlockDoor, c.EndSession, c.CancelSession, c.Hold, c.Release),
    *(c.AskGuardian, c.EndGuardian, c.RingBell, c.TakeRoom, c.SetApart, c.BringBack),
)
_ON_A_SEAT = (c.Remove, c.Ban, c.Readmit, c.AskGuardian, c.SetApart, c.BringBack)


def note(
    db: Session, meeting: Meeting, actor_id: str, command: c.Command, now: datetime, words: Words
) -> None:
    """A line for the commands that touch people or end something; nothing for the others."""
    if not isinstance(command, _NOTED):
        return
    row = _row(meeting.circle_id, meeting.id, actor_id, c.wire_name(type(command)), now)
    row.object_id = command.seat if isinstance(command, _ON_A_SEAT) else ""
    reason = getattr(command, "reason", "")
    row.reason_ct = words.seal_reason(row.id, reason) if reason else None
    db.add(row)


def warned(db: Session, meeting: Meeting, actor_id: str, seat_id: str, now: datetime) -> None:
    """A host asked somebody for something; what it was stands nowhere here."""
    row = _row(meeting.circle_id, meeting.id, actor_id, "warn", now)
    row.object_id = seat_id
    db.add(row)


def welcome_again(db: Session, circle_id: str, actor_id: str, member_id: str, now: datetime) -> None:
    """Somebody who was not to come back may come again."""
    row = _row(circle_id, "", actor_id, "welcome_again", now)
    row.object_id = member_id
    db.add(row)


def hosting(db: Session, circle_id: str, actor_id: str, action: str, member_id: str, now: datetime) -> None:
    """action: "host_asked", "host_joined" or "host_ended". member_id: whom; "" for nobody yet."""
    row = _row(circle_id, "", actor_id, action, now)
    row.object_id = member_id
    db.add(row)


def refused(db: Session, meeting_id: str, actor_id: str, what: object, now: datetime) -> None:
    """Somebody asked for what their role may not do."""
    meeting = db.get(MeetingRow, meeting_id)
    if meeting is not None:
        row = _row(meeting.circle_id, meeting_id, actor_id, "refused", now)
        row.object_id = c.wire_name(type(what))[:36]
        db.add(row)


def _row(circle_id: str, meeting_id: str, actor_id: str, action: str, now: datetime) -> AuditRow:
    return AuditRow(
        id=secrets.token_urlsafe(16),
        circle_id=circle_id,
        meeting_id=meeting_id,
        actor_id=actor_id,
        action=action,
        happened_at=now,
    )
