"""Meetings in the database: the stage row, its event feed, and receipts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Executable, and_, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from circle.domain.errors import Invalid, NotFound, NotNow
from circle.domain.events import Event
from circle.domain.meeting import Meeting, Phase
from circle.store.models import EventRow, MeetingRow, PreparationRow, Receipt

_MEETING = TypeAdapter(Meeting)
_CLAIM: dict[str, Executable] = {
    "sqlite": sqlite.insert(Receipt).on_conflict_do_nothing().returning(Receipt.command_id),
    "postgresql": postgresql.insert(Receipt).on_conflict_do_nothing().returning(Receipt.command_id),
}
ACTIVE = (Phase.OPEN, Phase.LIVE, Phase.BREAK, Phase.HELD, Phase.CLOSING)
_ACTIVE = select(MeetingRow.id, MeetingRow.version).where(
    or_(
        MeetingRow.phase.in_([phase.value for phase in ACTIVE]),
        and_(MeetingRow.phase == Phase.ENDED.value, MeetingRow.ended_at > bindparam("instant")),
    )
)


def to_json(meeting: Meeting) -> dict[str, Any]:
    """The meeting as plain JSON."""
    data: dict[str, Any] = _MEETING.dump_python(meeting, mode="json")
    return data


def from_json(data: dict[str, Any]) -> Meeting:
    """The meeting that `to_json` wrote."""
    return _MEETING.validate_python(data)


def add(db: Session, meeting: Meeting) -> None:
    """Store a new meeting."""
    db.add(_fill(MeetingRow(id=meeting.id, circle_id=meeting.circle_id), meeting))


def load(db: Session, meeting_id: str, *, lock: bool = False, known: Meeting | None = None) -> Meeting:
    """The meeting, locked against other processes if asked (PostgreSQL). Raises NotFound.

    known: as it was committed once. Every change makes another version of it, so while that is the same it is
    not read again.
    """
    version = select(MeetingRow.version).where(MeetingRow.id == meeting_id)
    row = select(MeetingRow).where(MeetingRow.id == meeting_id)
    if lock:
        version, row = version.with_for_update(), row.with_for_update()
    if known is not None and db.scalar(version) == known.version:
        return known
    found = db.scalar(row)
    if found is None:
        raise NotFound("not_found")
    return from_json(found.state)


def save(db: Session, meeting: Meeting, events: Iterable[Event], now: datetime) -> Meeting:
    """Write the changed meeting and its events; the version goes up by one.

    Raises NotNow("stale") if somebody else saved first: nothing of this is kept then.
    """
    saved = replace(meeting, version=meeting.version + 1)
    done = db.execute(
        update(MeetingRow)
        .where(MeetingRow.id == meeting.id, MeetingRow.version == meeting.version)
        .values(
            phase=saved.phase.value,
            version=saved.version,
            ended_at=saved.ended_at,
            starts_at=saved.starts_at,
            state=to_json(saved),
        )
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotNow("stale")
    for at, event in enumerate(events):
        db.add(
            EventRow(
                meeting_id=saved.id,
                version=saved.version,
                at=at,
                name=event.name.value,
                step=event.step,
                happened_at=now,
            )
        )
    return saved


def feed(db: Session, meeting_id: str) -> list[tuple[str, str, datetime]]:
    """What happened, in order: (name, step id, instant)."""
    rows = db.scalars(
        select(EventRow).where(EventRow.meeting_id == meeting_id).order_by(EventRow.version, EventRow.at)
    )
    return [(row.name, row.step, row.happened_at) for row in rows]


def ids_of_circle(db: Session, circle_id: str) -> list[str]:
    """Ids of all meetings of a circle."""
    return list(db.scalars(select(MeetingRow.id).where(MeetingRow.circle_id == circle_id)))


def active(db: Session, ended_after: datetime) -> list[tuple[str, int]]:
    """Ids and versions of all meetings that are on, or ended so short a while ago that people may still be
    there.
    """
    return [(row.id, row.version) for row in db.execute(_ACTIVE, {"instant": ended_after})]


def receipt(db: Session, command_id: str, member_id: str) -> dict[str, Any] | None:
    """The first answer to this command of this person, if it was given.

    Raises Invalid for an id that somebody else has used.
    """
    row = db.get(Receipt, command_id)
    if row is not None and row.member_id != member_id:
        raise Invalid("invalid", {"command_id": "invalid"})
    return row.ack if row is not None else None


def claim_receipt(
    db: Session, command_id: str, meeting_id: str, member_id: str, ack: dict[str, Any]
) -> dict[str, Any] | None:
    """Keep this answer, unless this command has been answered: then the answer it got. Never called for
    unnamed words (docs/privacy.md, *What is never stored*). Raises Invalid for an id that somebody else
    has used.
    """
    line = db.connection()
    row = {"command_id": command_id, "meeting_id": meeting_id, "member_id": member_id, "ack": ack}
    claimed = line.execute(_CLAIM[line.dialect.name], row).first()
    return None if claimed else receipt(db, command_id, member_id)


def forget_trace(db: Session, meeting_id: str) -> int:
    """Remove feed, receipts and what hosts noted while preparing. Returns how many rows."""
    tables = (EventRow, Receipt, PreparationRow)
    done = [db.execute(delete(table).where(table.meeting_id == meeting_id)) for table in tables]
    return sum(result.rowcount for result in done)  # type: ignore[attr-defined]


def _fill(row: MeetingRow, meeting: Meeting) -> MeetingRow:
    row.phase = meeting.phase.value
    row.version = meeting.version
    row.starts_at = meeting.starts_at
    row.ended_at = meeting.ended_at
    row.state = to_json(meeting)
    return row
