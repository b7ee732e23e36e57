"""The Procfile: gunicorn serves pages and sockets, and ticks; nobody calls `Runtime.start` there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from circle.app import create_app
from circle.domain.meeting import Meeting, Phase
from circle.domain.plan import Plan
from circle.services.hub import Hub
from circle.settings import Settings
from circle.simulate.browser import Address, Browser
from circle.store import meetings
from tests.domain.scene import BREAK, EVENING
from tests.live.server import ROOT, free_port
from tests.simulate.watcher import Recorder
from tests.sitting import CIRCLE, MEETING, write_people

pytestmark = pytest.mark.servers
START_SECONDS = 30.0
ENDS_WITHIN_SECONDS = 6.0


@dataclass(frozen=True)
class Served:
    """What the Procfile's first line serves."""

    hub: Hub
    port: int
    link: str
    process: subprocess.Popen[bytes]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A session whose break has been over for a minute, before anybody has come."""
    port = free_port()
    app = create_app(Settings(data_dir=tmp_path, env="test", port=port), async_mode="threading")
    hub: Hub = app.extensions["circle"]
    now = datetime.now(UTC)
    meeting = Meeting(
        MEETING,
        CIRCLE,
        Plan("Evening", "grief", EVENING),
        now,
        phase=Phase.BREAK,
        index=EVENING.index(BREAK),
        step_started_at=now,
        break_ends_at=now - timedelta(minutes=1),
    )
    hub.committer.submit(lambda db: write_people(db, meeting, hosts=("h1",)))
    link = hub.accounts.one_use_link("h1", "invite")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CIRCLE_")},
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PORT": str(port),
        "CIRCLE_DATA_DIR": str(tmp_path),
        "CIRCLE_ENV": "test",
        "HOME": str(tmp_path),
    }
    with (tmp_path / "gunicorn.log").open("wb") as log:
        process = subprocess.Popen(
            ["sh", "-c", f"exec {command('web')}"], env=environment, stdout=log, stderr=log, cwd=ROOT
        )
    try:
        yield Served(hub, port, f"/in/{link}", process)
    finally:
        process.terminate()
        process.wait(20)
        hub.engine.dispose()


def command(name: str) -> str:
    """A line of the Procfile, on this machine's own loopback only."""
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
    return lines[name].replace("0.0.0.0", "127.0.0.1")  # noqa: S104  # not bound


def test_it_serves_pages_and_sockets_and_ticks_and_ends_in_time(served: Served) -> None:
    base = f"http://127.0.0.1:{served.port}"
    wait_for(lambda: _answers(f"{base}/healthz"))
    wait_for(lambda: _stored(served.hub).break_rang)  # the first request was enough
    browser = Browser(Address(base, f"http://localhost:{served.port}"))
    assert browser.come_as_host(served.link) == MEETING
    line = Recorder(browser, MEETING)
    line.open()
    assert line.screen.stage["break"]["rang"]
    assert line.command("lock_door", {})["ok"]
    line.wait("the message", lambda screen: screen.stage["locked"])
    began = time.monotonic()
    served.process.terminate()
    assert served.process.wait(15) == 0
    assert time.monotonic() - began < ENDS_WITHIN_SECONDS, "also with a page that is still there"
    wait_for(lambda: not line.is_up)
    line.close()
    browser.close()


def wait_for(seen: Callable[[], bool]) -> None:
    """Look again until it is so."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if seen():
            return
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=30).ok
    except requests.ConnectionError:
        return False


def _stored(hub: Hub) -> Meeting:
    return hub.committer.read(lambda db: meetings.load(db, MEETING))
