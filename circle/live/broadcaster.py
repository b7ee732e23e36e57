"""The only thing that emits. Small, so that a faster one can take its place."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask_socketio import SocketIO

from circle.domain.audience import DOOR, HOSTS, LINGER, ROOM, SELF, STAND_IN
from circle.live.connections import Connections
from circle.services.tickets import Tickets

_SHARED = (ROOM, HOSTS, STAND_IN, LINGER, DOOR)


class SocketBroadcaster:
    """Sends messages to Socket.IO rooms named `<meeting>/<audience>`, built on the server only."""

    def __init__(self, connections: Connections, tickets: Tickets) -> None:
        self._connections = connections
        self._tickets = tickets
        self._socketio: SocketIO | None = None

    def attach(self, socketio: SocketIO) -> None:
        """The server to emit through; before this, sending reaches nobody."""
        self._socketio = socketio

    def send(self, meeting_id: str, audience: str, message: dict[str, Any]) -> None:
        """One message to everybody who listens in this audience. Puts it into queues, never waits."""
        if self._socketio is not None:
            self._socketio.emit("message", message, to=room_name(meeting_id, audience))

    def move(self, meeting_id: str, seat_id: str, audience: str | None) -> None:
        """The person's pages listen to another shared audience now; None: they are cut off, and tickets
        they still hold are void.

        Whoever is cut off hears nothing from this moment on. Closing the line itself comes after, in
        the background: it runs the disconnect handler, which waits for the lock its caller may hold.
        """
        if audience is None:
            self._tickets.forget(meeting_id, seat_id)
        if self._socketio is None:
            return
        server = self._socketio.server
        for sid in self._connections.of_seat(meeting_id, seat_id):
            for other in _SHARED:
                server.leave_room(sid, room_name(meeting_id, other))
            if audience is None:
                server.leave_room(sid, room_name(meeting_id, SELF + seat_id))
                self._socketio.start_background_task(server.disconnect, sid)
                continue
            with suppress(KeyError, ValueError):  # a page that hung up at this moment listens nowhere
                server.enter_room(sid, room_name(meeting_id, audience))

    def take_snapshots(self, meeting_id: str | None = None) -> None:
        """The pages of this session, or of all, are told to look anew: a message of no run they know."""
        if self._socketio is None:
            return
        message: dict[str, Any] = {"run": "", "audience": "", "seq": 0, "changes": []}
        for room in [room_name(meeting_id, audience) for audience in _SHARED] if meeting_id else [None]:
            self._socketio.emit("message", message, to=room)


def room_name(meeting_id: str, audience: str) -> str:
    """The Socket.IO room of an audience."""
    return f"{meeting_id}/{audience}"
