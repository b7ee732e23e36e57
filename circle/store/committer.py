"""The one way to the database for changes: `submit(work) -> result`.

Today each piece of work is its own transaction. Group commit (several pieces in one transaction, a
savepoint each, answers after it) can come here without anybody noticing. Never wait for anything
(network, threads, another lock) inside `work`: gevent and SQLite would freeze together.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from circle.domain.errors import NoRoom

log = structlog.get_logger(__name__)
T = TypeVar("T")
_TRIES = 5


class Committer:
    """Runs work in a transaction and commits it; on any error nothing is kept."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def submit(self, work: Callable[[Session], T]) -> T:
        """The result of `work(db)`, committed. A database that is locked for a moment is asked again.

        Raises NoRoom("disk_full") when the disk is full; nothing is kept then.
        """
        for attempt in range(_TRIES):
            try:
                with self._sessions() as db, db.begin():
                    return work(db)
            except OperationalError as problem:
                if _is_full(problem):
                    log.error("disk_full")
                    raise NoRoom("disk_full") from None
                if attempt == _TRIES - 1 or "locked" not in str(problem.orig):
                    raise
                time.sleep(0.02 * 2**attempt)  # cooperative under gevent; no session is open here
        raise AssertionError("unreachable")

    read = submit  # the same path: one connection on SQLite, so reads queue fairly with writes


def _is_full(problem: OperationalError) -> bool:
    """SQLite says it by name, PostgreSQL by its code for a full disk."""
    name, state = (getattr(problem.orig, key, "") for key in ("sqlite_errorname", "sqlstate"))
    return name == "SQLITE_FULL" or state == "53100"
