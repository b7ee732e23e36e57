"""Which session a circle's permanent link leads to, and how a host comes to the table."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.domain.commands import Command, OpenDoor, TakeSeat
from circle.domain.meeting import FORGOTTEN_AFTER, Meeting, Phase, is_left_behind
from circle.services.ports import Caller
from circle.services.speech import Speech
from circle.store.meetings import ACTIVE, from_json
from circle.store.models import MeetingRow


class Performs(Protocol):
    """The part of `Conduct` used outside a live session."""

    def perform(
        self,
        caller: Caller,
        meeting_id: str,
        command: Command,
        *,
        command_id: str,
        expected_seq: int | None = None,
    ) -> dict[str, Any]:
        """Carry out a meeting command once. Raises CircleError."""

    def speak(self, caller: Caller, meeting_id: str, speech: Speech, *, command_id: str) -> dict[str, Any]:
        """Words; here only a private one to the hosts. Raises CircleError."""

    def revoke(self, member_id: str) -> None:
        """Cut the person's live connections."""


def upcoming(db: Session, circle_id: str, now: datetime) -> Meeting | None:
    """The session that is on, else the next planned one; None when nothing is planned."""
    mine = select(MeetingRow).where(MeetingRow.circle_id == circle_id)
    on = mine.where(MeetingRow.phase.in_([phase.value for phase in ACTIVE]))
    for row in db.scalars(on.order_by(MeetingRow.starts_at.desc())):
        meeting = from_json(row.state)
        if not is_left_behind(meeting, now):
            return meeting
    planned = mine.where(
        MeetingRow.phase == Phase.PLANNED.value, MeetingRow.starts_at >= now - FORGOTTEN_AFTER
    )
    first = db.scalars(planned.order_by(MeetingRow.starts_at)).first()
    return from_json(first.state) if first is not None else None


def open_the_door(conduct: Performs, host: Caller, name: str, meeting_id: str) -> None:
    """The host takes a chair and opens the door; nothing happens to a door that is open.

    Raises CircleError, among others NotNow for a session that is over.
    """
    sit_down(conduct, host, name, meeting_id)
    conduct.perform(host, meeting_id, OpenDoor(), command_id=str(uuid4()))


def sit_down(conduct: Performs, caller: Caller, name: str, meeting_id: str) -> None:
    """Come to the door, or to one's own chair; a host sits at the table at once. Raises CircleError."""
    command = TakeSeat(seat=caller.member_id, name=name)
    conduct.perform(caller, meeting_id, command, command_id=str(uuid4()))
