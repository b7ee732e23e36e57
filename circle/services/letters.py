"""From ids to everything a mail says. Read afresh at sending: nothing of it is stored.

What never comes in here: pulse, help, step-outs, passes, who was there (docs/privacy.md, *What is never
stored*).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from email.message import EmailMessage
from enum import StrEnum
from typing import Protocol

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from circle.content.helplines import HelpNumber, offered
from circle.content.loader import Library
from circle.content.schema import Elsewhere
from circle.domain.meeting import Meeting
from circle.domain.summary import Notes, evening_of, zone_of
from circle.store import meetings
from circle.store.crypto import KeyRing
from circle.store.models import Circle, Member, OutboxRow, SummaryRow, User
from circle.store.words import Words

_NOTES = TypeAdapter(Notes)
NOWHERE = "#only-in-the-mail"  # in a preview, in place of links that act for their reader
HELPLINES_MAX = 4  # more would be a list to search through at a bad moment
NOTES, NUDGE = "notes", "nudge"  # kinds of outbox rows
DRAFT, RELEASED, SENT = "draft", "released", "sent"  # states of a summary


class Form(StrEnum):
    """What somebody asked for; NUDGE goes to hosts only."""

    FULL = "full"
    DATE = "date"
    NUDGE = "nudge"


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses in the mail; "" where there is none."""

    lines: str = ""
    change: str = ""
    stop: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Care:
    """Words for whoever is stirred, and numbers of the reader's country; helplines before emergency."""

    stirs: tuple[str, ...]
    numbers: tuple[HelpNumber, ...]
    elsewhere: Elsewhere | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one person, before it has a shape. day: the evening's day in the circle's zone."""

    form: Form
    message_id: str
    recipient: str
    name: str
    day: date
    sent_at: datetime
    links: Links
    notes: Notes = field(default_factory=Notes)
    lines: int = 0  # how many stand behind the sign-in
    care: Care | None = None


Compose = Callable[[Letter], EmailMessage]


class StopTokens(Protocol):
    """Who makes the token of a "stop these notes" link."""

    def __call__(self, db: Session, member: Member, /) -> str:
        """A token that can stop this person's mail and nothing else."""


class Letters:
    """Gathers letters inside a database session; never waits for anything."""

    def __init__(
        self, words: Words, keys: KeyRing, library: Library, base_url: str, stop_token: StopTokens
    ) -> None:
        self._words = words
        self._keys = keys
        self._library = library
        self._base = base_url.rstrip("/")
        self._stop_token = stop_token

    def for_row(self, db: Session, row: OutboxRow, now: datetime) -> Letter | None:
        """The mail this row stands for; None when it is not wanted, or not possible, any more."""
        member = db.get(Member, row.member_id)
        summary = db.get(SummaryRow, row.meeting_id)
        if member is None or member.banned or summary is None:
            return None
        meeting = meetings.load(db, row.meeting_id)
        if row.kind == NUDGE:
            return self._nudge(db, row, meeting, member, now) if summary.state == DRAFT else None
        recipient = self.address(member)
        if not recipient or not summary.form_ct:
            return None
        stop = f"{self._base}/stop/{self._stop_token(db, member)}"
        letter = self._notes(db, meeting, member, now, member.country)
        letter = replace(letter, message_id=row.message_id, recipient=recipient)
        letter = replace(letter, links=replace(self._links(meeting.id), stop=stop))
        return _filled(letter, self.notes_in(summary), len(self._words.lines_for_notes(db, meeting.id)))

    def specimen(
        self, db: Session, meeting: Meeting, member: Member, notes: Notes, lines: int, now: datetime
    ) -> Letter:
        """The draft as this person would get it, for the host's eyes.

        Nothing in it is the person's own secret: no address, no working link, and the numbers of the
        circle's country, since which country somebody chose is theirs to tell.
        """
        letter = self._notes(db, meeting, member, now, "")
        nowhere = Links(lines=NOWHERE, change=NOWHERE, stop=NOWHERE)
        letter = replace(letter, recipient="somebody@example.org", message_id="<preview>", links=nowhere)
        return _filled(letter, notes, lines)

    def address(self, member: Member) -> str:
        """Where this person wants notes; "" for nowhere."""
        if member.mail == "none" or not member.address_ct:
            return ""
        return self._keys.open(member.address_ct, f"members.address.{member.id}")

    def notes_in(self, summary: SummaryRow) -> Notes:
        """The form as it was saved; empty when it is gone."""
        text = self._words.notes_text(summary)
        return _NOTES.validate_json(text) if text else Notes()

    def seal(self, summary: SummaryRow, notes: Notes) -> None:
        """Put the form into its row."""
        self._words.seal_notes(summary, _NOTES.dump_json(notes).decode())

    def _notes(self, db: Session, meeting: Meeting, member: Member, now: datetime, country: str) -> Letter:
        circle = db.get_one(Circle, meeting.circle_id)
        return Letter(
            form=Form(member.mail),
            message_id="",
            recipient="",
            name=member.name,
            day=_day(meeting, circle),
            sent_at=now,
            links=Links(),
            care=self._care(country or circle.country, now.date()),
        )

    def _nudge(
        self, db: Session, row: OutboxRow, meeting: Meeting, host: Member, now: datetime
    ) -> Letter | None:
        hosts = host.user_id and host.role == "host"  # who hosts no more could not open what it leads to
        user = db.get(User, host.user_id) if hosts else None
        if user is None:
            return None
        return Letter(
            form=Form.NUDGE,
            message_id=row.message_id,
            recipient=user.address,
            name=host.name,
            day=_day(meeting, db.get_one(Circle, meeting.circle_id)),
            sent_at=now,
            links=Links(summary=f"{self._base}/meet/{meeting.id}/summary"),
        )

    def _links(self, meeting_id: str) -> Links:
        meet = f"{self._base}/meet/{meeting_id}"
        return Links(lines=f"{meet}/lines", change=f"{meet}/notes")

    def _care(self, country: str, today: date) -> Care:
        book = self._library.helplines
        found = offered(book, country, today) if country else []
        helplines = [number for number in found if number.kind == "helpline"]
        emergency = [number for number in found if number.kind == "emergency"]
        return Care(
            stirs=self._library.if_it_stirs,
            numbers=(*helplines[:HELPLINES_MAX], *emergency),
            elsewhere=None if helplines else book.elsewhere,
        )


def _filled(letter: Letter, notes: Notes, lines: int) -> Letter:
    """With the host's words, or with no more of them than who reads replies."""
    if letter.form is Form.DATE:
        return replace(letter, notes=Notes(host=notes.host, reply_to=notes.reply_to))
    return replace(letter, notes=notes, lines=lines)


def _day(meeting: Meeting, circle: Circle) -> date:
    return evening_of(meeting.ended_at or meeting.starts_at, zone_of(circle.zone))


def forget_sender(words: Words, summary: SummaryRow, names: Collection[str], address: str) -> None:
    """Notes that were written and not yet gone say no more who sends them, where that is one of these names,
    nor that replies go to this address. A form that no key here opens stays as it is.
    """
    try:
        text = words.notes_text(summary)
    except ValueError:
        return
    notes = _NOTES.validate_json(text) if text else Notes()
    host = "" if notes.host in names else notes.host
    reply_to = "" if notes.reply_to == address else notes.reply_to
    if (host, reply_to) != (notes.host, notes.reply_to):
        left = replace(notes, host=host, reply_to=reply_to)
        words.seal_notes(summary, _NOTES.dump_json(left).decode())
