"""Databases for tests: SQLite in a file, and a real PostgreSQL that pip brought.

A test that takes `database_url`, `engine` or `committer` runs once on each. The server starts when the
first test asks for it; every test gets a database of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Connection, Engine, create_engine, make_url

from circle.services.clock import SettableClock
from circle.store.committer import Committer
from circle.store.crypto import KeyRing
from circle.store.engine import open_engine, sessions
from circle.store.models import Base
from circle.store.words import Words
from scripts.chromium import SWITCHES, WHAT_TO_DO, find_chromium
from tests.evening import Evening
from tests.live.nest import Nest
from tests.processes import SharedCommitter, running_postgres, running_redis


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a running PostgreSQL server; stopped at the end.

    Not below pytest's own folder: started as root, the server runs as somebody else, and every other
    pytest that starts shuts that folder again.
    """
    home = Path(mkdtemp(prefix="circle-pg-"))
    with running_postgres(home) as url:
        _write_without_waiting(url)
        yield url
    rmtree(home)


def _write_without_waiting(server: str) -> None:
    """Tests end our own processes, never PostgreSQL: what it has written need not be on the disk.

    Nothing else is off: what goes to its files, and when, is looked at for leaks.
    """
    with _administering(server) as admin:
        admin.exec_driver_sql("ALTER SYSTEM SET fsync = off")
        admin.exec_driver_sql("SELECT pg_reload_conf()")


@contextmanager
def _administering(server: str) -> Iterator[Connection]:
    engine = create_engine(_psycopg(server), isolation_level="AUTOCOMMIT")
    with engine.connect() as admin:
        yield admin
    engine.dispose()


def _psycopg(server: str, **parts: str) -> str:
    url = make_url(server).set(drivername="postgresql+psycopg", **parts)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: str) -> str:
    """The name of a database with all tables, to be copied: making them anew takes four times as long."""
    name = "all_tables"
    with _administering(postgres_server) as admin:
        admin.exec_driver_sql(f"CREATE DATABASE {name}")
    engine = open_engine(_psycopg(postgres_server, database=name))
    Base.metadata.create_all(engine)
    engine.dispose()
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.servers)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database; each test runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'circle.sqlite'}"
    else:
        yield request.getfixturevalue("postgres_url")


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of an empty database on the PostgreSQL server; with all tables for a test that has an `engine`."""
    has_tables = "engine" in request.fixturenames
    template = request.getfixturevalue("postgres_tables") if has_tables else "template1"
    name = f"test_{uuid4().hex}"
    with _administering(postgres_server) as admin:
        admin.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _psycopg(postgres_server, database=name)
    with _administering(postgres_server) as admin:
        admin.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database without tables."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine: Engine) -> Engine:
    """An engine on a database with all tables (those of the models; migrations equal them)."""
    if empty_engine.dialect.name == "sqlite":
        Base.metadata.create_all(empty_engine)
    return empty_engine


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    """URL of a running Redis that writes nothing down; stopped at the end."""
    home = Path(mkdtemp(prefix="circle-redis-"))
    with running_redis(home) as url:
        yield url
    rmtree(home)


@pytest.fixture
def committer(engine: Engine, request: pytest.FixtureRequest) -> Committer:
    """The way to the database. On PostgreSQL there is a Redis beside it, and a `Sitting` is two processes."""
    if engine.dialect.name == "sqlite":
        return Committer(sessions(engine))
    return SharedCommitter(sessions(engine), request.getfixturevalue("redis_server"))


@pytest.fixture(scope="session")
def keys() -> KeyRing:
    """A key ring with one toy key."""
    return KeyRing([b"k" * 32])


@pytest.fixture
def words(keys: KeyRing) -> Words:
    """Sealed words under the toy key."""
    return Words(keys)


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands still at a Thursday evening, 12 March 2026, 19:00 UTC."""
    return SettableClock(datetime(2026, 3, 12, 19, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A running Chromium. Only one Playwright may run in a process, so every browser test shares it."""
    path = find_chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(WHAT_TO_DO)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def nest() -> Iterator[Nest | None]:
    """Where servers start at once; None where the system has no handle for a process that is not ours."""
    nest = Nest() if hasattr(os, "pidfd_open") else None
    yield nest
    if nest is not None:
        nest.close()


@pytest.fixture
def evening(committer: Committer, keys: KeyRing, words: Words, clock: SettableClock) -> Evening:
    """Services around an evening that is over once `evening.hold()` is called."""
    return Evening(committer, keys, words, clock)
