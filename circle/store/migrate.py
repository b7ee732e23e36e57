"""Bringing a database to the present tables (Alembic), and the copy that is the way back.

Migrations go forward only. SQLite's file is copied beside itself before it is changed; with PostgreSQL
the backup is the operator's own.
"""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

_COPY = ".before-"
_ONE_AT_A_TIME = 20_719  # PostgreSQL advisory lock: any number that is ours alone


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision; an old SQLite file is copied first. Safe to repeat."""
    before = revision(engine)
    if before == newest():
        return
    if before is not None:
        copy_file(engine, f"{_COPY}{newest()}")
    with engine.begin() as connection:
        _wait_for_others(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def revision(engine: Engine) -> str | None:
    """The revision the database is at; None for an empty one."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_known(at: str) -> bool:
    """Whether this program has that revision; it lacks those of newer ones."""
    return at in {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}


def newest() -> str:
    """The revision this program was written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the program came without its migrations")
    return head


def copy_file(engine: Engine, suffix: str) -> Path | None:
    """A consistent copy of the SQLite file, readable by its owner only; None where there is no file."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    target = Path(engine.url.database + suffix)
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    source, copy = sqlite3.connect(engine.url.database), sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        source.close()
        copy.close()
    return target


def forget_copies(engine: Engine, before: datetime) -> int:
    """Remove copies last written before this instant: they hold words that were promised to go."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return 0
    file = Path(engine.url.database)
    old = [
        path for path in file.parent.glob(f"{file.name}{_COPY}*") if path.stat().st_mtime < before.timestamp()
    ]
    for path in old:
        path.unlink()
    return len(old)


def _wait_for_others(connection: Connection) -> None:
    """Several processes may start at once; SQLite's BEGIN IMMEDIATE already queues them."""
    if connection.dialect.name == "postgresql":
        for limit in ("lock_timeout", "idle_in_transaction_session_timeout"):  # a migration takes its time
            connection.exec_driver_sql(f"SET LOCAL {limit} = 0")
        connection.execute(text("SELECT pg_advisory_xact_lock(:ours)"), {"ours": _ONE_AT_A_TIME})


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config
