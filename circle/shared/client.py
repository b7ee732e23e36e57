"""The line to Redis, and the promise that it writes nothing down."""

from __future__ import annotations

from typing import Any

import redis

ANSWER_SECONDS = 5.0


class WritesDown(Exception):
    """This Redis would put on a disk what is promised to be in memory alone; the message says what to set."""


def open_redis(url: str) -> redis.Redis:
    """A client of a Redis that keeps nothing. Raises WritesDown, redis.RedisError.

    Sealed as they are (circle/store/crypto.py), words nobody has seen yet are promised to be in memory only:
    a dump or an append-only file would keep them after they are destroyed.
    """
    client = redis.Redis.from_url(
        url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS, health_check_interval=30
    )
    for name, wanted in (("save", ""), ("appendonly", "no")):
        if (found := _setting(client, name)) != wanted:
            raise WritesDown(
                f'this Redis writes to a disk ({name} is "{found}"), and lines nobody has seen yet may be '
                'in memory only. Start it with --save "" --appendonly no'
            )
    return client


def _setting(client: redis.Redis, name: str) -> str:
    try:
        told: Any = client.config_get(name)
    except redis.ResponseError:
        raise WritesDown(f"this Redis does not say whether it writes to a disk (CONFIG GET {name})") from None
    return str(told.get(name, ""))
