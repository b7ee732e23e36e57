"""After the evening: a host writes the notes, looks at them as each person will, and lets them go.

Nothing goes out by itself, and by default nothing that people said goes out at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.content.notes import what_we_did
from circle.domain.errors import NotAllowed, NotFound, NotNow
from circle.domain.events import Happened
from circle.domain.meeting import Meeting, Phase, Role
from circle.domain.summary import (
    WRITERS_MIN,
    Notes,
    attendees,
    hold_until,
    lines_to_send,
    nudge_at,
    possible_writers,
    zone_of,
)
from circle.services.deliveries import Delivery, deliveries, queue
from circle.services.letters import DRAFT, NOTES, NUDGE, RELEASED, SENT, Compose, Letters
from circle.services.notes_form import cleaned
from circle.services.ports import Caller, Clock, new_id
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.models import AuditRow, Circle, MeetingRow, Member, OutboxRow, SummaryRow, User
from circle.store.words import Words


class NotesChanged(NotNow):
    """Another page saved first. Both texts are here, so that no word is lost; nothing was written."""

    def __init__(self, stored: Notes, yours: Notes, version: int) -> None:
        super().__init__("stale")
        self.stored, self.yours, self.version = stored, yours, version


@dataclass(frozen=True, slots=True)
class Draft:
    """What the hosts' page shows. version: to hand back when saving.

    lines: (id, text) that may be picked; `writers` says why there may be none. people: those who
    asked for a mail, by member id and name. names: of members who sat, for advice on the text.
    arrives_at: when a mail released now may arrive in the circle's zone; each reader's own clock decides.
    """

    meeting: Meeting
    zone: str
    arrives_at: datetime
    state: str
    version: int
    notes: Notes
    writers: int
    lines: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    names: tuple[str, ...]

    @property
    def lines_possible(self) -> bool:
        """Whether enough people could have written a line for it to name nobody."""
        return self.writers >= WRITERS_MIN


class Closing:
    """The notes of evenings, from the draft to the outbox."""

    def __init__(
        self,
        committer: Committer,
        words: Words,
        clock: Clock,
        letters: Letters,
        compose: Compose,
        mail_from: str,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """mail_from: the sender's address, whose domain ends every Message-ID. wake: rouses the outbox."""
        self._committer = committer
        self._words = words
        self._clock = clock
        self._letters = letters
        self._compose = compose
        self._mail_domain = mail_from.rpartition("@")[2]
        self._wake = wake

    # -- the draft ------------------------------------------------------------------------------------
    def meeting_ended(self, db: Session, meeting: Meeting) -> None:
        """Make the draft, inside the transaction that ends the meeting: what we did, and nothing else."""
        if meeting.phase is not Phase.ENDED or db.get(SummaryRow, meeting.id) is not None:
            return
        begun = {step for name, step, _ in meetings.feed(db, meeting.id) if name == Happened.STEP_STARTED}
        kinds = [step.kind for step in meeting.plan.steps if step.id in begun]
        row = SummaryRow(meeting_id=meeting.id, state=DRAFT, version=0)
        self._letters.seal(row, Notes(titles=what_we_did(kinds)))
        db.add(row)

    def get(self, caller: Caller, meeting_id: str) -> Draft:
        """The draft and what it can hold. Raises NotFound, or NotAllowed for somebody who is no host."""

        def work(db: Session) -> Draft:
            meeting, host = self._for_host(db, caller, meeting_id)
            row = _summary(db, meeting_id)
            notes = self._letters.notes_in(row)
            if row.version == 0 and row.state == DRAFT:
                notes = replace(notes, reply_to=_account_address(db, host))
            writers = possible_writers(meeting)
            allowed = self._words.lines_for_notes(db, meeting_id)
            now, zone = self._clock.now(), db.get_one(Circle, meeting.circle_id).zone
            return Draft(
                meeting=meeting,
                zone=zone,
                arrives_at=hold_until(now, meeting.ended_at or now, zone_of(zone)),
                state=row.state,
                version=row.version,
                notes=notes,
                writers=writers,
                lines=tuple(allowed) if writers >= WRITERS_MIN else (),
                people=tuple((m.id, m.name) for m in self._readers(db, meeting)),
                names=tuple(seat.name for seat in attendees(meeting) if seat.role is Role.MEMBER),
            )

        return self._committer.read(work)

    def save(self, caller: Caller, meeting_id: str, form: Notes, version: int) -> int:
        """Keep the form; returns the version now. The same text again is no change.

        Raises NotesChanged when another page saved since `version`, Invalid with `fields`, NotNow
        ("released") when the notes are on their way.
        """

        def work(db: Session) -> int:
            meeting, host = self._for_host(db, caller, meeting_id)
            row = _summary(db, meeting_id, lock=True)
            if row.state != DRAFT:
                raise NotNow("released")
            mine = cleaned(replace(form, host=host.name))
            mine = replace(mine, line_ids=self._outgoing(db, meeting, mine))
            stored = self._letters.notes_in(row)
            if stored == mine:
                return row.version
            if row.version != version:
                raise NotesChanged(stored, mine, row.version)
            self._letters.seal(row, mine)
            row.version += 1
            return row.version

        return self._committer.submit(work)

    def preview(self, caller: Caller, meeting_id: str, member_id: str) -> EmailMessage:
        """The draft as this person would get it. Raises NotFound for somebody who asked for no mail."""

        def work(db: Session) -> EmailMessage:
            meeting, _ = self._for_host(db, caller, meeting_id)
            notes = self._letters.notes_in(_summary(db, meeting_id))
            reader = next((m for m in self._readers(db, meeting) if m.id == member_id), None)
            if reader is None:
                raise NotFound("not_found")
            lines = len(self._outgoing(db, meeting, notes))
            now = self._clock.now()
            return self._compose(self._letters.specimen(db, meeting, reader, notes, lines, now))

        return self._committer.read(work)

    def foresee(self, caller: Caller, meeting_id: str, member_id: str) -> EmailMessage:
        """The mail this person would get if the evening takes place as planned; once there is a draft, the
        draft as they would get it. Raises NotFound, NotAllowed.
        """

        def work(db: Session) -> EmailMessage:
            meeting, host = self._for_host(db, caller, meeting_id)
            row = db.get(SummaryRow, meeting_id)
            planned = Notes(titles=what_we_did([step.kind for step in meeting.plan.steps]))
            notes = self._letters.notes_in(row) if row is not None else planned
            notes = replace(notes, host=host.name, reply_to=notes.reply_to or _account_address(db, host))
            reader = _member(db, Caller(member_id), meeting)
            lines = len(self._outgoing(db, meeting, notes))
            now = self._clock.now()
            return self._compose(self._letters.specimen(db, meeting, reader, notes, lines, now))

        return self._committer.read(work)

    # -- letting go -----------------------------------------------------------------------------------
    def release(self, caller: Caller, meeting_id: str, version: int | None = None) -> list[Delivery]:
        """Queue one mail for everybody who asked for one; pressing again gives the same answer.

        version: what the host has read; NotNow("stale") if the draft is another one now.
        """

        def work(db: Session) -> list[Delivery]:
            meeting, host = self._for_host(db, caller, meeting_id)
            row = _summary(db, meeting_id, lock=True)
            if row.state == DRAFT:
                if version is not None and version != row.version:
                    raise NotNow("stale")
                self._let_go(db, meeting, row, host)
            return deliveries(db, meeting_id)

        found = self._committer.submit(work)
        self._wake()
        return found

    def _let_go(self, db: Session, meeting: Meeting, row: SummaryRow, host: Member) -> None:
        now = self._clock.now()
        outgoing = self._outgoing(db, meeting, self._letters.notes_in(row))
        self._words.keep_for_notes(db, meeting.id, outgoing)
        readers = self._readers(db, meeting)
        circle = db.get_one(Circle, meeting.circle_id)
        for member in readers:
            due = hold_until(now, meeting.ended_at or now, zone_of(member.zone, circle.zone))
            queue(db, meeting.id, member.id, NOTES, due, self._mail_domain)
        row.released_at = now
        row.state = RELEASED if readers else SENT
        if not readers:
            row.form_ct = None  # nobody is going to read it
        db.add(_audit(meeting, host, "release_notes", now))

    def deliveries(self, caller: Caller, meeting_id: str) -> list[Delivery]:
        """How each mail fares, by name. Raises NotFound, NotAllowed."""

        def work(db: Session) -> list[Delivery]:
            self._for_host(db, caller, meeting_id)
            return deliveries(db, meeting_id)

        return self._committer.read(work)

    def try_again(self, caller: Caller, meeting_id: str, member_id: str) -> None:
        """A mail that is stuck goes back into the queue; nothing happens to any other."""

        def work(db: Session) -> None:
            self._for_host(db, caller, meeting_id)
            mine = (OutboxRow.meeting_id == meeting_id, OutboxRow.member_id == member_id)
            for row in db.scalars(select(OutboxRow).where(*mine, OutboxRow.state == "stuck")):
                row.state, row.problem, row.lease_until = "waiting", "", None
                row.due_at = self._clock.now()

        self._committer.submit(work)
        self._wake()

    def nudge(self) -> int:
        """Queue one mail to the hosts of every evening whose notes still wait at noon of the next day."""

        def work(db: Session) -> int:
            now = self._clock.now()
            forgotten = (
                select(SummaryRow, MeetingRow, Circle)
                .join(MeetingRow, MeetingRow.id == SummaryRow.meeting_id)
                .join(Circle, Circle.id == MeetingRow.circle_id)
                .where(SummaryRow.state == DRAFT, SummaryRow.nudged_at.is_(None), Circle.demo.is_(False))
            )
            due = [
                (row, meetings.from_json(stage.state))
                for row, stage, circle in db.execute(forgotten.with_for_update(of=SummaryRow))
                if stage.ended_at and nudge_at(stage.ended_at, zone_of(circle.zone)) <= now
            ]
            for row, meeting in due:
                row.nudged_at = now
                for seat in attendees(meeting):
                    if seat.role is Role.HOST:
                        queue(db, meeting.id, seat.id, NUDGE, now, self._mail_domain)
            return len(due)

        return self._committer.submit(work)

    # -- the lines behind the sign-in -----------------------------------------------------------------
    def lines(self, member: Caller, meeting_id: str) -> tuple[str, ...]:
        """The released lines, for people who were there. Raises NotFound for everybody else."""

        def work(db: Session) -> tuple[str, ...]:
            meeting = meetings.load(db, meeting_id)
            here = _member(db, member, meeting)
            got_mail = select(OutboxRow).where(
                OutboxRow.meeting_id == meeting_id, OutboxRow.member_id == here.id, OutboxRow.kind == NOTES
            )
            sat = here.role == "host" or here.id in {seat.id for seat in attendees(meeting)}
            if not sat and db.scalar(got_mail) is None:
                raise NotFound("not_found")
            if _summary(db, meeting_id).state == DRAFT:
                raise NotFound("not_found")
            return tuple(text for _, text in self._words.lines_for_notes(db, meeting_id))

        return self._committer.read(work)

    # -- inside ---------------------------------------------------------------------------------------
    def _for_host(self, db: Session, caller: Caller, meeting_id: str) -> tuple[Meeting, Member]:
        meeting = meetings.load(db, meeting_id)
        member = _member(db, caller, meeting)
        if member.role != "host":
            raise NotAllowed("not_allowed")
        return meeting, member

    def _readers(self, db: Session, meeting: Meeting) -> Sequence[Member]:
        """Everybody who sat and asked for mail, in the order of their seats; nobody after an evening with
        made-up people.
        """
        if db.get_one(Circle, meeting.circle_id).demo:
            return []
        members = (db.get(Member, seat.id) for seat in attendees(meeting))
        return [m for m in members if m is not None and not m.banned and m.mail != "none" and m.address_ct]

    def _outgoing(self, db: Session, meeting: Meeting, notes: Notes) -> tuple[str, ...]:
        """The lines that would go out now: whatever a writer took back since is gone from here too."""
        allowed = [line for line, _ in self._words.lines_for_notes(db, meeting.id)]
        return lines_to_send(allowed, notes.line_ids, possible_writers(meeting))


def _member(db: Session, caller: Caller, meeting: Meeting) -> Member:
    member = db.get(Member, caller.member_id)
    if member is None or member.circle_id != meeting.circle_id or member.banned:
        raise NotFound("not_found")
    return member


def _summary(db: Session, meeting_id: str, *, lock: bool = False) -> SummaryRow:
    query = select(SummaryRow).where(SummaryRow.meeting_id == meeting_id)
    row = db.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound("not_found")
    return row


def _account_address(db: Session, host: Member) -> str:
    user = db.get(User, host.user_id) if host.user_id else None
    return user.address if user is not None else ""


def _audit(meeting: Meeting, host: Member, action: str, now: datetime) -> AuditRow:
    return AuditRow(
        id=new_id(),
        circle_id=meeting.circle_id,
        meeting_id=meeting.id,
        actor_id=host.id,
        action=action,
        happened_at=now,
    )
