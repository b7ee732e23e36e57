"""Without SMTP: what would have been sent, for the hosts of the circles it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import SMTP

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from circle.domain.errors import NotFound
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.models import MailboxRow, MeetingRow, Member, OutboxRow

# A host sees what a member gets, and not the one thing in it that acts for the member.
_STOP_TOKEN = re.compile(r"(/stop/)[\w.~=-]+")


@dataclass(frozen=True, slots=True)
class KeptMail:
    """One mail as it would have gone out; to whom is said by name, never by address."""

    id: str
    name: str
    sent_at: datetime
    sender: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What a mailbox holds. shut: how many more there are that no key here opens."""

    mails: list[KeptMail]
    shut: int


class Mailbox:
    """Mails that no server took."""

    def __init__(self, committer: Committer, keys: KeyRing) -> None:
        self._committer = committer
        self._keys = keys

    def all(self, user_id: str) -> Kept:
        """Mails of this facilitator's circles, the latest first."""
        return self._committer.read(lambda db: self._found(db, user_id))

    def one(self, user_id: str, mail_id: str) -> KeptMail:
        """One of them. Raises NotFound, also for mails of other people's circles."""
        found = next((mail for mail in self.all(user_id).mails if mail.id == mail_id), None)
        if found is None:
            raise NotFound("not_found")
        return found

    def _found(self, db: Session, user_id: str) -> Kept:
        reader, host = aliased(Member), aliased(Member)
        query = (
            select(MailboxRow, reader.name)
            .join(OutboxRow, OutboxRow.message_id == MailboxRow.message_id)
            .join(reader, reader.id == OutboxRow.member_id)
            .join(MeetingRow, MeetingRow.id == OutboxRow.meeting_id)
            .join(host, (host.circle_id == MeetingRow.circle_id) & (host.role == "host"))
            .where(host.user_id == user_id)
            .order_by(MailboxRow.sent_at.desc(), MailboxRow.id)
        )
        found = [self._opened(row, name) for row, name in db.execute(query)]
        mails = [mail for mail in found if mail is not None]
        return Kept(mails, shut=len(found) - len(mails))

    def _opened(self, row: MailboxRow, name: str) -> KeptMail | None:
        try:
            raw = self._keys.open(row.message_ct, f"mailbox.message.{row.id}")
        except ValueError:  # it shuts no other mail
            return None
        message = message_from_string(raw, policy=SMTP)
        if not isinstance(message, EmailMessage):
            raise TypeError("the policy makes e-mail messages")
        text, html = body(message, "plain"), body(message, "html")
        return KeptMail(
            id=row.id,
            name=name,
            sent_at=row.sent_at,
            sender=str(message["From"]),
            subject=str(message["Subject"]),
            text=_STOP_TOKEN.sub(r"\1...", text),
            html=_STOP_TOKEN.sub(r"\1...", html),
        )


def unwrapped(text: str, width: int = 72) -> str:
    """A mail's text with its paragraphs in one line again, for a page of any width.

    A line is taken for wrapped when the next one's first word would not have fitted into `width`.
    """
    lines: list[str] = []
    before = ""
    for line in text.splitlines():
        first = line.split(" ", 1)[0]
        if before and first and len(before) + 1 + len(first) > width:
            lines[-1] += f" {line}"
        else:
            lines.append(line)
        before = line
    return "\n".join(lines)


def body(message: EmailMessage, kind: str) -> str:
    """The part of this kind ("plain" or "html") as text; "" when there is none."""
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
