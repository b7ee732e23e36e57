"""A real server for tests: `circle run` as a subprocess, on SQLite, with a clock that tests move."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.live.nest import Fledgling, Nest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


def free_port() -> int:
    """A loopback port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """One `circle run`, its clock standing at `now` (the demo circle meets that Thursday at 19:00).

    `folder` outlives a kill, so that starting again finds the same evening.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    now: datetime = datetime(2026, 11, 26, 18, 50, tzinfo=UTC)
    process: subprocess.Popen[bytes] | Fledgling | None = None
    nest: Nest | None = None  # where it is to be born, when many follow each other
    sign_in: str = ""

    @property
    def url(self) -> str:
        """Where browsers go."""
        return f"http://localhost:{self.port}"

    @property
    def database_url(self) -> str:
        """Where the circle's rows are."""
        return self.environment.get("DATABASE_URL") or f"sqlite:///{self.folder / 'data' / 'circle.sqlite'}"

    @property
    def door(self) -> str:
        """The permanent link's path, as the host would copy it."""
        engine = create_engine(self.database_url)
        with engine.connect() as db:
            token = db.scalar(text("SELECT door_token FROM circles WHERE name = 'Thursday circle'"))
        engine.dispose()
        return f"/c/{token}"

    @property
    def log(self) -> str:
        """Everything it has printed."""
        return (self.folder / "server.log").read_text()

    def start(self) -> Server:
        """Start and wait until it answers."""
        control = str(self.folder / "control")
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("CIRCLE_")},
            "PORT": str(self.port),
            "CIRCLE_DATA_DIR": str(self.folder / "data"),
            "CIRCLE_ENV": "test",
            "CIRCLE_TEST_CONTROL": control,
            "CIRCLE_TEST_NOW": self.now.isoformat(),
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "",  # compiled once, not for each of a hundred servers
            **self.environment,
        }
        greeted = len(self._links())
        self.process = self._run(environment, self.folder / "server.log")
        self._wait(greeted)
        self.sign_in = self._links()[-1]
        return self

    def _run(self, environment: dict[str, str], log: Path) -> subprocess.Popen[bytes] | Fledgling:
        if self.nest is not None:
            return self.nest.start(self.arguments, environment, log)
        command = [sys.executable, "-m", "circle.cli", "run", *self.arguments]
        with log.open("ab") as end:
            return subprocess.Popen(command, env=environment, stdout=end, stderr=end, cwd=ROOT)

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """SIGTERM, and SIGKILL if that takes too long."""
        if self.process is None or not self.is_running:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()

    def set_clock(self, instant: datetime) -> None:
        """The server's clock stands at this instant, also after it is started again."""
        self.now = instant
        self._control({"do": "set", "at": instant.isoformat()})

    def advance(self, seconds: float) -> datetime:
        """The clock goes on; the ticker and the outbox look around once."""
        self.now = self._control({"do": "advance", "seconds": seconds})
        return self.now

    def jump(self, seconds: float) -> datetime:
        """The clock is put forward or back: heart-beats look late, or come from the future."""
        self.now = self._control({"do": "jump", "seconds": seconds})
        return self.now

    def tick(self) -> datetime:
        """The ticker and the outbox look around once; returns the server's time."""
        return self._control({"do": "tick"})

    def _control(self, wish: dict[str, Any]) -> datetime:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(30)
            line.connect(str(self.folder / "control"))
            line.sendall(json.dumps(wish).encode() + b"\n")
            answer = json.loads(line.makefile().readline())
        assert answer["ok"], answer
        return datetime.fromisoformat(answer["now"])

    def _links(self) -> list[str]:
        log = self.folder / "server.log"
        return re.findall(r"(https?://\S+/signin/link/\S+)", log.read_text()) if log.exists() else []

    def _wait(self, greeted: int) -> None:
        assert self.process is not None
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.log[-2000:]}")
            if len(self._links()) > greeted:
                return
            time.sleep(0.05)
        raise AssertionError(f"the server did not answer: {self.log[-2000:]}")


@contextmanager
def running(folder: Path, **environment: str) -> Iterator[Server]:
    """A server for the length of a test."""
    server = Server(folder, environment=environment).start()
    try:
        yield server
    finally:
        server.stop()
