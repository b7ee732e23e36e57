"""What the database knows of a session right now, for the views."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from circle.domain.meeting import Meeting, is_quiet
from circle.domain.plan import Sharing
from circle.domain.room import CircleFacts, PrivateWord, Room, Share, WallLine
from circle.services.agreements import affirmed, new_clauses
from circle.services.presence import PresenceTable
from circle.services.unnamed import UnnamedWords
from circle.store import meetings
from circle.store.models import Circle, User
from circle.store.words import Words


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored half of a `Room`; the other half is in memory."""

    meeting: Meeting
    circle: CircleFacts
    shares: tuple[Share, ...]
    lines: tuple[WallLine, ...]
    words: tuple[PrivateWord, ...]
    agreed: frozenset[str]
    named: frozenset[str]  # who gave their name to words in a quiet round


def load(db: Session, words: Words, meeting_id: str, *, lock: bool = False) -> Stored:
    """The session with the words of its present step only: earlier words are on nobody's screen."""
    meeting = meetings.load(db, meeting_id, lock=lock)
    circle = db.get_one(Circle, meeting.circle_id)
    step = meeting.step.id if meeting.step else ""
    wall = _wall_step(meeting)
    return Stored(
        meeting=meeting,
        circle=_facts(db, circle),
        shares=words.shares(db, meeting.id, step) if step else (),
        lines=words.lines(db, meeting.id, wall) if wall else (),
        words=words.private_words(db, meeting.id),
        agreed=affirmed(db, circle),
        named=words.givers(db, meeting.id, step) if is_quiet(meeting) else frozenset(),
    )


def room_of(stored: Stored, presence: PresenceTable, unnamed: UnnamedWords) -> Room:
    """The stored half and what is in memory alone: everything that can be seen in a session."""
    meeting = stored.meeting
    round_id, round_key = unnamed.announced(meeting)
    return Room(
        meeting=meeting,
        circle=stored.circle,
        shares=stored.shares,
        lines=stored.lines,
        words=stored.words,
        batch=unnamed.batch(meeting),
        between=unnamed.pending.between.of(meeting.id),
        presence=presence.of(meeting.id),
        signs=presence.signs(meeting.id),
        agreed=stored.agreed,
        named=stored.named,
        quiet=presence.told_quiet(meeting.id),
        epoch=unnamed.pending.epoch(meeting.id),
        round_id=round_id,
        round_key=round_key,
    )


def _facts(db: Session, circle: Circle) -> CircleFacts:
    owner = db.get(User, circle.owner_id)
    return CircleFacts(
        name=circle.name,
        host=owner.name if owner else "",
        agreements=tuple(str(clause) for clause in circle.agreements),
        agreements_version=circle.agreements_version,
        agreements_new=new_clauses(db, circle),
        call_url=circle.call_url,
        country=circle.country,
    )


def _wall_step(meeting: Meeting) -> str:
    """The step whose wall is meant: this one, or the last wall when a host reads from it."""
    step = meeting.step
    if step is None or step.sharing not in (Sharing.UNNAMED_WALL, Sharing.UNNAMED_READ):
        return ""
    if step.sharing is Sharing.UNNAMED_WALL:
        return step.id
    earlier = meeting.plan.steps[: meeting.index]
    return next((s.id for s in reversed(earlier) if s.sharing is Sharing.UNNAMED_WALL), "")
