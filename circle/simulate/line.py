"""A made-up person's line: the real Socket.IO client, with a one-use ticket for every connection."""

from __future__ import annotations

import hashlib
import threading
import uuid
from contextlib import suppress
from socket import SHUT_RDWR
from typing import Any

import socketio
from socketio.exceptions import SocketIOError

from circle.simulate.browser import Browser
from circle.simulate.screen import Screen

PROTOCOL = 1
ACK_S = 8

Answer = dict[str, Any]


class LineLost(Exception):
    """The line does not carry this now; it may be asked again on a new one."""


class Line:
    """A page's line and what the page shows. `changed` is set whenever there is something new to see."""

    def __init__(self, browser: Browser, meeting_id: str) -> None:
        self.screen = Screen()
        self.changed = threading.Event()
        self._browser = browser
        self.meeting_id = meeting_id
        self._client: Any = None
        self._lock = threading.Lock()
        self._stale = False

    @property
    def is_up(self) -> bool:
        """Whether there is a connection."""
        return bool(self._client is not None and self._client.connected)

    def open(self) -> None:
        """Connect and see where the room is. Raises LineLost, or NoWayIn when there is no place here."""
        ticket = self._browser.ticket(self.meeting_id)
        address = self._browser.address
        client = socketio.Client(
            reconnection=False,  # every connection takes a fresh ticket
            handle_sigint=False,  # the signal is the server's
            http_session=self._browser.http,
            websocket_extra_options={"host": address.host, "origin": address.origin},
        )
        client.on("message", self.hear)
        client.on("disconnect", lambda reason: self._ended(client, reason))
        try:
            client.connect(
                f"{address.base}?at={self.meeting_id[:2]}",  # a proxy goes by it, as with pages
                auth={"v": PROTOCOL, "ticket": ticket},
                transports=["websocket"],
                wait_timeout=ACK_S,
            )
        except (SocketIOError, OSError) as problem:
            raise LineLost(type(problem).__name__) from None
        self._client = client
        self.refresh()

    def close(self) -> None:
        """Leave the page."""
        if self._client is not None:
            self._client.disconnect()

    def drop(self) -> None:
        """The line breaks in mid-sentence: nobody says goodbye.

        Whoever reads from it closes it. Closed here, its number could be another connection's by the time the
        reading thread reads on, and the words of one would be in the other.
        """
        sock = self._client.eio.ws.sock if self.is_up else None
        if sock is not None:
            with suppress(OSError):
                sock.shutdown(SHUT_RDWR)

    def _ended(self, client: socketio.Client, reason: str) -> None:
        """Called by whoever reads, unless we left. What ended the client closes, and not what broke."""
        if reason != client.reason.CLIENT_DISCONNECT:
            client.eio.ws.shutdown()
        self.changed.set()

    def refresh(self) -> None:
        """A fresh snapshot. Raises LineLost."""
        self._stale = False
        answer = self.ask("join", {})
        if answer.get("ok"):
            with self._lock:
                self.screen = self.screen.after_snapshot(answer)
        self.changed.set()

    def refresh_if_stale(self) -> None:
        """A fresh snapshot where a message said that one is needed. Raises LineLost."""
        if self._stale:
            self.refresh()

    def command(self, name: str, data: dict[str, Any], expected_seq: int | None = None) -> Answer:
        """One command and its answer. Raises LineLost."""
        frame: dict[str, Any] = {"command_id": str(uuid.uuid4()), "name": name, "data": data}
        if expected_seq is not None:
            frame["expected_seq"] = expected_seq
        return self.ask("command", frame)

    def ask(self, event: str, data: dict[str, Any]) -> Answer:
        """An event and its answer. Raises LineLost."""
        if not self.is_up:
            raise LineLost("down")
        try:
            answer = self._client.call(event, data, timeout=ACK_S)
        except (SocketIOError, OSError) as problem:
            raise LineLost(type(problem).__name__) from None
        return answer if isinstance(answer, dict) else {}

    def hear(self, message: dict[str, Any]) -> None:
        """A message for one of this person's audiences."""
        with self._lock:
            self.screen, stale = self.screen.after_message(message)
        self._stale = self._stale or stale
        self.changed.set()


def secret_commit() -> str:
    """The digest of a secret that only the writer's page would have. Ours forgets it at once."""
    return hashlib.sha256(str(uuid.uuid4()).encode()).hexdigest()
