"""A finished evening in a database, for tests of what comes after it: mail, notes, forgetting.

Thursday 12 March 2026, ended 20:30 UTC. Mira hosts; members are named m1, m2 ...
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from circle.content.loader import load_library
from circle.domain.events import Event, Happened
from circle.domain.meeting import Meeting, Phase, Place, Role, Seat
from circle.domain.room import Share
from circle.mail.compose import Composer, mail_environment
from circle.mail.outbox import Outbox
from circle.services.clock import SettableClock
from circle.services.closing import Closing
from circle.services.letters import Letters
from circle.services.ports import Caller, Mail, MailCarrier
from circle.store import meetings
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import Circle, MeetingRow, Member, OutboxRow, User
from circle.store.words import NewLine, Words

ENDED = datetime(2026, 3, 12, 20, 30, tzinfo=UTC)
MORNING = datetime(2026, 3, 13, 9, 0, tzinfo=UTC)
HOST = Caller("h1", host=True)
MEETING = "meeting-1"
SENDER = "notes@circle.example"
TEMPLATES = Path(__file__).parents[1] / "templates"
BASE = "https://circle.example"


@dataclass
class FakeCarrier:
    """Keeps mails. `fail` is raised instead of taking one; `fail_after`, after having taken it."""

    mails: list[Mail] = field(default_factory=list)
    fail: Exception | None = None
    fail_after: BaseException | None = None

    def deliver(self, mail: Mail) -> None:
        """Take the mail."""
        if self.fail is not None:
            raise self.fail
        self.mails.append(mail)
        if self.fail_after is not None:
            raise self.fail_after


class Evening:
    """The evening and the services around it."""

    def __init__(
        self,
        committer: Committer,
        keys: KeyRing,
        words: Words,
        clock: SettableClock,
        carrier: MailCarrier | None = None,
    ) -> None:
        self.committer, self.keys, self.words, self.clock = committer, keys, words, clock
        self.carrier = carrier or FakeCarrier()
        self.letters = Letters(words, keys, load_library(), BASE, lambda _db, member: f"stop-{member.id}")
        self.composer = Composer(mail_environment(TEMPLATES), SENDER)
        self.outbox = Outbox(committer, clock, self.letters, self.composer, self.carrier)
        self.closing = Closing(committer, words, clock, self.letters, self.composer, SENDER)
        clock.set(ENDED)

    def hold(self, members: int = 6, *, mail: str = "full", zone: str = "", circle_zone: str = "UTC") -> None:
        """Hold the evening: a host and so many members, all of whom asked for `mail`."""
        self.committer.submit(lambda db: self._write(db, members, mail, zone, circle_zone))

    def _write(self, db: Session, members: int, mail: str, zone: str, circle_zone: str) -> None:
        now = self.clock.now()
        db.add(User(id="u1", address="mira@hosts.example", name="Mira", created_at=now))
        db.flush()
        db.add(
            Circle(
                id="c1",
                name="Grief after work",
                door_token="door",
                zone=circle_zone,
                country="GB",
                agreements=[],
                owner_id="u1",
                created_at=now,
            )
        )
        db.flush()
        db.add(Member(id="h1", circle_id="c1", role="host", user_id="u1", name="Mira", created_at=now))
        for number in range(1, members + 1):
            db.add(self._member(f"m{number}", mail, zone, now))
        db.flush()
        seats = [Seat("h1", "Mira", Role.HOST, Place.SEATED, sat=True)]
        for n in range(1, members + 1):
            seats.append(Seat(f"m{n}", f"Name{n}", Role.MEMBER, Place.SEATED, sat=True))
        plan = load_library().templates["T3"]
        started = ENDED - timedelta(minutes=90)
        meeting = Meeting(MEETING, "c1", plan, started, phase=Phase.CLOSING, seats=tuple(seats))
        meetings.add(db, meeting)
        db.flush()
        events = [*(Event(Happened.STEP_STARTED, step.id) for step in plan.steps), Event(Happened.ENDED)]
        over = replace(meeting, phase=Phase.ENDED, index=len(plan.steps) - 1, ended_at=ENDED)
        self.closing.meeting_ended(db, meetings.save(db, over, events, ENDED))

    def _member(self, member_id: str, mail: str, zone: str, now: datetime) -> Member:
        address = f"{member_id}@members.example"
        return Member(
            id=member_id,
            circle_id="c1",
            role="member",
            name=f"Name{member_id[1:]}",
            mail=mail,
            zone=zone,
            address_ct=self.keys.seal(address, f"members.address.{member_id}") if mail != "none" else None,
            created_at=now,
        )

    def change_member(self, member_id: str, **values: object) -> None:
        """Set columns of a member's row."""

        def work(db: Session) -> None:
            member = db.get_one(Member, member_id)
            for name, value in values.items():
                setattr(member, name, value)

        self.committer.submit(work)

    def change_meeting(self, **values: object) -> None:
        """Set fields of the meeting as it is stored."""

        def work(db: Session) -> None:
            row = db.get_one(MeetingRow, MEETING)
            row.state = meetings.to_json(replace(meetings.from_json(row.state), **values))  # type: ignore[arg-type]

        self.committer.submit(work)

    def wall(self, *texts: str, allowed: bool = True) -> list[str]:
        """Lines on the wall without names; their ids."""
        lines = [NewLine(str(uuid4()), text, "", False, allowed, False) for text in texts]
        self.committer.submit(lambda db: self.words.show_lines(db, MEETING, "s6", lines))
        return [line.id for line in lines]

    def said(self, member_id: str, text: str, *, allowed: bool) -> str:
        """Words said by name; their id."""
        share = Share(uuid4().hex, "s4", member_id, text)
        self.committer.submit(lambda db: self.words.put_share(db, MEETING, share, summary=allowed))
        return share.id

    def deliver(self, at: datetime = MORNING) -> list[EmailMessage]:
        """Run the outbox at this time; everything that has arrived so far, parsed."""
        self.clock.set(at)
        self.outbox.run_once()
        assert isinstance(self.carrier, FakeCarrier)
        return [parsed(mail.raw) for mail in self.carrier.mails]

    def row(self, member_id: str, kind: str = "notes") -> OutboxRow:
        """The outbox row of this person."""
        query = select(OutboxRow).where(OutboxRow.member_id == member_id, OutboxRow.kind == kind)
        return self.committer.read(lambda db: db.scalars(query).one())


def parsed(raw: bytes) -> EmailMessage:
    """A mail as its reader's program sees it."""
    message = message_from_bytes(raw, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


def text_of(message: EmailMessage) -> str:
    """The plain text part."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage) -> str:
    """The HTML part."""
    part = message.get_body(("html",))
    assert part is not None
    return str(part.get_content())
