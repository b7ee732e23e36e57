"""What made-up people hear: the messages that go to pages, handed to whoever sits in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from circle.domain.audience import SELF
from circle.services.ports import Broadcaster

Hear = Callable[[dict[str, Any]], None]


class Ears:
    """A broadcaster that also tells people of this process what their pages would hear, and no more."""

    def __init__(self, pages: Broadcaster) -> None:
        self._pages = pages
        self._hear: dict[str, Hear] = {}
        self._where: dict[str, str | None] = {}

    def open(self, seat_id: str, hear: Hear) -> None:
        """From now on this seat hears."""
        self._hear[seat_id] = hear

    def send(self, meeting_id: str, audience: str, message: dict[str, Any]) -> None:
        """As `Broadcaster.send`."""
        self._pages.send(meeting_id, audience, message)
        for seat_id, hear in list(self._hear.items()):
            if audience in (self._where.get(seat_id), SELF + seat_id):
                hear(message)

    def move(self, meeting_id: str, seat_id: str, audience: str | None) -> None:
        """As `Broadcaster.move`."""
        self._where[seat_id] = audience
        self._pages.move(meeting_id, seat_id, audience)

    def take_snapshots(self, meeting_id: str) -> None:
        """As `Broadcaster.take_snapshots`; made-up people see it by the next message."""
        self._pages.take_snapshots(meeting_id)
