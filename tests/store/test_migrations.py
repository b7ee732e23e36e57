"""Migrations: equal to the models, forward only, with a copy to go back to."""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, MetaData, inspect, text

from circle.store import migrate
from circle.store.engine import open_engine, write_ahead
from circle.store.models import Base


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a SQLite database is going to be."""
    return tmp_path / "circle.sqlite"


def test_an_empty_database_has_no_revision(empty_engine: Engine) -> None:
    assert migrate.revision(empty_engine) is None


def test_migrations_make_the_tables_of_the_models(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)

    assert migrate.revision(empty_engine) == migrate.newest()
    with empty_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_changes_nothing(empty_engine: Engine) -> None:
    migrate.upgrade(empty_engine)
    migrate.upgrade(empty_engine)

    assert migrate.revision(empty_engine) == migrate.newest()


def test_several_processes_may_upgrade_at_once(database_url: str) -> None:
    engines = [open_engine(database_url) for _ in range(3)]
    threads = [threading.Thread(target=migrate.upgrade, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert migrate.revision(engines[0]) == migrate.newest()
    for engine in engines:
        engine.dispose()


class BusyFile:
    """A new file two others open at this moment: SQLite then refuses the log at once (no timeout helps)."""

    def __init__(self, refusals: int, words: str = "database is locked") -> None:
        self.refusals, self.words = refusals, words
        self.done: list[str] = []

    def execute(self, statement: str) -> None:
        if self.refusals > 0:
            self.refusals -= 1
            raise sqlite3.OperationalError(self.words)
        self.done.append(statement)


def test_opening_waits_for_whoever_opens_the_same_new_file() -> None:
    busy = BusyFile(refusals=2)
    write_ahead(busy)
    assert busy.done == ["PRAGMA journal_mode=WAL"]

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        write_ahead(BusyFile(refusals=1, words="attempt to write a readonly database"))


def test_migrated_lines_have_no_order_of_arrival(file: Path) -> None:
    engine = open_engine(f"sqlite:///{file}")
    migrate.upgrade(engine)
    engine.dispose()

    with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
        sqlite3.connect(file).execute("SELECT rowid FROM lines")


def test_a_yes_given_before_versions_counts_for_the_first_wording(file: Path) -> None:
    with sqlite3.connect(file) as old:
        old.executescript("""
            CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
            INSERT INTO alembic_version VALUES ('0001');
            CREATE TABLE circles (id VARCHAR(32) PRIMARY KEY, retention_days INTEGER NOT NULL DEFAULT 0);
            CREATE TABLE members (id VARCHAR(32) PRIMARY KEY, affirmed_on VARCHAR(10) NOT NULL);
            CREATE TABLE words (id VARCHAR(32) PRIMARY KEY);
            CREATE TABLE lines (id VARCHAR(36) PRIMARY KEY) WITHOUT ROWID;
            INSERT INTO circles VALUES ('c1', 0);
            INSERT INTO members VALUES ('said-yes', '2026-03-12'), ('not-yet', '');
        """)
    old.close()

    engine = open_engine(f"sqlite:///{file}")
    migrate.upgrade(engine)

    with engine.connect() as connection:
        yes = connection.execute(text("SELECT id, affirmed_version FROM members ORDER BY id")).all()
        assert [tuple(row) for row in yes] == [("not-yet", 0), ("said-yes", 1)]
        assert connection.execute(text("SELECT agreements_version FROM circles")).scalar() == 1
    engine.dispose()


OLD_ROWS: dict[str, dict[str, object]] = {
    "users": {"id": "u", "address": "a@b.cd", "name": "Mira", "password_hash": "", "generation": 1},
    "circles": {
        **{"id": "c", "name": "C", "door_token": "d", "owner_id": "u", "zone": "UTC", "country": "GB"},
        **{"call_url": "", "admit": True, "hosts_read_first": True, "agreements": [], "demo": False},
        "retention_days": 30,
    },
    "members": {
        **{"id": "m", "circle_id": "c", "role": "host", "name": "Mira", "mail": "none", "zone": ""},
        **{"country": "", "affirmed_on": "", "banned": False},
    },
}


def test_nothing_goes_with_the_days_a_circle_kept(empty_engine: Engine) -> None:
    """Its table is changed in place: were it made anew, everybody in it would be gone."""
    with empty_engine.begin() as connection:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        there = MetaData()
        there.reflect(connection)
        for table, row in OLD_ROWS.items():
            connection.execute(there.tables[table].insert().values(created_at=datetime.now(UTC), **row))
    migrate.upgrade(empty_engine)

    with empty_engine.connect() as connection:
        assert connection.execute(text("SELECT id, circle_id FROM members")).all() == [("m", "c")]
        assert "retention_days" not in {each["name"] for each in inspect(connection).get_columns("circles")}


def test_a_new_file_is_not_copied(file: Path) -> None:
    engine = open_engine(f"sqlite:///{file}")
    migrate.upgrade(engine)
    engine.dispose()

    assert not list(file.parent.glob("*.before-*"))


def test_an_old_file_is_copied_before_it_is_changed(file: Path) -> None:
    engine = _at_older_revision(file)
    with pytest.raises(Exception, match="elsewhere"):  # Alembic does not know that revision
        migrate.upgrade(engine)
    engine.dispose()

    (copy,) = file.parent.glob("*.before-*")
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("elsewhere",)]


def test_copies_are_forgotten_when_they_are_old(file: Path) -> None:
    engine = _at_older_revision(file)
    copy = migrate.copy_file(engine, ".before-test")
    assert copy is not None
    now = datetime.now(UTC)

    assert migrate.forget_copies(engine, before=now - timedelta(days=7)) == 0
    old = (now - timedelta(days=8)).timestamp()
    os.utime(copy, (old, old))
    assert migrate.forget_copies(engine, before=now - timedelta(days=7)) == 1
    assert not copy.exists()
    engine.dispose()


def _at_older_revision(file: Path) -> Engine:
    engine = open_engine(f"sqlite:///{file}")
    migrate.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'elsewhere'"))
        assert inspect(connection).has_table("members")
    return engine
