"""One websocket, the server's end: bounded while bytes arrive, and nobody waits while it is written to.

A message to many people is framed once (`frame_of`) and handed to every line as it is. What a phone does
not take at once stays in its own line's backlog, and goes on when the phone reads again; whoever does not
read for long is cut off. A line's bytes are never cut in the middle and continued with something else.

Framing is wsproto's. No extension is offered: compressed lengths tell what padding hides.
"""

from __future__ import annotations

import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from engineio.packet import Packet
from gevent.monkey import get_original
from wsproto.connection import Connection, ConnectionType
from wsproto.events import AcceptConnection, CloseConnection, Message, Ping, Request, TextMessage
from wsproto.handshake import H11Handshake
from wsproto.utilities import ProtocolError

from circle.live.wire import FRAME_MAX

# What one line may send in ten seconds; a page's longest message has 50 KB.
BYTES_MAX, WINDOW_S = 1_048_576, 10.0
# And how many frames or parts of them: a message of 50 KB comes in some forty, an empty one is six bytes.
PARTS_MAX = 1_000
# What waits for somebody who does not read, and for how long not a byte of it may go before the next message
# (a sign of life comes every 25 s) cuts them off. A phone in a tunnel reads again within seconds; whoever is
# cut off comes back with a snapshot of a few KB.
BACKLOG_MAX, STALL_S = 1_048_576, 20.0
_AT_ONCE = 65_536
_READ_AT_ONCE = 8_192  # what is parsed before others have their turn: some thousand empty frames at most
_NOW = int(socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
# The system's own lock, under gevent too: nothing that is done while it is held lets others have their turn.
_new_lock = get_original("_thread", "allocate_lock")


def frame_of(text: str) -> bytes:
    """The websocket frame of a text message from a server: the same bytes for every line."""
    data = text.encode()
    size = len(data)
    if size < 126:
        return bytes((0x81, size)) + data
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2) + data
    return b"\x81\x7f" + size.to_bytes(8) + data


class NoHandshake(Exception):
    """What came is no request for a websocket."""


class Line:
    """A websocket, and what Engine.IO takes for its queue: what is put in goes out at once.

    start: runs something in the background. pause: lets others have their turn.
    """

    def __init__(
        self, sock: Any, start: Callable[..., object], pause: Callable[[float], object] = time.sleep
    ) -> None:
        self._sock, self._start, self._pause = sock, start, pause
        # Underneath gevent's socket and Python's own there is one that waits for nobody. TLS has none.
        plain: Any = None if hasattr(sock, "cipher") else getattr(sock, "_sock", sock)
        self._write: Any = getattr(plain, "send", None)
        self._take: Any = getattr(plain, "recv", None)
        self._lock = _new_lock()
        self._backlog: deque[bytes] = deque()
        self._waiting = 0  # bytes in it
        self._moved = 0.0  # when a byte of it last went
        self._is_open = True
        self._ends = False  # closes when everything is written
        self._ws: Connection | None = None  # from the handshake on; what led to it is not kept
        self._begin, self._bytes, self._parts = time.monotonic(), 0, 0

    # -- what goes out ---------------------------------------------------------------------------------
    def put(self, packet: Packet | None) -> None:
        """An Engine.IO packet; None: the end, after everything before it."""
        if packet is not None:
            self.send(frame_of(packet.encode()))
            return
        self._ends = True
        with self._lock:
            idle = not self._backlog
        if idle:
            self.cut()
        else:
            self._start(self._cut_later)  # whoever does not read the rest is not waited for without end

    def _cut_later(self) -> None:
        self._pause(STALL_S)
        self.cut()

    def join(self) -> None:
        """Engine.IO would wait here until everything is written. We never wait for a reader."""

    def send(self, frame: bytes) -> None:
        """Write what fits now; the rest follows by itself. Never waits, and says nothing of a line that has
        ended.
        """
        with self._lock:
            if not self._is_open:
                return
            sent = 0
            if self._write is not None and not self._backlog:
                try:
                    sent = self._write(frame, _NOW)
                except BlockingIOError:
                    pass
                except OSError:
                    self._is_open = False
                    return
                if sent == len(frame):
                    return
            self._keep(frame[sent:] if sent else frame)

    def _keep(self, rest: bytes) -> None:
        now = time.monotonic()
        if not self._backlog:
            self._moved = now
            self._start(self._follow)
        self._backlog.append(rest)
        self._waiting += len(rest)
        if self._waiting > BACKLOG_MAX or now - self._moved > STALL_S:
            self._drop()

    def _follow(self) -> None:
        """Write the backlog as the reader takes it. While there is one, nobody else writes.

        The socket itself waits, not a poll of its number: that may be another line's by the time it is read.
        """
        while True:
            with self._lock:
                if not self._is_open:
                    return
                first = self._backlog[0]
            try:
                sent = self._sock.send(first[:_AT_ONCE])
            except OSError:
                break
            if self._took(sent):
                if self._ends:
                    break
                return
        self.cut()

    def _took(self, sent: int) -> bool:
        """So many bytes are gone; whether nothing is left."""
        with self._lock:
            self._moved = time.monotonic()
            if self._backlog:  # else the line was cut meanwhile
                self._waiting -= sent
                rest = self._backlog[0][sent:]
                if rest:
                    self._backlog[0] = rest
                else:
                    self._backlog.popleft()
            return not self._backlog

    def cut(self) -> None:
        """The end, now. Whoever waits for something from this line hears that nothing more comes."""
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        self._is_open = False
        self._backlog.clear()
        self._waiting = 0
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    # -- what comes in ---------------------------------------------------------------------------------
    def shake_hands(self, environ: dict[str, Any]) -> None:
        """Answer the request that opened this line. Raises NoHandshake, OSError."""
        headers = "".join(
            f"{name[5:].replace('_', '-')}: {value}\r\n"
            for name, value in environ.items()
            if name.startswith("HTTP_")
        )
        try:
            handshake = H11Handshake(ConnectionType.SERVER)
            handshake.receive_data(f"GET / HTTP/1.1\r\n{headers}\r\n".encode("latin-1"))
            if not any(isinstance(event, Request) for event in handshake.events()):
                raise NoHandshake
            self._sock.sendall(handshake.send(AcceptConnection()))
        except ProtocolError:
            raise NoHandshake from None
        self._ws = handshake.connection

    def messages(self) -> Iterator[str]:
        """Text messages as they come, until the line ends, or sends what no page sends. To be called once.

        Raises NoHandshake before there was one.
        """
        if self._ws is None:
            raise NoHandshake
        try:
            yield from self._messages(self._ws)
        finally:
            # The library's parser holds itself in a circle, which only the collector would find, and that
            # looks seldom (`circle.collector`).
            self._ws._proto._parse_more.close()

    def _messages(self, ws: Connection) -> Iterator[str]:
        text, size = [], 0
        while data := self._read():
            try:
                ws.receive_data(data)
                events = list(ws.events())
            except ProtocolError:
                return
            self._parts += len(events)
            if self._parts > PARTS_MAX:
                return
            for event in events:
                if isinstance(event, TextMessage):
                    size += len(event.data)
                    if size > FRAME_MAX:
                        return
                    text.append(event.data)
                    if event.message_finished:
                        yield "".join(text)
                        text, size = [], 0
                elif isinstance(event, Ping):
                    self.send(ws.send(event.response()))
                elif isinstance(event, (CloseConnection, Message)):  # a goodbye, or bytes: pages send none
                    return

    def _read(self) -> bytes:
        """What has come; b"" at the end, and for a line that sends more than a page does."""
        try:
            data = self._come()
        except OSError:
            return b""
        now = time.monotonic()
        if now - self._begin >= WINDOW_S:
            self._begin, self._bytes, self._parts = now, 0, 0
        self._bytes += len(data)
        return data if self._bytes <= BYTES_MAX else b""

    def _come(self) -> bytes:
        """Wait for something. Where it has come already others have their turn first: somebody who sends
        without end would be read without end.
        """
        if self._take is not None:
            try:
                data: bytes = self._take(_READ_AT_ONCE, _NOW)
            except BlockingIOError:
                return bytes(self._sock.recv(_READ_AT_ONCE))
            self._pause(0)
            return data
        self._pause(0)
        return bytes(self._sock.recv(_READ_AT_ONCE))
