"""The tables. Integer keys stay in here; outside, ids are random. Instants are aware UTC.

Every column that holds something about a person has its line in `docs/privacy.md`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out; SQLite forgets the zone, so it is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        bytes: LargeBinary,
    }


class User(Base):
    """A facilitator's account. `generation` goes up to end every sign-in at once."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(24))
    password_hash: Mapped[str] = mapped_column(String(255), default="")
    generation: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime]


class WebSession(Base):
    """A browser's server-side session. Only the hash of the cookie is kept; `data` is sealed."""

    __tablename__ = "web_sessions"
    id_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    data_ct: Mapped[bytes]
    user_id: Mapped[str] = mapped_column(String(32), default="", index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Circle(Base):
    """The lasting group. `door_token` is the permanent link's unguessable part."""

    __tablename__ = "circles"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    door_token: Mapped[str] = mapped_column(String(32), unique=True)
    zone: Mapped[str] = mapped_column(String(64), default="UTC")
    country: Mapped[str] = mapped_column(String(2), default="")
    call_url: Mapped[str] = mapped_column(String(500), default="")
    admit: Mapped[bool] = mapped_column(Boolean, default=True)
    hosts_read_first: Mapped[bool] = mapped_column(Boolean, default=True)
    agreements: Mapped[list[Any]]
    agreements_version: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    owner_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime]


class AgreementVersion(Base):
    """A wording of a circle's agreements that was replaced, so that a change can be shown as one."""

    __tablename__ = "agreement_versions"
    circle_id: Mapped[str] = mapped_column(ForeignKey("circles.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    clauses: Mapped[list[Any]]
    replaced_at: Mapped[datetime]


class Member(Base):
    """A person in one circle, under the name they chose there. Never linked across circles.

    `user_id` is set for hosts, and stays when somebody hosts no more (role "member" then): their account
    finds the same chair. A returning guest is known by their browser's session.
    `address_ct` is there only if the person asked for mail. mail: "full", "date" or "none".
    """

    __tablename__ = "members"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    circle_id: Mapped[str] = mapped_column(ForeignKey("circles.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(8), default="member")
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(24), default="")
    address_ct: Mapped[bytes | None]
    mail: Mapped[str] = mapped_column(String(4), default="none")
    zone: Mapped[str] = mapped_column(String(64), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    affirmed_on: Mapped[str] = mapped_column(String(10), default="")  # date of the agreements' yes
    affirmed_version: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    banned: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime]


class OneUseLink(Base):
    """A link that works once, consumed by POST only. purpose: see `services.accounts.LIFETIMES`."""

    __tablename__ = "one_use_links"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(32))
    expires_at: Mapped[datetime]


class MeetingRow(Base):
    """The stage of a session: one row, optimistic `version`. `state` is the domain Meeting as JSON."""

    __tablename__ = "meetings"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    circle_id: Mapped[str] = mapped_column(ForeignKey("circles.id", ondelete="CASCADE"), index=True)
    phase: Mapped[str] = mapped_column(String(10), index=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
    state: Mapped[dict[str, Any]]


class PreparationRow(Base):
    """What hosts note while they prepare: reasons, what they looked at, what can be undone. Sealed.

    It never enters the meeting, so nothing of it can reach a room.
    """

    __tablename__ = "preparations"
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    data_ct: Mapped[bytes]


class OwnPromptRow(Base):
    """A question a circle wrote for itself. `record_ct` is a PromptRecord as JSON with its
    translations, sealed."""

    __tablename__ = "own_prompts"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    circle_id: Mapped[str] = mapped_column(ForeignKey("circles.id", ondelete="CASCADE"), index=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    record_ct: Mapped[bytes]
    changed_at: Mapped[datetime]


class NotYetRow(Base):
    """A question hosts thought of for this circle, and decided that it can wait."""

    __tablename__ = "not_yet"
    circle_id: Mapped[str] = mapped_column(ForeignKey("circles.id", ondelete="CASCADE"), primary_key=True)
    prompt_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    noted_on: Mapped[str] = mapped_column(String(10))  # a date; when exactly is nobody's business


class EventRow(Base):
    """The feed of stage events: no words and no members' ids; goes 24 h after the end."""

    __tablename__ = "meeting_events"
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[int] = mapped_column(Integer, primary_key=True)  # position inside one version
    name: Mapped[str] = mapped_column(String(16))
    step: Mapped[str] = mapped_column(String(16), default="")
    happened_at: Mapped[datetime]


class Receipt(Base):
    """The first answer to a command, so that a resend gets the same. Never for unnamed words."""

    __tablename__ = "receipts"
    command_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[str] = mapped_column(String(32))
    ack: Mapped[dict[str, Any]]


class ShareRow(Base):
    """Words said by name."""

    __tablename__ = "shares"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    step_id: Mapped[str] = mapped_column(String(16))
    member_id: Mapped[str] = mapped_column(String(32))
    body_ct: Mapped[bytes]
    summary: Mapped[bool] = mapped_column(Boolean, default=False)  # may stand, unnamed, in the notes
    set_aside: Mapped[bool] = mapped_column(Boolean, default=False)
    position: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index("ix_shares_step", "meeting_id", "step_id"),)


class LineRow(Base):
    """Words without a name. There is no member here, no time, and no order of arrival.

    Rows are written only when shown, shuffled, in one transaction; WITHOUT ROWID, because SQLite's
    hidden rowid would keep the order of posting.
    """

    __tablename__ = "lines"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)  # UUIDv4
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    step_id: Mapped[str] = mapped_column(String(16))
    body_ct: Mapped[bytes]
    commit: Mapped[str] = mapped_column(String(64), default="")
    read_aloud: Mapped[bool] = mapped_column(Boolean, default=False)
    summary: Mapped[bool] = mapped_column(Boolean, default=False)
    set_aside: Mapped[bool] = mapped_column(Boolean, default=False)
    received: Mapped[bool] = mapped_column(Boolean, default=False)
    mailbox: Mapped[str] = mapped_column(String(43), default="", server_default="")
    __table_args__ = (Index("ix_lines_step", "meeting_id", "step_id"), {"sqlite_with_rowid": False})


class WordRow(Base):
    """A private word between one person and the hosts; goes 24 h after the end."""

    __tablename__ = "words"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[str] = mapped_column(String(32))
    body_ct: Mapped[bytes]
    from_host: Mapped[bool] = mapped_column(Boolean, default=False)
    asks: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    position: Mapped[int] = mapped_column(Integer)


class SummaryRow(Base):
    """The notes of an evening. `form_ct` is the host's text, deleted when all deliveries are done."""

    __tablename__ = "summaries"
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[str] = mapped_column(String(9), default="draft")  # draft, released, sent
    form_ct: Mapped[bytes | None]
    version: Mapped[int] = mapped_column(Integer, default=0)
    released_at: Mapped[datetime | None]
    nudged_at: Mapped[datetime | None]


class OutboxRow(Base):
    """One mail to one person: ids only, rendered at sending. Unique per (meeting, member, kind)."""

    __tablename__ = "outbox"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    member_id: Mapped[str] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    message_id: Mapped[str] = mapped_column(String(120))
    due_at: Mapped[datetime] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")  # waiting, sent, stuck
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(80), default="")  # a code or SMTP status, never text
    __table_args__ = (UniqueConstraint("meeting_id", "member_id", "kind"),)


class MailboxRow(Base):
    """Without SMTP: what would have been sent, shown on the mailbox page. Sealed like other words."""

    __tablename__ = "mailbox"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120))
    message_ct: Mapped[bytes]
    sent_at: Mapped[datetime]


class AuditRow(Base):
    """Who did what to which thing: hosts' and the program's actions, without content."""

    __tablename__ = "audit"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    circle_id: Mapped[str] = mapped_column(String(32), index=True)
    meeting_id: Mapped[str] = mapped_column(String(32), default="")
    actor_id: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(24))
    object_id: Mapped[str] = mapped_column(String(36), default="")
    reason_ct: Mapped[bytes | None]
    happened_at: Mapped[datetime]
