"""A page's line at the level of bytes: WebSocket, Engine.IO 4 and Socket.IO 5, as far as our pages use them.

The Socket.IO client keeps three threads for a connection; hundreds of made-up people in one process need
something smaller. To be used under gevent, with the standard library patched.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import gevent
from gevent.event import AsyncResult
from gevent.lock import RLock

ANSWER_S = 8.0  # as long as the page waits (static/js/meeting/connection.js)
FETCH_S = 30.0  # a page sets no bound to a plain request
PROTOCOL = 1
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10

Answer = dict[str, Any]


class Lost(Exception):
    """The line does not carry this now. It may be asked again on another one."""


class Refused(Exception):
    """The server does not let this person in: "not_found", "reload_please", or an HTTP status."""


@dataclass(frozen=True, slots=True)
class Way:
    """How to get to a server. port: where to knock, its own or a proxy's. origin: what it calls itself."""

    port: int
    origin: str

    @property
    def host(self) -> str:
        """The Host header."""
        return self.origin.removeprefix("http://")


def post(way: Way, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """One POST on a connection of its own: status and body. Raises Lost."""
    headers = {"Host": way.host, "Origin": way.origin, "Sec-Fetch-Site": "same-origin", **headers}
    line = http.client.HTTPConnection("127.0.0.1", way.port, timeout=FETCH_S)
    try:
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException) as problem:
        raise Lost(type(problem).__name__) from None
    finally:
        line.close()


class Wire:
    """One open line. told(message, raw): every `message` event, in order. ended: when the line is lost.

    Raises Lost, Refused.
    """

    def __init__(
        self,
        way: Way,
        ticket: str,
        told: Callable[[dict[str, Any], str], None],
        ended: Callable[[], object] = lambda: None,
    ) -> None:
        self._told, self._ended = told, ended
        self._asked: dict[int, AsyncResult[Answer]] = {}
        self._number = 0
        self._writing = RLock()
        self._welcome: AsyncResult[bool] = AsyncResult()
        self.is_up = False
        try:
            self._socket = socket.create_connection(("127.0.0.1", way.port), timeout=ANSWER_S)
        except OSError as problem:
            raise Lost(type(problem).__name__) from None
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._bytes = self._socket.makefile("rb")
        try:
            self._shake_hands(way)
            self._socket.settimeout(None)
        except (OSError, ValueError) as problem:
            self.close()
            self._bytes.close()
            raise Lost(type(problem).__name__) from None
        self.is_up = True
        gevent.spawn(self._read)
        self._send("40" + json.dumps({"v": PROTOCOL, "ticket": ticket}))
        try:
            self._welcome.get(timeout=ANSWER_S)
        except gevent.Timeout:
            self.close()
            raise Lost("no welcome") from None
        except (Lost, Refused):
            self.close()
            raise

    def ask(self, event: str, data: object, patience: float = ANSWER_S) -> Answer:
        """An event and its answer. Raises Lost when none comes in time."""
        self._number += 1
        number, answer = self._number, AsyncResult()
        self._asked[number] = answer
        try:
            self._send(f"42{number}{json.dumps([event, data])}")
            found: Answer = answer.get(timeout=patience)
        except gevent.Timeout:
            raise Lost("no answer") from None
        finally:
            self._asked.pop(number, None)
        return found

    def close(self) -> None:
        """Hang up, without a goodbye."""
        self.is_up = False
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._ended()
        for waiting in (self._welcome, *self._asked.values()):
            if not waiting.ready():
                waiting.set_exception(Lost("cut"))

    # -- bytes ----------------------------------------------------------------------------------------
    def _shake_hands(self, way: Way) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n"
            f"Host: {way.host}\r\nOrigin: {way.origin}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        status = self._bytes.readline().split(b" ")
        if len(status) < 2 or status[1] != b"101":
            raise ValueError("no websocket here")
        while self._bytes.readline().strip():
            pass

    def _send(self, text: str, opcode: int = _TEXT) -> None:
        if not self.is_up:
            raise Lost("down")
        data, mask = text.encode(), os.urandom(4)
        size = len(data)
        head = bytes([0x80 | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65536:
            head += bytes([0x80 | 126]) + struct.pack("!H", size)
        else:
            head += bytes([0x80 | 127]) + struct.pack("!Q", size)
        masked = int.from_bytes(data) ^ int.from_bytes((mask * (size // 4 + 1))[:size])
        try:
            with self._writing:
                self._socket.sendall(head + mask + masked.to_bytes(size))
        except OSError as problem:
            raise Lost(type(problem).__name__) from None

    def _frame(self) -> tuple[int, bytes]:
        """The next whole message. Raises OSError, ValueError at the end of the line."""
        kind, whole = 0, b""
        while True:
            first, second = self._exactly(2)
            size = second & 0x7F
            if size >= 126:
                size = int.from_bytes(self._exactly(2 if size == 126 else 8))
            part = self._exactly(size)
            opcode = first & 0x0F
            if opcode >= _CLOSE:
                return opcode, part
            kind, whole = kind or opcode, whole + part
            if first & 0x80:
                return kind, whole

    def _exactly(self, size: int) -> bytes:
        data = self._bytes.read(size)
        if data is None or len(data) < size:
            raise ValueError("the line ended")
        return bytes(data)

    def _read(self) -> None:
        with suppress(OSError, ValueError, Lost):
            while self.is_up:
                opcode, data = self._frame()
                if opcode == _CLOSE:
                    break
                if opcode == _PING:
                    self._send(data.decode("latin-1"), _PONG)
                elif opcode == _TEXT:
                    self._take(data.decode())
        self.close()
        self._bytes.close()

    def _take(self, packet: str) -> None:
        if packet == "2":
            self._send("3")
        elif packet.startswith("42"):
            name, *sent = json.loads(packet[2:])
            if name == "message":
                self._told(sent[0], packet)
        elif packet.startswith("43"):
            begin = packet.index("[")
            waiting = self._asked.get(int(packet[2:begin]))
            if waiting is not None and not waiting.ready():
                (answer,) = json.loads(packet[begin:])
                waiting.set(answer)
        elif packet.startswith("40"):
            self._welcome.set(True)
        elif packet.startswith("44"):
            self._welcome.set_exception(Refused(json.loads(packet[2:]).get("message", "")))
        elif packet.startswith("41"):
            raise Lost("told to go")
