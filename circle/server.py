"""`circle run`: one gevent process that serves pages and sockets, ticks, and sends mail."""

from __future__ import annotations

import errno
import os
import signal
import socket
import ssl
import sys
from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import Any

import gevent
from flask import Flask
from gevent.event import Event
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer

from circle import lan as house
from circle.app import Runtime, create_app
from circle.greeting import greet
from circle.live.carrying import SOCKET
from circle.live.drain import drain
from circle.ops.beats import WORKER_NAME
from circle.services.clock import SystemClock
from circle.settings import Settings, SettingsError, read_settings

PORT_TAKEN = 2
REQUESTS_SECONDS = 0.5  # for requests in hand, once the pages are gone


class _Handler(WSGIHandler):  # type: ignore[misc]
    """No access log: addresses and times of requests would say who was where."""

    close_connection: bool

    def log_request(self) -> None:
        """Nothing."""

    def get_environ(self) -> dict[str, Any]:
        """With the connection, for websockets."""
        environ: dict[str, Any] = super().get_environ()
        return environ | {SOCKET: self.socket}

    def finalize_headers(self) -> None:
        """A process that is about to end keeps no connection for later requests."""
        if self.server.closed and not self.close_connection:
            self.close_connection = True
            self.response_headers.append((b"Connection", b"close"))
        super().finalize_headers()


class _Server(WSGIServer):  # type: ignore[misc]
    """Small frames leave at once: without this a share can wait 40 ms for company."""

    def handle(self, connection: socket.socket, address: Any) -> None:
        """One connection."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().handle(connection, address)

    def wrap_socket_and_handle(self, connection: socket.socket, address: Any) -> None:
        """One connection over https. A browser that does not trust us yet hangs up; that is no fault."""
        with suppress(ssl.SSLError, ConnectionError):
            super().wrap_socket_and_handle(connection, address)


def serve(*, lan: bool = False, plain: bool = False) -> int:
    """Serve until SIGINT or SIGTERM; returns the exit code. Raises SettingsError, OSError and SQLAlchemyError
    for what keeps it from starting; a port that is taken it tells by itself.

    lan: on every address of this machine, over https with a certificate of its own; plain: over http.
    """
    settings, tls = _prepare(lan=lan, plain=plain)
    app = create_app(settings)
    runtime: Runtime = app.extensions["circle.runtime"]
    address = (settings.host, settings.port)
    server = _Server(address, app, handler_class=_Handler, log=None, error_log=None, spawn=Pool(), **tls)
    try:
        server.init_socket()
    except OSError as problem:
        if problem.errno != errno.EADDRINUSE:
            raise _not_served(problem, settings) from None
        print(
            f"Port {settings.port} is taken. Stop what uses it, or choose another: "
            f"PORT={settings.port + 1} make run",
            file=sys.stderr,
        )
        return PORT_TAKEN
    runtime.start()
    server.start()
    ended = _ends_by_signal(server, app)
    greet(settings, app, lan=lan)
    ended.wait()
    return 0


def _not_served(problem: OSError, settings: Settings) -> SettingsError:
    """Why nobody can be served at this address."""
    if problem.errno in (errno.EACCES, errno.EPERM):
        return SettingsError(
            f"PORT: this account may not serve port {settings.port}; choose one from 1024 up"
        )
    return SettingsError(f"HOST: this machine cannot serve at {settings.host}; it is no address of its own")


def serve_demo() -> int:
    """As `serve`, with a fresh demo circle in a folder that goes afterwards."""
    for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL"):
        os.environ.pop(name, None)
    with TemporaryDirectory(prefix="circle-demo-") as folder:
        os.environ["CIRCLE_DATA_DIR"] = folder
        return serve()


def _ends_by_signal(server: _Server, app: Flask) -> Event:
    """On a signal no new connection is taken, pages go elsewhere, and what is in hand ends; then the event
    is set. A second signal sets it at once.
    """
    told, ended = Event(), Event()
    runtime: Runtime = app.extensions["circle.runtime"]
    sockets = app.extensions["circle.socketio"].server

    def leave(number: int) -> None:
        if told.is_set():
            ended.set()
            return
        told.set()
        server.close()
        runtime.ends.set()
        drain(sockets, elsewhere=number == signal.SIGTERM and runtime.sharing.listen is not None)
        server.stop(REQUESTS_SECONDS)
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, leave, number)
    return ended


def _prepare(*, lan: bool, plain: bool) -> tuple[Settings, dict[str, Any]]:
    """Settings, and what the server needs for TLS. Raises SettingsError, OSError."""
    settings = read_settings()
    if not lan:
        return settings, {}
    if settings.production:
        raise SettingsError("CIRCLE_ENV is production; --lan is for a house, and browsers warn of it")
    found = house.addresses()
    if not (found or settings.origins):
        raise SettingsError("--lan finds no network. Connect this machine to one, and start again")
    settings = house.for_the_house(settings, found, plain=plain)
    if plain:
        return settings, {}
    made = house.own_certificate(settings.data_dir, settings.origins, SystemClock().now())
    return settings, {"ssl_context": made.context()}


def work() -> None:
    """`circle worker`: mail and purge until SIGINT or SIGTERM; a mail in hand is sent first."""
    os.environ["PGAPPNAME"] = WORKER_NAME
    runtime: Runtime = create_app().extensions["circle.runtime"]

    def leave() -> None:
        runtime.ends.set()
        runtime.outbox.wake()

    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, leave)
    gevent.spawn(runtime.clean)
    runtime.deliver()
