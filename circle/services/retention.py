"""What is kept, and how long: the promise people are told, carried out.

| What | Goes |
|---|---|
| stage feed, receipts, private words, what hosts noted while preparing | 24 h after the end |
| what was said | with them |
| lines allowed for the notes | with the rest, but not while the notes wait (7 days) or are out (14 days) |
| names of a session's seats | 24 h after the end, or when the notes are let go, at most 7 days |
| the draft, who got a mail | 7 days without release, 14 days with |
| who waited, and what they told the hosts, before a door nobody opened | a day and a half after its time |
| an evening one watched, with its made-up people | 24 h after it was begun, or with the next start |
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Delete, Engine, and_, delete, or_, select
from sqlalchemy.orm import Session

from circle.domain.meeting import FORGOTTEN_AFTER, Phase
from circle.domain.summary import DRAFT_KEPT, NOTES_KEPT
from circle.services.letters import DRAFT
from circle.services.ports import Clock
from circle.services.watching import clear_before
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.engine import forget_deleted
from circle.store.migrate import forget_copies
from circle.store.models import (
    MailboxRow,
    MeetingRow,
    OneUseLink,
    OutboxRow,
    SummaryRow,
    WebSession,
)
from circle.store.words import Words

AFTER_END = timedelta(hours=24)
MAILBOX_KEPT = timedelta(days=14)
COPIES_KEPT = timedelta(days=7)  # copies made before a migration hold words that were promised to go
# As in the pages' sessions: a host's ends after half a day of silence, nobody's lives longer than a month.
HOST_IDLE, HOST_LONGEST, GUEST_LONGEST = timedelta(hours=12), timedelta(days=14), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Purged:
    """How much went: meetings that were cleaned, rows of words, and rows of other things."""

    meetings: int = 0
    words: int = 0
    others: int = 0

    def __add__(self, more: Purged) -> Purged:
        return Purged(self.meetings + more.meetings, self.words + more.words, self.others + more.others)


class Retention:
    """Forgets what is due. Safe to run as often as one likes, from one place at a time."""

    def __init__(self, engine: Engine, committer: Committer, words: Words, clock: Clock) -> None:
        self._engine = engine
        self._committer = committer
        self._words = words
        self._clock = clock

    def purge(self) -> Purged:
        """Forget everything that is due, each meeting in a transaction of its own; then the traces of
        deleted text in the database's own files."""
        now = self._clock.now()
        gone = self._committer.submit(lambda db: Purged(others=clear_before(db, now - AFTER_END)))
        due = self._committer.read(lambda db: _ended_before(db, now - AFTER_END))
        never = self._committer.read(lambda db: _never_opened(db, now - FORGOTTEN_AFTER - AFTER_END))
        gone += self._committer.submit(lambda db: Purged(others=_forget_expired(db, now)))
        for meeting_id in due:
            gone += self._committer.submit(lambda db, of=meeting_id: self._clean(db, of, now))  # type: ignore[misc]
        for meeting_id in never:
            gone += self._committer.submit(lambda db, of=meeting_id: self._clean_planned(db, of))  # type: ignore[misc]
        gone += Purged(others=forget_copies(self._engine, now - COPIES_KEPT))
        if gone != Purged():
            forget_deleted(self._engine)
        return gone

    def clear_made_up(self) -> None:
        """Delete every evening with made-up people."""
        now = self._clock.now()
        self._committer.submit(lambda db: clear_before(db, now))

    def _clean(self, db: Session, meeting_id: str, now: datetime) -> Purged:
        row = db.get_one(MeetingRow, meeting_id, with_for_update=True)
        age = now - (row.ended_at or now)
        summary = db.get(SummaryRow, meeting_id)
        others = meetings.forget_trace(db, meeting_id)
        words = self._words.forget_private(db, meeting_id)
        if summary is not None and age >= (DRAFT_KEPT if summary.state == DRAFT else NOTES_KEPT):
            others += _count(db, delete(OutboxRow).where(OutboxRow.meeting_id == meeting_id))
            db.delete(summary)
            summary = None
        words += self._words.forget_said(db, meeting_id, except_notes=summary is not None)
        if summary is None:
            row.purged_at = now
        others += self._forget_seats(row) if summary is None or summary.state != DRAFT else 0
        return Purged(1 if words or others else 0, words, others)

    def _clean_planned(self, db: Session, meeting_id: str) -> Purged:
        """The evening stays, so that a host can move it to another day; who came to its door goes."""
        row = db.get_one(MeetingRow, meeting_id, with_for_update=True)
        words = self._words.forget_private(db, meeting_id)
        others = meetings.forget_trace(db, meeting_id) + self._forget_seats(row)
        return Purged(1 if words or others else 0, words, others)

    def _forget_seats(self, row: MeetingRow) -> int:
        """Who sat where, under which name. Returns 1 when there was something to forget."""
        meeting = meetings.from_json(row.state)
        if not meeting.seats:
            return 0
        emptied = replace(meeting, seats=(), piece=None, version=meeting.version + 1)
        row.state, row.version = meetings.to_json(emptied), emptied.version
        return 1


def _ended_before(db: Session, instant: datetime) -> list[str]:
    query = select(MeetingRow.id).where(MeetingRow.ended_at <= instant, MeetingRow.purged_at.is_(None))
    return list(db.scalars(query))


def _never_opened(db: Session, instant: datetime) -> list[str]:
    planned = (MeetingRow.phase == Phase.PLANNED.value, MeetingRow.starts_at <= instant)
    return list(db.scalars(select(MeetingRow.id).where(*planned)))


def _forget_expired(db: Session, now: datetime) -> int:
    """Sessions of browsers, links and mails in the mailbox whose time has passed."""
    silent_host = or_(WebSession.seen_at <= now - HOST_IDLE, WebSession.created_at <= now - HOST_LONGEST)
    over = or_(WebSession.created_at <= now - GUEST_LONGEST, and_(WebSession.user_id != "", silent_host))
    return _count(
        db,
        delete(WebSession).where(over),
        delete(OneUseLink).where(OneUseLink.expires_at <= now),
        delete(MailboxRow).where(MailboxRow.sent_at <= now - MAILBOX_KEPT),
    )


def _count(db: Session, *queries: Delete) -> int:
    return sum(db.execute(query).rowcount for query in queries)  # type: ignore[attr-defined]
