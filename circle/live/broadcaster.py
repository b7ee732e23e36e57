"""The only thing that emits. A message is put into words and framed once, and handed to every line as it is;
no line waits for another (`lines`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic_core import to_json

from circle.domain.audience import DOOR, HOSTS, LINGER, ROOM, STAND_IN
from circle.live.connections import Connections
from circle.live.lines import frame_of
from circle.services.tickets import Tickets

_SHARED = (ROOM, HOSTS, STAND_IN, LINGER, DOOR)
CutOff = Callable[[str], object]


class SocketBroadcaster:
    """Sends messages to the lines that listen in `<meeting>/<audience>`: rooms are named here only."""

    def __init__(self, connections: Connections, tickets: Tickets) -> None:
        self._connections = connections
        self._tickets = tickets
        self._cut_off: CutOff | None = None

    def attach(self, cut_off: CutOff) -> None:
        """cut_off: ends a connection by its id, in the background."""
        self._cut_off = cut_off

    def send(self, meeting_id: str, audience: str, message: dict[str, Any]) -> None:
        """One message to everybody who listens in this audience. Never waits."""
        self._send(room_name(meeting_id, audience), message)

    def move(self, meeting_id: str, seat_id: str, audience: str | None) -> None:
        """The person's pages listen to another shared audience now; None: they are cut off, and tickets
        they still hold are void.

        Whoever is cut off hears nothing from this moment on. Closing the line itself comes after, in
        the background: it runs the disconnect handler, which waits for the lock its caller may hold.
        """
        for connection in self._connections.of_seat(meeting_id, seat_id):
            if audience is None:
                self._connections.part(connection)
                if self._cut_off is not None:
                    self._cut_off(connection.sid)
                continue
            for other in _SHARED:
                self._connections.leave(connection, room_name(meeting_id, other))
            self._connections.enter(connection, room_name(meeting_id, audience))
        if audience is None:  # at last: it may fail, and nobody is to go on listening for that
            self._tickets.forget(meeting_id, seat_id)

    def take_snapshots(self, meeting_id: str | None = None) -> None:
        """The pages of this session, or of all, are told to look anew: a message of no run they know."""
        message: dict[str, Any] = {"run": "", "audience": "", "seq": 0, "server_time": "", "changes": []}
        for room in [room_name(meeting_id, audience) for audience in _SHARED] if meeting_id else [None]:
            self._send(room, message)

    def _send(self, room: str | None, message: dict[str, Any]) -> None:
        lines = self._connections.lines(room)
        if lines:
            frame = frame_of(f'42["message",{to_json(message).decode()}]')
            for line in lines:
                line.send(frame)


def room_name(meeting_id: str, audience: str) -> str:
    """What the pages of an audience listen in."""
    return f"{meeting_id}/{audience}"
