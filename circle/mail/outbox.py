"""The outbox worker: takes due rows under a lease, renders and delivers them, and marks them.

The promise: every recipient at least once, under one Message-ID. A mail whose outcome is
unknown goes out again with the same one, so that readers see one mail. A second copy can come only from
a stop between the server's yes and our mark, and those are counted.
"""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from circle.domain.summary import hold_until, zone_of
from circle.mail.compose import UnsafeHeader, to_mail
from circle.mail.send import AGAIN, Outcome, outcome_of
from circle.services.letters import NOTES, SENT, Compose, Letter, Letters
from circle.services.ports import Clock, MailCarrier
from circle.store.committer import Committer
from circle.store.models import Circle, MeetingRow, Member, OutboxRow, SummaryRow

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)  # longer than the slowest conversation: seven answers of 20 s each
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180))  # the last one again and again
POLL_SECONDS = 2.0
AT_ONCE = 50  # mails in one round, so that a stop is heard soon
WAITING, STUCK = "waiting", "stuck"
UNREADABLE = "unreadable"  # sealed with a key that is not here, or not what was sealed


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until the lease ends, and the mail it stands for."""

    row_id: str
    letter: Letter


class Outbox:
    """One worker. Several may run at the same time, in one process or in many."""

    def __init__(
        self,
        committer: Committer,
        clock: Clock,
        letters: Letters,
        compose: Compose,
        carrier: MailCarrier,
        alive: Callable[[], None] = lambda: None,
    ) -> None:
        """alive: told before each mail and at each look that the worker is at work; never raises."""
        self._committer = committer
        self._clock = clock
        self._letters = letters
        self._compose = compose
        self._carrier = carrier
        self._alive = alive
        self._rouse = threading.Event()

    def wake(self) -> None:
        """Something may be due now."""
        self._rouse.set()

    def run(self, stopped: Callable[[], bool]) -> None:
        """Work until stopped, looking every two seconds and whenever woken.

        What could not be read is tried once more at first: keys come back with a start.
        """
        looked_again = False
        while not stopped():
            try:
                if not looked_again:
                    self._committer.submit(_look_again)
                    looked_again = True
                self.run_once()
            except Exception as problem:  # a database that is away for a moment ends no mail
                log.error("outbox.fault", kind=type(problem).__name__)
            self._rouse.wait(POLL_SECONDS)
            self._rouse.clear()

    def run_once(self) -> int:
        """Deliver what is due; returns how many mails were taken by the other side."""
        delivered = 0
        for _ in range(AT_ONCE):
            self._alive()
            claim = self._committer.submit(self._claim)
            if claim is None:
                break
            delivered += self._send(claim)
        return delivered

    # -- one mail -------------------------------------------------------------------------------------
    def _send(self, claim: Claim) -> bool:
        """No database session is open while another machine is spoken to."""
        try:
            self._carrier.deliver(to_mail(self._compose(claim.letter)))
        except (OSError, smtplib.SMTPException) as problem:
            self._put_back(claim, outcome_of(problem))
            return False
        except UnsafeHeader:
            self._put_back(claim, Outcome(final=True, code="header"))
            return False
        self._committer.submit(lambda db: self._mark_sent(db, claim))
        return True

    def _put_back(self, claim: Claim, outcome: Outcome) -> None:
        log.warning("outbox.not_sent", row=claim.row_id, code=outcome.code, final=outcome.final)

        def work(db: Session) -> None:
            row = db.get(OutboxRow, claim.row_id)
            if row is None:  # the meeting was purged meanwhile
                return
            unknown = row.problem == AGAIN and not outcome.final
            row.lease_until, row.problem = None, AGAIN if unknown else outcome.code
            row.state = STUCK if outcome.final else WAITING
            row.due_at = self._clock.now() + BACK_OFF[min(row.attempts, len(BACK_OFF)) - 1]

        self._committer.submit(work)

    def _mark_sent(self, db: Session, claim: Claim) -> None:
        row = db.get(OutboxRow, claim.row_id)
        if row is None:
            return
        row.state, row.sent_at, row.lease_until = "sent", self._clock.now(), None
        row.problem = AGAIN if row.problem == AGAIN else ""
        _finish(db, row.meeting_id)

    # -- taking a row ---------------------------------------------------------------------------------
    def _claim(self, db: Session) -> Claim | None:
        """The next mail that may go now, or None. Rows that may not are put right on the way."""
        now = self._clock.now()
        while (row := db.scalar(_due(now))) is not None:
            if row.lease_until is not None:  # a worker took it and never came back
                row.problem, row.lease_until = AGAIN, None
            held = _held(db, row, now)
            try:
                letter = None if held > now else self._letters.for_row(db, row, now)
            except ValueError:  # it stops no other mail
                log.warning("outbox.not_sent", row=row.id, code=UNREADABLE, final=True)
                row.state, row.problem = STUCK, UNREADABLE
                db.flush()
                continue
            if letter is not None:
                row.lease_until = now + LEASE
                row.attempts += 1
                return Claim(row.id, letter)
            if held > now:
                row.due_at = held
            else:
                row.state = "dropped"
                _finish(db, row.meeting_id)
            db.flush()
        return None


def _look_again(db: Session) -> None:
    unread = update(OutboxRow).where(OutboxRow.state == STUCK, OutboxRow.problem == UNREADABLE)
    db.execute(unread.values(state=WAITING, problem=""))


def _due(now: datetime) -> Select[OutboxRow]:
    free: ColumnElement[bool] = or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now)
    query = select(OutboxRow).where(OutboxRow.state == WAITING, OutboxRow.due_at <= now, free)
    # SQLite leaves the clause out: there, transactions take turns anyway.
    return query.order_by(OutboxRow.due_at, OutboxRow.id).limit(1).with_for_update(skip_locked=True)


def _held(db: Session, row: OutboxRow, now: datetime) -> datetime:
    """When this reader's day begins again: asked once more at sending, as a row may have been late."""
    member, meeting = db.get(Member, row.member_id), db.get_one(MeetingRow, row.meeting_id)
    circle = db.get_one(Circle, meeting.circle_id)
    zone = zone_of(member.zone if member else "", circle.zone)
    return hold_until(now, meeting.ended_at or meeting.starts_at, zone)


def _finish(db: Session, meeting_id: str) -> None:
    """The last delivery deletes the host's text (docs/privacy.md, *What is stored*)."""
    db.flush()
    summary = db.scalar(select(SummaryRow).where(SummaryRow.meeting_id == meeting_id).with_for_update())
    open_rows = select(OutboxRow.id).where(
        OutboxRow.meeting_id == meeting_id,
        OutboxRow.kind == NOTES,
        OutboxRow.state.in_((WAITING, STUCK)),
    )
    if summary is not None and summary.released_at is not None and db.scalar(open_rows.limit(1)) is None:
        summary.state, summary.form_ct = SENT, None
