"""Socket tickets: 60 seconds, one use, in memory. They travel in the Socket.IO `auth`, never in a link."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from circle.services.ports import Caller, Clock, new_id

LIFE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who may connect to which meeting, until when."""

    caller: Caller
    meeting_id: str
    expires_at: datetime


class Tickets(Protocol):
    """The tickets that are out."""

    def issue(self, caller: Caller, meeting_id: str) -> str:
        """A fresh ticket."""

    def redeem(self, key: str) -> Ticket | None:
        """The ticket, once; None if it is unknown, used or too old."""

    def forget(self, meeting_id: str, member_id: str) -> None:
        """Whoever is cut off does not come back with a ticket from before."""


class OwnTickets:
    """The tickets of one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Ticket] = {}
        self._lock = threading.Lock()

    def issue(self, caller: Caller, meeting_id: str) -> str:
        """As `Tickets.issue`; expired ones are forgotten on the way."""
        now = self._clock.now()
        with self._lock:
            self._open = {key: t for key, t in self._open.items() if t.expires_at > now}
            key = new_id()
            self._open[key] = Ticket(caller, meeting_id, now + LIFE)
        return key

    def redeem(self, key: str) -> Ticket | None:
        """As `Tickets.redeem`."""
        with self._lock:
            ticket = self._open.pop(key, None)
        return ticket if ticket is not None and ticket.expires_at > self._clock.now() else None

    def forget(self, meeting_id: str, member_id: str) -> None:
        """As `Tickets.forget`."""
        with self._lock:
            self._open = {
                key: t
                for key, t in self._open.items()
                if (t.meeting_id, t.caller.member_id) != (meeting_id, member_id)
            }
