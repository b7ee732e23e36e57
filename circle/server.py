"""`circle run`: one gevent process that serves pages and sockets, ticks, and sends mail."""

from __future__ import annotations

import signal
import socket
import sys
from typing import Any

import gevent
from flask import Flask
from gevent.pywsgi import WSGIHandler, WSGIServer

from circle.app import Runtime, create_app
from circle.services.accounts import FIRST
from circle.services.demo import make_demo
from circle.services.hub import Hub
from circle.settings import Settings, SettingsError, read_settings

PORT_TAKEN, NOT_CONFIGURED = 2, 3


class _Handler(WSGIHandler):  # type: ignore[misc]
    """No access log: addresses and times of requests would say who was where."""

    def log_request(self) -> None:
        """Nothing."""


class _Server(WSGIServer):  # type: ignore[misc]
    """Small frames leave at once: without this a share can wait 40 ms for company."""

    def handle(self, connection: socket.socket, address: Any) -> None:
        """One connection."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle(connection, address)


def serve(*, lan: bool = False, plain: bool = False) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit code. Says plainly what keeps it from starting."""
    try:
        settings = read_settings()
        app = create_app(settings)
    except SettingsError as problem:
        print(f"Circle cannot start: {problem}", file=sys.stderr)
        return NOT_CONFIGURED
    except OSError as problem:
        print(f"Circle cannot start: {problem.strerror or problem} ({problem.filename})", file=sys.stderr)
        return NOT_CONFIGURED
    runtime: Runtime = app.extensions["circle.runtime"]
    server = _Server((settings.host, settings.port), app, handler_class=_Handler, log=None, error_log=None)
    try:
        server.init_socket()
    except OSError:
        print(
            f"Port {settings.port} is taken. Stop what uses it, or choose another: "
            f"PORT={settings.port + 1} make run",
            file=sys.stderr,
        )
        return PORT_TAKEN
    runtime.start()
    _greet(settings, app)
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, server.stop, 2)
    server.serve_forever()
    return 0


def _greet(settings: Settings, app: Flask) -> None:
    """Where to open it, and a way in: printed to whoever started the server, and nowhere else."""
    hub: Hub = app.extensions["circle"]
    base = settings.allowed_origins[0]
    print(f"\nCircle is open: {base}", flush=True)
    if not settings.production:
        user = hub.accounts.oldest() or make_demo(hub)
        link = f"{base}/signin/link/{hub.accounts.one_use_link(user)}"
        print(f"Sign in here, once, within ten minutes:\n\n    {link}\n", flush=True)
    elif not hub.accounts.anybody():
        link = f"{base}/first/{hub.accounts.one_use_link(FIRST, FIRST)}"
        print(f"Make the first account here, once, within the hour:\n\n    {link}\n", flush=True)


def work() -> None:
    """`circle worker`: mail and purge until stopped."""
    runtime: Runtime = create_app().extensions["circle.runtime"]
    gevent.spawn(runtime.clean)
    runtime.deliver()
