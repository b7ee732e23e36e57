"""Two processes, PostgreSQL and Redis: what is promised of one holds of both together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from circle.store.crypto import new_key
from tests.domain.scene import GOODBYE, WALL, WORD
from tests.live.house import Annex, House, everybody_leaves, serving

SEVEN = tuple(f"member{at}" for at in range(7))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this folder has real servers beside it."""
    for item in items:
        if "tests/cluster" in str(item.path):
            item.add_marker(pytest.mark.servers)


@pytest.fixture
def empty_redis(redis_server: str) -> Iterator[redis.Redis]:
    """The Redis, with nothing in it."""
    with redis.Redis.from_url(redis_server) as client:
        client.flushall()
        yield client


@pytest.fixture
def two(
    postgres_url: str, redis_server: str, empty_redis: redis.Redis, tmp_path: Path
) -> Iterator[tuple[House, Annex]]:
    """A house and its annex: a word, a step without names, a goodbye; Mira hosts seven members."""
    shared = {"database_url": postgres_url, "redis_url": redis_server, "keys": new_key()}
    house = House(tmp_path, WORD, WALL, GOODBYE, members=SEVEN, secret_key="s" * 32, **shared)
    with serving(house), serving(Annex(house)) as annex:
        yield house, annex
        for one in (house, annex):
            everybody_leaves(one)
