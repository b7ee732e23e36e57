"""Which connection belongs to whom, in this process. Connection ids stay in here."""

from __future__ import annotations

from dataclasses import dataclass

from circle.services.ports import Caller

CONNECTIONS_MAX = 6  # pages of one person in one session


@dataclass(frozen=True, slots=True)
class Connection:
    """One page."""

    sid: str
    caller: Caller
    meeting_id: str


class Connections:
    """The table of one process."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._by_seat: dict[tuple[str, str], set[str]] = {}

    def add(self, connection: Connection) -> bool:
        """Remember it; False if this person has too many pages open."""
        seat = self._by_seat.setdefault((connection.meeting_id, connection.caller.member_id), set())
        if len(seat) >= CONNECTIONS_MAX:
            return False
        seat.add(connection.sid)
        self._by_sid[connection.sid] = connection
        return True

    def get(self, sid: str) -> Connection | None:
        """The connection with this id."""
        return self._by_sid.get(sid)

    def drop(self, sid: str) -> Connection | None:
        """Forget it."""
        connection = self._by_sid.pop(sid, None)
        if connection is not None:
            key = (connection.meeting_id, connection.caller.member_id)
            self._by_seat.get(key, set()).discard(sid)
            if not self._by_seat.get(key):
                self._by_seat.pop(key, None)
        return connection

    def forget(self) -> None:
        """Forget all of them: whatever their pages still send finds nobody."""
        self._by_sid.clear()
        self._by_seat.clear()

    def of_seat(self, meeting_id: str, seat_id: str) -> list[str]:
        """The connections of one person in one meeting."""
        return sorted(self._by_seat.get((meeting_id, seat_id), ()))
