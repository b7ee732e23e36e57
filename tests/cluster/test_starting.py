"""Several processes start at once on an empty database: tables, keys and a circle are made once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from sqlalchemy import text

from circle.simulate.browser import Browser
from circle.store.engine import open_engine
from circle.store.migrate import newest, revision
from tests.cluster.pair import Pair
from tests.live.nest import Nest
from tests.live.server import Server
from tests.simulate.watcher import address_of


@pytest.fixture
def three(
    request: pytest.FixtureRequest,
    database_url: str,
    redis_server: str,
    empty_redis: redis.Redis,
    tmp_path: Path,
    nest: Nest | None,
) -> Iterator[list[Server]]:
    """Three processes on an empty database, none of them started; one data folder, with nothing in it."""
    names = ("one", "other", "third")
    trio = Pair(tmp_path, database_url, redis_server, names, nest)
    if database_url.startswith("sqlite"):
        for server in trio.servers:
            del server.environment["REDIS_URL"]
    yield trio.servers
    trio.stop()


def count(server: Server, table: str) -> int:
    """How many rows this table has."""
    engine = open_engine(server.database_url)
    with engine.connect() as db:
        number: int = db.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
    engine.dispose()
    return number


def test_three_start_at_once_and_make_everything_once(three: list[Server]) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(Server.start, three))
    engine = open_engine(three[0].database_url)
    assert revision(engine) == newest()
    engine.dispose()
    tables = ("alembic_version", "users", "circles", "meetings")
    assert {table: count(three[0], table) for table in tables} == dict.fromkeys(tables, 1)
    for server in three:
        assert "Traceback" not in server.log
    browser = Browser(address_of(three[0]))
    browser.press(browser.open(three[0].sign_in))
    for server in three:  # all sign with one secret
        there = Browser(address_of(server))
        there.http.cookies = browser.http.cookies
        assert there.open("/tonight").path == "/tonight"
        there.close()
    browser.close()
