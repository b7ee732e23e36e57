"""Which connection belongs to whom, in this process. Connection ids stay in here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from circle.live.lines import Line
from circle.services.ports import Caller

CONNECTIONS_MAX = 6  # pages of one person in one session


@dataclass(frozen=True, slots=True)
class Connection:
    """One page. rooms: what it listens in. line: None where it comes by the slow line."""

    sid: str
    caller: Caller
    meeting_id: str
    line: Line | None = None
    rooms: set[str] = field(default_factory=set, compare=False)


class Connections:
    """The table of one process."""

    def __init__(self) -> None:
        self._by_sid: dict[str, Connection] = {}
        self._by_seat: dict[tuple[str, str], set[str]] = {}
        self._pages: Counter[str] = Counter()  # of each session
        self._rooms: dict[str, dict[str, Line]] = {}

    def add(self, connection: Connection) -> bool:
        """Remember it; False if this person has too many pages open."""
        seat = self._by_seat.setdefault((connection.meeting_id, connection.caller.member_id), set())
        if len(seat) >= CONNECTIONS_MAX:
            return False
        seat.add(connection.sid)
        self._pages[connection.meeting_id] += 1
        self._by_sid[connection.sid] = connection
        return True

    def get(self, sid: str) -> Connection | None:
        """The connection with this id."""
        return self._by_sid.get(sid)

    def drop(self, sid: str) -> Connection | None:
        """Forget it."""
        connection = self._by_sid.pop(sid, None)
        if connection is not None:
            self._pages -= Counter({connection.meeting_id: 1})
            self.part(connection)
        return connection

    def forget(self) -> None:
        """Forget all of them: whatever their pages still send finds nobody."""
        self._by_sid.clear()
        self._by_seat.clear()
        self._pages.clear()
        self._rooms.clear()

    def has_pages(self, meeting_id: str) -> bool:
        """Whether somebody of this session comes to this process."""
        return meeting_id in self._pages

    def of_seat(self, meeting_id: str, seat_id: str) -> list[Connection]:
        """The connections of one person in one meeting, without those that are about to be closed."""
        return [self._by_sid[sid] for sid in sorted(self._by_seat.get((meeting_id, seat_id), ()))]

    def part(self, connection: Connection) -> None:
        """It is about to be closed: it listens nowhere any more, and comes back to no room."""
        for room in list(connection.rooms):
            self.leave(connection, room)
        key = (connection.meeting_id, connection.caller.member_id)
        self._by_seat.get(key, set()).discard(connection.sid)
        if not self._by_seat.get(key):
            self._by_seat.pop(key, None)

    # -- who listens where -----------------------------------------------------------------------------
    def enter(self, connection: Connection, room: str) -> None:
        """It listens here; a page that has hung up, or is about to be closed, listens nowhere."""
        seat = self._by_seat.get((connection.meeting_id, connection.caller.member_id), ())
        if connection.line is not None and connection.sid in seat:
            connection.rooms.add(room)
            self._rooms.setdefault(room, {})[connection.sid] = connection.line

    def leave(self, connection: Connection, room: str) -> None:
        """It listens here no more."""
        if room in connection.rooms:
            connection.rooms.remove(room)
            listening = self._rooms[room]
            del listening[connection.sid]
            if not listening:
                del self._rooms[room]

    def lines(self, room: str | None) -> Iterable[Line]:
        """The lines of everybody who listens in this room now; None: of everybody."""
        if room is None:
            return [each.line for each in self._by_sid.values() if each.line is not None]
        return list(self._rooms.get(room, {}).values())
