"""Lines that go wrong: a small TCP proxy between people and one server.

A proxy in a process sees no packets, so loss is shown as TCP shows it: of every ten pieces of up to a
packet's length one comes late, by the time after which TCP sends again (0.2 s, doubled each further time
it is lost), with everything after it; and now and then a line breaks. A black hole carries nothing, and
breaks its lines when it is over. To be used under gevent, with the standard library patched.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from random import Random

import gevent

PACKET = 1460
AGAIN_S = 0.2  # the least that Linux waits before it sends a packet again
LOSS = 0.1
BREAKS = 0.0005  # of pieces, on a lossy line


class Weather:
    """A proxy to one port. `is_lossy` and `is_hole` may be set at any time."""

    def __init__(self, to_port: int, seed: str) -> None:
        self._to, self._dice = to_port, Random(seed)
        self._open: set[socket.socket] = set()
        self.is_lossy = self.is_hole = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self._listener.getsockname()[1])
        self._accepting = gevent.spawn(self._accept)

    def clear(self) -> None:
        """Fine weather; whoever hung in a hole is cut off."""
        was_hole, self.is_lossy, self.is_hole = self.is_hole, False, False
        if was_hole:
            self._cut()

    def close(self) -> None:
        """The end."""
        self._accepting.kill()
        self._listener.close()
        self._cut()

    def _cut(self) -> None:
        for side in list(self._open):
            _shut(side)

    def _accept(self) -> None:
        while True:
            near, _ = self._listener.accept()
            gevent.spawn(self._join, near)

    def _join(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._to), timeout=5)
        except OSError:  # the server is away just now
            _shut(near)
            return
        far.settimeout(None)
        self._open |= {near, far}
        both = [gevent.spawn(self._carry, *way) for way in ((near, far), (far, near))]
        gevent.joinall(both)
        self._open -= {near, far}

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(PACKET if self.is_lossy else 65536):
                while self.is_hole:
                    gevent.sleep(0.1)
                if self.is_lossy and not self._gets_through():
                    break
                target.sendall(data)
        _shut(source)
        _shut(target)

    def _gets_through(self) -> bool:
        """Wait as TCP does for what was lost; False when the line breaks."""
        wait = AGAIN_S
        while self._dice.random() < LOSS:
            gevent.sleep(wait)
            wait *= 2
        return self._dice.random() >= BREAKS


def _shut(side: socket.socket) -> None:
    with suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        side.close()
