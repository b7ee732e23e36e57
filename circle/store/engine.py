"""Opening the database. SQLite is tuned for one gevent process; PostgreSQL for several.

gevent and SQLite: yielding inside a write transaction can freeze the process, so the pool has exactly
one connection, writes begin with BEGIN IMMEDIATE, and nothing may wait while a session is open.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from circle.settings import SettingsError

_TAKES = "DATABASE_URL takes postgresql://name:password@host/database, or sqlite:///file"
_WAL_TRIES = 40
_WAL_PAUSE_S = 0.05
# A page waits for eight seconds and asks again. What has waited longer is answered to nobody, and would keep
# those who ask now waiting.
_POOL_S = 5
# A machine that stands still or is cut off in a transaction has a session's row. Others wait for it no longer
# than a page waits for them, and it is let go before the system gives the line up (two hours).
_POSTGRES = {
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "options": "-c lock_timeout=5s -c idle_in_transaction_session_timeout=30s",
}


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///...` or `postgres(ql)://...`. Parameters are hidden from logs.

    `sqlite://` is a database in memory alone: it goes with its one connection, when the engine is disposed.
    Raises SettingsError.
    """
    parsed = read_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _postgresql(parsed)
    engine = create_engine(
        parsed,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=30,
        connect_args={"timeout": 2, "check_same_thread": False},
    )
    if parsed.database and parsed.database != ":memory:":
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _leave_what_does_not_answer(context: ExceptionContext) -> None:
    """A line that cannot be asked whether it is there is left, whatever its driver says: of one that was
    cut while it was asked, it says that we used it wrongly.
    """
    if context.is_pre_ping:
        context.is_disconnect = True


def read_url(url: str) -> URL:
    """The address of a database, with its driver. Raises SettingsError: SQLAlchemy's own words hold the
    address, and its password.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise SettingsError(_TAKES) from None
    if parsed.drivername in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    in_a_file = parsed.drivername in ("sqlite", "sqlite+pysqlite") and not parsed.host
    if not in_a_file and parsed.drivername != "postgresql+psycopg":
        raise SettingsError(_TAKES)
    return parsed


def _postgresql(parsed: URL) -> Engine:
    try:
        engine = create_engine(
            parsed,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
            pool_timeout=_POOL_S,
            connect_args={name: much for name, much in _POSTGRES.items() if name not in parsed.query},
        )
    except ImportError:
        raise SettingsError(
            "DATABASE_URL: the package `psycopg` is not here: pip install 'psycopg[binary]'"
        ) from None
    event.listen(engine, "handle_error", _leave_what_does_not_answer)
    return engine


def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False)


def _tune_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    write_ahead(connection)
    for pragma in (
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",  # does not persist: set on every connection
        "trusted_schema=OFF",
        "temp_store=MEMORY",
        "busy_timeout=2000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def write_ahead(connection: Any) -> None:
    """Turn the write-ahead log on. SQLite refuses at once, whatever the busy timeout, while another
    process opens the same new file: then we wait a moment, at most two seconds in all.
    """
    for _ in range(_WAL_TRIES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem):
                raise
            time.sleep(_WAL_PAUSE_S)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # by way of the library, whose errors are gone by


_WITH_WORDS = (
    *("shares", "lines", "words", "summaries", "mailbox"),
    *("receipts", "meeting_events", "meetings"),
)


def forget_deleted(engine: Engine, tables: Iterable[str] = _WITH_WORDS) -> None:
    """After a purge: no deleted text left in SQLite's log, or in PostgreSQL's pages of these tables."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f"VACUUM {table}")
