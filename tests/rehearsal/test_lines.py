"""The lines of a rehearsal's pages: real websockets under its own path, for whoever began it alone."""

from __future__ import annotations

import gc
import re
import threading
import weakref
from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as Refused
from werkzeug.serving import make_server

from circle.app import create_app
from circle.live.gate import PATIENCE_S
from circle.rehearsal.rehearsals import Begun
from circle.services.circles import CircleForm
from circle.services.hub import Hub
from circle.settings import Settings
from tests.live.house import eventually
from tests.live.server import free_port
from tests.support import PASSWORD

pytestmark = pytest.mark.servers
SOON_S = 30.0


class Site:
    """The app on a port, and Mira's rehearsal of T9."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.url = f"http://localhost:{port}"
        self.app = create_app(Settings(env="test", data_dir=folder, port=port), async_mode="threading")
        self.hub: Hub = self.app.extensions["circle"]
        self.mira = self.hub.accounts.create("mira@example.org", "Mira", PASSWORD)
        circle = self.hub.planning.circles.create(self.mira, CircleForm("Thursdays", "Europe/London", "GB"))
        evening = self.hub.planning.plan(
            self.mira, circle, "T9", (self.hub.clock.now() + timedelta(days=30)).date(), time(19, 0)
        )
        self.server = make_server("localhost", port, self.app, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.browser = self.sign_in()
        self.begun: Begun = self.app.extensions["circle.rehearsals"].begin(
            self.mira, self.hub.planning.evening(self.mira, evening)
        )

    def sign_in(self) -> requests.Session:
        """Mira's browser."""
        browser = requests.Session()
        token = token_in(browser.get(f"{self.url}/signin", timeout=10).text)
        form = {"csrf_token": token, "address": "mira@example.org", "password": PASSWORD}
        browser.post(f"{self.url}/signin", data=form, timeout=10)
        return browser

    def ticket(self, frame: str) -> tuple[str, str]:
        """A ticket as the frame's page gets it, and the path of its sockets."""
        room = self.browser.get(self.url + frame, timeout=10).text
        found = re.search(r'"csrf": "([^"]+)"', room)
        assert found is not None
        base, _, meeting = frame.partition("/meet/")
        headers = {"X-CSRFToken": found[1], "Accept": "application/json"}
        answer = self.browser.post(
            f"{self.url}{base}/live/{meeting}/ticket", json={}, headers=headers, timeout=10
        )
        return str(answer.json()["ticket"]), f"{base.removeprefix('/')}/socket.io"

    def line(self, frame: str, browser: requests.Session) -> tuple[socketio.Client, list[Any]]:
        """This browser's line to the room in that frame, and what it hears."""
        ticket, path = self.ticket(frame)
        heard: list[Any] = []
        client = socketio.Client(reconnection=False, http_session=browser)
        client.on("message", heard.append)
        client.connect(
            self.url,
            auth={"v": 1, "ticket": ticket},
            transports=["websocket"],
            socketio_path=path,
            wait_timeout=10,
        )
        return client, heard


def token_in(page: str) -> str:
    """A form's token."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """On a free port."""
    made = Site(tmp_path)
    yield made
    made.begun.end()
    made.server.shutdown()
    made.server.server_close()
    made.hub.engine.dispose()


def test_both_frames_hear_their_own(site: Site) -> None:
    desk, hosts = site.line(site.begun.desk, site.browser)
    seat, member = site.line(site.begun.seat, site.browser)
    site.begun.run_at(20)
    eventually("the first step", lambda: any("script" in repr(message) for message in hosts), SOON_S)
    eventually("the same on the phone", lambda: bool(member), SOON_S)
    assert {message["audience"] for message in hosts} <= {"hosts", "self:"}
    assert "hosts" not in {message["audience"] for message in member}
    assert "script" not in repr(member)
    assert site.begun.house is not None
    gone = weakref.ref(site.begun.house.app)
    site.begun.end()
    eventually("both are cut off", lambda: not (desk.connected or seat.connected), SOON_S)
    eventually("nothing holds it any more", lambda: gc.collect() >= 0 and gone() is None, PATIENCE_S + SOON_S)


def test_a_ticket_alone_opens_nothing(site: Site) -> None:
    with pytest.raises(Refused):
        site.line(site.begun.desk, requests.Session())
