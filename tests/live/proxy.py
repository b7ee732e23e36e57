"""A line that can be cut: a small TCP proxy between a browser and the server."""

from __future__ import annotations

import contextlib
import socket
import threading

from tests.live.server import free_port


class Line:
    """Carries bytes both ways until it is cut; while it is cut, nobody gets through."""

    def __init__(self, to_port: int) -> None:
        self._to = to_port
        self._open: list[socket.socket] = []
        self._is_cut = False
        self._is_hole = False
        self._lock = threading.Lock()
        self.port = free_port()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """The address browsers use."""
        return f"http://localhost:{self.port}"

    def cut(self) -> None:
        """Every connection breaks, and new ones are refused."""
        self._is_cut = True
        self._drop_all()

    def swallow(self) -> None:
        """A black hole: connections stay open, and nothing gets through either way."""
        self._is_hole = True

    def mend(self) -> None:
        """The line is back."""
        self._is_cut = self._is_hole = False

    def close(self) -> None:
        """The end."""
        self._listener.close()
        self._drop_all()

    def _drop_all(self) -> None:
        with self._lock:
            for side in self._open:
                _shut(side)
            self._open.clear()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                _shut(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self._to))
            except OSError:  # the server is away just now
                _shut(near)
                continue
            with self._lock:
                self._open += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self._is_hole:
                    target.sendall(data)
        _shut(source)
        _shut(target)


def _shut(side: socket.socket) -> None:
    with contextlib.suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        side.close()
