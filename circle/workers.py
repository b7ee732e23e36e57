"""What gunicorn is told: `gunicorn --config python:circle.workers "circle.app:create_app()"`.

One process is one worker: several of them behind a proxy share a PostgreSQL and a Redis.
"""

from __future__ import annotations

from typing import Any

from circle.collector import look_seldom
from circle.ops.several import child_exit, on_exit, on_starting

__all__ = ["child_exit", "on_exit", "on_starting", "post_worker_init"]

worker_class = "gevent"
workers = 1
worker_connections = 20_000  # an open page is one, and asks for others beside it; docs/operators.md, Sizing
control_socket_disable = True  # a way to give orders that nobody here needs, in a home that may be read-only
graceful_timeout = 5  # seconds from SIGTERM to the end

_LOOKS_EVERY_SECONDS = 1.0  # the worker looks that often whether it is to end, and then takes no connection


def post_worker_init(worker: Any) -> None:
    """Everything is loaded. When the worker is told to end, its pages go elsewhere."""
    import gevent  # noqa: PLC0415  # the master reads this file too, and patches nothing

    look_seldom()
    gevent.spawn(_leave, worker)


def _leave(worker: Any) -> None:
    import gevent  # noqa: PLC0415

    from circle.live.drain import drain  # noqa: PLC0415

    while worker.alive:
        gevent.sleep(0.1)
    runtime = worker.wsgi.extensions["circle.runtime"]
    runtime.ends.set()
    gevent.sleep(_LOOKS_EVERY_SECONDS)
    drain(worker.wsgi.extensions["circle.socketio"].server, elsewhere=runtime.sharing.listen is not None)
