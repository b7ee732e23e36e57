"""The one way to the database for changes: `submit(work) -> result`.

On SQLite transactions come one after the other anyhow, so what waits for its turn goes together: several
pieces of work in one transaction, and their answers after its commit. When one of them is refused or fails,
nothing of that transaction is kept, and each goes alone. PostgreSQL takes each in a transaction of its own.

Never wait for anything (network, threads, another lock) inside `work`: gevent and SQLite would freeze
together. A piece of work may be run more than once; what counts is what it did when it was committed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from circle.domain.errors import NoRoom
from circle.store.witness import Witness

log = structlog.get_logger(__name__)
T = TypeVar("T")
_TRIES = 5
_SINGLES = 8  # of so many that are committed alone one waits a moment for others
_TOGETHER_MAX = 32  # some ten milliseconds: longer, and whoever came first would wait for the last


class Uncertain(Exception):
    """The line to the database broke in a commit, so its answer is not known: it may stand, or not."""


class _Waiting:
    """A piece of work and what came of it. Whoever runs it, it sees the request it was made in."""

    __slots__ = ("done", "problem", "result", "work")

    def __init__(self, work: Callable[[Session], Any]) -> None:
        context = copy_context()
        self.work: Callable[[Session], Any] = lambda db: context.run(work, db)
        self.done = False
        self.result: Any = None
        self.problem: Exception | None = None

    def outcome(self) -> Any:
        """The result, or raises what came of it instead; to be asked for once."""
        problem, self.problem = self.problem, None
        try:
            if problem is not None:
                raise problem
            return self.result
        finally:
            del problem  # it knows this call, which would know it: left for the collector, with all they know


class Committer:
    """Runs work in a transaction and commits it; on any error nothing is kept. witness: knows who wrote."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions
        engine = sessions.kw["bind"]
        self.witness = Witness(engine)
        self._together = engine.dialect.name == "sqlite"
        self._turn = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self._came_together, self._singles = True, 0

    def submit(self, work: Callable[[Session], T]) -> T:
        """The result of `work(db)`, committed. A database that is locked for a moment is asked again.

        Raises NoRoom("disk_full") when the disk is full; nothing is kept then. Raises Uncertain.
        """
        if not self._together:
            return self._alone(work)
        mine = _Waiting(work)
        self._waiting.append(mine)
        with self._turn:
            while not mine.done:
                self._wait_for_others()
                self._commit_the_first()
        result: T = mine.outcome()
        return result

    read = submit  # the same path: one connection on SQLite, so reads queue fairly with writes

    def _wait_for_others(self) -> None:
        """Whoever has something to commit at this moment joins. Where nobody did of late, seldom."""
        self._singles = (self._singles + 1) % _SINGLES
        if self._came_together or not self._singles:
            time.sleep(0)

    def _commit_the_first(self) -> None:
        """Those who have waited longest, together."""
        several = [self._waiting.popleft() for _ in range(min(len(self._waiting), _TOGETHER_MAX))]
        self._came_together = len(several) > 1
        try:
            if len(several) == 1 or not self._commit(several):
                self._one_by_one(several)
        finally:  # if we are ended in the middle, the others are still to be done
            self._waiting.extendleft(one for one in reversed(several) if not one.done)

    def _commit(self, several: list[_Waiting]) -> bool:
        """In one transaction; False when one of them failed, and nothing of it is kept."""
        try:
            with self._sessions() as db, db.begin():
                for one in several:
                    self.witness.begin_work(db)
                    one.result = one.work(db)
                    db.flush()
                    db.expunge_all()  # the next one reads for itself
        except Exception:  # whose it is shows when each goes alone
            return False
        for one in several:
            one.done = True
        return True

    def _one_by_one(self, several: list[_Waiting]) -> None:
        for one in several:
            try:
                one.result = self._alone(one.work)
            except Exception as problem:
                one.problem = problem
            one.done = True

    def _alone(self, work: Callable[[Session], T]) -> T:
        for attempt in range(_TRIES):
            done = False
            try:
                with self._sessions() as db, db.begin():
                    result = work(db)
                    db.flush()
                    done = True
                return result
            except OperationalError as problem:
                if done and problem.connection_invalidated:
                    raise Uncertain from problem
                if _is_full(problem):
                    log.error("disk_full")
                    raise NoRoom("disk_full") from None
                if attempt == _TRIES - 1 or "locked" not in str(problem.orig):
                    raise
                time.sleep(0.02 * 2**attempt)  # cooperative under gevent; no session is open here
        raise AssertionError("unreachable")


def _is_full(problem: OperationalError) -> bool:
    """SQLite says it by name, PostgreSQL by its code for a full disk."""
    name, state = (getattr(problem.orig, key, "") for key in ("sqlite_errorname", "sqlstate"))
    return name == "SQLITE_FULL" or state == "53100"
