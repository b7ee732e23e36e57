"""What every line passes before anybody parses it: shape, pace, patience.

The Socket.IO library takes more than our pages send: attachments without end, events named "disconnect"
that run our own handler (a page could so vanish from the table of connections and go on listening), as
many frames as fit through the line. Whoever sends such things is no page of ours and is cut off.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection
from typing import Any

from circle.live.wire import FRAME_MAX
from circle.logs import say_fault

# What one line may send in ten seconds; a page's longest message has 50 KB, and of one person 60 commands
# are taken, with a refusal for each of the next sixty.
FRAMES_MAX, BYTES_MAX, WINDOW_S = 120, 1_048_576, 10.0
PATIENCE_S = 20  # between opening a line and showing a ticket
_FRAME = re.compile(r"[12356]\Z|4[012]")  # Engine.IO: signs of life, or a message of the kinds we take


class Gate:
    """Stands before a Socket.IO server. events: the names of the events our pages send."""

    def __init__(self, server: Any, events: Collection[str]) -> None:
        self._server = server
        self._lines: dict[str, tuple[float, int]] = {}  # line -> (window's begin, frames in it)
        names = "|".join(map(re.escape, sorted(events)))
        # Connect (to no other namespace), disconnect, or one of our events, with a wish for an answer or not.
        self._ours = re.compile(rf'0(?!/)|1\Z|2[0-9]{{0,9}}\["(?:{names})"[,\]]')
        lines = server.eio
        lines._async = {**lines._async, "websocket": _bounded(lines._async["websocket"])}
        self._inner = dict(lines.handlers)
        for event, handler in (("connect", self._open), ("message", self._pass), ("disconnect", self._close)):
            lines.on(event, handler)

    def _open(self, line: str, environ: dict[str, Any]) -> None:
        self._lines[line] = (time.monotonic(), 0)
        self._inner["connect"](line, environ)
        self._server.start_background_task(self._cut_if_nobody, line)

    def _close(self, line: str, reason: str) -> None:
        self._lines.pop(line, None)
        self._quietly("disconnect", line, reason)

    def _pass(self, line: str, frame: object) -> None:
        if line not in self._lines:  # cut off; what it sent before it noticed
            return
        fine = self._is_in_pace(line) and self._is_ours(line, frame)
        if not (fine and self._quietly("message", line, frame)):
            self._cut(line)

    def _is_ours(self, line: str, frame: object) -> bool:
        if not isinstance(frame, str) or not self._ours.match(frame):
            return False
        return not (frame.startswith("0") and self._is_welcome(line))  # a ticket is shown once

    def _is_welcome(self, line: str) -> bool:
        return self._server.manager.sid_from_eio_sid(line, "/") is not None

    def _is_in_pace(self, line: str) -> bool:
        now = time.monotonic()
        begin, frames = self._lines[line]
        if now - begin >= WINDOW_S:
            begin, frames = now, 0
        self._lines[line] = (begin, frames + 1)
        return frames < FRAMES_MAX

    def _quietly(self, event: str, *sent: object) -> bool:
        """Hand on to the library; False for what it cannot read. Its own words on that would be logged."""
        try:
            self._inner[event](*sent)
        except (ValueError, RecursionError):
            return False
        except Exception as problem:
            say_fault(problem, page="live")
            return False
        return True

    def _cut_if_nobody(self, line: str) -> None:
        self._server.sleep(PATIENCE_S)
        if line in self._lines and not self._is_welcome(line):
            self._cut(line)

    def _cut(self, line: str) -> None:
        """In the background: closing waits until everything is written, and this line may not read."""
        self._lines.pop(line, None)
        self._server.start_background_task(self._server.eio.disconnect, line)


def _bounded(websocket: Any) -> Any:
    """The driver's websocket, bounded while bytes arrive. The library looks at a message when its last
    part has come: one that never ends would fill the memory. And it reads as long as there is something
    to read, with nobody else's turn in between.
    """

    class Bounded(websocket):  # type: ignore[misc]
        def __init__(self, handler: Any, server: Any) -> None:
            def paced(this: Any) -> Any:
                this.ws.sock = _PacedSocket(this.ws.sock, server.sleep)
                return handler(this)

            super().__init__(paced, server)
            self.server_args["max_message_size"] = FRAME_MAX

        def wait(self) -> Any:
            """The next frame; None, which ends the line, for one that would be a fault further in."""
            frame = super().wait()
            return frame if isinstance(frame, str) and _FRAME.match(frame) else None

    return Bounded


class _PacedSocket:
    """A socket that lets others have their turn before each read, and ends when too much comes."""

    def __init__(self, sock: Any, sleep: Callable[[float], object]) -> None:
        self._sock, self._sleep = sock, sleep
        self._begin, self._bytes = time.monotonic(), 0

    def recv(self, size: int) -> bytes:
        """As a socket's. Raises OSError, upon which the library hangs up."""
        self._sleep(0)
        data: bytes = self._sock.recv(size)
        now = time.monotonic()
        if now - self._begin >= WINDOW_S:
            self._begin, self._bytes = now, 0
        self._bytes += len(data)
        if self._bytes > BYTES_MAX:
            raise OSError("more than a page sends")
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)
