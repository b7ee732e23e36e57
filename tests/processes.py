"""Several processes as one, for tests: a real Redis, and what two processes have of their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import sessionmaker

from circle.cluster.servers import running_postgres, running_redis
from circle.services.memory import Memories, OwnMemories
from circle.services.ports import Clock
from circle.shared.client import open_redis
from circle.shared.memories import SharedMemories
from circle.store.committer import Committer
from circle.store.crypto import KeyRing

__all__ = ["SharedCommitter", "memories_of_a_start", "running_postgres", "running_redis"]


class SharedCommitter(Committer):
    """A way to the database of one of several processes."""

    def __init__(self, maker: sessionmaker[Any], redis_url: str) -> None:
        super().__init__(maker)
        self.redis_url = redis_url


def memories_of_a_start(committer: Committer, keys: KeyRing, clock: Clock) -> list[Memories]:
    """The memories of all processes of one start: one by itself, or two that share a Redis emptied before."""
    if not isinstance(committer, SharedCommitter):
        return [OwnMemories()]
    with open_redis(committer.redis_url) as client:
        client.flushall()
    return [SharedMemories(open_redis(committer.redis_url), keys, clock) for _ in range(2)]
