"""The line to Redis, and the promise that it writes nothing down."""

from __future__ import annotations

from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ANSWER_SECONDS = 3.0  # a page waits for eight, and is to be told in time that something does not answer
LINES = 64  # of one process; when a thousand pages come at once, the others wait for theirs


class FileLine(redis.UnixDomainSocketConnection):
    """A line by a socket in a file. The library (redis 8.1.0) counts a connect that timed out under a host
    and a port, which such a line does not have: what came was an AttributeError instead of its TimeoutError.
    """

    host, port = "", 0


class WritesDown(Exception):
    """This Redis would put on a disk what is promised to be in memory alone; the message says what to set."""


def open_redis(url: str) -> redis.Redis:
    """A client of a Redis that keeps nothing. Raises WritesDown, redis.RedisError.

    Sealed as they are (circle/store/crypto.py), words nobody has seen yet are promised to be in memory only:
    a dump or an append-only file would keep them after they are destroyed.
    """
    lines = redis.BlockingConnectionPool.from_url(
        url,
        **({"connection_class": FileLine} if url.startswith("unix:") else {}),
        max_connections=LINES,
        timeout=ANSWER_SECONDS,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        health_check_interval=30,
        retry=Retry(
            NoBackoff(), 1, (redis.ConnectionError,)
        ),  # a line that died with Redis before is made anew
    )
    client = redis.Redis(connection_pool=lines)
    keeps_nothing(client)
    return client


def keeps_nothing(client: redis.Redis) -> None:
    """Ask whether it writes to a disk, which it can be told to while it runs, or by the next start.

    Raises WritesDown, redis.RedisError.
    """
    for name, wanted in (("save", ""), ("appendonly", "no")):
        if (found := _setting(client, name)) != wanted:
            raise WritesDown(
                f'this Redis writes to a disk ({name} is "{found}"), and lines nobody has seen yet may be '
                'in memory only. Start it with --save "" --appendonly no'
            )


def _setting(client: redis.Redis, name: str) -> str:
    try:
        told: Any = client.config_get(name)
    except redis.ResponseError:
        raise WritesDown(f"this Redis does not say whether it writes to a disk (CONFIG GET {name})") from None
    return str(told.get(name, ""))
