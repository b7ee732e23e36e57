"""The whole app in this process, on threads and a real port, with people who connect by real websockets.

Tests that look inside (the database, the clock, what is connected) use this; `server.py` starts the real
`circle run` for those that look from outside.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import socketio
from sqlalchemy import select
from werkzeug.serving import make_server

from circle.app import create_app
from circle.domain import commands as c
from circle.domain.meeting import Meeting
from circle.domain.permissions import STAGE_COMMANDS
from circle.domain.plan import Plan, Step
from circle.services.clock import SettableClock
from circle.services.hub import Hub
from circle.services.ports import Caller
from circle.services.tickets import Tickets
from circle.settings import Settings
from circle.store import meetings
from tests.domain.scene import CO, EVENING
from tests.live.server import free_port
from tests.sitting import ANA, BO, CIRCLE, CY, HOST, MEETING, write_people

PATIENCE_S = 10.0


class Phone:
    """A real Socket.IO client; it keeps what it hears."""

    def __init__(self, house: House | Annex, who: str, ticket: str = "") -> None:
        self.house, self.who = house, who
        self.ticket = ticket or house.ticket(who)
        self.heard: list[dict[str, Any]] = []
        self.cut = threading.Event()
        self.refusals: list[Any] = []
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("message", self.heard.append)
        self.socket.on("connect_error", self.refusals.append)
        self.socket.on("disconnect", lambda *_reason: self.cut.set())

    def connect(self, auth: object = None, **more: Any) -> Phone:
        """Open the line. Raises socketio.exceptions.ConnectionError when it is refused."""
        self.house.phones.append(self)
        auth = {"v": 1, "ticket": self.ticket} if auth is None else auth
        how = {"transports": ["websocket"], "wait_timeout": PATIENCE_S} | more
        self.socket.connect(self.house.url, auth=auth, **how)
        return self

    def hang_up(self) -> None:
        """Close the line at once, without the client's three seconds of waiting for a goodbye."""
        websocket, reading = self.socket.eio.ws, self.socket.eio.read_loop_task
        if websocket is None or websocket.sock is None:
            return
        with suppress(OSError):  # the server was quicker
            websocket.sock.shutdown(socket.SHUT_RDWR)
        reading.join(PATIENCE_S)
        websocket.shutdown()

    def ask(self, event: str, *data: Any) -> dict[str, Any]:
        """Send an event and wait for the answer."""
        sent = data[0] if len(data) == 1 else data
        answer: dict[str, Any] = self.socket.call(event, sent, timeout=PATIENCE_S)
        return answer

    def command(self, name: str, data: object = None, *, seq: int | None = None, **more: Any) -> Any:
        """Give a command; the answer."""
        frame = {"command_id": str(uuid4()), "name": name, "data": data or {}, **more}
        return self.ask("command", frame | ({} if seq is None else {"expected_seq": seq}))

    def snapshot(self) -> dict[str, Any]:
        """What this person may see."""
        views = self.ask("join", {})["audiences"]
        return {name: part["view"] for name, part in views.items()}


class House:
    """The app, its port and its people. Everybody is seated and the first step is on, unless `begun` is
    False: then they wait at the door.
    """

    def __init__(
        self,
        folder: Path,
        *steps: Step,
        members: tuple[str, ...] = (ANA, BO, CY),
        begun: bool = True,
        linger_min: int = 0,
        **settings: Any,
    ) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        control = str(folder / "control")
        self.settings = Settings(
            data_dir=folder, env="test", port=self.port, test_control=control, **settings
        )
        self.app = create_app(self.settings, async_mode="threading")
        self.hub: Hub = self.app.extensions["circle"]
        self.tickets: Tickets = self.app.extensions["circle.tickets"]
        assert isinstance(self.hub.clock, SettableClock)
        self.clock: SettableClock = self.hub.clock
        self.phones: list[Phone] = []
        now = self.clock.now()
        plan = Plan("Evening", "grief", steps or EVENING, linger_min=linger_min)
        meeting = Meeting(MEETING, CIRCLE, plan, now)
        self.hub.committer.submit(lambda db: write_people(db, meeting, members, hosts=(HOST, CO)))
        for who in (HOST, CO, *members):
            self.do(who, c.TakeSeat(who, who.title()))
        if begun:
            self.do(HOST, c.OpenDoor(), c.AdmitAll(), c.Next())

    def do(self, who: str, *commands: c.Command) -> None:
        """Commands that come from inside."""
        for command in commands:
            seq = self.meeting.moves if type(command) in STAGE_COMMANDS else None
            self.hub.conduct.perform(Caller(who), MEETING, command, command_id=str(uuid4()), expected_seq=seq)

    def ticket(self, who: str) -> str:
        """A fresh ticket for this person."""
        return self.tickets.issue(Caller(who), MEETING)

    def phone(self, who: str) -> Phone:
        """This person's phone, connected."""
        return Phone(self, who).connect()

    @property
    def meeting(self) -> Meeting:
        """The stored meeting."""
        return self.hub.committer.read(lambda db: meetings.load(db, MEETING))

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table."""
        return self.hub.committer.read(lambda db: list(db.scalars(select(table))))


class Annex:
    """Another process of the same house: the same database and people, its own port and pages."""

    def __init__(self, house: House) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        settings = house.settings.model_copy(update={"port": self.port})
        self.app = create_app(settings, async_mode="threading")
        self.hub: Hub = self.app.extensions["circle"]
        self.hub.clock.set(house.clock.now())  # type: ignore[attr-defined]
        self.tickets: Tickets = self.app.extensions["circle.tickets"]
        self.phones: list[Phone] = []

    def ticket(self, who: str) -> str:
        """A fresh ticket for this person."""
        return self.tickets.issue(Caller(who), MEETING)

    def phone(self, who: str) -> Phone:
        """This person's phone, connected here."""
        return Phone(self, who).connect()


@contextmanager
def open_house(folder: Path, *steps: Step, **how: Any) -> Iterator[House]:
    """A house for the length of a test."""
    with serving(House(folder, *steps, **how)) as house:
        yield house


H = TypeVar("H", House, Annex)


@contextmanager
def serving(house: H) -> Iterator[H]:
    """Open to phones for the length of a test."""
    stop, sharing = threading.Event(), house.app.extensions["circle.runtime"].sharing
    server = make_server("127.0.0.1", house.port, house.app, threaded=True)
    works = [threading.Thread(target=server.serve_forever, daemon=True)]
    if sharing.listen is not None:
        works.append(threading.Thread(target=sharing.listen, args=(stop.is_set,), daemon=True))
    for work in works:
        work.start()
    try:
        yield house
    finally:
        for phone in house.phones:
            phone.hang_up()
        server.shutdown()
        stop.set()
        for work in works:
            work.join(PATIENCE_S)
        server.server_close()
        if house.hub.engine.dialect.name == "postgresql":
            _departures_are_noted()
        house.hub.engine.dispose()


def everybody_leaves(house: House | Annex) -> None:
    """Hang up, and wait until it is noted who left: a thread writes that down, and the database goes next."""
    for phone in house.phones:
        phone.hang_up()
    lines = house.app.extensions["socketio"].server.eio.sockets
    eventually("everybody's line is closed", lambda: all(line.closed for line in list(lines.values())))
    _departures_are_noted()


def _departures_are_noted() -> None:
    for thread in threading.enumerate():
        if thread.name.endswith("(part)"):
            thread.join(PATIENCE_S)


def eventually(what: str, seen: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until it is so. Fails by name."""
    until = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < until, f"waited for: {what}"
        time.sleep(0.01)
