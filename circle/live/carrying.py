"""Our lines under the Socket.IO server: a WSGI application that opens one and carries it to its end."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from engineio.exceptions import EngineIOError
from engineio.packet import Packet
from engineio.socket import Socket

from circle.live.lines import Line, NoHandshake

_FRAME = re.compile(r"[12356]\Z|4[012]")  # Engine.IO: signs of life, or a message of the kinds we take
SOCKET = "circle.socket"  # where `circle run` leaves the connection in the environment of a request


class Carrier:
    """What Engine.IO calls its websocket. handler: the method by which one of its sockets would run it."""

    def __init__(self, handler: Any, server: Any) -> None:
        self._socket: Socket = handler.__self__
        self._server = server

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """One connection, from its request to its end."""
        line = Line(_connection(environ), self._server.start_background_task, self._server.sleep)
        try:
            line.shake_hands(environ)
        except NoHandshake:
            start_response("400 Bad Request", [("Content-Type", "text/plain")])
            return [b"This takes websockets.\n"]
        except OSError:
            return []
        self._carry(line)
        if "gunicorn.socket" in environ:
            raise StopIteration  # so it knows that the connection is ours, and over
        if "werkzeug.socket" in environ:
            raise ConnectionError
        return []

    def _carry(self, line: Line) -> None:
        theirs = self._socket
        early, theirs.queue = theirs.queue, line
        while not early.empty():  # what Engine.IO said before there was a line
            line.put(early.get())
        theirs.connected = theirs.upgraded = True
        try:
            for message in line.messages():
                if not _FRAME.match(message):  # it would be a fault further in
                    break
                if message.startswith("4"):
                    self._server.handlers["message"](theirs.sid, message[1:])
                else:
                    theirs.receive(Packet(encoded_packet=message))
        except EngineIOError:
            pass
        finally:
            with suppress(EngineIOError):
                theirs.close(wait=False, abort=True, reason=self._server.reason.TRANSPORT_CLOSE)
            line.cut()


def _connection(environ: dict[str, Any]) -> Any:
    for name in (SOCKET, "gunicorn.socket", "werkzeug.socket"):
        if name in environ:
            return environ[name]
    raise RuntimeError("this server does not hand over its connections")
