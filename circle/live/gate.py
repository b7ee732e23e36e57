"""What every line passes before anybody parses it: shape, pace, patience.

The Socket.IO library takes more than our pages send: attachments without end, events named "disconnect"
that run our own handler (a page could so vanish from the table of connections and go on listening), as
many frames as fit through the line. Whoever sends such things is no page of ours and is cut off.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from typing import Any

from circle.live.carrying import Carrier
from circle.logs import say_fault

# What one line may send in ten seconds: of one person 60 commands are taken, with a refusal for each of the
# next sixty. (How many bytes: `lines`.)
FRAMES_MAX, WINDOW_S = 120, 10.0
PATIENCE_S = 20  # between opening a line and showing a ticket


class Gate:
    """Stands before a Socket.IO server. events: the names of the events our pages send."""

    def __init__(self, server: Any, events: Collection[str]) -> None:
        self._server = server
        self._lines: dict[str, tuple[float, int]] = {}  # line -> (window's begin, frames in it)
        names = "|".join(map(re.escape, sorted(events)))
        # Connect (to no other namespace), disconnect, or one of our events, with a wish for an answer or not.
        self._ours = re.compile(rf'0(?!/)|1\Z|2[0-9]{{0,9}}\["(?:{names})"[,\]]')
        lines = server.eio
        lines._async = {**lines._async, "websocket": Carrier}
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
