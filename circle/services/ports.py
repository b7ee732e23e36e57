"""What the use cases need from the outside, as Protocols; `app` joins them to real things."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from circle.domain.room import Presence, Status


class Clock(Protocol):
    """Where the time comes from. Tests set it; nothing in the project reads the system's directly."""

    def now(self) -> datetime:
        """Aware UTC."""


class Broadcaster(Protocol):
    """The only thing that emits. One message goes to one audience of one meeting."""

    def send(self, meeting_id: str, audience: str, message: dict[str, Any]) -> None:
        """Queue a message for everybody who listens in this audience; never waits."""

    def move(self, meeting_id: str, seat_id: str, audience: str | None) -> None:
        """The person's connections now listen to this shared audience; None cuts them off."""

    def take_snapshots(self, meeting_id: str) -> None:
        """The pages of this session are told to look anew."""


class PresenceBook(Protocol):
    """Who is connected, and what their page says. Memory only; lives as long as the connections."""

    def of(self, meeting_id: str) -> dict[str, Presence]:
        """Presence by seat id."""

    def away(self, meeting_id: str) -> frozenset[str]:
        """Seat ids of people who stepped out."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person, ready for SMTP or the mailbox page. `raw` is RFC 5322, CRLF."""

    message_id: str
    sender: str
    recipient: str
    raw: bytes


class MailCarrier(Protocol):
    """Hands a mail to the world. Raises OSError or smtplib.SMTPException when it cannot."""

    def deliver(self, mail: Mail) -> None:
        """Return only when the other side has taken responsibility."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The member on whose behalf something is done, from the session or the socket's ticket."""

    member_id: str
    host: bool = False


def new_id() -> str:
    """128 random bits, url-safe: the form of every id outside the store."""
    return secrets.token_urlsafe(16)


__all__ = [
    "Broadcaster",
    "Caller",
    "Clock",
    "Mail",
    "MailCarrier",
    "Presence",
    "PresenceBook",
    "Status",
    "new_id",
]
