"""Whether what was read from the database may be believed without reading it again.

Every statement that an engine runs passes here, so nothing that writes can be forgotten. A reading is as
good as its `Mark`: as long as the mark is the same, nobody has written to the tables that can be seen in a
session, neither this process nor another one.

Only SQLite can promise that: all writes of a process go through its one connection, and that connection
knows when another process has written (`PRAGMA data_version`). Elsewhere there is no mark, and everything is
read each time.
"""

from __future__ import annotations

import re
from itertools import count
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from circle.store.models import (
    AgreementVersion,
    Circle,
    LineRow,
    MeetingRow,
    Member,
    ShareRow,
    User,
    WordRow,
)

Mark = tuple[int, int, int]

# What one session's unit of work may change of its own session alone, and what more can be seen in one.
OF_SESSION = frozenset(row.__tablename__ for row in (MeetingRow, ShareRow, LineRow, WordRow))
SEEN = OF_SESSION | frozenset(row.__tablename__ for row in (Circle, AgreementVersion, Member, User))
_WRITES = re.compile(r'\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.I)
_READS = ("SELECT", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
_BORN = "circle.born"  # in the `info` of a connection: each has its own count of what others wrote
_births = count()
_WROTE, _WITHIN = "circle.wrote", "circle.within"  # there too, for one piece of work


class Witness:
    """Of one engine."""

    def __init__(self, engine: Engine) -> None:
        self._knows_others = engine.dialect.name == "sqlite"
        self._changes = 0
        event.listen(engine, "begin", _forget)
        event.listen(engine, "rollback", self._undo)
        event.listen(engine, "before_cursor_execute", self._see)

    def mark(self, db: Session) -> Mark | None:
        """Of this moment, inside a transaction; None where a reading is never as good as a new one."""
        if not self._knows_others:
            return None
        line = db.connection()
        if _BORN not in line.info:
            line.info[_BORN] = next(_births)
        inner: Any = line.connection.dbapi_connection
        return line.info[_BORN], inner.execute("PRAGMA data_version").fetchone()[0], self._changes

    def begin_work(self, db: Session) -> None:
        """What comes now is another piece of work, in the same transaction."""
        _forget(db.connection())

    def begin_unit(self, db: Session) -> None:
        """What this piece of work writes to the tables of a session is of the one session whose reading its
        caller renews; readings of other sessions stay good.
        """
        db.connection().info[_WITHIN] = True

    def wrote(self, db: Session) -> frozenset[str]:
        """The tables that this piece of work has written to."""
        return frozenset(db.connection().info.get(_WROTE, ()))

    def _see(self, connection: Any, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(_READS):
            return
        written = _WRITES.match(statement)
        table = written[1] if written else ""
        connection.info.setdefault(_WROTE, set()).add(table)
        if table in OF_SESSION and connection.info.get(_WITHIN):
            return
        if table in SEEN or not table:  # a statement we do not know may do anything
            self._changes += 1

    def _undo(self, _connection: Any) -> None:
        self._changes += 1  # what was read after it was written has never been there


def _forget(connection: Any) -> None:
    connection.info.pop(_WROTE, None)
    connection.info.pop(_WITHIN, None)
