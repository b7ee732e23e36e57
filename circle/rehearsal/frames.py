"""Who a browser is inside a rehearsal: the host in one frame, a member in the other, without a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin

from circle.web.sessions import BrowserSession

FRAME = "circle.frame"  # in the environment of a request: one of FRAMES
FRAMES = DESK, SEAT = "desk", "seat"


class FrameSessions(SessionInterface):
    """One session for each frame, in memory. data: by the frame's name."""

    def __init__(self, data: Mapping[str, dict[str, Any]]) -> None:
        self._sessions = {name: BrowserSession(dict(held), key=name) for name, held in data.items()}

    def open_session(self, app: Flask, request: Request) -> BrowserSession:
        """What the frame is."""
        return self._sessions.get(request.environ.get(FRAME, ""), BrowserSession())

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """It is kept as it is; nothing goes to the browser."""
