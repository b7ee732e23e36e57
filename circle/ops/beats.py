"""That the worker (mail and purge) is alive: it leaves a beat where every process can see it.

In this process, in memory. Beside it: in Redis where there is one (circle/shared/beats.py); with SQLite as
the time of a file beside the database; with PostgreSQL nothing is written at all, as the server knows when
a connection that calls itself `circle worker` last asked it something.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, text

from circle.logs import say_fault

SILENT_SECONDS = 180.0  # longer than the slowest mail takes: seven answers of 20 s
EVERY_SECONDS = 15.0
WORKER_NAME = "circle worker"  # what it calls itself to PostgreSQL (PGAPPNAME)


class SharedBeat(Protocol):
    """Where another process sees it."""

    def leave(self) -> None:
        """It is alive now. Raises what the place raises."""

    def is_heard(self) -> bool:
        """Whether it was alive within the last `SILENT_SECONDS`. Raises what the place raises."""


class WorkerBeats:
    """The beat of the worker in this process, or of one elsewhere."""

    def __init__(self, elsewhere: SharedBeat | None, ticking: Callable[[], float] = time.monotonic) -> None:
        self._elsewhere = elsewhere
        self._ticking = ticking
        self._last = self._told = float("-inf")

    def leave(self) -> None:
        """The worker of this process is alive. Costs nothing most of the time; never raises."""
        self._last = self._ticking()
        if self._elsewhere is None or self._last - self._told < EVERY_SECONDS:
            return
        self._told = self._last
        try:
            self._elsewhere.leave()
        except Exception as problem:  # mail goes out all the same
            say_fault(problem, page="worker.beat")

    def is_heard(self) -> bool:
        """Whether a worker, here or elsewhere, has been alive within the last three minutes."""
        if self._ticking() - self._last < SILENT_SECONDS:
            return True
        return self._elsewhere is not None and self._elsewhere.is_heard()


class FileBeat:
    """The time of a file. It holds nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def leave(self) -> None:
        """As `SharedBeat.leave`."""
        self._path.touch(mode=0o600)

    def is_heard(self) -> bool:
        """As `SharedBeat.is_heard`."""
        return self._path.exists() and time.time() - self._path.stat().st_mtime < SILENT_SECONDS


class PostgresBeat:
    """The server's own table of connections, as far as those of our role go."""

    _QUERY = text(
        "SELECT coalesce(max(query_start) > clock_timestamp() - make_interval(secs => :silent), false)"
        " FROM pg_stat_activity WHERE application_name = :name AND datname = current_database()"
    )

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def leave(self) -> None:
        """The worker asks for due mail every two seconds: that is its beat."""

    def is_heard(self) -> bool:
        """As `SharedBeat.is_heard`."""
        with self._engine.connect() as connection:
            wanted = {"silent": SILENT_SECONDS, "name": WORKER_NAME}
            return bool(connection.scalar(self._QUERY, wanted))


def beside(engine: Engine) -> SharedBeat | None:
    """Where processes with this database see it; None for a database in memory alone."""
    if engine.dialect.name == "postgresql":
        return PostgresBeat(engine)
    file = engine.url.database
    return FileBeat(Path(f"{file}.worker")) if file and file != ":memory:" else None
